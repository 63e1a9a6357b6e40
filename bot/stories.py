"""`bot stories`: what the stories are made of, and the operator's hand on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import TypeVar

import click

from bot.app import App, opened
from bot.settings import Settings
from digests.errors import UnknownTopicError
from digests.ports import Clock
from digests.services.correcting import Correction
from digests.services.stories import StoryFile
from digests.storage.stories import Change, ChangeKind, ReportRow, StoryRow

LISTED = 30
"""So many stories are listed unless all are asked for."""
_AT = "%Y-%m-%d %H:%M"
_Result = TypeVar("_Result")


async def list_stories(settings: Settings, clock: Clock, days: int, topic: str | None, *, everything: bool) -> None:
    """Print the latest stories, one per line. Raises UnknownTopicError."""
    async with opened(settings, clock, existing=True) as app:
        slug = _slug(app, topic) if topic else None
        limit = None if everything else LISTED
        found = await app.stories.newest(timedelta(days=days), slug, limit)
    if not found:
        click.echo(f"No stories with news in the last {_count(days, 'day')}.")
        return
    click.secho(f"{'story':>7}  {'news':>6}  sources  articles  storyline  headline", dim=True)
    for story, headline in found:
        click.echo(_line(story, headline, clock.now()))
    if len(found) == limit:
        click.secho(f"The latest {LISTED}; --all lists all.", dim=True)


async def show_story(settings: Settings, clock: Clock, story_id: int, *, dropped: bool) -> None:
    """Print one story with its articles and its log. Raises InputError when there is none."""
    file = await _ask(settings, clock, lambda app: app.stories.show(story_id))
    if file.story.id != story_id:
        click.echo(f"Story {story_id} was merged into story {file.story.id}.")
    for line in _file(file, dropped=dropped):
        click.echo(line)


async def print_log(settings: Settings, clock: Clock, days: int) -> None:
    """Print what moved between stories, oldest first."""
    changes = await _ask(settings, clock, lambda app: app.stories.log(timedelta(days=days)))
    for change in changes:
        click.echo(_logged(change))
    if not changes:
        click.echo(f"No story was merged or split in the last {_count(days, 'day')}.")


async def merge_stories(settings: Settings, clock: Clock, story_ids: Sequence[int], by: str) -> None:
    """Make one story of several."""
    _tell(await _ask(settings, clock, lambda app: app.stories.merge(story_ids, by)))


async def split_story(settings: Settings, clock: Clock, story_id: int, article_ids: Sequence[int], by: str) -> None:
    """Give articles of a story one of their own."""
    _tell([await _ask(settings, clock, lambda app: app.stories.split(story_id, article_ids, by))])


async def move_articles(settings: Settings, clock: Clock, article_ids: Sequence[int], story_id: int, by: str) -> None:
    """Put articles into another story."""
    _tell(await _ask(settings, clock, lambda app: app.stories.move(article_ids, story_id, by)))


async def undo_change(settings: Settings, clock: Clock, change_id: int, by: str) -> None:
    """Take a change back."""
    taken_back = await _ask(settings, clock, lambda app: app.stories.undo(change_id, by))
    click.echo(f"Change {change_id} is undone.")
    _tell([taken_back])


async def release_story(settings: Settings, clock: Clock, story_id: int) -> None:
    """Let repairs touch a story again."""
    was_fixed = await _ask(settings, clock, lambda app: app.stories.release(story_id))
    state = "Repairs may touch" if was_fixed else "Nothing to release: repairs could touch"
    click.echo(f"{state} story {story_id}{' again' if was_fixed else ' all along'}.")


async def _ask(settings: Settings, clock: Clock, call: Callable[[App], Awaitable[_Result]]) -> _Result:
    async with opened(settings, clock, existing=True) as app:
        return await call(app)


def _slug(app: App, name: str) -> str:
    topic = app.catalogue.find(name)
    if topic is None:
        raise UnknownTopicError(name, [near.slug for near in app.catalogue.nearest(name)])
    return topic.slug


def _tell(changes: Iterable[Change]) -> None:
    """What was done and how to take it back."""
    changes = list(changes)
    for change in changes:
        click.echo(f"{_what(change)}.")
    emptied = {change.left_story_id for change in changes if change.kind is ChangeKind.MERGE}
    ids = {story for change in changes for story in (change.left_story_id, change.joined_story_id)} - emptied
    back = ", ".join(f"`stories undo {change.id}`" for change in reversed(changes))
    click.echo(f"Undo: {back}. Repairs leave {_named('story', 'stories', ids)} alone until `stories release`.")


def _what(change: Change) -> str:
    left, joined, ids = change.left_story_id, change.joined_story_id, change.article_ids
    articles = _named("article", "articles", ids)
    if change.kind is ChangeKind.MERGE:
        return f"Merged story {left} into story {joined} ({_count(len(ids), 'article')})"
    if change.kind is ChangeKind.SPLIT:
        return f"Split story {left}: {articles} opened story {joined}"
    return f"Moved {articles} from story {left} to story {joined}"


def _logged(change: Change) -> str:
    undone = f" · undone {change.undone_at:{_AT}}" if change.undone_at else ""
    return f"#{change.id}  {change.at:{_AT}}  {change.by}: {_what(change)}{undone}"


def _line(story: StoryRow, headline: str, now: datetime) -> str:
    age = _age(now - story.last_at)
    counts = f"{story.source_count:>7}  {story.article_count:>8}  {story.storyline_id:>9}"
    return f"{story.id:>7}  {age:>6}  {counts}  {headline}{' · fixed' if story.fixed else ''}"


def _file(file: StoryFile, *, dropped: bool) -> Iterable[str]:
    story = file.story
    held = f"{_count(story.article_count, 'article')}, {_count(story.source_count, 'source')}"
    fixed = " · put right by an operator, no repairs" if story.fixed else ""
    yield f"Story {story.id} · storyline {story.storyline_id} · {held}{fixed}"
    yield f"News from {story.first_at:{_AT}} to {story.last_at:{_AT}} UTC"
    for report in file.reports:
        lead = "*" if report.id == story.lead_article_id else " "
        yield f"{lead} {report.id:>6}  {report.credit}  {report.published_at:{_AT}}  {report.title}{_notes(report)}"
        for correction in file.corrections.get(report.id, ()):
            yield from (f"          {line}" for line in _edit(correction))
        if dropped and report.dropped:
            yield f"          removed {_count(len(report.dropped), 'line')}"
            yield from (f"          {reason.replace('_', ' ')}: {line}" for reason, line in report.dropped)
    if file.changes:
        yield "Log:"
        yield from (f"  {_logged(change)}" for change in file.changes)


def _edit(correction: Correction) -> Iterable[str]:
    """What an edit changed; numbers are told with their sentences."""
    yield f"edited {correction.at:{_AT}}"
    if correction.headline:
        yield f"  headline: {_arrow(correction.headline)}"
    yield from (f"  corrected: {_arrow(change)}" for change in correction.changes)
    if correction.gone:
        new = f", {correction.new} new" if correction.new else ""
        yield f"  {_count(correction.gone, 'sentence')} changed or gone{new}"
    elif correction.new:
        yield f"  {_count(correction.new, 'sentence')} added"


def _arrow(texts: tuple[str, str]) -> str:
    return " → ".join(f"“{text}”" for text in texts)


def _notes(report: ReportRow) -> str:
    notes = [report.language, *(label.replace("_", " ") for label in report.labels)]
    if report.duplicate_of is not None:
        notes.append(f"copy of {report.duplicate_of}")
    if report.parent_id is not None:
        notes.append(f"entry of {report.parent_id}")
    if report.dropped:
        counts = Counter(reason.replace("_", " ") for reason, _ in report.dropped)
        notes.append("removed " + ", ".join(f"{reason} ×{count}" for reason, count in counts.most_common()))
    return f" ({', '.join(notes)})"


def _age(age: timedelta) -> str:
    minutes = max(0, int(age.total_seconds() // 60))
    if minutes < 60:
        return f"{minutes} min"
    return f"{minutes // 60} h" if minutes < 48 * 60 else f"{minutes // 1440} d"


def _named(one: str, many: str, ids: Iterable[int]) -> str:
    numbers = sorted(ids)
    return f"{one if len(numbers) == 1 else many} {', '.join(map(str, numbers))}"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" + ("" if number == 1 else "s")
