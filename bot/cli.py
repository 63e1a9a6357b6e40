"""The commands of the shell. Each says what it did, or in one line what is wrong and how to fix it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import click

from bot import __version__, log
from bot.i18n import LANGUAGES
from bot.settings import Settings, load_settings
from bot.shell.sources import sources
from digests.errors import DepescheError
from digests.ports import SystemClock


class UnableError(click.ClickException):
    """Something outside the program must be put right first."""

    exit_code = 2


class Commands(click.Group):
    """Turns our own errors into clear lines and exit code 2."""

    def invoke(self, ctx: click.Context) -> object:
        """Run the command."""
        try:
            return super().invoke(ctx)
        except DepescheError as error:
            raise UnableError(str(error)) from None


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="Depesche")
def main() -> None:
    """Depesche: the news as short, honest digests in Telegram.

    Try it at once: `python -m bot demo`. Everything is set by environment variables, see .env.example.
    """


@main.command()
def run() -> None:
    """Run the bot: polling, conversations, digests, all in this process."""
    from bot.roles import run as work

    settings = _settings()
    settings.token  # noqa: B018  # a missing token is said before the database is touched
    asyncio.run(work(settings, SystemClock()))


@main.command()
def web() -> None:
    """Serve HTTP alone: other programs push articles to POST /articles. `run` does it too where PUSH_TOKEN is set."""
    from bot.roles import serve_web

    asyncio.run(serve_web(_settings(), SystemClock()))


@main.command()
@click.option("--port", default=8080, show_default=True, help="Port of the chat page; 0 takes any free one.")
@click.option("--script", is_flag=True, help="Let a scripted reader subscribe and get a digest; print it and exit.")
def demo(port: int, script: bool) -> None:
    """Run everything offline: the real bot, a Bot API on this machine, the seed articles, a chat page."""
    from bot.demo import serve
    from bot.demo_script import scripted

    settings = load_settings()
    log.configure("warning" if script else settings.log_level, settings.log_format)
    asyncio.run(scripted() if script else serve(port))


@main.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
def import_(paths: tuple[Path, ...]) -> None:
    """Read articles from files and folders: .txt, .html, .md, .jsonl; "-" reads JSON Lines from standard input."""
    from bot.importing import import_paths

    settings = _settings(level="warning")
    failed = asyncio.run(import_paths(settings, SystemClock(), paths))
    if failed:
        raise SystemExit(1)


@main.command()
@click.option("--topics", default="", help="Topics and free words, comma-separated; none means all news.")
@click.option("--language", type=click.Choice(LANGUAGES), help="Language of the frame; your default otherwise.")
@click.option("--length", type=click.Choice(["short", "normal", "long"]), default="normal", show_default=True)
@click.option("--days", type=click.IntRange(1, 365), default=1, show_default=True, help="How far back it looks.")
@click.option("--html", is_flag=True, help="Print the markup that Telegram gets instead of plain text.")
def preview(topics: str, language: str | None, length: str, days: int, html: bool) -> None:
    """Print the exact digest that a reader of these topics would get now."""
    from bot.preview import print_preview

    settings = _settings(level="warning")
    names = [name.strip() for name in topics.split(",") if name.strip()]
    chosen = language or settings.default_language
    asyncio.run(print_preview(settings, SystemClock(), names, chosen, length, timedelta(days=days), html=html))


@main.group()
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

    asyncio.run(list_stories(_settings(level="warning"), SystemClock(), days, topic, everything=everything))


@stories.command()
@click.argument("story", type=_ids)
@click.option("--dropped", is_flag=True, help="Also the lines that cleaning removed, with the reasons.")
def show(story: int, dropped: bool) -> None:
    """Show the articles of a story (* leads) and what has happened to it."""
    from bot.stories import show_story

    asyncio.run(show_story(_settings(level="warning"), SystemClock(), story, dropped=dropped))


@stories.command(name="log")
@click.option("--days", type=_days, default=7, show_default=True, help="How far back it looks.")
def log_(days: int) -> None:
    """Show which stories were merged, split or moved, by a repair or by whom."""
    from bot.stories import print_log

    asyncio.run(print_log(_settings(level="warning"), SystemClock(), days))


@stories.command()
@click.argument("story", nargs=-1, required=True, type=_ids)
@_by
def merge(story: tuple[int, ...], by: str) -> None:
    """Make one story of several; the one of the oldest storyline takes the others in."""
    from bot.stories import merge_stories

    asyncio.run(merge_stories(_settings(level="warning"), SystemClock(), story, by))


@stories.command()
@click.argument("story", type=_ids)
@click.argument("article", nargs=-1, required=True, type=_ids)
@_by
def split(story: int, article: tuple[int, ...], by: str) -> None:
    """Give articles of a story one of their own, in the same storyline."""
    from bot.stories import split_story

    asyncio.run(split_story(_settings(level="warning"), SystemClock(), story, article, by))


@stories.command()
@click.argument("article", nargs=-1, required=True, type=_ids)
@click.option("--to", required=True, type=_ids, help="The story that takes them in.")
@_by
def move(article: tuple[int, ...], to: int, by: str) -> None:
    """Put articles into another story; their copies go along."""
    from bot.stories import move_articles

    asyncio.run(move_articles(_settings(level="warning"), SystemClock(), article, to, by))


@stories.command()
@click.argument("change", type=_ids)
@_by
def undo(change: int, by: str) -> None:
    """Take a change back, with the number that `stories log` shows."""
    from bot.stories import undo_change

    asyncio.run(undo_change(_settings(level="warning"), SystemClock(), change, by))


@stories.command()
@click.argument("story", type=_ids)
def release(story: int) -> None:
    """Let repairs touch a story again."""
    from bot.stories import release_story

    asyncio.run(release_story(_settings(level="warning"), SystemClock(), story))


@main.group()
def db() -> None:
    """Look after the database."""


@db.command()
def upgrade() -> None:
    """Bring the database to the schema of this version; an SQLite file is backed up first."""
    from bot.upgrading import upgrade_database

    asyncio.run(upgrade_database(_settings(), SystemClock()))


@db.command()
def check() -> None:
    """Say whether the database has the schema of this version."""
    from bot.upgrading import check_database

    asyncio.run(check_database(_settings()))


@main.group()
def topics() -> None:
    """See the topics, and teach them with your own labelled articles."""


@topics.command(name="train")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def topics_train(file: Path) -> None:
    """Learn from JSON Lines, {"topic": "sport", "title": "...", "text": "..."} each; "-" is standard input."""
    from bot.training import train_model

    _fail_if(asyncio.run(train_model(_settings(level="warning"), SystemClock(), file)))


@topics.command(name="check")
@click.argument("file", type=click.Path(path_type=Path, allow_dash=True))
def topics_check(file: Path) -> None:
    """Say how well such a file would teach, and what gets mistaken for what; nothing is stored."""
    from bot.training import check_model

    _fail_if(asyncio.run(check_model(_settings(level="warning"), file)))


@topics.command(name="list")
def topics_list() -> None:
    """Show the catalogue, the articles a day of each topic, and the model in use."""
    from bot.training import list_topics

    asyncio.run(list_topics(_settings(level="warning"), SystemClock()))


@topics.command(name="forget")
def topics_forget() -> None:
    """Drop what was learnt; the rules decide alone again."""
    from bot.training import forget_model

    asyncio.run(forget_model(_settings(level="warning"), SystemClock()))


@topics.command(name="why")
@click.argument("article", metavar="FILE|ID")
def topics_why(article: str) -> None:
    """Explain the topics of a file's articles, or of a stored article by its id (a number)."""
    from bot.training import explain

    _fail_if(asyncio.run(explain(_settings(level="warning"), SystemClock(), article)))


main.add_command(sources)


def _fail_if(failed: int) -> None:
    if failed:
        raise SystemExit(1)


def _settings(level: str | None = None) -> Settings:
    settings = load_settings()
    log.configure(level or settings.log_level, settings.log_format)
    return settings
