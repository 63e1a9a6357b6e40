"""`bot stories`: what stories are made of, and the operator's hand on them."""

from __future__ import annotations

import asyncio

import click

from bot.shell.settings import shell_settings
from digests.ports import SystemClock


@click.group()
def stories() -> None:
    """See what stories are made of, and put them right: merge, split, move, undo. Works while the bot runs.

    What an operator has touched is left alone by repairs until it is released. Everything can be taken back.
    """


_by = click.option(
    "--by", default="operator", show_default=True, metavar="NAME", help="Who stands behind it, for the log."
)
_ids = click.IntRange(min=1)
_days = click.IntRange(1, 3650)


@stories.command(name="list")
@click.option("--days", type=_days, default=1, show_default=True, help="How far back it looks.")
@click.option("--topic", help="Only stories of this topic.")
@click.option("--all", "everything", is_flag=True, help="All of them, not only the latest.")
def list_(days: int, topic: str | None, everything: bool) -> None:
    """List the latest stories with their age, sources, articles and storyline."""
    from bot.stories import list_stories

    asyncio.run(list_stories(shell_settings(level="warning"), SystemClock(), days, topic, everything=everything))


@stories.command()
@click.argument("story", type=_ids)
@click.option("--dropped", is_flag=True, help="Also the lines that cleaning removed, with the reasons.")
def show(story: int, dropped: bool) -> None:
    """Show the articles of a story (* leads) and what has happened to it."""
    from bot.stories import show_story

    asyncio.run(show_story(shell_settings(level="warning"), SystemClock(), story, dropped=dropped))


@stories.command(name="log")
@click.option("--days", type=_days, default=7, show_default=True, help="How far back it looks.")
def log_(days: int) -> None:
    """Show which stories were merged, split or moved, by a repair or by whom."""
    from bot.stories import print_log

    asyncio.run(print_log(shell_settings(level="warning"), SystemClock(), days))


@stories.command()
@click.argument("story", nargs=-1, required=True, type=_ids)
@_by
def merge(story: tuple[int, ...], by: str) -> None:
    """Make one story of several; the one of the oldest storyline takes the others in."""
    from bot.stories import merge_stories

    asyncio.run(merge_stories(shell_settings(level="warning"), SystemClock(), story, by))


@stories.command()
@click.argument("story", type=_ids)
@click.argument("article", nargs=-1, required=True, type=_ids)
@_by
def split(story: int, article: tuple[int, ...], by: str) -> None:
    """Give articles of a story one of their own, in the same storyline."""
    from bot.stories import split_story

    asyncio.run(split_story(shell_settings(level="warning"), SystemClock(), story, article, by))


@stories.command()
@click.argument("article", nargs=-1, required=True, type=_ids)
@click.option("--to", required=True, type=_ids, help="The story that takes them in.")
@_by
def move(article: tuple[int, ...], to: int, by: str) -> None:
    """Put articles into another story; their copies go along."""
    from bot.stories import move_articles

    asyncio.run(move_articles(shell_settings(level="warning"), SystemClock(), article, to, by))


@stories.command()
@click.argument("change", type=_ids)
@_by
def undo(change: int, by: str) -> None:
    """Take a change back, with the number that `stories log` shows."""
    from bot.stories import undo_change

    asyncio.run(undo_change(shell_settings(level="warning"), SystemClock(), change, by))


@stories.command()
@click.argument("story", type=_ids)
def release(story: int) -> None:
    """Let repairs touch a story again."""
    from bot.stories import release_story

    asyncio.run(release_story(shell_settings(level="warning"), SystemClock(), story))
