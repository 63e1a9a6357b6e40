"""`bot import`: one line per file, and what came of all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from pathlib import Path

import click

from bot.app import opened
from bot.counting import counted
from bot.settings import Settings
from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.ports import Clock
from digests.services.ingesting import BATCH, Action, Ingesting, Placement, Report
from digests.sources.files import read_files
from digests.storage.articles import ArticleStore
from digests.text.document import DroppedLine

_VERBS = {Action.ADDED: "added", Action.UPDATED: "updated", Action.UNCHANGED: "unchanged"}


async def import_paths(settings: Settings, clock: Clock, paths: Iterable[Path]) -> int:
    """Import files and folders, report each, and return how many could not be read."""
    async with opened(settings, clock) as app:
        reports, failed = await import_articles(app.ingesting, paths)
        async with app.database.read() as transaction:
            articles, stories, storylines = await ArticleStore(transaction).counts()
    actions = Counter(report.action for report in reports)
    done = ", ".join(f"{actions[action]} {verb}" for action, verb in _VERBS.items() if actions[action]) or "nothing"
    click.echo(f"{len(reports) + failed} read: {done}, {counted(failed, 'error')}")
    held = [counted(articles, "article"), counted(stories, "story", "stories"), counted(storylines, "storyline")]
    click.echo(f"The store now holds {held[0]}, {held[1]}, {held[2]} of several stories.")
    return failed


async def import_articles(ingesting: Ingesting, paths: Iterable[Path]) -> tuple[list[Report], int]:
    """Import and report; what cannot be read is told and the rest goes on."""
    reports: list[Report] = []
    failed = 0
    for some in _batches(read_files(paths)):
        outcomes = iter(await ingesting.ingest_all(each for each in some if isinstance(each, RawArticle)))
        fault: Exception | None = None
        for each in some:
            outcome = next(outcomes) if isinstance(each, RawArticle) else each
            if isinstance(outcome, Report):
                reports.append(outcome)
                for line in describe(outcome):
                    click.echo(line)
            elif isinstance(outcome, InputError):
                failed += 1
                click.secho(f"✗ {outcome}", fg="red", err=True)
            else:
                fault = fault or outcome
        if fault:  # of ours; what came with it is stored and told
            raise fault
    return reports, failed


def _batches(found: Iterable[RawArticle | InputError]) -> Iterator[list[RawArticle | InputError]]:
    """What is stored together."""
    rest = iter(found)
    while some := list(islice(rest, BATCH)):
        yield some


def describe(report: Report) -> list[str]:
    """A report as lines: what it is, what was removed, where it went."""
    if report.action is Action.UNCHANGED:
        return [f"= {report.origin}: unchanged, “{report.placement.title}”"]
    facts = [report.language, *sorted(label.value.replace("_", " ") for label in report.labels)]
    if report.title_derived:
        facts.append("headline derived from the lead")
    if not report.dated:
        facts.append("no date, counts as published now")
    edited = f" ({', '.join(report.kinds)})" if report.kinds else ""
    lines = [f"✓ {report.origin}: {_VERBS[report.action]}{edited}, “{report.placement.title}” ({', '.join(facts)})"]
    if report.dropped:
        lines.append(f"    removed {_removed(report.dropped)}")
    lines.append(f"    {_place(report.placement)}")
    lines += [f"    entry “{entry.title}”: {_place(entry)}" for entry in report.entries]
    return lines


def _removed(dropped: Sequence[DroppedLine]) -> str:
    counts = Counter(line.reason.value.replace("_", " ") for line in dropped)
    reasons = ", ".join(f"{reason} ×{count}" for reason, count in counts.most_common())
    return f"{counted(len(dropped), 'line')}: {reasons}"


def _place(placement: Placement) -> str:
    if placement.duplicate_of is not None:
        return f"copy of article {placement.duplicate_of}, story {placement.story_id}"
    if not placement.opened_story:
        return f"joined story {placement.story_id}"
    line = ", continues a storyline" if placement.joined_storyline else ""
    return f"opened story {placement.story_id}{line}"
