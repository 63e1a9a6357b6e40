"""A topic, and reading the catalogue's TOML file with an error that names the table and key of any fault."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from digests.domain.suggestions import key
from digests.errors import InputError
from digests.text.words import LANGUAGES, words

_KEYS = {"slug", "code", "parent", "featured", "lift", "names", "aliases", "narrower", "rule"}
_LONGEST_NAME = 24  # characters: a button on a phone


@dataclass(frozen=True, slots=True)
class Topic:
    """One entry of the catalogue. `rule` has the weight of each word or phrase, per language."""

    slug: str
    names: Mapping[str, str]  # by interface language
    code: str | None = None  # IPTC Media Topics; the top-level subjects have one
    parent: str | None = None
    aliases: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # other names of the same, by language
    narrower: tuple[str, ...] = ()  # names of things that belong to it: who types "Kiew" gets Ukraine
    rule: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    featured: int | None = None  # place on the first set-up screen, from 1
    lift: float = 0.5  # the share of its evidence that also speaks for the parent

    def __hash__(self) -> int:
        return hash(self.slug)

    def name(self, language: str) -> str:
        """The name in `language`, else the English one."""
        return self.names.get(language) or self.names["en"]

    @property
    def synonyms(self) -> tuple[str, ...]:
        """Names and aliases in all languages, each once."""
        return tuple(
            dict.fromkeys([*self.names.values(), *(word for group in self.aliases.values() for word in group)])
        )

    @property
    def subject(self) -> bool:
        """True for the top-level subjects, which compete for a text; named topics stand beside them."""
        return self.parent is None


def read(toml_text: str, origin: str) -> tuple[list[Topic], list[tuple[str, ...]]]:
    """The topics and the groups of spellings in a file called `origin`. Raises InputError for any fault."""
    try:
        data = tomllib.loads(toml_text)
    except tomllib.TOMLDecodeError as error:
        raise InputError(origin, f"no valid TOML: {error}") from error
    unknown = data.keys() - {"topic", "spellings"}
    if unknown:
        raise InputError(origin, f"unknown key {min(unknown)!r}; expected spellings and [[topic]]")
    tables = data.get("topic")
    if not isinstance(tables, list) or not tables:
        raise InputError(origin, "no [[topic]]; expected at least one")
    topics = [_topic(table, _Place(origin, table, number)) for number, table in enumerate(tables, 1)]
    _check_slugs(topics, origin)
    _check_names(topics, origin)
    return topics, [_spelling(group, origin) for group in data.get("spellings", [])]


class _Place:
    """Where a topic stands, for messages."""

    def __init__(self, origin: str, table: object, number: int) -> None:
        slug = table.get("slug") if isinstance(table, Mapping) else None
        self.table = f"{origin}: [[topic]] {slug or f'number {number}'}"

    def error(self, where: str, problem: str) -> InputError:
        return InputError(f"{self.table}, key {where}", problem)


def _topic(table: object, place: _Place) -> Topic:
    if not isinstance(table, Mapping):
        raise place.error("topic", "expected a table")
    unknown = table.keys() - _KEYS
    if unknown:
        raise place.error(min(unknown), f"unknown; expected one of {', '.join(sorted(_KEYS))}")
    slug = _text(table, "slug", place)
    if slug is None or key(slug) == "" or slug != slug.lower() or " " in slug:
        raise place.error("slug", "missing, or not lower case without spaces")
    return Topic(
        slug=slug,
        names=_names(table, place),
        code=_text(table, "code", place),
        parent=_text(table, "parent", place),
        aliases=_aliases(table, place),
        narrower=_listed(table.get("narrower", []), "narrower", place),
        rule=_rule(table, place),
        featured=_featured(table, place),
        lift=_lift(table, place),
    )


def _text(table: Mapping[str, Any], name: str, place: _Place) -> str | None:
    value = table.get(name)
    if value is not None and (not isinstance(value, str) or not value.strip()):
        raise place.error(name, f"expected text, found {value!r}")
    return value


def _featured(table: Mapping[str, Any], place: _Place) -> int | None:
    value = table.get("featured")
    if value is not None and (type(value) is not int or value < 1):
        raise place.error("featured", f"expected a whole number from 1, found {value!r}")
    return value


def _lift(table: Mapping[str, Any], place: _Place) -> float:
    value = table.get("lift", 0.5)
    if type(value) not in (int, float) or not 0 <= value <= 1:
        raise place.error("lift", f"expected a number from 0 to 1, found {value!r}")
    return float(value)


def _names(table: Mapping[str, Any], place: _Place) -> dict[str, str]:
    names = _by_language(table, "names", place)
    for language in LANGUAGES:
        name = names.get(language)
        if not isinstance(name, str) or not key(name):
            raise place.error(f"names.{language}", "missing; every topic has a name in each language")
        if len(name) > _LONGEST_NAME:
            raise place.error(f"names.{language}", f"longer than {_LONGEST_NAME} characters: {name!r}")
    return names


def _aliases(table: Mapping[str, Any], place: _Place) -> dict[str, tuple[str, ...]]:
    aliases = _by_language(table, "aliases", place)
    return {language: _listed(value, f"aliases.{language}", place) for language, value in aliases.items()}


def _rule(table: Mapping[str, Any], place: _Place) -> dict[str, dict[str, float]]:
    rules: dict[str, dict[str, float]] = {}
    for language, weights in _by_language(table, "rule", place).items():
        where = f"rule.{language}"
        if not isinstance(weights, Mapping):
            raise place.error(where, "expected a table of weight = words")
        rule = rules.setdefault(language, {})
        for weight, listed in weights.items():
            for entry in _listed(listed, f"{where}.{weight}", place):
                if not words(entry):
                    raise place.error(f"{where}.{weight}", f"no word: {entry!r}")
                if entry in rule:
                    raise place.error(f"{where}.{weight}", f"{entry!r} stands twice")
                rule[entry] = _weight(weight, where, place)
    return rules


def _weight(written: str, where: str, place: _Place) -> float:
    if written not in {"1", "2", "3", "4", "5"}:
        raise place.error(f"{where}.{written}", f"bad weight {written!r}; expected a whole number from 1 to 5")
    return float(written)


def _by_language(table: Mapping[str, Any], name: str, place: _Place) -> dict[str, Any]:
    value = table.get(name, {})
    if not isinstance(value, Mapping):
        raise place.error(name, f"expected a table with the keys {', '.join(LANGUAGES)}")
    unknown = value.keys() - set(LANGUAGES)
    if unknown:
        raise place.error(f"{name}.{min(unknown)}", f"unknown language; expected {', '.join(LANGUAGES)}")
    return dict(value)


def _listed(value: object, where: str, place: _Place) -> tuple[str, ...]:
    """Words in a list, or in one text with commas between them."""
    listed = value.split(",") if isinstance(value, str) else value
    if not isinstance(listed, list) or not all(isinstance(item, str) for item in listed):
        raise place.error(where, "expected words with commas between them, or a list of them")
    return tuple(dict.fromkeys(" ".join(item.split()) for item in listed if item.strip()))


def _spelling(group: object, origin: str) -> tuple[str, ...]:
    if not isinstance(group, list) or len(group) < 2 or not all(isinstance(form, str) and key(form) for form in group):
        raise InputError(f"{origin}: key spellings", f"expected lists of two or more spellings, found {group!r}")
    return tuple(group)


def _check_slugs(topics: list[Topic], origin: str) -> None:
    by_slug: dict[str, Topic] = {}
    for topic in topics:
        if topic.slug in by_slug:
            raise InputError(f"{origin}: [[topic]] {topic.slug}, key slug", "stands twice")
        by_slug[topic.slug] = topic
    for topic in topics:
        above, seen = topic.parent, {topic.slug}
        while above is not None:
            place = f"{origin}: [[topic]] {topic.slug}, key parent"
            if above not in by_slug:
                raise InputError(place, f"no topic has the slug {above!r}")
            if above in seen:
                raise InputError(place, f"{above!r} is above itself")
            seen.add(above)
            above = by_slug[above].parent


def _check_names(topics: list[Topic], origin: str) -> None:
    owners: dict[str, Topic] = {}
    for topic in topics:
        for name in (topic.slug, *topic.synonyms, *topic.narrower):
            owner = owners.setdefault(key(name), topic)
            if owner is not topic:
                place = f"{origin}: [[topic]] {topic.slug}, key aliases"
                raise InputError(place, f"{name!r} already leads to the topic {owner.slug!r}")
