"""Composes the digests of a slot, each once for all of its readers, those of the first readers first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime

import structlog

from digests.domain.amending import quoted
from digests.domain.digest_json import digest_to_json
from digests.domain.digests import Window
from digests.domain.preferences import Preferences
from digests.domain.topics import Catalogue
from digests.services.breaking import told_by
from digests.services.selecting import Selection
from digests.storage.articles import ArticleStore
from digests.storage.breaking import AlertStore
from digests.storage.database import Database
from digests.storage.editions import EditionStore
from digests.storage.fan_outs import FanOutStore, Wanted
from digests.storage.interning import InterningStore

log = structlog.get_logger(__name__)

FIRST = 10
"""Digests after which the first readers are served. Most of what the others tell has been worked out for these."""
AT_ONCE = 160
"""Digests composed and stored, and profiles read, at a time."""
Serve = Callable[[int], Awaitable[None]]
"""Serves the subscribers with smaller numbers than this one, whose digests are there."""


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the digests of a slot are made of."""

    selection: Selection
    told: Mapping[str, Mapping[int, datetime]]  # by variant: stories, and when (UTC) its readers had them as breaking
    preferences: dict[int, Preferences] = field(default_factory=dict)  # by profile, of those whose stories are loaded


@dataclass(frozen=True, slots=True)
class SlotDigests:
    """Safe to run anywhere, any number of times: a digest that is there is not composed again."""

    database: Database
    catalogue: Catalogue
    written: bool = False  # they show generated summaries

    async def compose(self, slot_at: datetime, serve: Serve) -> None:
        """Compose all that the open editions of a slot (UTC) lack; most of it is the same for all of them.

        `serve` is called whenever some are done while others are left. Only waits where another process composes them.
        """
        async with self.database.read() as waiting:
            if not await waiting.alone(f"digests of {slot_at.isoformat()}"):
                return
            async with self.database.write() as transaction:
                await ArticleStore(transaction).alone()  # waits for imports that began before the slot
            async with self.database.read() as transaction:
                wanted = await FanOutStore(transaction).wanted(slot_at)
            if not wanted:
                return
            basis = await self._basis(slot_at, wanted)
            order, composed = list(wanted), 0
            for part in _parts(order):
                await self._load(basis, part)
                composed += len(part)
                await self._compose(slot_at, part, basis, tell=composed in (len(part), len(order)))
                if composed < len(order):
                    await serve(wanted[order[composed]])
        log.info("slot_composed", slot=slot_at.isoformat(), digests=len(wanted))

    async def _basis(self, slot_at: datetime, wanted: Iterable[Wanted]) -> _Basis:
        """What all of these digests share, still without stories."""
        window = Window(min(digest.since for digest in wanted), slot_at)
        async with self.database.read() as transaction:
            alerts = await AlertStore(transaction).of_editions({each for digest in wanted for each in digest.alerts})
            told = {
                digest.variant: await told_by(transaction, [alerts[each] for each in digest.alerts if each in alerts])
                for digest in {digest.variant: digest for digest in wanted}.values()
            }
            return _Basis(Selection(transaction, self.catalogue, window, slot_at, self.written), told)

    async def _load(self, basis: _Basis, wanted: Sequence[Wanted]) -> None:
        """Load what these digests are made of, beside what is there."""
        async with self.database.read() as transaction:
            mine = await InterningStore(transaction).preferences({digest.profile_id for digest in wanted})
            basis.selection.transaction = transaction
            await basis.selection.load(mine.values())
        basis.preferences.update(mine)

    async def _compose(self, slot_at: datetime, wanted: Sequence[Wanted], basis: _Basis, *, tell: bool) -> None:
        """Compose and store some digests, and `tell` the database how many there are now."""
        rows = await asyncio.to_thread(_rows, slot_at, wanted, basis)  # pure work, while readers want answers
        async with self.database.write() as transaction:
            await EditionStore(transaction).add_digests(rows)
            if tell:
                await EditionStore(transaction).tell_digests()


def _rows(slot_at: datetime, wanted: Iterable[Wanted], basis: _Basis) -> list[dict[str, object]]:
    """Rows of digests, composed."""
    rows: list[dict[str, object]] = []
    for wish in wanted:
        told = basis.told[wish.variant]
        digest = basis.selection.compose(basis.preferences[wish.profile_id], since=wish.since, told=told)
        row = {"slot_at": slot_at, **asdict(wish)}
        row |= {"body": digest_to_json(digest), "item_count": len(digest.items)}
        rows.append(row | {"article_ids": quoted(digest)})
    return rows


def _parts(wanted: Sequence[Wanted]) -> Iterator[Sequence[Wanted]]:
    """A few at first, then twice as many each time until it is AT_ONCE."""
    start, size = 0, FIRST
    while start < len(wanted):
        yield wanted[start : start + size]
        start, size = start + size, min(2 * size, AT_ONCE)
