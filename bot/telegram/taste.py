"""The buttons "more of this" and "less" below a digest: they carry its stories, so they work whenever and wherever."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import Texts
from bot.telegram.callbacks import encode
from bot.telegram.keyboards import Button, Row

_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


def taste_row(story_ids: Iterable[int], texts: Texts) -> Row:
    """[More of this] [Less] [Adjust] for these stories; the last opens the weights in a new message."""
    ids = list(story_ids)
    return (
        Button(texts("button.more_of_this"), stories_data("more", ids)),
        Button(texts("button.less"), stories_data("less", ids)),
        Button(texts("button.adjust"), encode("open", "weights")),
    )


def stories_data(verb: str, story_ids: Iterable[int]) -> str:
    """The data of a button about stories: as many of them as fit, the first ones, in the shortest spelling."""
    kept: list[str] = []
    for story_id in story_ids:
        try:
            encode(verb, *kept, _short(story_id))
        except ValueError:
            break
        kept.append(_short(story_id))
    return encode(verb, *kept)


def stories_in(arguments: Iterable[str]) -> list[int]:
    """The stories that a button names; what is no number is left out."""
    return [int(each, 36) for each in arguments if each and len(each) < 12 and all(sign in _DIGITS for sign in each)]


def _short(number: int) -> str:
    """A number to the base 36."""
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
