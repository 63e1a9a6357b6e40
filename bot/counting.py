"""Numbers of things, as the shell names them in English."""

from __future__ import annotations


def counted(count: int, one: str, many: str = "") -> str:
    """ "1 reader", "2 readers"; `many` where an s does not do."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
