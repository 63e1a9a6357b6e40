"""`bot preview`: the exact digest on the console."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import click

from bot.app import opened
from bot.i18n import translations
from bot.profiles import typed_preferences
from bot.settings import Settings
from bot.telegram.html import units
from bot.telegram.messages import View
from bot.telegram.rendering import render_digest
from digests.domain.preferences import Length, Preferences
from digests.domain.schedule import load_zone
from digests.ports import Clock
from digests.storage.articles import ArticleStore


async def print_preview(  # the options of the command
    settings: Settings,
    clock: Clock,
    names: Sequence[str],
    language: str,
    length: str,
    within: timedelta,
    *,
    html: bool,
) -> None:
    """Compose for these topics and words and print every message with its size. Raises UnknownTopicError."""
    async with opened(settings, clock) as app:
        preferences = typed_preferences(app.catalogue, names, Length(length))
        async with app.database.read() as transaction:
            articles, _, _ = await ArticleStore(transaction).counts()
        digest = await app.reading.latest(preferences, preferences.length.stories, within)
        catalogue = app.catalogue
    _explain(preferences, articles)
    zone = load_zone(settings.time_zone(language))
    view = View(
        translations(language),
        zone,
        clock.now(),
        lambda slug, tongue: catalogue[slug].name(tongue) if slug in catalogue else slug,
    )
    messages = render_digest(digest, view)
    for number, message in enumerate(messages, 1):
        shown = message.html if html else message.plain
        click.echo(shown)
        size = f"{units(message.plain)} of 4096 characters, {len(message.html.encode())} bytes"
        click.secho(f"— part {number} of {len(messages)}: {size}", dim=True)


def _explain(preferences: Preferences, articles: int) -> None:
    """Say why there may be nothing to see, apart from the digest itself."""
    if not articles:
        advice = "`python -m bot import seeds/` reads some, `sources add ADDRESS` names a source"
        click.secho(f"The archive is empty: {advice}.", fg="yellow", err=True)
    for word in sorted(preferences.words):
        click.secho(f"“{word}” is no topic here, it is taken as a word.", dim=True, err=True)
