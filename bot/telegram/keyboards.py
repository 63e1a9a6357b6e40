"""Buttons under messages, as plain values; `to_telegram` alone knows the library's classes.

Each grid takes the verb of the conversation that shows it. Its buttons carry `verb|action|...`; the actions are named
with each function. Rows for going on, back or closing belong to the conversation and are given to it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import time
from typing import Literal

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from bot.i18n import LANGUAGES, Texts, language_name
from bot.telegram.callbacks import encode
from bot.telegram.html import clip
from bot.telegram.widths import clipped, fitting_rows
from digests.domain.preferences import Length

BUTTON_LIMIT = 40
"""UTF-16 units of a button's text; a phone shows hardly more."""
TOPIC_ROWS = 5
"""Rows of topics on one page of them."""
USUAL_TIMES = (6 * 60 + 30, 7 * 60, 8 * 60, 12 * 60 + 30, 18 * 60 + 30, 20 * 60)
"""Minutes after midnight that the time screen offers."""
WORKDAYS = frozenset(range(5))
EVERY_DAY = frozenset(range(7))

Row = tuple["Button", ...]
Style = Literal["danger", "primary"]
"""What cannot be taken back, and what one goes on with."""


@dataclass(frozen=True, slots=True)
class Button:
    """A button that sends `data` back to us, opens `url`, or puts the text `copy` where the reader can paste it.

    Raises `ValueError` when it does not do exactly one of these.
    """

    text: str
    data: str | None = None
    url: str | None = None
    copy: str | None = None  # at most 256 characters
    style: Style | None = (
        None  # a colour, where the client and the server know it; it says nothing that the text does not
    )

    def __post_init__(self) -> None:
        if sum(each is not None for each in (self.data, self.url, self.copy)) != 1:
            raise ValueError(f"the button {self.text!r} needs either data or a url or a text to copy")
        object.__setattr__(self, "text", clip(self.text, BUTTON_LIMIT))


@dataclass(frozen=True, slots=True)
class Keyboard:
    """Rows of buttons under one message; empty rows are left out."""

    rows: tuple[Row, ...]

    @classmethod
    def of(cls, *rows: Iterable[Button]) -> Keyboard | None:
        """A keyboard of `rows`, or None when no button is left."""
        filled = tuple(row for row in map(tuple, rows) if row)
        return cls(filled) if filled else None


def to_telegram(keyboard: Keyboard | None) -> InlineKeyboardMarkup | None:
    """The library's keyboard; rows in which a phone would cut a label become several."""
    if keyboard is None:
        return None
    rows = (part for row in keyboard.rows for part in fitting_rows(row, lambda button: button.text))
    return InlineKeyboardMarkup([[_to_telegram(button) for button in row] for row in rows])


def _to_telegram(button: Button) -> InlineKeyboardButton:
    copy = CopyTextButton(button.copy) if button.copy is not None else None
    return InlineKeyboardButton(clipped(button.text), button.url, button.data, copy_text=copy, style=button.style)


def in_rows(buttons: Sequence[Button], width: int) -> tuple[Row, ...]:
    """`buttons` in rows of up to `width`."""
    return tuple(tuple(buttons[start : start + width]) for start in range(0, len(buttons), width))


def ticked(text: str, chosen: bool) -> str:
    """The text of a toggle: "✓ Sport" when it is on."""
    return f"✓ {text}" if chosen else text


@dataclass(frozen=True, slots=True)
class TopicChoice:
    """A topic on the toggle screen: its slug, its name as the reader sees it, stories per day, and whether it is on."""

    slug: str
    name: str
    per_day: int
    chosen: bool


def topic_grid(texts: Texts, choices: Sequence[TopicChoice], *, verb: str, page: int = 0) -> tuple[Row, ...]:
    """Toggles for topics, two in a row where their names are short enough, and below them all, none and more.

    Actions: `toggle|slug|page`, `all|page`, `none|page`, `page|number`. After the last page comes the first again.
    """
    rows = _topic_rows(choices)
    pages = max(1, -(-len(rows) // TOPIC_ROWS))
    page %= pages
    shown = rows[page * TOPIC_ROWS : (page + 1) * TOPIC_ROWS]
    toggles = (
        tuple(Button(_topic_text(each), encode(verb, "toggle", each.slug, page)) for each in row) for row in shown
    )
    last = [
        Button(texts("button.all"), encode(verb, "all", page)),
        Button(texts("button.none"), encode(verb, "none", page)),
    ]
    if pages > 1:
        last.append(Button(texts("button.more"), encode(verb, "page", (page + 1) % pages)))
    return (*toggles, tuple(last))


def _topic_rows(choices: Sequence[TopicChoice]) -> list[Sequence[TopicChoice]]:
    """Topics in rows of two or one, so that a tick moves none of them elsewhere."""
    rows: list[Sequence[TopicChoice]] = []
    for choice in choices:
        pair = (*rows[-1], choice) if rows and len(rows[-1]) == 1 else ()
        if pair and len(fitting_rows(pair, lambda each: _topic_text(replace(each, chosen=True)))) == 1:
            rows[-1] = pair
        else:
            rows.append((choice,))
    return rows


def _topic_text(choice: TopicChoice) -> str:
    return f"{clip(ticked(choice.name, choice.chosen), BUTTON_LIMIT - 8)} · {choice.per_day}"


def time_grid(texts: Texts, chosen: Collection[int], *, verb: str) -> tuple[Row, ...]:
    """Toggles for times of day (minutes after midnight); unusual times that are on stand among them.

    Action: `at|minutes`.
    """
    minutes = sorted({*USUAL_TIMES, *chosen})
    buttons = [
        Button(ticked(texts.time(time(*divmod(minute, 60))), minute in chosen), encode(verb, "at", minute))
        for minute in minutes
    ]
    return in_rows(buttons, 3 if len(minutes) <= len(USUAL_TIMES) else 4)


def day_sets(texts: Texts, chosen: Collection[int], *, verb: str) -> Row:
    """The usual sets of weekdays in one row: Monday to Friday, daily, once a week.

    Actions: `days|workdays`, `days|daily`, `days|weekly`.
    """
    days = frozenset(chosen)
    return (
        Button(ticked(texts("button.workdays"), days == WORKDAYS), encode(verb, "days", "workdays")),
        Button(ticked(texts("button.daily"), days == EVERY_DAY), encode(verb, "days", "daily")),
        Button(ticked(texts("button.weekly"), len(days) == 1), encode(verb, "days", "weekly")),
    )


def weekday_row(texts: Texts, chosen: Collection[int], *, verb: str, action: str = "day") -> Row:
    """A button for each day of the week, Monday is 0: toggles unless said otherwise. Action: `action|number`."""
    names = (texts.weekday(day) for day in range(7))
    return tuple(
        Button(ticked(f"{name[:1].upper()}{name[1:]}", day in chosen), encode(verb, action, day))
        for day, name in enumerate(names)
    )


def length_row(texts: Texts, chosen: Length | None, *, verb: str) -> Row:
    """The three lengths of a digest. Action: the length itself, `verb|short`."""
    names = {
        Length.SHORT: texts("button.length_short"),
        Length.NORMAL: texts("button.length_normal"),
        Length.LONG: texts("button.length_long"),
    }
    return tuple(Button(ticked(name, length is chosen), encode(verb, length.value)) for length, name in names.items())


def language_rows(chosen: str | None, *, verb: str) -> tuple[Row, ...]:
    """The languages of the bot, each by its own name. Action: its code, `verb|uk`."""
    names = [Button(ticked(language_name(code), code == chosen), encode(verb, code)) for code in LANGUAGES]
    return in_rows(names, 3)


def to_settings(texts: Texts) -> Row:
    """The way from a single setting to the screen of all."""
    return (Button(texts("button.back_to_settings"), encode("settings")),)


def to_admin(texts: Texts) -> Row:
    """The way to the operators' first screen. A way to another section names it; one step back is called "Back"."""
    return (Button(texts("button.admin"), encode("admin")),)


def closing(texts: Texts) -> Row:
    """The button that takes a screen away."""
    return (Button(texts("button.close"), encode("close")),)


def yes_no(texts: Texts, *, yes: str, no: str) -> Row:
    """Two buttons with the data of either answer."""
    return (Button(texts("button.yes"), yes), Button(texts("button.no"), no))


def pager(texts: Texts, page: int, pages: int, *, verb: str, about: str | int = "") -> Row:
    """Back and on through pages counted from 0; only those that exist. Action: `page|number|about`."""
    row = []
    if page > 0:
        row.append(Button(texts("button.previous_page"), encode(verb, "page", page - 1, about)))
    if page + 1 < pages:
        row.append(Button(texts("button.next_page"), encode(verb, "page", page + 1, about)))
    return tuple(row)
