"""An operator and a site: tried, added, followed, and read as a digest; every command a process of its own."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from tests.support.feeding import item, page, rss
from tests.support.newsstand import Newsstand
from tests.support.processes import program
from tests.support.reports import BUDGET, GRAIN, PENSIONS

HTML = {"Content-Type": "text/html; charset=utf-8"}
FEED = "<link rel='alternate' type='application/rss+xml' href='/{}.xml'>"


async def test_an_operator_follows_a_site_from_the_first_try_to_the_digest(tmp_path: Path) -> None:
    """The transcript is left in the folder, as docs/operating.md shows it."""
    settings = {
        "DATABASE_URL": f"sqlite+aiosqlite:///{tmp_path / 'news.db'}",
        "SOURCES_ALLOW": "127.0.0.1/32",
    }
    transcript: list[str] = []

    async def bot(*arguments: str) -> str:
        async with program("bot", *arguments, folder=tmp_path, **settings) as command:
            code = await command.ends()
        transcript.append(f"$ python -m bot {' '.join(arguments)}\n{command.output}")
        assert (code, "Traceback" in command.output) == (0, False), command.output
        return command.output

    async with Newsstand() as stand:
        now = datetime.now(UTC)
        pensions = item(PENSIONS, now - timedelta(hours=5), "/pensions", whole=False)
        old = item(BUDGET, now - timedelta(days=9), "/budget")
        stand.lay_out("/", f"<html><head>{FEED.format('feed')}{FEED.format('sport')}</head></html>", headers=HTML)
        stand.lay_out("/feed.xml", rss(pensions, old))
        stand.lay_out("/pensions", page(PENSIONS), headers=HTML)
        tried = await bot("sources", "check", stand.url("/"))
        assert "2 entries" in tried
        assert f"news     {PENSIONS.title}" in tried
        assert f"archive  {BUDGET.title}" in tried
        assert "its page was read" in tried
        assert f"also found: {stand.url('/sport.xml')}" in tried
        assert "source 1: Abendbote, a feed" in await bot("sources", "add", stand.url("/"))
        assert "2       0" in await bot("sources", "list")
        stand.lay_out("/feed.xml", rss(item(GRAIN, datetime.now(UTC), "/grain"), pensions, old))
        assert "1 added, 0 updated, 0 copies, 0 unusable." in await bot("sources", "poll", "1")
        shown = await bot("sources", "show", "Abendbote")
        today = f"  {datetime.now(UTC).date()}         2       0       3       0"
        assert "3 articles stored" in shown
        assert today in shown or now.date() != datetime.now(UTC).date()
        digest = await bot("preview", "--topics", "Ukraine", "--language", "de")
        assert GRAIN.title in digest
        assert "Abendbote" in digest
        assert BUDGET.title not in digest, "it was archive when it came"
    (tmp_path / "transcript.txt").write_text("\n".join(transcript), encoding="utf-8")
