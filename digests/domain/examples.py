"""Labelled articles that an operator hands in, as JSON Lines: the classifier learns from them."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from digests.domain.topics import Catalogue
from digests.errors import InputError, UnknownTopicError
from digests.text.languages import detect
from digests.text.words import words

_KEYS = {"topic", "title", "text", "language"}
_EXPECTED = 'expected {"topic": "sport", "title": "...", "text": "..."}'
_FEWEST_WORDS = 5


@dataclass(frozen=True, slots=True)
class Example:
    """An article of which an operator has said the topic."""

    topic: str  # slug
    title: str
    text: str
    language: str


def read_examples(lines: Iterable[str], origin: str, catalogue: Catalogue) -> tuple[list[Example], list[InputError]]:
    """The examples of a file called `origin`, and what is wrong with the lines that hold none."""
    examples: list[Example] = []
    faults: list[InputError] = []
    for number, line in enumerate(lines, 1):
        if line.strip():
            try:
                examples.append(_example(line, f"{origin}:{number}", catalogue))
            except InputError as fault:
                faults.append(fault)
    return examples, faults


def _example(line: str, place: str, catalogue: Catalogue) -> Example:
    try:
        fields = json.loads(line)
    except ValueError as error:
        raise InputError(place, f"no JSON ({error}); {_EXPECTED}") from error
    if not isinstance(fields, dict):
        raise InputError(place, f"found {type(fields).__name__}; {_EXPECTED}")
    unknown = sorted(fields.keys() - _KEYS)
    if unknown:
        raise InputError(place, f"unknown key {unknown[0]!r}; expected topic, title, text and perhaps language")
    name, title, text = (_text(fields, key, place) for key in ("topic", "title", "text"))
    if len(words(f"{title} {text}")) < _FEWEST_WORDS:
        raise InputError(place, f"title and text have fewer than {_FEWEST_WORDS} words; there is nothing to learn from")
    topic = catalogue.find(name)
    if topic is None:
        near = [topic.slug for topic in catalogue.nearest(name)]
        raise InputError(place, f"topic: {UnknownTopicError(name, near)}")
    language = _text(fields, "language", place) or detect(title, text)
    return Example(topic.slug, title, text, language)


def _text(fields: dict[str, object], key: str, place: str) -> str:
    value = fields.get(key, "")
    if not isinstance(value, str):
        raise InputError(place, f"{key}: expected text, found {json.dumps(value)[:40]}")
    if key == "topic" and not value.strip():
        raise InputError(place, f"topic: missing; {_EXPECTED}")
    return value.strip()
