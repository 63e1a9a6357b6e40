"""The commands of the shell. Each says what it did, or in one line what is wrong and how to fix it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from pathlib import Path

import click

from bot import __version__, interpreter
from bot.i18n import LANGUAGES
from bot.shell import care
from bot.shell.db import db
from bot.shell.settings import shell_settings
from bot.shell.sources import sources
from bot.shell.stories import stories
from bot.shell.topics import topics
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
    interpreter.begin()


@main.command()
def run() -> None:
    """Run the bot: polling, conversations, digests, all in this process."""
    with interpreter.loading():
        from bot.processes import run as work

    settings = shell_settings()
    settings.token  # noqa: B018  # a missing token is said before the database is touched
    asyncio.run(work(settings, SystemClock()))


@main.command()
def web() -> None:
    """Serve HTTP alone: updates that Telegram posts (WEBHOOK_URL), articles that other programs push (PUSH_TOKEN)."""
    with interpreter.loading():
        from bot.processes import serve_web

    settings = shell_settings()
    if settings.webhook_url is not None:
        settings.token, settings.secret_of_webhook  # noqa: B018
    asyncio.run(serve_web(settings, SystemClock()))


@main.command()
def work() -> None:
    """Work on jobs alone: digests, deliveries, sources, summaries; any number at a time, on PostgreSQL."""
    with interpreter.loading():
        from bot.processes import work as work_on

    settings = shell_settings()
    settings.token  # noqa: B018
    asyncio.run(work_on(settings, SystemClock()))


@main.command()
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8080,
    show_default=True,
    help="Port of the chat page; 0 takes any free one.",
)
@click.option("--script", is_flag=True, help="Let a scripted reader subscribe and get a digest; print it and exit.")
def demo(port: int, script: bool) -> None:
    """Run everything offline: the real bot, a Bot API on this machine, the seed articles, a chat page."""
    from bot.demo import serve
    from bot.demo_script import scripted

    shell_settings(level="warning" if script else None)
    asyncio.run(scripted() if script else serve(port))


@main.command(name="import")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path, allow_dash=True))
def import_(paths: tuple[Path, ...]) -> None:
    """Read articles from files and folders: .txt, .html, .md, .jsonl; "-" reads JSON Lines from standard input."""
    from bot.importing import import_paths

    settings = shell_settings(level="warning")
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

    settings = shell_settings(level="warning")
    names = [name.strip() for name in topics.split(",") if name.strip()]
    chosen = language or settings.default_language
    asyncio.run(print_preview(settings, SystemClock(), names, chosen, length, timedelta(days=days), html=html))


for command in care.COMMANDS:
    main.add_command(command)
main.add_command(stories)
main.add_command(sources)
main.add_command(topics)
main.add_command(db)
