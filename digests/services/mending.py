"""Second thoughts about stories: the repair after an article has come in.

Whatever moves is logged and can be taken back (see `stories`). Articles keep the time at which they were news, wherever
they go: what came in a window that has been told is not news again. Copies go where their original goes.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from digests.domain.regrouping import Component, Regrouping, repair
from digests.services.following import follow_on
from digests.services.newsroom import Newsroom
from digests.storage.articles import ArticleStore
from digests.storage.database import Transaction
from digests.storage.stories import REPAIR, Change, StoryRow, StoryStore

log = structlog.get_logger(__name__)


async def mend(transaction: Transaction, newsroom: Newsroom, article_id: int, now: datetime) -> tuple[Change, ...]:
    """Group the stories around an article anew that has just come in or been edited; what has changed.

    Tables and memory change together. Stories that an operator has put right stay as they are.
    """
    component = newsroom.component(article_id)
    if component is None or not repair(component):
        return ()
    stories = StoryStore(transaction)
    rows = await stories.some(set(component.stories))
    if fixed := {row.id for row in rows.values() if row.fixed}:
        component = newsroom.component(article_id, fixed)
    if component is None:
        return ()
    changes: list[Change] = []
    for regrouping in _directed(component, repair(component), rows):
        if moving := await _moving(stories, component, regrouping):
            left, joined = regrouping.leave, regrouping.join
            if joined is None:
                joined, _ = await ArticleStore(transaction).open_story(now, rows[left].storyline_id)
            change = await stories.move(moving, left, joined, by=REPAIR, at=now)
            newsroom.move(await stories.places(moving), change.id)
            await follow_on(transaction, change)
            log.info("stories_repaired", kind=change.kind.value, change=change.id, left=left, joined=joined)
            changes.append(change)
    return tuple(changes)


def _directed(
    component: Component, changes: Sequence[Regrouping], rows: Mapping[int, StoryRow]
) -> Iterator[Regrouping]:
    """The changes, turned round where whole stories become one: the one of the oldest storyline stays."""
    members = {story: [item for item, of in _pairs(component) if of == story] for story in set(component.stories)}
    torn = {change.leave for change in changes if set(change.items) != set(members[change.leave])}
    staying: dict[int, int] = {}
    for change in changes:
        if change.join is not None and change.join not in torn and change.leave not in torn:
            one, other = staying.get(change.join, change.join), change.leave
            staying[change.join] = other if rows[other].storyline_id < rows[one].storyline_id else one
    for change in changes:
        stays = staying.get(change.join, change.join) if change.join is not None else None
        if change.join is not None and change.leave == stays:
            yield Regrouping(tuple(members[change.join]), change.join, stays)
        else:
            yield replace(change, join=stays)


def _pairs(component: Component) -> Iterator[tuple[int, int]]:
    return zip(component.items, component.stories, strict=True)


async def _moving(stories: StoryStore, component: Component, change: Regrouping) -> set[int]:
    """The articles that follow a regrouping: originals, with their copies.

    Of a story that goes whole also those that are too old to be thought over. A story is not opened for copies alone,
    nor for all that there is of another one.
    """
    originals = await stories.originals([item for item, story in _pairs(component) if story == change.leave])
    going = originals & set(change.items)
    if not going:
        return set()
    if going == originals:
        return await stories.articles_of(change.leave) if change.join is not None else set()
    family = await stories.with_copies(going)
    return {article_id for article_id, story_id in family.items() if story_id == change.leave}
