"""Invented reports as newcomers, and the stream that brings them into a story index."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.stories import Newcomer, StoryIndex
from digests.domain.terms import terms
from tests.support import reports
from tests.support.builders import NOON
from tests.support.reports import Report

SEEDS = {
    "invitation": reports.seed_nato_invitation(),
    "dinner": reports.seed_nato_dinner(),
    "carlson": reports.seed_carlson(),
}
OTHERS = {f"other {number}": report for number, report in enumerate(reports.SEPARATE_SUBJECTS)}
GRAIN = {
    "grain": reports.GRAIN,
    "grain elsewhere": reports.GRAIN_OTHER_OUTLET,
    "grain next day": reports.GRAIN_NEXT_DAY,
}


def newcomer(
    report: Report, source: str = "", after: timedelta = timedelta(0), page: int | None = None, title: str | None = None
) -> Newcomer:
    title = report.title if title is None else title
    found = terms(title, report.paragraphs)
    return Newcomer(title, found, report.language, source or report.title, NOON + after, page)


class Stream:
    """Feeds an index as ingesting does: assign, open what is new, add."""

    def __init__(self) -> None:
        self.index = StoryIndex()
        self.places: dict[int, tuple[int, int]] = {}

    def take(self, item: Newcomer) -> tuple[int, int]:
        """Where the newcomer ends up: (story, storyline)."""
        number = len(self.places) + 1
        verdict = self.index.assign(item)
        story = number if verdict.story_id is None else verdict.story_id
        storyline = story if verdict.storyline_id is None else verdict.storyline_id
        self.index.add(number, item, story, storyline)
        self.places[number] = (story, storyline)
        return story, storyline


def stream(named: dict[str, Report]) -> dict[str, tuple[int, int]]:
    run = Stream()
    return {name: run.take(newcomer(report, source=name)) for name, report in named.items()}
