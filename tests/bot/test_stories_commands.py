"""`python -m bot stories ...` beside a running process: what it prints, what it refuses, how it is taken back."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from click.testing import CliRunner, Result

from bot import log
from bot.cli import main
from digests.ports import SystemClock
from digests.storage.database import Database
from digests.storage.retention import RetentionStore
from tests.support.bureau import Bureau
from tests.support.developments import FIRE
from tests.support.reports import BUDGET, FOOTBALL, HEAT, Report
from tests.support.settings import DEFAULTS
from tests.support.stories import check_stories, feed, publish_all, stories_of

Call = Callable[..., Awaitable[str]]


@pytest.fixture
async def bureau(database: Database) -> Bureau:
    """A process at work, as `bot run` is; it keeps the machine's time, as the commands do."""
    bureau = await Bureau(database).open()
    bureau.clock.move(SystemClock().now())
    return bureau


@pytest.fixture
def call(bureau: Bureau, monkeypatch: pytest.MonkeyPatch) -> Call:
    """Runs a command on the database of that process: standard output, or the one line of an error."""
    monkeypatch.setattr(log, "configure", lambda *_: None)
    for name in DEFAULTS:
        monkeypatch.delenv(name.upper(), raising=False)
    url = bureau.database.url.render_as_string(hide_password=False)

    def invoke(arguments: tuple[str, ...]) -> Result:
        return CliRunner().invoke(main, ["stories", *arguments], env={"DATABASE_URL": url})

    async def run(*arguments: object, fails: bool = False) -> str:
        result = await asyncio.to_thread(invoke, tuple(map(str, arguments)))
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        assert result.exit_code == (2 if fails else 0), result.output
        if not fails:
            return result.stdout
        assert result.stdout == ""
        return result.stderr.strip().splitlines()[-1]

    return run


async def test_a_merge_is_told_shown_logged_and_taken_back(bureau: Bureau, call: Call) -> None:
    one, two = await publish_all(bureau, FIRE, FOOTBALL)
    first, second = one.placement.story_id, two.placement.story_id
    said = await call("merge", first, second, "--by", "Ada")
    assert f"Merged story {second} into story {first} (1 article)." in said
    assert "Undo: `stories undo 1`." in said
    shown = await call("show", second)
    assert f"Story {second} was merged into story {first}." in shown
    assert FIRE.title in shown
    assert FOOTBALL.title in shown
    assert f"Ada: Merged story {second} into story {first}" in shown
    assert len(set(await stories_of(bureau, one, two))) == 1
    listed = await call("list")
    assert FIRE.title in listed
    assert FOOTBALL.title not in listed, "an empty story is not listed"
    copy = await bureau.publish(replace(FOOTBALL, title="Pokal"), **feed())
    assert copy.placement.story_id == first, "the running process has learnt of it"
    said = await call("undo", 1)
    assert "Change 1 is undone." in said
    log_ = await call("log")
    assert "· undone" in log_
    assert "#2" in log_
    assert await stories_of(bureau, one, two, copy) == [first, second, second]
    await bureau.publish(BUDGET)
    await check_stories(bureau)


async def test_a_split_and_a_move(bureau: Bureau, call: Call) -> None:
    one, two, three = await publish_all(bureau, FIRE, FOOTBALL, HEAT)
    story, article = one.placement.story_id, three.placement.article_id
    await call("merge", story, two.placement.story_id, three.placement.story_id)
    said = await call("split", story, article)
    opened = (await stories_of(bureau, three))[0]
    assert f"Split story {story}: article {article} opened story {opened}." in said
    assert "fixed" in await call("list")
    said = await call("move", two.placement.article_id, "--to", opened)
    assert f"Moved article {two.placement.article_id} from story {story} to story {opened}." in said
    assert await stories_of(bureau, one, two, three) == [story, opened, opened]
    assert await call("release", opened) == f"Repairs may touch story {opened} again.\n"
    assert "all along" in await call("release", opened)
    await bureau.publish(BUDGET)
    await check_stories(bureau)


async def test_a_story_is_shown_with_what_was_dropped(bureau: Bureau, call: Call) -> None:
    first, _ = await bureau.import_seeds()
    shown = await call("show", first.placement.story_id, "--dropped")
    assert "machine translated" in shown
    assert "removed teaser list ×17" in shown
    assert "ad: spot_imgspot_imgspot_imgspot_img" in shown
    assert "ad: spot_img" not in await call("show", first.placement.story_id)


async def test_a_story_is_shown_with_its_edits(bureau: Bureau, call: Call) -> None:
    lead = "Bei einem Brand in Lyon sind am Montag 12 Menschen verletzt worden, teilte die Feuerwehr mit."
    one = Report("Brand in Lyon", (lead, "Die Ursache ist unklar."))
    two = Report("Großbrand im Zentrum von Lyon", (lead.replace("12", "14"), *one.paragraphs[1:], "Der Rauch zog ab."))
    three = Report(two.title, (two.paragraphs[0], "Ein Kurzschluss löste ihn aus.", *two.paragraphs[2:]))
    for report in (one, two, three):
        published = await bureau.publish(report, guid="lyon")
        bureau.clock.move(timedelta(hours=1))
    edits = [f"edited {bureau.clock.now() - timedelta(hours=hours):%Y-%m-%d %H:}" for hours in (2, 1)]
    shown = await call("show", published.placement.story_id)
    lines = [line.strip() for line in shown.splitlines() if line.startswith(" " * 10)]
    assert [line if not line.startswith("edited") else line[:-2] for line in lines] == [
        edits[0],
        f"headline: “{one.title}” → “{two.title}”",
        f"corrected: “{lead}” → “{two.paragraphs[0]}”",
        "1 sentence added",
        edits[1],
        "1 sentence changed or gone, 1 new",
    ]


async def test_the_list_by_topic_and_age(bureau: Bureau, call: Call) -> None:
    await bureau.import_seeds()
    await publish_all(bureau, FOOTBALL)
    assert len((await call("list", "--all")).splitlines()) == 1 + 4
    sport = await call("list", "--topic", "Sport")
    assert FOOTBALL.title in sport
    assert len(sport.splitlines()) == 2
    assert "no topic is called" in await call("list", "--topic", "Quetzalcoatl", fails=True)
    assert "No story was merged" in await call("log")


async def test_what_cannot_be_is_refused_in_one_line(bureau: Bureau, call: Call) -> None:
    one, two = await publish_all(bureau, FIRE, FOOTBALL)
    first, second = one.placement.story_id, two.placement.story_id
    article, other = one.placement.article_id, two.placement.article_id
    for arguments, problem in (
        (("show", 99), "story 99: there is none"),
        (("merge", first), "name two different stories"),
        (("merge", first, first), "name two different stories"),
        (("merge", first, 99), "story 99: there is none"),
        (("merge", first, "x"), "is not a valid integer"),
        (("split", first, article), "must leave at least one article"),
        (("split", first, other), f"article {other}: stands in story {second}, not in story {first}"),
        (("split", first, 99), "article 99: there is none"),
        (("move", article, "--to", first), f"article {article}: stands in story {first} already"),
        (("move", article, "--to", 99), "story 99: there is none"),
        (("move", article), "Missing option '--to'"),
        (("undo", 99), "change 99: there is none"),
        (("release", 99), "story 99: there is none"),
        (("merge", first, second, "--by", "x" * 65), "64"),
    ):
        assert problem in await call(*arguments, fails=True), arguments
    await call("merge", first, second)
    assert f"was merged into story {first}" in await call("release", second, fails=True)
    await call("undo", 1)
    assert "was undone already" in await call("undo", 1, fails=True)


async def test_what_has_moved_on_or_is_gone_cannot_be_undone(bureau: Bureau, call: Call) -> None:
    one, two, three = await publish_all(bureau, FIRE, FOOTBALL, BUDGET)
    first, second, third = (each.placement.story_id for each in (one, two, three))
    await call("merge", first, second)
    await call("move", two.placement.article_id, "--to", third)
    refused = await call("undo", 1, fails=True)
    assert f"article {two.placement.article_id} has moved on to story {third}" in refused
    await call("undo", 2)
    await call("undo", 1)
    assert await stories_of(bureau, one, two, three) == [first, second, third]
    await call("merge", first, second)
    async with bureau.database.write() as transaction:
        await RetentionStore(transaction).drop_articles(bureau.clock.now())
    assert "been deleted since" in await call("undo", 5, fails=True)
