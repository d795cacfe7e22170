"""Numbers with their noun, as the terminal says them."""


def counted(number: int, noun: str) -> str:
    """``1 mail``, ``2 mails``."""
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
