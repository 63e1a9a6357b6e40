"""Breaking news told twice, and kept back wrongly: what comparing a story with those told before comes to.

    python -m tests.benchmarks.alerts

Reads ../shared/data beside the repository; says what is missing. Labelled events of four reports or more are left as
two stories, each in halves: the second should be kept back. Stories of different events, of three reports or more,
should not. Then the same in a whole week's newsroom, by the chain's own stories of three sources or more.
"""

from __future__ import annotations

import asyncio
import itertools
import random
from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from digests.domain.breaking import ALIKE, SHARED, is_told
from digests.domain.stories import Newcomer, StoryIndex
from digests.services.newsroom import remembered
from digests.storage.articles import ArticleStore
from digests.storage.recent import articles_of
from digests.storage.stories import StoryStore
from tests.benchmarks.data import clear_exit, rows
from tests.benchmarks.sample_newsroom import SampleNewsroom, sample_newsroom
from tests.benchmarks.stories import newcomer
from tests.benchmarks.tables import Figure

_FEWEST = 3
"""Sources of a story that may break."""


class Told(NamedTuple):
    """A story as it is compared."""

    name: str
    reports: Sequence[Newcomer]

    @property
    def titles(self) -> list[str]:
        return [report.title for report in self.reports]


def alikeness(one: Told, other: Told) -> float:
    """As `Recognising` finds it: in an index of these two alone."""
    index = StoryIndex()
    for story, told in enumerate((one, other), start=1):
        for number, report in enumerate(told.reports):
            index.add(1000 * story + number, report, story, story)
    return index.alikeness(1, 2)


def same(one: Told, other: Told) -> bool:
    """Whether the one is kept back after the other."""
    return is_told(alikeness(one, other), one.titles, other.titles)


def events() -> list[Told]:
    """The labelled events. Raises MissingDataError."""
    found: defaultdict[str, list[Newcomer]] = defaultdict(list)
    for number, row in enumerate(rows("stories_en")):
        found[row["event"]].append(newcomer(row["title"], row["text"], source=str(number)))
    return [Told(name, reports) for name, reports in found.items()]


def halves(event: Told) -> tuple[Told, Told]:
    """An event left as two stories."""
    order = random.Random(event.name).sample(list(event.reports), len(event.reports))
    middle = len(order) // 2
    return Told(event.name, order[:middle]), Told(event.name, order[middle:])


def measure() -> tuple[Figure, Figure]:
    """Shares of second alerts and of other events that are kept back. Raises MissingDataError."""
    told = events()
    torn = [halves(event) for event in told if len(event.reports) > _FEWEST]
    kept = [same(*each) for each in torn]
    pairs = list(itertools.combinations([event for event in told if len(event.reports) >= _FEWEST], 2))
    wrong = [same(*each) for each in pairs]
    joined = sum(alikeness(*each) >= 1 for each in pairs)
    rule = f"alike {ALIKE:g}, {SHARED} words of headlines"
    return (
        Figure("second alerts kept back", sum(kept) / len(kept), f"{sum(kept)} of {len(kept)} events; {rule}"),
        Figure(
            "other events kept back",
            sum(wrong) / len(wrong),
            f"{sum(wrong)} of {len(wrong)} pairs; {joined} as alike as the reports of one story",
        ),
    )


async def measure_newsroom() -> Figure:
    """Share of a week's stories that another one, told within a day before, would keep back wrongly."""
    async with sample_newsroom() as newsroom:
        stories = await _large(newsroom)
    told = wrong = 0
    for place, (began, story) in enumerate(stories):
        before = [other for at, other in stories[:place] if (began - at).total_seconds() < 24 * 3600]
        told += 1
        wrong += any(same(story, other) for other in before if other.name != story.name)
    return Figure("stories of a week kept back wrongly", wrong / max(told, 1), f"{wrong} of {told} stories")


async def _large(newsroom: SampleNewsroom) -> list[tuple[datetime, Told]]:
    """Stories with sources enough, by when they began, each named by the event that most of it is of."""
    async with newsroom.database.read() as transaction:
        found = await StoryStore(transaction).newest(newsroom.clock.now() - timedelta(days=30), None, None)
        ids = [row.id for row, _ in found if row.source_count >= _FEWEST]
        began = {story.id: story.first_at for story in await ArticleStore(transaction).load_stories(ids)}
        articles = await articles_of(transaction, ids)
    by_story: defaultdict[int, list[Newcomer]] = defaultdict(list)
    names: defaultdict[int, list[str]] = defaultdict(list)
    events_of = {f"event {number}": row["event"] for number, row in enumerate(rows("stories_en"))}
    for article in articles:
        by_story[article.story_id].append(remembered(article, None))
        guid = newsroom.raws[article.id].guid if article.id in newsroom.raws else ""
        names[article.story_id].append(events_of.get(guid, guid))
    return sorted(
        ((began[id_], Told(_most(names[id_]), by_story[id_])) for id_ in ids), key=lambda each: (each[0], each[1].name)
    )


def _most(names: Iterable[str]) -> str:
    listed = list(names)
    return max(sorted(set(listed)), key=listed.count)


def main() -> None:
    """Print what is measured."""
    for figure in (*measure(), asyncio.run(measure_newsroom())):
        print(f"{figure.measure}: {figure.value:.3f} ({figure.data})")


if __name__ == "__main__":
    with clear_exit():
        main()
