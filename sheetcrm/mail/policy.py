"""How headers become bytes.

The standard policy RFC 2047-encodes long Message-ID, References and List-Unsubscribe headers, which breaks them, and
it may lose a space between two encoded words of a subject. Both are written here by hand.
"""

from __future__ import annotations

from email.header import Header
from email.policy import EmailPolicy

_RAW = frozenset({"message-id", "references", "in-reply-to", "list-unsubscribe", "list-unsubscribe-post"})


class LetterPolicy(EmailPolicy):
    """The standard policy, except for identifiers (kept raw, folded between words) and subjects."""

    def fold(self, name: str, value: str) -> str:
        """One header as text with its line ends."""
        if name.lower() in _RAW:
            return f"{name}: {f'{self.linesep} '.join(str(value).split())}{self.linesep}"
        if name.lower() == "subject":
            charset = "us-ascii" if str(value).isascii() else "utf-8"
            header = Header(str(value), charset, maxlinelen=76, header_name=name)
            return f"{name}: {header.encode(linesep=self.linesep)}{self.linesep}"
        text: str = super().fold(name, value)
        return text

    def fold_binary(self, name: str, value: str) -> bytes:
        """One header as bytes; nothing but ASCII leaves here."""
        if name.lower() in _RAW or name.lower() == "subject":
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


POLICY = LetterPolicy(linesep="\r\n", max_line_length=76, cte_type="7bit", utf8=False)
