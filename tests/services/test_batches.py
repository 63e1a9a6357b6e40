"""Articles stored together end as they would one by one, and none of them holds back another."""

from __future__ import annotations

import random
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.services import preparing, storing
from digests.services.furniture import LEARN_FROM
from digests.services.ingesting import BATCH, Action, Outcome, Report
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.bodies import body_from_json
from digests.storage.database import Database
from digests.text.document import Document
from tests.support.bureau import Bureau, raw
from tests.support.databases import postgres_database, postgres_template, sqlite_template, statements
from tests.support.developments import BRIDGES, FIRE, FIRE_AND_SMOKE, FLOOD, ROUNDUP, SMOKE, STRIKE
from tests.support.reports import BUDGET, FOOTBALL, GRAIN, GRAIN_NEXT_DAY, GRAIN_OTHER_OUTLET, HEAT, PENSIONS
from tests.support.rows import rows
from tests.support.stories import check_stories

REPORTS = (FIRE, SMOKE, FIRE_AND_SMOKE, *BRIDGES, ROUNDUP, *STRIKE, *FLOOD, GRAIN, GRAIN_OTHER_OUTLET, GRAIN_NEXT_DAY)
SOURCES = ("https://abendbote.example/feed", "https://hafenpost.example/feed")
HOUSE = ("Der Abendbote kostet am Kiosk zwei Euro.", "Unsere Zeichner malen jeden Tag.")
STORED = (models.Article, models.Story, models.Storyline, models.ArticleTopic, models.Source, models.StoryChange)

Step = tuple[str, int, int]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["house"] * 4 + ["plain", "plain", "edit", "again", "renamed", "empty"]),
        st.integers(0, len(REPORTS) - 1),
        st.integers(0, 1),
    ),
    min_size=3,
    max_size=BATCH + 10,
)


def article(step: Step) -> RawArticle:
    """A report of a source: with the lines of its house, edited, under another name, or without any text."""
    way, number, source = step
    report, key = REPORTS[number], SOURCES[source]
    lines = {"house": HOUSE, "edit": ("Am Abend äußert sich der Bürgermeister vor der Presse dazu.",)}.get(way, ())
    text = "" if way == "empty" else "\n".join((*report.paragraphs, *lines))
    guid = f"{number} again" if way == "renamed" else str(number)
    return raw(report, guid=guid, text=text, source_key=key, credit=key, origin=f"{way} {number}")


@contextmanager
def _url(kind: str) -> Iterator[str]:
    if kind == "postgresql":
        with postgres_database(postgres_template()) as url:
            yield url
        return
    with tempfile.TemporaryDirectory() as folder:
        yield f"sqlite+aiosqlite:///{shutil.copy(sqlite_template(), Path(folder) / 'batches.db')}"


@asynccontextmanager
async def new_bureau(kind: str) -> AsyncIterator[Bureau]:
    """A bureau on an empty database."""
    with _url(kind) as url:
        database = Database(url)
        yield await Bureau(database).open()
        await database.close()


def told(outcomes: Sequence[Outcome]) -> list[object]:
    """What can be compared."""
    return [outcome if isinstance(outcome, Report) else str(outcome) for outcome in outcomes]


async def result(kind: str, parts: Sequence[Sequence[RawArticle]]) -> tuple[object, ...]:
    """What becomes of articles, what is stored then, and what the next article of a source is cleaned of."""
    async with new_bureau(kind) as bureau:
        outcomes = [outcome for part in parts for outcome in await bureau.ingesting.ingest_all(part)]
        stored = [[dict(row) for row in await rows(bureau.database, model)] for model in STORED]
        await check_stories(bureau)
        next_one = await bureau.publish(BUDGET, text="\n".join((*BUDGET.paragraphs, *HOUSE)))
        return told(outcomes), stored, (next_one.dropped, next_one.placement.story_id)


async def compare(kind: str, steps: Sequence[Step], sizes: Sequence[int]) -> None:
    """Store articles one by one, and in parts of these sizes."""
    articles = [article(step) for step in steps]
    single = await result(kind, [[each] for each in articles])
    parts, rest = [], articles
    for size in sizes:
        parts.append(rest[:size])
        rest = rest[size:]
    assert await result(kind, [*parts, rest]) == single


@settings(max_examples=20, deadline=None)
@given(STEPS, st.lists(st.integers(1, 8), max_size=4))
async def test_together_comes_to_the_same_as_one_by_one(steps: list[Step], sizes: list[int]) -> None:
    await compare("sqlite", steps, sizes)


@settings(max_examples=4, deadline=None)
@given(STEPS, st.lists(st.integers(1, 8), max_size=4))
async def test_together_comes_to_the_same_on_postgresql(steps: list[Step], sizes: list[int]) -> None:
    await compare("postgresql", steps, sizes)


@settings(max_examples=6, deadline=None)
@given(STEPS)
async def test_where_the_transaction_ends_makes_no_difference(steps: list[Step]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(storing, "LONGEST", 0.0)
        await compare("sqlite", steps, [])


def numbered(count: int, *more: str) -> list[RawArticle]:
    """Articles of one source that have nothing in common but the lines `more`."""
    chance = random.Random(7)  # noqa: S311 - the same words in every run
    letters = "abdefgiklmnoprstu"

    def sentence() -> str:
        return " ".join("".join(chance.choices(letters, k=7)) for _ in range(9)).capitalize() + "."

    found = []
    for number in range(count):
        lines = [sentence() for _ in range(4)]
        found.append(raw(replace(GRAIN, title=sentence(), paragraphs=(*lines, *more)), guid=f"n{number}"))
    return found


async def test_a_new_source_loses_its_furniture_within_its_first_batch(any_bureau: Bureau) -> None:
    await any_bureau.ingesting.ingest_all(numbered(BATCH, *HOUSE))
    bodies = [body_from_json(row["body"]) for row in await rows(any_bureau.database, models.Article)]
    furnished = [number for number, body in enumerate(bodies) if any(each.text in HOUSE for each in body)]
    assert furnished == [0, 1, 2]  # it takes three to see what is repeated


async def test_an_article_edited_in_the_batch_counts_once(bureau: Bureau) -> None:
    line = HOUSE[0]
    first, *others = numbered(8)
    versions = [replace(first, text=f"{first.text}\n{line}\nDas ist Fassung {number}.") for number in range(4)]
    fresh = replace(others[0], text=f"{others[0].text}\n{line}")
    outcomes = await bureau.ingesting.ingest_all([*versions, fresh])
    assert [each.action for each in outcomes if isinstance(each, Report)] == [
        Action.ADDED,
        *[Action.UPDATED] * 3,
        Action.ADDED,
    ]
    row = (await rows(bureau.database, models.Article))[-1]
    assert body_from_json(row["body"])[-1].text == line  # in two articles: no furniture yet


async def test_what_edits_in_the_batch_repeat_is_furniture(bureau: Bureau) -> None:
    *known, fresh = [replace(each, text=f"{each.text}\n{HOUSE[0]}") for each in numbered(4)]
    await bureau.ingesting.ingest_all(numbered(3))
    *_, last = await bureau.ingesting.ingest_all([*known, fresh])
    assert isinstance(last, Report)
    assert HOUSE[0] in {line.text for line in last.dropped}


async def test_a_young_sources_articles_are_read_once_for_a_batch(bureau: Bureau) -> None:
    def looks() -> int:
        return sum("article.dropped" in each and each.startswith("SELECT") for each, _ in seen)

    with statements(bureau.database) as seen:
        await bureau.ingesting.ingest_all(numbered(BATCH))
        assert looks() == 1
        await bureau.ingesting.ingest_all(numbered(LEARN_FROM))
        assert looks() <= 1 + LEARN_FROM // BATCH


async def test_one_transaction_for_a_batch(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    commits: list[object] = []
    event.listen(bureau.database.engine, "commit", commits.append)
    monkeypatch.setattr(storing, "LONGEST", 60.0)  # however slow this machine is
    await bureau.ingesting.ingest_all(numbered(BATCH))
    assert len(commits) <= 3  # with those that only read


async def test_what_has_no_text_holds_back_nobody(any_bureau: Bureau) -> None:
    empty = replace(raw(GRAIN), text="", title="Leer", guid="leer", origin="leer.txt")
    one, refused, two = await any_bureau.ingesting.ingest_all([raw(GRAIN), empty, raw(FOOTBALL)])
    assert isinstance(one, Report)
    assert isinstance(two, Report)
    assert isinstance(refused, InputError)
    assert refused.place == "leer.txt"
    assert len(await rows(any_bureau.database, models.Article)) == 2


POISON = "Dieser Titel ist Gift"


@pytest.fixture
def _poison(monkeypatch: pytest.MonkeyPatch) -> None:
    """Storing an article of this title fails after its rows are written; so would a fault of ours."""
    store = ArticleStore.add

    async def add(self: ArticleStore, values: dict[str, object]) -> int:
        article_id = await store(self, values)
        if values["title"] == POISON:
            raise ZeroDivisionError(POISON)
        return article_id

    monkeypatch.setattr(ArticleStore, "add", add)


@pytest.mark.usefixtures("_poison")
async def test_a_poisonous_article_holds_back_nobody(any_bureau: Bureau) -> None:
    articles = numbered(BATCH - 1)
    outcomes = await any_bureau.ingesting.ingest_all(
        [*articles[:9], raw(replace(GRAIN, title=POISON), guid="poison"), *articles[9:]]
    )
    assert [number for number, each in enumerate(outcomes) if not isinstance(each, Report)] == [9]
    assert isinstance(outcomes[9], ZeroDivisionError)
    stored = await rows(any_bureau.database, models.Article)
    assert [row["guid"] for row in stored] == [each.guid for each in articles]
    await check_stories(any_bureau)
    with pytest.raises(ZeroDivisionError):
        await any_bureau.publish(replace(GRAIN, title=POISON))


@pytest.mark.usefixtures("_poison")
async def test_what_was_rolled_back_is_not_remembered(any_bureau: Bureau) -> None:
    other = {"source_key": SOURCES[1], "credit": "Hafenpost"}
    outcomes = await any_bureau.ingesting.ingest_all(
        [raw(FOOTBALL), raw(replace(GRAIN, title=POISON), guid="poison"), raw(GRAIN, **other), raw(HEAT)]
    )
    grain = outcomes[2]
    assert isinstance(grain, Report)
    assert grain.placement.duplicate_of is None  # its original was never stored
    assert grain.placement.opened_story
    copy = await any_bureau.publish(GRAIN, source_key="https://kurier.example/feed")
    assert copy.placement.duplicate_of == grain.placement.article_id
    assert len({row["id"] for row in await rows(any_bureau.database, models.Story)}) == 3


async def test_a_fault_in_cleaning_holds_back_nobody(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    read = preparing.read_raw

    def reading(raw: RawArticle, repeated: frozenset[str], now: datetime) -> Document:
        if raw.title == POISON:
            raise ZeroDivisionError(POISON)
        return read(raw, repeated, now)

    monkeypatch.setattr(preparing, "read_raw", reading)
    outcomes = await bureau.ingesting.ingest_all([raw(GRAIN), raw(replace(PENSIONS, title=POISON)), raw(FOOTBALL)])
    assert [type(each) for each in outcomes] == [Report, ZeroDivisionError, Report]


async def test_a_database_that_is_away_is_no_articles_fault(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: object) -> None:
        raise ConnectionError

    with monkeypatch.context() as patch:
        patch.setattr(ArticleStore, "alone", fail)
        with pytest.raises(ConnectionError):
            await bureau.ingesting.ingest_all([raw(GRAIN), raw(FOOTBALL)])
    bureau.clock.move(timedelta(minutes=1))
    outcomes = await bureau.ingesting.ingest_all([raw(GRAIN), raw(FOOTBALL)])
    assert [each.action for each in outcomes if isinstance(each, Report)] == [Action.ADDED, Action.ADDED]
