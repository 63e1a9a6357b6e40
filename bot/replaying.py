"""`bot replay`: what today's code would have made of past digests."""

from __future__ import annotations

from collections import Counter
from contextlib import aclosing
from datetime import UTC, datetime

import click

from bot.app import opened
from bot.counting import counted
from bot.settings import Settings
from digests.ports import Clock
from digests.services.replaying import Replayed, Replaying


async def replay(settings: Settings, clock: Clock, since: datetime, *, details: bool) -> None:
    """Print how digests since `since` (UTC) would differ. Nothing is stored or sent."""
    counts: Counter[str] = Counter()
    async with opened(settings, clock, existing=True) as app:
        replaying = Replaying(app.database, app.catalogue, written=settings.writer_url is not None)
        async with aclosing(replaying.since(since.replace(tzinfo=UTC))) as digests:  # whoever reads along may go away
            async for each in digests:
                kind = "fail" if each.error else "differ" if each.changes else "same"
                counts[kind] += 1
                if kind != "same":
                    _show(each, details=details)
    total = sum(counts.values())
    click.echo(
        f"{counted(total, 'digest')}: {counts['same']} the same, {counts['differ']} differ, {counts['fail']} fail."
    )
    if counts["differ"]:
        click.echo(f"+ comes in, - goes, ~ is told otherwise{'' if details else '; --details names the stories'}.")
    if not total:
        click.echo(f"Digests are kept for {settings.retention_days} days (RETENTION_DAYS).")


def _show(each: Replayed, *, details: bool) -> None:
    changes = each.changes
    what = (
        f"fails with {each.error}"
        if each.error
        else (
            f"+{len(changes.added)} -{len(changes.removed)} ~{len(changes.changed)}"
            f"{', another order' if changes.reordered else ''}"
        )
    )
    click.echo(f"{each.slot_at:%Y-%m-%d %H:%M} UTC, digest {each.digest_id}, profile {each.profile_id}: {what}")
    if details:
        for sign, headlines in (("+", changes.added), ("-", changes.removed)):
            for headline in headlines:
                click.echo(f"    {sign} {headline}")
        for headline, told in changes.changed:
            click.echo(f"    ~ {headline} ({told})")
