"""The one way this package says no."""


class Refused(Exception):  # noqa: N818 - the word people and callers use for it
    """A workbook, a tab or an edit that is not safe to read or to patch.

    The message is one sentence for people: what is in the way, where, and what to do about it. Nothing was written.
    """
