"""A clock that was ahead is set back: nobody gets two digests, and nobody waits for the old time; on both databases."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digests.domain.delivery import Outcome, Result
from digests.storage import models
from tests.services.test_delivering import planned, row
from tests.support.bureau import Bureau
from tests.support.reports import BUDGET, GRAIN
from tests.support.rows import DAY, SLOT, rows

MINUTE = timedelta(minutes=1)
BACK = pytest.mark.parametrize("back", [20 * MINUTE, timedelta(hours=5), 2 * DAY], ids=str)


@BACK
async def test_a_slot_that_comes_again_is_not_planned_again(any_bureau: Bureau, back: timedelta) -> None:
    bureau = any_bureau
    reader = await bureau.subscribe()
    await bureau.publish(GRAIN)
    await bureau.serve(SLOT)
    at = SLOT - back
    while at <= SLOT + MINUTE:  # the days, hours and minutes at which something could come
        await bureau.serve(at)
        await bureau.sweep(MINUTE)
        at += max(MINUTE, min(timedelta(hours=1), SLOT - at))
    assert len(bureau.got(reader)) == 1
    await bureau.publish(BUDGET)
    await bureau.serve(SLOT + DAY)
    assert len(bureau.got(reader)) == 2
    assert [each["slot_at"] for each in await rows(bureau.database, models.Edition)] == [SLOT, SLOT + DAY]


@BACK
async def test_what_waits_for_a_time_that_has_not_come_yet_goes_out_at_once(
    any_bureau: Bureau, back: timedelta
) -> None:
    bureau = any_bureau
    (reader,) = await planned(bureau)
    bureau.messenger.answer(reader.chat.id, Outcome(Result.WAIT, retry_after=120.0), Outcome(Result.OK, (1,)))
    await bureau.work()
    assert (await row(bureau, reader))["status"] == "pending"
    bureau.clock.move(-back)
    for _ in range(2):  # the other process has no memory of the refusal
        await bureau.another().sweep()
    assert ((await row(bureau, reader))["status"], len(bureau.got(reader))) == ("sent", 2)
