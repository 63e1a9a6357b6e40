"""Generated summaries are off by default, and wired as the settings say."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from bot.app import opened
from bot.desk import summaries
from tests.support.bureau import HandQueue
from tests.support.clocks import ManualClock
from tests.support.model_server import ModelServer, saying
from tests.support.worlds import settings

MODULES = ("digests.writers.openai", "digests.services.writing")


async def test_by_default_there_are_none(tmp_path: Path) -> None:
    async with opened(settings("http://127.0.0.1:1", tmp_path), ManualClock()) as app:
        assert summaries(app, HandQueue()) is None
        assert not app.reading.written


def test_by_default_nothing_of_them_is_loaded() -> None:
    program = "import sys, bot.roles; print([name for name in sys.argv[1:] if name in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program, *MODULES], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"


@pytest.mark.parametrize(("stories", "sources"), [("several", 2), ("all", 1)])
async def test_settings_reach_the_server(tmp_path: Path, stories: str, sources: int) -> None:
    async with ModelServer(saying([])) as server:
        chosen = settings(
            "http://127.0.0.1:1",
            tmp_path,
            writer_url=server.url,
            writer_model="small",
            writer_key="sesame",
            writer_stories=stories,
            writer_parallel=2,
        )
        async with opened(chosen, ManualClock()) as app:
            writing = summaries(app, HandQueue())
            assert writing is not None
            assert (writing.sources, writing.at_once, writing.writer.model) == (sources, 2, "small")
            assert app.reading.written
            assert "sesame" not in repr(writing)
