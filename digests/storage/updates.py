"""Which updates have been handled: a server that got no answer in time hands over the same one again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import Enum

from sqlalchemy import delete, select, update

from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.interning import insert_new


class Standing(Enum):
    """What is to be done with an update."""

    NEW = "new"  # by us: nobody handles it, or whoever did is dead
    BUSY = "busy"  # somebody is handling it
    DONE = "done"


@dataclass(frozen=True, slots=True)
class UpdateStore:
    """Notes updates by their number."""

    transaction: Transaction

    async def begin(self, number: int, now: datetime, begun_before: datetime) -> Standing:
        """Note that an update is being handled; one begun before `begun_before` and not ended is handled anew."""
        receipt = models.UpdateReceipt
        fresh = insert_new(self.transaction, receipt).values(update_id=number, begun_at=now, failures=0)
        fresh = fresh.on_conflict_do_nothing().returning(receipt.update_id)
        if await self.transaction.connection.scalar(fresh) is not None:
            return Standing.NEW
        statement = select(receipt.begun_at, receipt.handled_at).where(receipt.update_id == number).with_for_update()
        begun_at, handled_at = (await self.transaction.connection.execute(statement)).one()
        if handled_at is not None:
            return Standing.DONE
        if begun_at is not None and begun_at > begun_before:
            return Standing.BUSY
        await self._set(number, begun_at=now)
        return Standing.NEW

    async def finish(self, number: int, now: datetime) -> None:
        """Note that an update has been handled."""
        await self._set(number, handled_at=now)

    async def fail(self, number: int) -> int:
        """Let an update be handled again at once; how often it has failed."""
        receipt = models.UpdateReceipt
        await self._set(number, begun_at=None, failures=receipt.failures + 1)
        statement = select(receipt.failures).where(receipt.update_id == number)
        return int((await self.transaction.connection.execute(statement)).scalar_one())

    async def forget(self, before: datetime) -> None:
        """Drop what was begun before `before`, or given up: nobody hands it over any more."""
        receipt = models.UpdateReceipt
        old = (receipt.handled_at < before) | (receipt.begun_at < before) | receipt.begun_at.is_(None)
        await self.transaction.connection.execute(delete(receipt).where(old))

    async def _set(self, number: int, **values: object) -> None:
        receipt = models.UpdateReceipt
        await self.transaction.connection.execute(update(receipt).where(receipt.update_id == number).values(values))
