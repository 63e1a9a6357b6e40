"""Forgetting a chat while digests are on their way to it: none is lost to others, none comes afterwards."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from digests.domain.delivery import DeliveryStatus, Outcome, Parcel, Result
from digests.domain.digests import Item, State
from digests.domain.subscribers import Chat, Status
from digests.services.keeping import Keeping
from digests.services.personal import PATIENCE, PersonalData
from digests.services.upkeep import FEEDBACK_FOR, PACKS_FOR, Upkeep
from digests.storage import models
from digests.storage.feedback import FeedbackStore
from tests.services.test_delivering import planned
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.messengers import RecordingMessenger
from tests.support.rows import rows


@dataclass
class HeldMessenger(RecordingMessenger):
    """Lets the messages for one chat hang in the air until told otherwise."""

    held: int = 0
    began: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    async def deliver(self, parcel: Parcel) -> Outcome:
        """As ever, but for the held chat only after the release."""
        if parcel.chat.id == self.held:
            self.began.set()
            await self.released.wait()
        return await super().deliver(parcel)


async def forget_midway(bureau: Bureau, answer: Outcome) -> tuple[HeldMessenger, Chat, Chat]:
    """Two readers, of whom one is forgotten while his digest is on its way; its sending ends with `answer`."""
    messenger = bureau.messenger = bureau.delivering.messenger = HeldMessenger()
    ada, bob = await planned(bureau, 2)
    messenger.held = ada.chat.id
    messenger.answer(ada.chat.id, answer)
    async with asyncio.TaskGroup() as group:
        sending = group.create_task(bureau.work())
        await messenger.began.wait()
        forgetting = group.create_task(PersonalData(bureau.database, bureau.clock).forget(ada.chat.id))
        while bureau.clock.slept.count(0.1) < 3:  # it looks again and again
            await rows(bureau.database, models.Subscriber)
        assert not forgetting.done()
        assert {row["status"] for row in await rows(bureau.database, models.Delivery)} >= {DeliveryStatus.SENDING}
        messenger.released.set()
        assert await forgetting
        await sending
    assert [row["id"] for row in await rows(bureau.database, models.Subscriber)] == [bob.id]
    assert [row["subscriber_id"] for row in await rows(bureau.database, models.Delivery)] == [bob.id]
    return messenger, ada.chat, bob.chat


async def test_a_digest_on_its_way_arrives_before_the_end(any_bureau: Bureau) -> None:
    messenger, ada, bob = await forget_midway(any_bureau, Outcome(Result.OK, (5,)))
    await any_bureau.sweep()
    assert (len(messenger.to(ada.id)), len(messenger.to(bob.id))) == (1, 1)


async def test_the_rest_of_a_long_digest_does_not_come(any_bureau: Bureau) -> None:
    messenger, ada, _ = await forget_midway(any_bureau, Outcome(Result.MORE, (5,)))
    await any_bureau.sweep()
    await any_bureau.serve(any_bureau.clock.now() + timedelta(days=1))
    assert len(messenger.to(ada.id)) == 1


async def test_what_a_dead_process_left_behind_is_not_waited_for_long(bureau: Bureau) -> None:
    (reader,) = await planned(bureau)
    async with bureau.database.write() as transaction:
        await transaction.connection.execute(models.Delivery.__table__.update().values(status="sending"))
    before = bureau.clock.now()
    assert await PersonalData(bureau.database, bureau.clock).forget(reader.chat.id)
    assert PATIENCE <= bureau.clock.now() - before < 2 * PATIENCE
    assert await rows(bureau.database, models.Delivery) == []


async def test_who_is_not_there_cannot_be_forgotten(bureau: Bureau) -> None:
    await bureau.subscribe()
    assert not await PersonalData(bureau.database, bureau.clock).forget(999_999)
    (row,) = await rows(bureau.database, models.Subscriber)
    assert row["status"] == Status.ACTIVE


async def test_all_forum_topics_of_a_chat_go(bureau: Bureau) -> None:
    for thread in (0, 3, 4):
        await bureau.subscribe(chat=Chat(-100, thread, "supergroup"))
    other = await bureau.subscribe()
    assert await PersonalData(bureau.database, bureau.clock).forget(-100)
    assert [row["id"] for row in await rows(bureau.database, models.Subscriber)] == [other.id]


async def test_at_night_goes_what_is_kept_for_a_time(bureau: Bureau) -> None:
    reader = await bureau.subscribe()
    keeping = Keeping(bureau.database, bureau.clock)
    item = Item(1, 1, "Getreide", State.NEW, (), (), (), "de", START, START, (), 1.0)
    saved = await keeping.save(reader, item)
    assert saved is not None
    pack, seldom = await keeping.share({"sport"}), await keeping.share({"nato"})
    async with bureau.database.write() as transaction:
        await FeedbackStore(transaction).add(reader.id, "Hallo", START)
    upkeep = Upkeep(bureau.database, timedelta(days=30))
    await upkeep.nightly(bureau.clock.move(FEEDBACK_FOR - timedelta(days=1)))
    assert len(await rows(bureau.database, models.Feedback)) == 1
    await upkeep.nightly(bureau.clock.move(timedelta(days=2)))
    assert await rows(bureau.database, models.Feedback) == []
    assert await keeping.open_pack(pack) == frozenset({"sport"})  # which keeps it alive
    await upkeep.nightly(bureau.clock.move(START + PACKS_FOR + timedelta(days=2)))
    assert await keeping.open_pack(pack) == frozenset({"sport"})
    assert await keeping.open_pack(seldom) is None
    assert [each.id for each in await keeping.saved(reader)] == [saved.id]  # as long as the reader wants
