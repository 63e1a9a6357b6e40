"""Corrects digests that have gone out: their articles were edited, or an operator has put their stories right.

What a digest should say is stored beside what it said; the messages that showed it are then edited (see `editing`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any

import structlog

from digests.domain.amending import Standing, amended, quoted
from digests.domain.digest_json import digest_from_json, digest_to_json
from digests.domain.digests import Digest, Item
from digests.domain.revisions import Version
from digests.domain.striking import without
from digests.ports import Clock, Job, JobQueue
from digests.services.editing import EDITED_FOR
from digests.storage.amendments import AmendmentStore
from digests.storage.asked import AskedStore
from digests.storage.corrections import CorrectionStore, SentDigest
from digests.storage.database import Database, Transaction
from digests.storage.revisions import RevisionStore
from digests.storage.strikes import StrikeStore

log = structlog.get_logger(__name__)

SETTLED = timedelta(minutes=10)
"""An edit is looked at again for so long: a digest that was being composed when it came is stored a moment later."""
SENT_WITHIN = timedelta(days=1)
"""No digest is sent later than this after its slot."""
EDITING_TAKES = timedelta(minutes=5)
"""Nobody edits one message for so long: an edit claimed earlier is a dead process's."""
AT_ONCE = 100
"""Digests corrected in one transaction."""
CORRECT = Job("correct_digests", {}, "correct_digests", priority=-2)
EDIT_ASKED = Job("edit_asked_digests", {}, "edit_asked_digests", priority=-3, bulk=True)
"""Edits the messages of digests that readers have asked for."""


@dataclass(frozen=True, slots=True)
class Amending:
    """Safe to run anywhere, any number of times: digests are compared with the tables, not with a memory."""

    database: Database
    queue: JobQueue
    clock: Clock

    async def look(self) -> None:
        """Every minute: hand out the work when articles were edited or stories put right since."""
        async with self.database.read() as transaction:
            unseen = await CorrectionStore(transaction).any_unseen() or await StrikeStore(transaction).any_unseen()
        if unseen:
            await self.queue.enqueue(CORRECT)

    async def sweep(self, now: datetime) -> None:
        """Find again what is open: messages that wait to be edited, those sent since their digest was corrected."""
        async with self.database.write() as transaction:
            await transaction.alone("amendments")
            edits = AmendmentStore(transaction)
            await edits.release(now - EDITING_TAKES)
            if expired := await edits.expire(now - EDITED_FOR, now):
                log.warning("edits_expired", count=expired)
            slots = await edits.slots(now, now - EDITED_FOR)
            asked = AskedStore(transaction)
            await asked.release(now - EDITING_TAKES)
            if expired := await asked.expire(now - EDITED_FOR):
                log.warning("edits_expired", count=expired)
            waiting = [EDIT_ASKED] if await asked.next_due() is not None else []
            await self.queue.enqueue_all([*map(edit_slot, slots), *waiting], within=transaction)

    async def correct(self) -> None:
        """Compare the digests of the last two days with what was edited or moved since the last look."""
        async with self.database.read() as transaction:
            corrections = CorrectionStore(transaction)
            revisions, changes = await corrections.revisions(), await corrections.changes()
            touched = {article_id for each in revisions for article_id in each.article_ids}
            restored = await reached(transaction, [(id_, each.left) for each in changes for id_ in each.article_ids])
            strikes = await StrikeStore(transaction).unseen()
            struck = await StrikeStore(transaction).articles({each.story_id for each in strikes})
            undone = {each.story_id for each in strikes if each.undone_at is not None}
            restored |= {article_id for article_id, story_id in struck.items() if story_id in undone}
            touched |= {*struck, *restored}
            since = self.clock.now() - EDITED_FOR - SENT_WITHIN
            found = await corrections.naming(touched, since) if touched else []
            asked = await AskedStore(transaction).naming(touched, self.clock.now() - EDITED_FOR) if touched else []
        count = 0
        for start in range(0, len(found), AT_ONCE):
            count += await self._correct_some(found[start : start + AT_ONCE], touched, restored)
        for start in range(0, len(asked), AT_ONCE):
            count += await self._correct_asked(asked[start : start + AT_ONCE], touched, restored)
        settled = self.clock.now() - SETTLED
        async with self.database.write() as transaction:
            await CorrectionStore(transaction).mark_seen(
                [each.id for each in revisions if each.at < settled or not each.article_ids],
                [each.id for each in changes if each.at < settled or not each.article_ids],
                self.clock.now(),
            )
            seen = [each.id for each in strikes if each.changed_at < settled]
            await StrikeStore(transaction).mark_seen(seen, self.clock.now())
        if count:
            log.info("digests_corrected", count=count)

    async def _correct_some(
        self, digest_ids: Sequence[int], touched: Collection[int], restored: Collection[int]
    ) -> int:
        """How many of these digests read otherwise now; with a `restored` article they are corrected anew."""
        async with self.database.write() as transaction:
            await transaction.alone("corrections")
            now, corrections, edits = self.clock.now(), CorrectionStore(transaction), AmendmentStore(transaction)
            slots: defaultdict[datetime, int] = defaultdict(int)
            for each in await corrections.digests(digest_ids):
                if (after := await _corrected(transaction, each, touched, restored, now)) is not None:
                    await corrections.correct(each.id, after, now)
                    slots[each.slot_at] += 1
            for slot in slots:
                await edits.fan_out(slot, now - EDITED_FOR)
            await self.queue.enqueue_all([edit_slot(slot) for slot in slots], within=transaction)
        return sum(slots.values())

    async def _correct_asked(self, ids: Sequence[int], touched: Collection[int], restored: Collection[int]) -> int:
        async with self.database.write() as transaction:
            await transaction.alone("corrections")
            now, store, count = self.clock.now(), AskedStore(transaction), 0
            for each in await store.digests(ids):
                if (after := await _corrected(transaction, each, touched, restored, now)) is not None:
                    await store.correct(each.id, after, now)
                    count += 1
            if count:
                await self.queue.enqueue(EDIT_ASKED, within=transaction)
        return count


def edit_slot(slot_at: datetime) -> Job:
    """The job that edits the messages of a slot (UTC): behind all digests, which are news."""
    slot = slot_at.isoformat()
    return Job("edit_digests", {"slot": slot}, key=f"edit:{slot}", priority=-3, bulk=True)


async def _corrected(
    transaction: Transaction, digest: SentDigest, touched: Collection[int], restored: Collection[int], now: datetime
) -> dict[str, Any] | None:
    """What a digest should say now; None where it says so already."""
    after = put_right(digest, await standing(transaction, named_in(digest), digest), touched, restored, now)
    return digest_to_json(after) if after is not None else None


def put_right(
    digest: SentDigest, standing: Standing, touched: Collection[int], restored: Collection[int], at: datetime
) -> Digest | None:
    """What a digest should say since `touched` articles stand so (corrected `at`, UTC); None where it says so already.

    One that names a `restored` article is made anew from what was sent: what it has lost may be right again.
    """
    sent = digest_from_json(digest.body)
    shown = digest_from_json(digest.corrected) if digest.corrected else sent
    if shown is sent or named_in(digest).isdisjoint(restored):
        after = amended(shown, standing, touched, at)
    else:
        anew = amended(sent, standing, named_in(digest), at)
        after = anew.with_items([_marked_as(*each) for each in zip(shown.items, anew.items, strict=True)])
    return after if after != shown else None


def _marked_as(shown: Item, anew: Item) -> Item:
    """An item that was made anew, with the time of its correction since which it has read as it does."""
    if shown.correction is None or anew.correction is None:
        return anew
    as_before = replace(anew, correction=replace(anew.correction, at=shown.correction.at))
    return as_before if replace(as_before, story_id=shown.story_id) == shown else anew


def named_in(digest: SentDigest) -> set[int]:
    """The articles that a digest named as its sources when it was sent; corrected ones name no others."""
    return set(quoted(digest_from_json(digest.body)))


async def reached(transaction: Transaction, moved: Collection[tuple[int, int]]) -> set[int]:
    """The articles that may be told otherwise since some were moved, or if they were.

    `moved` are articles, each with the story that it has left, or would join. Those themselves, and all of both stories
    where a struck sentence goes along: it is false in the one story now, and in the other one no longer.
    """
    strikes = StrikeStore(transaction)
    places = await strikes.places({article_id for article_id, _ in moved})
    others = {story_id for article_id, story_id in moved if article_id in places}
    return {*(article_id for article_id, _ in moved), *await strikes.articles({*places.values(), *others})}


async def standing(
    transaction: Transaction,
    article_ids: Collection[int],
    digest: SentDigest,
    as_if: Mapping[int, tuple[str, ...]] | None = None,
    places: Mapping[int, int] = MappingProxyType({}),
) -> Standing:
    """The articles of a digest as they are told now, with what they said since it was composed.

    `as_if` are sentences, by story, that count as struck, too; `places` are stories, by article, that count as theirs.
    """
    articles = {
        id_: replace(article, story_id=places.get(id_, article.story_id))
        for id_, article in (await CorrectionStore(transaction).articles(article_ids)).items()
    }
    struck = dict(await StrikeStore(transaction).among({each.story_id for each in articles.values()}, places))
    for story_id, sentences in (as_if or {}).items():
        struck[story_id] = (*struck.get(story_id, ()), *sentences)
    revisions = await RevisionStore(transaction).of(articles)
    since = {
        id_: [each.version for each in kept if each.replaced_at >= digest.slot_at] for id_, kept in revisions.items()
    }
    for id_, article in articles.items():
        told = without(article, struck.get(article.story_id, ()))
        if told != article:
            since.setdefault(id_, []).append(Version(article.title, article.paragraphs))
            articles[id_] = told
    return Standing(articles, {id_: versions for id_, versions in since.items() if versions}, struck)
