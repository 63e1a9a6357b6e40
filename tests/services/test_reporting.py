"""Answers of a process without digests make the digests of other processes step back; on both databases."""

from __future__ import annotations

from datetime import timedelta

from digests.services.reporting import Reporting
from digests.services.traffic import Traffic
from digests.storage.rate import RateStore
from tests.support.bureau import RATE, Bureau


async def pace_after(bureau: Bureau, traffic: Traffic) -> tuple[timedelta, timedelta]:
    """How far ahead the next slot is, and for how long everything is halted."""
    await Reporting(bureau.database, bureau.clock, "bot", RATE, traffic).report()
    async with bureau.database.write() as transaction:
        pace = await RateStore(transaction, "bot").locked()
    return pace.next_at - bureau.clock.now(), pace.blocked(bureau.clock.now())


async def test_answers_push_digests_back(any_bureau: Bureau) -> None:
    traffic = Traffic()
    for chat in range(5):
        traffic.answered(chat, any_bureau.clock.now())
    ahead, halt = await pace_after(any_bureau, traffic)
    assert abs(ahead.total_seconds() - 5 / RATE) < 0.001
    assert (halt, traffic.answers) == (timedelta(), 0)


async def test_nothing_to_tell_costs_no_transaction(any_bureau: Bureau) -> None:
    ahead, _ = await pace_after(any_bureau, Traffic())
    assert ahead < timedelta()


async def test_refusals_of_several_chats_halt_everybody(any_bureau: Bureau) -> None:
    traffic = Traffic()
    for chat in range(3):
        traffic.refused(chat, 20, any_bureau.clock.now())
    _, halt = await pace_after(any_bureau, traffic)
    assert halt >= timedelta(seconds=20)
    assert traffic.halted(99, any_bureau.clock.now()) >= timedelta(seconds=20)
