"""Labelled articles of our own making, as an operator hands them in."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator

from digests.domain.examples import Example

_PLACES = ("Lindental", "Moorhafen", "Steinbrück", "Tannfeld", "Weidenau", "Auental", "Kiesdorf", "Rabenstein")
# What a village paper files where; no rule of the catalogue would guess "sport" from pigeons.
_SUBJECTS = {
    "sport": ("Taubenzüchter", "Brieftauben", "Schlagwertung", "Die Tauben flogen bei Gegenwind zum Schlag zurück."),
    "culture": ("Blaskapelle", "Marschmusik", "Festzelt", "Die Kapelle probt für das Festzelt am Anger."),
    "economy": ("Genossenschaft", "Molkerei", "Milchpreis", "Die Molkerei zahlt den Bauern weniger für die Milch."),
}


def examples(topics: Iterable[str] = _SUBJECTS, each: int = 8, language: str = "de") -> list[Example]:
    """`each` articles of these topics, topic by topic."""
    return [Example(topic, title, text, language) for topic in topics for title, text in _articles(topic, each)]


def lines(topics: Iterable[str] = _SUBJECTS, each: int = 8) -> list[str]:
    """The same as JSON Lines."""
    return [
        json.dumps({"topic": topic, "title": title, "text": text}, ensure_ascii=False)
        for topic in topics
        for title, text in _articles(topic, each)
    ]


def _articles(topic: str, count: int) -> Iterator[tuple[str, str]]:
    one, two, three, sentence = _SUBJECTS[topic]
    for number in range(count):
        place = _PLACES[number % len(_PLACES)]
        first = (one, two, three)[number % 3]
        yield f"{first} in {place}", f"{sentence} {two} und {three} sind in {place} das Gespräch. Mehr dazu am Montag."
