"""Items that tell the same come once; what only resembles another stays."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digests.domain.articles import Story
from digests.domain.composing import compose
from digests.domain.digests import Digest, Window
from digests.domain.preferences import Length
from tests.support import reports
from tests.support.builders import NOON, article, preferences, story
from tests.support.reports import Report

WINDOW = Window(NOON - timedelta(days=1), NOON)


def told(report: Report, credit: str = "Abendbote") -> Story:
    return story(article(report.title, report.paragraphs, credit=credit, language=report.language))


def digest_of(*stories: Story, every: bool = False) -> Digest:
    return compose(preferences(length=Length.LONG), WINDOW, stories, now=NOON, every=every)


def report(title: str, *paragraphs: str, language: str = "de") -> Report:
    return Report(title, paragraphs, language)


BRIDGE = report(
    "Talbrücke bei Ostheim nach Brand eines Lastwagens gesperrt",
    "Die Talbrücke bei Ostheim ist nach dem Brand eines Lastwagens in beide Richtungen gesperrt. "
    "Der Fahrer konnte sich retten, die Feuerwehr löschte die ganze Nacht.",
)
SAME = (
    (
        BRIDGE,
        report(
            "Ostheim: Lastwagen brennt auf Talbrücke, Sperrung in beide Richtungen",
            "Nach dem Brand eines Lastwagens bleibt die Talbrücke bei Ostheim in beide Richtungen gesperrt. "
            "Die Feuerwehr löschte bis zum Morgen, der Fahrer rettete sich aus dem Führerhaus.",
        ),
    ),
    (
        report(
            "Minister resigns over ferry contract in Northport",
            "Transport minister Ada Holm resigned on Tuesday over the ferry contract with a Northport shipyard. "
            "The shipyard had delivered none of the ferries it was paid for.",
            language="en",
        ),
        report(
            "Ada Holm resigns as minister over Northport ferry contract",
            "Ada Holm has resigned as transport minister over the contract for ferries with a shipyard in Northport. "
            "None of the ferries that were paid for has been delivered by the shipyard.",
            language="en",
        ),
    ),
)
APART = (
    (reports.seed_nato_invitation(), reports.seed_nato_dinner()),
    (reports.GRAIN, reports.GRAIN_NEXT_DAY),
    (reports.seed_nato_invitation(), reports.NATO_FOLLOW_UP),
    (
        report(
            "Rotweiß Elbstadt gewinnt in der zweiten Liga gegen Hafen",
            "Rotweiß Elbstadt hat in der zweiten Liga gegen den SV Hafen mit 3:1 gewonnen. "
            "Die Tore für Elbstadt schossen Petersen und Okafor.",
        ),
        report(
            "Blaugelb Ostheim gewinnt in der zweiten Liga gegen Talheim",
            "Blaugelb Ostheim hat in der zweiten Liga gegen den FC Talheim mit 2:0 gewonnen. "
            "Die Tore für Ostheim schossen Brandt und Lund.",
        ),
    ),
    (
        report(
            "Gesundheitsamt Elbstadt meldet 112 neue Fälle von Masern",
            "Das Gesundheitsamt Elbstadt hat am Montag 112 neue Fälle von Masern gemeldet. "
            "Die Schulen in Elbstadt bleiben geöffnet.",
        ),
        report(
            "Gesundheitsamt Elbstadt meldet 140 neue Fälle von Masern",
            "Das Gesundheitsamt Elbstadt hat am Dienstag 140 neue Fälle von Masern gemeldet. "
            "Die Schulen in Elbstadt bleiben geöffnet.",
        ),
    ),
    (
        report(
            "Rat von Talheim beschließt neue Buslinie",
            "Alle Angaben sind ohne Gewähr und können sich jederzeit ohne Ankündigung ändern. "
            "Für Schäden, die aus der Nutzung dieser Angaben entstehen, wird keine Haftung übernommen.",
        ),
        report(
            "Museum zeigt Münzen aus Byzanz",
            "Alle Angaben sind ohne Gewähr und können sich jederzeit ohne Ankündigung ändern. "
            "Für Schäden, die aus der Nutzung dieser Angaben entstehen, wird keine Haftung übernommen.",
        ),
    ),
)


@pytest.mark.parametrize(("first", "second"), SAME)
def test_of_two_stories_that_tell_the_same_the_better_one_comes(first: Report, second: Report) -> None:
    weak = told(second)
    strong = story(
        *(article(first.title, first.paragraphs, credit=credit, language=first.language) for credit in ("A", "B"))
    )
    digest = digest_of(weak, strong, told(reports.HEAT))
    assert {item.story_id for item in digest.items} >= {strong.id}
    assert weak.id not in {item.story_id for item in digest.items}
    assert len(digest.items) == 2
    assert digest.left_out == 1
    assert len(digest_of(weak, strong, told(reports.HEAT), every=True).items) == 3


@pytest.mark.parametrize(("first", "second"), APART)
def test_stories_that_only_resemble_each_other_both_come(first: Report, second: Report) -> None:
    assert len(digest_of(told(first), told(second)).items) == 2


def test_separate_subjects_all_come() -> None:
    digest = digest_of(*(told(each) for each in reports.SEPARATE_SUBJECTS))
    assert len(digest.items) == len(reports.SEPARATE_SUBJECTS)


def test_the_next_story_takes_the_place_of_a_dropped_one() -> None:
    first, second = SAME[0]
    strong = story(*(article(first.title, first.paragraphs, credit=credit) for credit in ("A", "B")))
    third = told(reports.HEAT)
    digest = compose(preferences(), WINDOW, [strong, told(second), third], now=NOON, limit=2)
    assert {item.story_id for item in digest.items} == {strong.id, third.id}
    assert digest.items[1].parts is not None
