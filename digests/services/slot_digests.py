"""Composes the digests of a slot, each once for all of its readers, those of the first readers first."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
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
"""Digests composed and stored at a time; before, twice as many each time."""
Serve = Callable[[int], Awaitable[None]]
"""Serves the subscribers with smaller numbers than this one, whose digests are there."""


@dataclass(frozen=True, slots=True)
class _Basis:
    """What the digests of a slot are made of."""

    selection: Selection
    preferences: Mapping[int, Preferences]  # by profile
    told: Mapping[str, Mapping[int, datetime]]  # by variant: stories, and when (UTC) its readers had them as breaking


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
            parts = _parts(list(wanted))
            for number, part in enumerate(parts, start=1):
                # Seconds of pure work, while readers want answers.
                rows = await asyncio.to_thread(_rows, slot_at, part, basis)
                async with self.database.write() as transaction:
                    await EditionStore(transaction).add_digests(rows)
                    if number in (1, len(parts)):
                        await EditionStore(transaction).tell_digests()
                if number < len(parts):
                    await serve(wanted[parts[number][0]])
        log.info("slot_composed", slot=slot_at.isoformat(), digests=len(wanted))

    async def _basis(self, slot_at: datetime, wanted: Iterable[Wanted]) -> _Basis:
        """What all of these digests are made of, loaded once."""
        window = Window(min(digest.since for digest in wanted), slot_at)
        preferences: dict[int, Preferences] = {}
        async with self.database.read() as transaction:
            for part in _parts(list(wanted)):
                preferences |= await InterningStore(transaction).preferences({digest.profile_id for digest in part})
            alerts = await AlertStore(transaction).of_editions({each for digest in wanted for each in digest.alerts})
            told = {
                digest.variant: await told_by(transaction, [alerts[each] for each in digest.alerts if each in alerts])
                for digest in {digest.variant: digest for digest in wanted}.values()
            }
            selection = Selection(transaction, self.catalogue, window, slot_at, self.written)
            await selection.load(preferences.values())
        return _Basis(selection, preferences, told)


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


def _parts(wanted: Sequence[Wanted]) -> list[Sequence[Wanted]]:
    """Ten digests, twenty, forty, and so on, so that something can be sent soon and not much is asked for each time."""
    found, start, size = list[Sequence[Wanted]](), 0, FIRST
    while start < len(wanted):
        found.append(wanted[start : start + size])
        start, size = start + size, min(2 * size, AT_ONCE)
    return found
