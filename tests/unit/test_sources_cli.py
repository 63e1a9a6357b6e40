"""`bot sources` as an operator uses it: real processes' code, real HTTP, real SQLite."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from tests.support.feeding import item, page, rss
from tests.support.newsstand import Newsstand
from tests.support.reports import GRAIN, GRAIN_NEXT_DAY, GRAIN_OTHER_OUTLET

HEAD = "<link rel='alternate' type='application/rss+xml' href='/feed.xml'>"


@pytest.fixture
def stand() -> Iterator[Newsstand]:
    """A newsstand in a thread of its own, since each command runs its own event loop."""
    stand = Newsstand()
    ready, done = threading.Event(), threading.Event()

    async def serve() -> None:
        async with stand:
            ready.set()
            await asyncio.to_thread(done.wait)

    thread = threading.Thread(target=asyncio.run, args=(serve(),))
    thread.start()
    ready.wait()
    old = datetime.now(UTC) - timedelta(hours=5)
    stand.lay_out("/feed.xml", rss(item(GRAIN, old, "/a"), item(GRAIN_NEXT_DAY, old, "/b")))
    stand.lay_out("/a", page(GRAIN), headers={"Content-Type": "text/html"})
    stand.lay_out(
        "/", f"<html><head>{HEAD}</head><body><p>Start</p></body></html>", headers={"Content-Type": "text/html"}
    )
    yield stand
    done.set()
    thread.join()


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCES_ALLOW", "127.0.0.0/8")


def bot(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, ["sources", *arguments], input=answer)


def said(*arguments: str) -> str:
    result = bot(*arguments)
    assert result.exit_code == 0, result.output
    return result.output


def test_from_nothing_to_a_source_that_is_read(stand: Newsstand) -> None:
    assert "seeds/feeds.opml" in said("list")
    checked = said("check", stand.url("/"))
    assert "2 entries" in checked
    assert GRAIN.title in checked
    assert "No sources yet" in said("list")  # nothing was stored
    added = said("add", stand.url("/"), "--topics", "Ukraine", "--title", "Mein Blatt")
    assert f"source 1: Mein Blatt, a feed, {stand.url('/feed.xml')}" in added
    assert "2 added" in added
    assert "Mein Blatt" in said("list")
    shown = said("show", "Blatt")
    assert "topics: ukraine" in shown
    assert "2 articles stored" in shown
    stand.lay_out("/feed.xml", rss(item(GRAIN_OTHER_OUTLET, None, "/c")))
    assert "1 added" in said("poll", "1")


def test_pause_resume_remove(stand: Newsstand) -> None:
    said("add", stand.url("/feed.xml"))
    assert "sources resume 1" in said("pause", "1")
    assert "paused" in said("list")
    said("resume", "1")
    assert "ok" in said("list")
    asked = bot("remove", "1", answer="n\n")
    assert asked.exit_code == 1
    assert "Abendbote" in said("list")
    assert "deleted" in said("remove", "1", "--yes")
    assert "No sources yet" in said("list")


def test_lists_go_out_and_come_in(stand: Newsstand, tmp_path: Path) -> None:
    said("add", stand.url("/feed.xml"), "--topics", "Ukraine")
    assert "1 feeds written" in said("export", "mine.opml")
    text = (tmp_path / "mine.opml").read_text(encoding="utf-8")
    assert said("export").replace("\n", "") == text.replace("\n", "")
    more = text.replace("</body>", '<outline text="x" xmlUrl="nonsense"/><outline xmlUrl="http://a.example/f"/></body>')
    (tmp_path / "more.opml").write_text(more, encoding="utf-8")
    result = bot("import", "more.opml")
    assert result.exit_code == 1
    assert "1 added, 1 known already, 1 unusable" in result.output
    assert "'nonsense' is no address of a feed" in result.output


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["show", "7"], "7: no source has this id, address or title; see `python -m bot sources list`"),
        (["check", "example"], "no address of the web"),
        (["add", "http://10.0.0.1/"], "no public address; to read from your own network, name it in SOURCES_ALLOW"),
        (["import", "missing.opml"], "missing.opml: cannot be read (No such file or directory)"),
        (["export", "nowhere/x.opml"], "nowhere/x.opml: cannot be written"),
    ],
)
def test_wrong_arguments_are_told(arguments: list[str], expected: str) -> None:
    result = bot(*arguments)
    assert result.exit_code == 2
    assert expected in result.output
    assert "Traceback" not in result.output


def test_wrong_topics_and_known_addresses_are_told(stand: Newsstand) -> None:
    assert "did you mean sport?" in bot("add", stand.url("/feed.xml"), "--topics", "sprot").output
    said("add", stand.url("/feed.xml"))
    assert "there is a source with this address" in bot("add", stand.url("/")).output


def test_a_source_that_cannot_be_read_is_an_exit_code(stand: Newsstand) -> None:
    said("add", stand.url("/feed.xml"))
    stand.lay_out("/feed.xml", status=500)
    result = bot("poll", "1")
    assert result.exit_code == 1
    assert "status 500" in result.output
    assert "failing 1" in said("list")
