"""`bot topics`: the catalogue, and what an operator's labels teach."""

from __future__ import annotations

import asyncio
from pathlib import Path

import click

from bot.shell.settings import shell_settings
from digests.ports import SystemClock


@click.group()
def topics() -> None:
    """See the topics, and teach them with your own labelled articles."""


@topics.command(name="train")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def topics_train(file: Path) -> None:
    """Learn from JSON Lines, {"topic": "sport", "title": "...", "text": "..."} each; "-" is standard input."""
    from bot.training import train_model

    _fail_if(asyncio.run(train_model(shell_settings(level="warning"), SystemClock(), file)))


@topics.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def topics_check(file: Path) -> None:
    """Say how well such a file would teach, and what gets mistaken for what; nothing is stored."""
    from bot.training import check_model

    _fail_if(asyncio.run(check_model(shell_settings(level="warning"), file)))


@topics.command(name="list")
def topics_list() -> None:
    """Show the catalogue, the articles a day of each topic, and the model in use."""
    from bot.training import list_topics

    asyncio.run(list_topics(shell_settings(level="warning"), SystemClock()))


@topics.command(name="forget")
def topics_forget() -> None:
    """Drop what was learnt; the rules decide alone again."""
    from bot.training import forget_model

    asyncio.run(forget_model(shell_settings(level="warning"), SystemClock()))


@topics.command(name="why")
@click.argument("article", metavar="FILE|ID")
def topics_why(article: str) -> None:
    """Explain the topics of a file's articles, or of a stored article by its id (a number)."""
    from bot.training import explain

    _fail_if(asyncio.run(explain(shell_settings(level="warning"), SystemClock(), article)))


def _fail_if(failed: int) -> None:
    if failed:
        raise SystemExit(1)
