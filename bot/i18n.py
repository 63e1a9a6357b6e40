"""All texts of the bot in German, English and Ukrainian, and the way dates, ages, numbers and lists are written.

A language is a file: whatever stands in `locales` is spoken, by the name and with the time zone for newcomers that the
file gives ("format.language", "format.time_zone"). The texts stand in `locales/<language>/bot.po` under short keys
("setup.topics") and are parsed once per process. A text is Telegram HTML: what is put into its placeholders is escaped
unless it is `Markup` already. Keys that begin with a word of `PLAIN` (buttons, toasts, menu entries) are plain text:
Telegram shows those as they are, so nothing is escaped.
What reads otherwise where several people read has a second text with `msgctxt "group"`.
Commands stand in texts as "{/latest}" and are shown as the language calls them: "/neu".
"""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from babel import Locale
from babel.dates import format_date, format_datetime, format_time, get_day_names
from babel.lists import format_list
from babel.messages.pofile import read_po
from babel.numbers import format_decimal

from bot.command_names import called, with_names

_LOCALES = files("bot").joinpath("locales")
LANGUAGES = tuple(sorted(each.name for each in _LOCALES.iterdir() if each.joinpath("bot.po").is_file()))
"""ISO 639-1 codes of the languages that the bot speaks."""
PLAIN = frozenset({"bot", "button", "command", "format", "placeholder", "toast"})
"""First words of keys whose texts are plain text, not HTML."""

_PLURAL_ORDER = ("zero", "one", "two", "few", "many", "other")  # the order of CLDR and of the forms in a .po file
_WEEK = frozenset(range(7))
_CONTROLS = {code: None for code in range(0xA0) if code < 0x20 or code >= 0x7F} | {ord("\n"): "\n", ord("\t"): " "}
_BIDI = dict.fromkeys([*range(0x202A, 0x202F), *range(0x2066, 0x206A)])
_FORBIDDEN = _CONTROLS | _BIDI

log = logging.getLogger(__name__)


class Markup(str):
    """Telegram HTML that is safe to send as it is."""

    __slots__ = ()


def escape(value: object) -> Markup:
    """`value` as Telegram HTML; `Markup` stays as it is.

    Control characters are dropped, and with them the ones that turn the direction of a text: a headline must not be
    able to turn round the lines after it.
    """
    if isinstance(value, Markup):
        return value
    text = str(value).translate(_FORBIDDEN)
    return Markup(text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;"))


def pick_language(client_code: str | None, default: str) -> str:
    """The language to begin with: the one of the reader's client ("de-AT") if we speak it, else `default`."""
    language = (client_code or "").replace("_", "-").split("-")[0].lower()
    return language if language in LANGUAGES else default


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The texts of one language as they stand in its .po file; a plural has one text per form of its language."""

    language: str
    messages: Mapping[str, str]
    plurals: Mapping[str, tuple[str, ...]]


@cache
def catalogue(language: str, *, group: bool = False) -> Catalogue:
    """Parse the .po file of `language`. With `group` its texts of the context "group" stand in place of the others.

    Raises `ValueError` for a language the bot does not speak.
    """
    if language not in LANGUAGES:
        raise ValueError(f"no texts for {language!r}; there are {', '.join(LANGUAGES)}")
    with _LOCALES.joinpath(language, "bot.po").open("rb") as file:
        parsed = read_po(file, locale=language, abort_invalid=True)
    messages: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    for message in sorted(parsed, key=lambda each: each.context is not None):  # what replaces comes after
        if message.context is not None and not group:
            continue
        if isinstance(message.id, str) and isinstance(message.string, str):
            messages[message.id] = with_names(message.string, language)
        else:
            plurals[message.id[0]] = tuple(with_names(form, language) for form in message.string or ())
    messages.pop("", None)  # the header
    return Catalogue(language, messages, plurals)


def translations(language: str, *, group: bool = False, strict: bool = False) -> Texts:
    """The texts of `language`; those of a `group` or channel never speak to one person as its owner.

    `strict` is for tests: a missing key or value raises instead of falling back.

    Raises `ValueError` for a language the bot does not speak.
    """
    return _strict_texts(language, group) if strict else _texts(language, group)


def language_name(language: str) -> str:
    """What a language is called by those who speak it. Raises `ValueError` as `translations` does."""
    return translations(language)("format.language")


@cache
def _texts(language: str, group: bool = False) -> Texts:
    return Texts(catalogue(language, group=group), Locale(language))


@cache
def _strict_texts(language: str, group: bool) -> Texts:
    return Texts(catalogue(language, group=group), Locale(language), strict=True)


class _Known(dict[str, str]):
    """Values of placeholders; a forgotten one shows as "…" rather than stopping the answer."""

    def __missing__(self, key: str) -> str:
        log.error("a text lacks its value", extra={"placeholder": key})
        return "…"


@dataclass(frozen=True, slots=True)
class Texts:
    """What the bot says in one language. Instants are UTC or zoned and are shown in the zone given with them."""

    catalogue: Catalogue
    locale: Locale
    strict: bool = field(default=False, kw_only=True)

    @property
    def language(self) -> str:
        """The ISO 639-1 code."""
        return self.catalogue.language

    def __call__(self, key: str, **values: object) -> str:
        """The text of `key` with `values` in its placeholders; whole numbers are written as the language does.

        The answer is `Markup`, or a plain string for the keys of `PLAIN`.

        Raises `KeyError` for an unknown key or a missing value when strict; else says so in the log and falls back to
        English, and to the key itself.
        """
        template = self.catalogue.messages.get(key)
        if template is None:
            return self._fallback(key, values)
        return self._fill(key, template, values)

    def plural(self, key: str, count: int, **values: object) -> str:
        """The form of `key` that `count` asks for; `{count}` and `values` fill its placeholders. Raises as a call."""
        forms = self.catalogue.plurals.get(key)
        if forms is None:
            return self._fallback(key, {"count": count, **values}, count)
        return self._fill(key, forms[self._form(count, len(forms))], {"count": count, **values})

    def _form(self, count: int, forms: int) -> int:
        tags = self.locale.plural_form.tags | {"other"}
        index = [tag for tag in _PLURAL_ORDER if tag in tags].index(self.locale.plural_form(abs(count)))
        return min(index, forms - 1)

    def _fill(self, key: str, template: str, values: Mapping[str, object]) -> str:
        plain = key.partition(".")[0] in PLAIN
        written = {name: self._written(value, plain=plain) for name, value in values.items()}
        text = template.format_map(written if self.strict else _Known(written))
        return text if plain else Markup(text)

    def _written(self, value: object, *, plain: bool) -> str:
        if isinstance(value, int) and not isinstance(value, bool):
            return self.number(value)
        return str(value) if plain else escape(value)

    def _fallback(self, key: str, values: Mapping[str, object], count: int | None = None) -> str:
        if self.strict:
            raise KeyError(f"no text {key!r} in {self.language}")
        log.error("a text is missing", extra={"key": key, "language": self.language})
        if self.language == "en":
            return escape(key)
        english = _texts("en")
        if count is None:
            return english(key, **values)
        return english.plural(key, count, **{name: value for name, value in values.items() if name != "count"})

    def command(self, name: str) -> str:
        """A command as readers of this language type it: "/neu"."""
        return f"/{called(name, self.language)}"

    def number(self, value: float) -> str:
        """A number with the language's separators: 12.345."""
        return str(value) if isinstance(value, int) and abs(value) < 1000 else format_decimal(value, locale=self.locale)

    def list(self, items: Iterable[object]) -> Markup:
        """ "a, b und c", each part escaped."""
        return Markup(format_list([escape(item) for item in items], locale=self.locale))

    def language_name(self, code: str) -> str:
        """The name of another language in this one: "Ukrainisch"."""
        return str(self.locale.languages.get(code, code))

    def date(self, at: dt.date, zone: dt.tzinfo | None = None) -> str:
        """ "Do., 13. August"."""
        return format_date(_local(at, zone), self("format.date"), locale=self.locale)

    def no_such_day(self, day: int, month: int) -> str:
        """A date that no calendar has, without a year: "31.02.", "31 February"."""
        pattern = re.sub("d+", lambda place: f"'{day:0{len(place[0])}}'", self("format.day"))
        return format_date(dt.date(2000, month, 1), pattern, locale=self.locale)

    def full_date(self, at: dt.date, zone: dt.tzinfo | None = None) -> str:
        """ "13. August 2026"."""
        return format_date(_local(at, zone), self("format.full_date"), locale=self.locale)

    def time(self, at: dt.datetime | dt.time, zone: dt.tzinfo | None = None) -> str:
        """ "07:00"; a bare `time` is local already."""
        if isinstance(at, dt.datetime):
            return format_datetime(_local(at, zone), self("format.time"), locale=self.locale)
        return format_time(at, self("format.time"), locale=self.locale)

    def slot(self, at: dt.datetime, zone: dt.tzinfo) -> str:
        """ "Do., 13. August, 07:00"."""
        return format_datetime(_local(at, zone), self("format.slot"), locale=self.locale)

    def moment(self, at: dt.datetime, zone: dt.tzinfo, now: dt.datetime) -> str:
        """A point of the past as briefly as it stays clear: "07:00" today, else "12. Aug., 07:00"."""
        local = at.astimezone(zone)
        if local.date() == now.astimezone(zone).date():
            return self.time(local)
        return format_datetime(local, self("format.moment"), locale=self.locale)

    def since(self, at: dt.datetime, zone: dt.tzinfo, now: dt.datetime) -> str:
        """A point of the past from which something is told: as `moment`, but "gestern, 07:00"."""
        local = at.astimezone(zone)
        if local.date() == now.astimezone(zone).date() - dt.timedelta(days=1):
            return self("moment.yesterday", time=self.time(local))
        return self.moment(at, zone, now)

    def age(self, age: dt.timedelta) -> str:
        """ "vor 2 Std."; less than a minute, or an instant ahead of our clock, is "gerade eben"."""
        minutes = int(age.total_seconds() // 60)
        if minutes < 1:
            return self("age.now")
        if minutes < 60:
            return self.plural("age.minutes", minutes)
        if minutes < 48 * 60:
            return self.plural("age.hours", minutes // 60)
        return self.plural("age.days", minutes // (24 * 60))

    def weekdays(self, days: Collection[int]) -> str:
        """Days of the week, Monday is 0: "täglich", "Mo–Fr", "Sa, So"."""
        chosen = sorted(set(days) & _WEEK)
        if len(chosen) == len(_WEEK):
            return self("days.daily")
        names = [self.weekday(day) for day in chosen]
        if len(chosen) > 2 and chosen[-1] - chosen[0] == len(chosen) - 1:
            return escape(f"{names[0]}–{names[-1]}")
        return escape(", ".join(names))

    def weekday(self, day: int) -> str:
        """The short name of a day, Monday is 0: "Mo"."""
        return str(get_day_names("abbreviated", context="stand-alone", locale=self.locale)[day])


def _local(at: dt.date, zone: dt.tzinfo | None) -> dt.date:
    """`at` in `zone`; a bare date is local already."""
    return at.astimezone(zone) if isinstance(at, dt.datetime) and zone is not None else at
