"""`bot sources` as an operator uses it: real processes' code, real HTTP, real SQLite."""

from __future__ import annotations

import asyncio
import errno
import re
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot.cli import main
from bot.settings import seeds_folder
from digests.sources.courtesy import CourteousFetcher
from tests.support.feeding import item, page, rss
from tests.support.newsstand import Newsstand
from tests.support.reports import GRAIN, GRAIN_NEXT_DAY, GRAIN_OTHER_OUTLET, Report

HEAD = "".join(
    f"<link rel='alternate' type='application/rss+xml' href='/{name}.xml'>" for name in ("feed", "sport", "comments")
)
HTML = {"Content-Type": "text/html; charset=utf-8"}


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
    stand.lay_out("/a", page(GRAIN), headers=HTML)
    stand.lay_out("/", f"<html><head>{HEAD}</head><body><p>Start</p></body></html>", headers=HTML)
    yield stand
    done.set()
    thread.join()


@pytest.fixture(autouse=True)
def empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SOURCES_ALLOW", "127.0.0.0/8")


@pytest.fixture(autouse=True)
def hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second between two requests to a site is tested elsewhere, with a clock that is moved."""
    monkeypatch.setattr("bot.desk.CourteousFetcher", partial(CourteousFetcher, pause=timedelta()))


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
    assert f"also found: {stand.url('/sport.xml')}, {stand.url('/comments.xml')}" in added
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
    assert "Delete source 1, Abendbote, with all its articles?" in asked.output
    unknown = bot("remove", "99", answer="y\n")
    assert unknown.exit_code == 2
    assert "Delete" not in unknown.output, "there is nothing to ask about"
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


def test_the_starter_list_is_added_as_a_whole() -> None:
    path = str(seeds_folder() / "feeds.opml")
    added = re.fullmatch(r"(\d+) added, 0 known already, 0 unusable\.\n", said("import", path))
    assert added
    assert said("import", path) == f"0 added, {added[1]} known already, 0 unusable.\n"
    assert "topics: sport" in said("show", "kicker")
    assert said("list").count("new") == int(added[1]) + 1, "nobody has read them, and the table has a head"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["show", "7"], "7: no source has this id, address or title; see `python -m bot sources list`"),
        (["check", "example"], "no address of the web"),
        (["add", "http://10.0.0.1/"], "no public address; to read from your own network, name it in SOURCES_ALLOW"),
        (["import", "missing.opml"], "missing.opml: cannot be read (No such file or directory)"),
        (["export", "nowhere/x.opml"], "nowhere/x.opml: cannot be written"),
        (["export", "."], ".: cannot be written (Is a directory)"),
        (["import", "."], ".: cannot be read (Is a directory)"),
        (["import", "notes.txt"], "notes.txt: this is no OPML; expected <opml> with a <body> of outlines"),
        (["show", "12345678901234567890"], "12345678901234567890: no source has this id"),
        (["check", "12"], "12: no source has this id, address or title, and it is no address of the web"),
        (["add", "notes.txt"], "a list of feeds is added with `python -m bot sources import`"),
        (["check", "notes.txt"], "this is a file and no address"),
        (["add", "example.org/feed"], "no address of the web; did you mean https://example.org/feed?"),
        (["add", "ftp://example.org/feed"], "no address of the web; expected https:// or http://"),
        (["add", "file:///etc/hosts"], "no address of the web; expected https:// or http://"),
        (["add", "https:///feed.xml"], "the address names no host; expected one such as https://example.org/feed.xml"),
        (["add", "https:feed.xml"], "the address names no host"),
        (["check", "https://"], "the address names no host"),
        (["add", "https://anna:secret@example.org/"], "the address holds a name and password"),
        (["add", "https://example.org/", "--language", "xx"], "xx: no language has this code; expected a code of two"),
        (["add", "https://example.org/", "--language", "Deutsch"], "no language has this code; did you mean de?"),
        (
            ["add", "https://example.org/", "--topics", "qqqq"],
            "no topic has this name; see `python -m bot topics list`",
        ),
        (["add", "https://example.org/", "--kind", "file"], "'file' is not one of 'feed', 'page'"),
        (["add", "https://example.org/", "--pages", "often"], "'often' is not one of 'never', 'short', 'always'"),
        (["add", "example"], "no address of the web; expected https:// or http://"),
        (["add", ""], "is empty"),
        (["show", "\udcff"], "is no text in UTF-8"),
        (["set", "1"], "Nothing to change; name at least one of --title, --language, --topics, --pages."),
        (["set", "1", "--title", "Blatt"], "1: no source has this id"),
        (["set", "1", "--pages", ""], "is not one of 'never', 'short', 'always'"),
    ],
)
def test_wrong_arguments_are_told(tmp_path: Path, arguments: list[str], expected: str) -> None:
    (tmp_path / "notes.txt").write_text("milk, bread", encoding="utf-8")
    result = bot(*arguments)
    assert result.exit_code == 2
    assert expected in " ".join(result.output.split())
    assert "secret" not in result.output
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
    assert bot("check", "1").exit_code == 1
    shown = said("show", "1")
    assert "status 500" in shown[shown.index("last failures:") :]
    stand.lay_out("/feed.xml", rss(item(GRAIN_OTHER_OUTLET, None, "/c")))
    said("poll", "1")
    assert "status 500" in said("show", "1"), "it works again, and the failure is remembered"


def test_a_check_says_plainly_what_would_not_be_taken(stand: Newsstand) -> None:
    now = datetime.now(UTC)
    share = Report("Fotos der Woche", ("Teile diesen Beitrag:",))
    entries = [
        item(GRAIN, now - timedelta(days=3), "/meinung/a", whole=False),
        item(GRAIN_OTHER_OUTLET, None, "/c"),
        item(share, now, "/d"),
        *(item(share, now, f"/{number}") for number in range(9)),
    ]
    stand.lay_out("/feed.xml", rss(*entries))
    checked = said("check", stand.url("/feed.xml"))
    for told in (
        "would be archive, found by searches and in no digest: published 3 d ago",
        "would be archive, found by searches and in no digest: it has no date and stood there at first sight",
        "would not be taken: there is no article text in it; what stands there is furniture (share ×1)",
        "its page could not be read: status 404 Reason; what the entry says is taken",
        "its page was not read for this check, but would be",
        "labels: opinion",
        "  and 2 more",
    ):
        assert told in checked, told
    said("add", stand.url("/feed.xml"))
    said("pause", "1")
    again = said("check", "1")
    assert "it is paused: nothing is taken until `python -m bot sources resume 1`" in again
    assert "would change nothing: it is stored already" in again
    stand.lay_out("/feed.xml", rss())
    assert "nothing would be taken: there is no entry that can be used" in said("check", "1")


def test_a_title_of_several_names_their_ids(stand: Newsstand) -> None:
    said("add", stand.url("/feed.xml"))
    stand.lay_out("/other.xml", rss(item(GRAIN_OTHER_OUTLET, None, "/c")))
    said("add", stand.url("/other.xml"))
    for command in ("show", "check", "poll", "pause"):
        result = bot(command, "abend")
        assert result.exit_code == 2
        assert "2 sources have this in their title: 1 (Abendbote), 2 (Abendbote); name one by its id" in result.output


def test_a_week_is_told_day_by_day(stand: Newsstand) -> None:
    said("add", stand.url("/feed.xml"))
    lines = said("show", "1").splitlines()
    head = next(number for number, line in enumerate(lines) if "day (UTC)" in line)
    rows = [line.split() for line in lines[head + 1 : head + 8]]
    today = datetime.now(UTC).date()
    assert [row[0] for row in rows[:-1]] == [f"{today - timedelta(days=days)}" for days in range(6, 0, -1)]
    assert rows[-1] == [f"{today}", "1", "0", "2", "0"]
    assert all(row[1:] == ["0"] * 4 for row in rows[:-1])


def test_a_source_is_changed_and_says_how_it_was(stand: Newsstand) -> None:
    said("add", stand.url("/feed.xml"), "--topics", "Sport")
    changed = said("set", "1", "--title", " Mein  Blatt ", "--topics", "Ukraine, NATO", "--pages", "never")
    assert "title     Abendbote → Mein Blatt" in changed
    assert "language  de (as before)" in changed
    assert "topics    sport → ukraine, nato" in changed
    assert "pages     short → never" in changed
    taken_back = said("set", "1", "--topics", "", "--language", "")
    assert "topics    ukraine, nato → as found" in taken_back
    assert "language  de → as found" in taken_back
    assert "language  as found → de" in said("set", "Blatt", "--language", "de-AT")
    assert "pages read: never" in said("show", "1")
    for option, value, told in (
        ("--topics", "sprot", "did you mean sport?"),
        ("--language", "deutsch", "did you mean de?"),
        ("--title", "  ", "--title: is empty"),
    ):
        result = bot("set", "1", option, value)
        assert result.exit_code == 2
        assert told in result.output


def test_a_file_is_written_wholly_or_not_at_all(stand: Newsstand, tmp_path: Path) -> None:
    said("add", stand.url("/feed.xml"))
    (tmp_path / "mine.opml").write_text("old", encoding="utf-8")
    (tmp_path / "mine.opml").chmod(0o640)
    (tmp_path / "link.opml").symlink_to("mine.opml")
    said("export", "link.opml")
    assert (tmp_path / "link.opml").is_symlink()
    assert "xmlUrl" in (tmp_path / "mine.opml").read_text(encoding="utf-8")
    assert (tmp_path / "mine.opml").stat().st_mode & 0o777 == 0o640
    assert {path.name for path in tmp_path.iterdir()} == {"mine.opml", "link.opml", "depesche.db"}


def test_a_full_disk_leaves_the_old_list(stand: Newsstand, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    said("add", stand.url("/feed.xml"))
    (tmp_path / "mine.opml").write_text("old", encoding="utf-8")
    real = Path.write_bytes

    def full(path: Path, data: bytes) -> int:
        real(path, data[:20])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    result = bot("export", "mine.opml")
    assert result.exit_code == 2
    assert "mine.opml: cannot be written (No space left on device)" in result.output
    assert (tmp_path / "mine.opml").read_text(encoding="utf-8") == "old"
    assert {path.name for path in tmp_path.iterdir()} == {"mine.opml", "depesche.db"}
