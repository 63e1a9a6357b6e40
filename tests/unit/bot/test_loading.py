"""What a start loads, and what it leaves to whoever needs it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

LEFT_OUT = (
    "alembic.command",  # a database that is behind
    "digests.services.storing",  # the first article
    "digests.text.embeddings",
    "feedparser",  # the process that parses
    "lxml",
    "numpy",  # the first article
    "procrastinate",  # PostgreSQL
    "py3langid",
    "segno",  # an invitation
    "sqlalchemy.orm",  # nothing is mapped to objects
    "trafilatura",
)


def test_a_start_leaves_out_what_only_articles_need() -> None:
    """In a process of its own: this one has loaded everything."""
    program = f"import sys, bot.__main__, bot.processes; print(*[each for each in {LEFT_OUT!r} if each in sys.modules])"
    loaded = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout.split()
    assert loaded == []


@pytest.mark.parametrize("command", ["run", "web", "work"])
def test_a_start_keeps_the_garbage_collector_off_only_while_it_loads(command: str, tmp_path: Path) -> None:
    """What has no settings ends with a clear word, and with the collector at work."""
    program = (
        "import gc, sys; from bot.__main__ import main; assert gc.isenabled() and gc.get_freeze_count() > 10_000\n"
        f"try: main([{command!r}])\n"
        "except SystemExit: assert gc.isenabled()"
    )
    call = [sys.executable, "-c", program]
    found = subprocess.run(
        call, capture_output=True, text=True, env={}, cwd=tmp_path, check=False
    )  # a database is made
    assert found.returncode == 0, found.stderr
    assert "BOT_TOKEN" in found.stderr or "nothing to do" in found.stderr
