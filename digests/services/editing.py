"""Edits messages of digests that were corrected: in the lane of digests, behind them, and within two days.

Unlike sending, editing may be repeated: the carrier says that nothing has changed. So nothing here is uncertain.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

import structlog

from digests.domain.delivery import ATTEMPTS, Edited, Outcome, Parcel, Result, backoff
from digests.domain.digest_json import digest_from_json
from digests.domain.digests import Digest
from digests.domain.pacing import MARGIN, TOO_LONG, until
from digests.domain.spreading import place
from digests.domain.subscribers import Status
from digests.ports import Clock, Editor
from digests.services.leasing import leased
from digests.services.resting import rest
from digests.services.traffic import Traffic, pause
from digests.storage.amendments import (
    DONE,
    SKIPPED,
    AmendmentStore,
    ClaimedEdit,
    EditStore,
    SettledEdit,
    SlotEdits,
)
from digests.storage.asked import AskedStore
from digests.storage.big_slots import BigSlotStore
from digests.storage.database import Database, Transaction
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)

EDITED_FOR = timedelta(hours=48)
"""Messages older than this are left as they are."""
PATIENCE = timedelta(seconds=60)
"""A job waits so long for the next edit that may be tried; what comes later is found by the sweep."""
_A_MOMENT = 0.01
_REASON = 64
"""Characters of a reason that the column holds."""


@dataclass(frozen=True, slots=True)
class _Pair:
    original: Digest
    corrected: Digest


_Digests = dict[tuple[int, datetime], _Pair]
"""Digests by id and the time of the correction."""
Edits = Callable[[Transaction], EditStore]
"""Which edits are claimed and settled."""


@dataclass
class Editing:
    """Has edited what was sent, at the pace of digests."""

    database: Database
    editor: Editor
    clock: Clock
    bot: str  # names the limit's row
    rate: float  # messages per second for digests and edits together
    at_once: int
    late_after: timedelta  # a digest later than this has said so
    traffic: Traffic = field(default_factory=Traffic)
    _stopping: asyncio.Event = field(default_factory=asyncio.Event, init=False)

    def stop(self) -> None:
        """Claim nothing more, wait for nothing more; what is under way is finished."""
        self._stopping.set()

    async def edit(self, slot_at: datetime) -> None:
        """Edit what waits of a slot (UTC), and what was sent of it since its digests were corrected."""
        async with self.database.write() as transaction:
            await AmendmentStore(transaction).fan_out(slot_at, self.clock.now() - EDITED_FOR)
            spread = (await BigSlotStore(transaction).get(slot_at)).spread or 0
        counts = await self._edit_those(partial(SlotEdits, slot_at=slot_at), spread)
        if counts:
            log.info("messages_edited", slot=slot_at.isoformat(), **counts)

    async def edit_asked(self) -> None:
        """Edit what waits of digests that readers have asked for."""
        counts = await self._edit_those(AskedStore, 0)
        if counts:
            log.info("messages_edited", slot="asked", **counts)

    async def _edit_those(self, edits: Edits, spread: int) -> Counter[str]:
        """Edit until nothing waits that may be tried soon; how many are what now."""
        counts: Counter[str] = Counter()
        digests: _Digests = {}
        while not self._stopping.is_set():
            claimed, slots, wait = await self._claim(edits, digests)
            if claimed:
                counts += await self._edit_all(edits, claimed, slots, digests, spread)
            elif wait is None:
                break
            else:
                await rest(self.clock, wait, self._stopping)
        return counts

    async def _claim(
        self, edits: Edits, digests: _Digests
    ) -> tuple[Sequence[ClaimedEdit], list[datetime], float | None]:
        """The next edits with their slots in the one limit; without any, seconds until there are, None: no more."""
        async with leased(self.database, self.clock, self.bot, self.rate, self.traffic, self.at_once) as turn:
            store = edits(turn.transaction)
            claimed = await store.claim(turn.now, turn.lease.count)
            turn.taken = len(claimed)
            await self._load(store, claimed, digests)
            due = None if claimed else await store.next_due()
        if claimed or due is None:
            return claimed, list(turn.lease), None
        wait = max(due - turn.now, timedelta(seconds=turn.lease.wait), timedelta(seconds=_A_MOMENT))
        return [], [], wait.total_seconds() if wait <= PATIENCE else None

    async def _load(self, store: EditStore, claimed: Sequence[ClaimedEdit], digests: _Digests) -> None:
        missing = {(each.digest_id, each.corrected_at) for each in claimed} - digests.keys()
        if not missing:
            return
        stored = {each.id: each for each in await store.digests({id_ for id_, _ in missing})}
        for digest_id, at in missing:  # corrected once more since, it is edited once more; then it stands there already
            found = stored[digest_id]
            corrected = digest_from_json(found.corrected or found.body)
            digests[digest_id, at] = _Pair(digest_from_json(found.body), corrected)

    async def _edit_all(
        self, edits: Edits, claimed: Sequence[ClaimedEdit], slots: Sequence[datetime], digests: _Digests, spread: int
    ) -> Counter[str]:
        async with asyncio.TaskGroup() as group:
            tasks = [
                group.create_task(self._at_its_slot(each, slot, digests[each.digest_id, each.corrected_at], spread))
                for each, slot in zip(claimed, slots, strict=False)
            ]
        settled = [_settled(each, task.result(), self.clock.now()) for each, task in zip(claimed, tasks, strict=True)]
        async with self.database.write() as transaction:
            await edits(transaction).settle(settled)
            for each, task in zip(claimed, tasks, strict=True):
                if task.result().outcome.result is Result.GONE:
                    await SubscriberStore(transaction).set_status(each.chat.id, Status.BLOCKED)
        return Counter(each.status for each in settled)

    async def _at_its_slot(self, claimed: ClaimedEdit, slot: datetime, pair: _Pair, spread: int) -> Edited:
        """Wait for the slot, then edit; held back while its chat, or everything, must wait."""
        chat = claimed.chat.id
        wait = until(slot, self.clock.now(), self.rate).total_seconds()
        if wait > 0 and not self._stopping.is_set():
            await rest(self.clock, wait, self._stopping)
        crowded = self.traffic.crowded(chat, self.clock.now())
        if crowded or self._stopping.is_set():
            return Edited(Outcome(Result.HELD, retry_after=crowded.total_seconds()), claimed.shown)
        self.traffic.digest_next(chat, self.clock.now())
        while held := self.traffic.window(max(1, int(self.rate)), self.clock.now()):
            await self.clock.sleep(held.total_seconds())
        departure = self.traffic.digest_left(self.clock.now())
        edited = await self._edit(claimed, pair, spread)
        self.traffic.digest_answered(departure, self.clock.now())
        if edited.outcome.result is Result.WAIT:
            self.traffic.refused(chat, edited.outcome.retry_after, self.clock.now())
        return edited

    async def _edit(self, claimed: ClaimedEdit, pair: _Pair, spread: int) -> Edited:
        parcel = Parcel(
            chat=claimed.chat,
            language=claimed.language,
            time_zone=claimed.time_zone,
            digest=pair.corrected,
            slot_at=claimed.slot_at,
            late=claimed.sent_at - claimed.slot_at - place(claimed.chat, spread) > self.late_after,
            plain=claimed.plain,
            simple=claimed.simple,
            sent_parts=claimed.message_ids,
            quiet=claimed.quiet,
            weekly=claimed.weekly,
            original=pair.original,
            frame=claimed.frame,
        )
        try:
            return await self.editor.amend(parcel, claimed.sent_at, claimed.shown)
        except Exception:  # a fault of ours must not leave the others without an outcome
            log.exception("edit_crashed", edition=claimed.edition_id, subscriber=claimed.subscriber_id)
            return Edited(Outcome(Result.REJECTED, reason="crash"), claimed.shown)


def _settled(claimed: ClaimedEdit, edited: Edited, now: datetime) -> SettledEdit:
    """What an edit becomes: done, tried again, or given up."""
    outcome, attempts, again = edited.outcome, claimed.attempts, None
    match outcome.result:
        case Result.OK:
            return SettledEdit(claimed, DONE, edited.shown, attempts, finished_at=now)
        case Result.MORE:
            again, attempts = pause(claimed.chat.id), attempts - 1
        case Result.HELD:
            again, attempts = timedelta(seconds=outcome.retry_after), attempts - 1
        case Result.WAIT if outcome.retry_after <= TOO_LONG.total_seconds():
            again = timedelta(seconds=outcome.retry_after) + MARGIN
        case Result.NOT_SENT | Result.UNKNOWN if attempts < ATTEMPTS or outcome.result is Result.NOT_SENT:
            again = backoff(attempts)
    reason = outcome.reason[:_REASON] or None
    if again is not None:
        return SettledEdit(claimed, "pending", edited.shown, attempts, now + again, reason=reason)
    log.warning(
        "message_not_edited",
        edition=claimed.edition_id,
        subscriber=claimed.subscriber_id,
        result=outcome.result.value,
        reason=outcome.reason,
    )
    return SettledEdit(claimed, SKIPPED, edited.shown, attempts, finished_at=now, reason=reason)
