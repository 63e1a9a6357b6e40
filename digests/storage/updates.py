"""Which updates have been handled: a server that got no answer in time hands over the same one again."""

from __future__ import annotations

from collections.abc import Sequence
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

    async def begin(self, numbers: Sequence[int], now: datetime, begun_before: datetime) -> list[Standing]:
        """Note that updates are being handled; those begun before `begun_before` and not ended are handled anew.

        Rows are locked in the order of their numbers, so that processes with the same ones never wait in a circle.
        """
        receipt, wanted = models.UpdateReceipt, sorted(set(numbers))
        fresh = insert_new(self.transaction, receipt).on_conflict_do_nothing().returning(receipt.update_id)
        rows = [{"update_id": number, "begun_at": now, "failures": 0} for number in wanted]
        new = set(await self.transaction.connection.scalars(fresh, rows))
        found = dict.fromkeys(new, Standing.NEW)
        if len(new) < len(wanted):
            found |= await self._known([number for number in wanted if number not in new], now, begun_before)
        # who has the same number as another here comes second
        return [
            found[each] if each not in numbers[:place] else _second(found[each]) for place, each in enumerate(numbers)
        ]

    async def _known(self, numbers: Sequence[int], now: datetime, begun_before: datetime) -> dict[int, Standing]:
        receipt = models.UpdateReceipt
        columns = select(receipt.update_id, receipt.begun_at, receipt.handled_at)
        statement = columns.where(receipt.update_id.in_(numbers)).order_by(receipt.update_id).with_for_update()
        found: dict[int, Standing] = {}
        for number, begun_at, handled_at in (await self.transaction.connection.execute(statement)).all():
            if handled_at is not None:
                found[number] = Standing.DONE
            elif begun_at is not None and begun_at > begun_before:
                found[number] = Standing.BUSY
            else:
                found[number] = Standing.NEW
        if anew := [number for number, standing in found.items() if standing is Standing.NEW]:
            await self._set(anew, begun_at=now)
        return found

    async def finish(self, numbers: Sequence[int], now: datetime) -> None:
        """Note that updates have been handled."""
        await self._set(numbers, handled_at=now)

    async def fail(self, number: int) -> int:
        """Let an update be handled again at once; how often it has failed."""
        receipt = models.UpdateReceipt
        await self._set([number], begun_at=None, failures=receipt.failures + 1)
        statement = select(receipt.failures).where(receipt.update_id == number)
        return int((await self.transaction.connection.execute(statement)).scalar_one())

    async def forget(self, before: datetime) -> None:
        """Drop what was begun before `before`, or given up: nobody hands it over any more."""
        receipt = models.UpdateReceipt
        old = (receipt.handled_at < before) | (receipt.begun_at < before) | receipt.begun_at.is_(None)
        await self.transaction.connection.execute(delete(receipt).where(old))

    async def _set(self, numbers: Sequence[int], **values: object) -> None:
        receipt = models.UpdateReceipt
        locked = select(receipt.update_id).where(receipt.update_id.in_(numbers)).order_by(receipt.update_id)
        mine = receipt.update_id.in_(locked.with_for_update())
        await self.transaction.connection.execute(update(receipt).where(mine).values(values))


def _second(standing: Standing) -> Standing:
    return Standing.BUSY if standing is Standing.NEW else standing
