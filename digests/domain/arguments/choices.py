"""Arguments that choose one of a few things, and the change list of /topics."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from babel import Locale

from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import dictionary, number, plain
from digests.domain.preferences import MOST_MINUTES, Length, length_of
from digests.domain.suggestions import key
from digests.text.words import LANGUAGES

_LENGTHS = dictionary({
    Length.SHORT: "kurz, kürzer, knapp, short, shorter, brief, коротко, коротка, короткий, коротше, стисло",
    Length.NORMAL: "normal, mittel, standard, medium, regular, default, нормально, звичайно, звичайна, звичайний, "
    "середній, середня, середньо",
    Length.LONG: "lang, länger, ausführlich, long, longer, full, detailed, довго, довга, довгий, довше, детально, "
    "докладно",
})  # fmt: skip
_MINUTES = re.compile(
    r"(?:ca\.? ?|~ ?|≈ ?|etwa |about )?(?P<count>\d+)[ -]?(?:min|mins|minuten?|minutes?|m|хв|хвилин[аиу]?)?\.?"
)
_FURTHER_LANGUAGES = dictionary({
    "de": "de, deu, ger, at, auf deutsch, німецькою, по-німецьки", "en": "en, eng, gb, us, auf englisch, "
    "англійською, по-англійськи", "uk": "uk, ukr, ua, auf ukrainisch, ukrainian, українською, по-українськи, укр",
})  # fmt: skip
_REGION = re.compile(r"(?P<language>[a-z]{2})[-_][a-z]{2,4}")
_CHANGE = re.compile(r"(?P<sign>[+]|(?:(?<=[\s,;])|^)[\-‐‑‒–—―−])\s*")


def parse_length(text: str) -> tuple[Length, int | None]:
    """How long the digest shall be: its name, and the minutes of reading where these were typed.

    Raises ArgumentError: MISSING, UNREADABLE, IMPOSSIBLE for no minutes or too many.
    """
    normal = plain(text).rstrip(".!")
    choices = tuple(length.value for length in Length)
    if not normal:
        raise ArgumentError(Problem.MISSING, suggestions=choices)
    if normal in _LENGTHS:
        return _LENGTHS[normal], None
    match = _MINUTES.fullmatch(normal)
    if match is None:
        raise ArgumentError(Problem.UNREADABLE, text.strip(), choices)
    minutes = number(match["count"])
    if not 1 <= minutes <= MOST_MINUTES:
        raise ArgumentError(Problem.IMPOSSIBLE, text.strip(), choices)
    return length_of(minutes), minutes


def parse_language(text: str, languages: Sequence[str] = LANGUAGES) -> str:
    """One of these languages (ISO 639-1) by code or by its name in any of them: "uk", "Ukrainisch", "українська".

    Raises ArgumentError: MISSING, UNREADABLE.
    """
    normal = plain(text).rstrip(".!")
    if not normal:
        raise ArgumentError(Problem.MISSING, suggestions=tuple(languages))
    region = _REGION.fullmatch(normal)
    wanted = region["language"] if region else normal
    for code in languages:
        names = {plain(Locale.parse(language).languages.get(code, code)) for language in languages}
        if wanted in {code, *names} or _FURTHER_LANGUAGES.get(wanted) == code:
            return code
    raise ArgumentError(Problem.UNREADABLE, text.strip(), tuple(languages))


@dataclass(frozen=True, slots=True)
class TopicChanges:
    """Topic names as typed, in order; a name with both signs counts with the last one."""

    add: tuple[str, ...] = ()
    remove: tuple[str, ...] = ()


def parse_topic_changes(text: str) -> TopicChanges:
    """Read "+sport -kultur"; names may have several words, and names without a sign are added ("sport, kultur").

    Raises ArgumentError MISSING when no name is there.
    """
    pieces = _CHANGE.split(text.strip())
    signs = ["+", *("+" if sign == "+" else "-" for sign in pieces[1::2])]
    wanted: dict[str, tuple[str, str]] = {}
    for sign, names in zip(signs, pieces[::2], strict=True):
        for name in re.split(r"[,;\n]", names):
            if key(name):
                wanted[key(name)] = (sign, " ".join(name.split()))
    if not wanted:
        raise ArgumentError(Problem.MISSING, text.strip())
    added = tuple(name for sign, name in wanted.values() if sign == "+")
    return TopicChanges(added, tuple(name for sign, name in wanted.values() if sign == "-"))


def split_command(text: str) -> tuple[str, str] | None:
    """A typed command as its key and the rest: "/Länge@some_bot kurz" -> ("lange", "kurz"); None for other text.

    The key has one spelling (`suggestions.key`), so it is compared with the keys of the commands' names.
    """
    match = re.match(r"\s*[/／]\s*(?P<name>\w+)(?:@\w*)?(?:\s+(?P<rest>.*))?", text, re.DOTALL)
    return (key(match["name"]), (match["rest"] or "").strip()) if match else None
