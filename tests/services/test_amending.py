"""Digests that have gone out are corrected: found, stored, edited once, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from functools import partial

import pytest
from sqlalchemy import RowMapping

from digests.domain.delivery import DeliveryStatus, Outcome, Result
from digests.domain.digests import Correction, Fault
from digests.domain.schedule import Schedule
from digests.domain.subscribers import Status
from digests.services import slot_digests
from digests.services.amending import EDITING_TAKES, SETTLED
from digests.services.editing import EDITED_FOR
from digests.services.slot_digests import SlotDigests
from digests.storage import models
from digests.storage.amendments import SlotEdits
from digests.storage.editions import EditionStore
from digests.storage.fan_outs import FanOutStore
from digests.storage.stories import REPAIR, StoryStore
from tests.services.test_correcting import CAUSE, CORRECTED, LEAD, ODESSA, PUBLISHER, TOLL, toll
from tests.support.breaking import alerts, eager, event, look
from tests.support.builders import preferences
from tests.support.bureau import Bureau, catalogue
from tests.support.reports import BUDGET, Report
from tests.support.rows import SLOT, rows

MINUTE = timedelta(minutes=1)
OF_SLOT = partial(SlotEdits, slot_at=SLOT)
HARBOUR = Report("Hafen von Odessa gesperrt", ("Der Hafen von Odessa bleibt nach der Explosion drei Tage gesperrt.",))


async def amendments(bureau: Bureau) -> list[RowMapping]:
    return list(await rows(bureau.database, models.Amendment))


def shown(bureau: Bureau, number: int = -1) -> str:
    """What an edited digest says."""
    return str([item.sentences + item.details for item in bureau.messenger.edits[number].digest.items])


async def test_a_corrected_number_is_edited_once(any_bureau: Bureau) -> None:
    first, second = await any_bureau.subscribe(), await any_bureau.subscribe(preferences(["sport"]))
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    assert len(any_bureau.messenger.to(second.chat.id)) == 0, "nothing for him, so nothing to correct"
    any_bureau.clock.move(timedelta(hours=2))
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.correct()
    (edit,) = any_bureau.messenger.edits
    assert (edit.chat.id, edit.slot_at, edit.late) == (first.chat.id, SLOT, False)
    assert edit.original == any_bureau.got(first)[0]
    assert CORRECTED in shown(any_bureau)
    assert TOLL not in shown(any_bureau)
    assert edit.digest.items[0].correction == Correction(any_bureau.clock.now(), (Fault.NUMBERS,), ("Tote",))
    (row,) = await amendments(any_bureau)
    assert (row["status"], row["attempts"], row["finished_at"]) == ("done", 1, any_bureau.clock.now())
    assert await any_bureau.reading.delivered(first, 1) == [edit.digest], "what he has had reads like this now"
    for _ in range(3):
        await any_bureau.correct(SETTLED)
        await any_bureau.sweep()
    assert len(any_bureau.messenger.edits) == 1


async def test_two_corrections_are_two_edits_and_the_last_tells_of_both(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.correct()
    await any_bureau.publish(replace(toll(14), title="Gasexplosion zerstört Lagerhaus in Odessa"), **PUBLISHER)
    await any_bureau.correct()
    assert len(any_bureau.messenger.edits) == 2
    item = any_bureau.messenger.edits[-1].digest.items[0]
    assert item.headline == "Gasexplosion zerstört Lagerhaus in Odessa"
    assert item.correction is not None
    assert item.correction.faults == (Fault.HEADLINE, Fault.NUMBERS)


@pytest.mark.parametrize(
    "after",
    [
        replace(ODESSA, paragraphs=(*ODESSA.paragraphs, "Am Abend soll es eine Pressekonferenz geben.")),
        replace(ODESSA, paragraphs=(f"{LEAD}  {TOLL}", CAUSE.replace("unklar,", "unklar;"))),
    ],
    ids=["addition", "signs"],
)
async def test_what_makes_nothing_wrong_edits_nothing(any_bureau: Bureau, after: Report) -> None:
    await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    await any_bureau.publish(after, **PUBLISHER)
    await any_bureau.correct()
    assert (any_bureau.messenger.edits, await amendments(any_bureau)) == ([], [])


async def test_a_digest_that_goes_out_after_the_correction_is_edited_too(any_bureau: Bureau) -> None:
    early, late = await any_bureau.subscribe(), await any_bureau.subscribe()
    any_bureau.messenger.answer(late.chat.id, Outcome(Result.WAIT, retry_after=600.0))
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.correct()
    assert [edit.chat.id for edit in any_bureau.messenger.edits] == [early.chat.id]
    await any_bureau.sweep(timedelta(minutes=11))  # sends what waited
    assert len(any_bureau.messenger.to(late.chat.id)) == 2
    await any_bureau.sweep()
    await any_bureau.sweep()
    assert [edit.chat.id for edit in any_bureau.messenger.edits] == [early.chat.id, late.chat.id]


async def test_an_edit_that_came_while_the_digest_was_composed(any_bureau: Bureau) -> None:
    """A look finds nothing before the digest is stored; the edit is looked at again."""
    await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.planning.plan_due(any_bureau.clock.move(SLOT))
    async with any_bureau.database.read() as transaction:
        wanted = await FanOutStore(transaction).wanted(SLOT)
    digests = SlotDigests(any_bureau.database, catalogue())
    basis = await digests._basis(SLOT, wanted)
    await digests._load(basis, list(wanted))
    composed = slot_digests._rows(SLOT, wanted, basis)
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.amending.correct()
    async with any_bureau.database.write() as transaction:
        await EditionStore(transaction).add_digests(composed)
    await any_bureau.work()
    assert "12 Menschen" in str(any_bureau.messenger.parcels[0].digest)
    await any_bureau.correct()
    assert CORRECTED in shown(any_bureau)


async def test_48_hours_after_it_was_sent_a_message_is_left_alone(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    any_bureau.clock.move(SLOT + EDITED_FOR + MINUTE)
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.correct()
    assert (any_bureau.messenger.edits, await amendments(any_bureau)) == ([], [])


async def test_an_edit_that_cannot_be_made_in_48_hours_is_given_up(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    any_bureau.clock.move(SLOT + EDITED_FOR - timedelta(minutes=20))
    await any_bureau.publish(toll(14), **PUBLISHER)
    any_bureau.messenger.answer(reader.chat.id, Outcome(Result.WAIT, retry_after=1500.0))
    await any_bureau.correct()
    (row,) = await amendments(any_bureau)
    assert row["status"] == DeliveryStatus.PENDING
    await any_bureau.sweep(timedelta(minutes=30))
    (row,) = await amendments(any_bureau)
    assert (row["status"], row["reason"], len(any_bureau.messenger.edits)) == ("skipped", "too_late", 1)


@pytest.mark.parametrize(
    ("answer", "tries", "status", "reader_is"),
    [
        (Outcome(Result.WAIT, retry_after=20.0, reason="flood"), 2, "done", Status.ACTIVE),
        (Outcome(Result.NOT_SENT, reason="refused"), 2, "done", Status.ACTIVE),
        (Outcome(Result.UNKNOWN, reason="timeout"), 2, "done", Status.ACTIVE),
        (Outcome(Result.MORE), 2, "done", Status.ACTIVE),
        (Outcome(Result.GONE, reason="blocked"), 1, "skipped", Status.BLOCKED),
        (Outcome(Result.REJECTED, reason="message to edit not found"), 1, "skipped", Status.ACTIVE),
        (Outcome(Result.NO_RIGHTS, reason="no rights"), 1, "skipped", Status.ACTIVE),
        (RuntimeError("a fault of ours"), 1, "skipped", Status.ACTIVE),
    ],
    ids=["429", "no connection", "timeout", "more", "blocked", "deleted", "rights", "crash"],
)
async def test_what_becomes_of_an_edit(
    any_bureau: Bureau, answer: Outcome | Exception, tries: int, status: str, reader_is: Status
) -> None:
    reader, other = await any_bureau.subscribe(), await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    any_bureau.messenger.answer(reader.chat.id, answer)
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.correct()
    await any_bureau.sweep()
    edits = [edit.chat.id for edit in any_bureau.messenger.edits]
    assert (edits.count(reader.chat.id), edits.count(other.chat.id)) == (tries, 1)
    mine, others = await amendments(any_bureau)
    assert (mine["status"], others["status"]) == (status, "done")
    found = await any_bureau.subscriptions.find(reader.chat)
    assert found is not None
    assert found.status is reader_is


async def test_what_a_dead_process_had_begun_is_done_by_another(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.amending.correct()
    claimed, _, _ = await any_bureau.editing._claim(OF_SLOT, {})
    assert len(claimed) == 1
    after = any_bureau.another()
    await after.sweep()
    assert after.messenger.edits == [], "it may still be alive"
    await after.sweep(EDITING_TAKES)
    assert len(after.messenger.edits) == 1


async def test_corrected_again_while_it_is_edited(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.amending.correct()
    digests: dict = {}  # type: ignore[type-arg]
    claimed, slots, _ = await any_bureau.editing._claim(OF_SLOT, digests)
    await any_bureau.publish(toll(15), **PUBLISHER)
    await any_bureau.amending.correct()
    await any_bureau.editing._edit_all(OF_SLOT, claimed, slots, digests, 0)
    (row,) = await amendments(any_bureau)
    assert row["status"] == "pending", "the edit under way did not know the second correction"
    await any_bureau.work()
    assert "15 Menschen" in shown(any_bureau)
    assert "14 Menschen" in shown(any_bureau, 0)


async def test_edits_keep_to_the_pace_of_digests(bureau: Bureau) -> None:
    for _ in range(60):
        await bureau.subscribe()
    await bureau.publish(ODESSA, **PUBLISHER)
    await bureau.serve()
    await bureau.publish(toll(14), **PUBLISHER)
    before = bureau.clock.now() + MINUTE
    await bureau.correct()
    assert len(bureau.messenger.edits) == 60
    assert (bureau.clock.now() - before).total_seconds() >= 59 / 25


async def test_operators_split_and_merge(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    one = await any_bureau.publish(ODESSA, **PUBLISHER)
    two = await any_bureau.publish(BUDGET, source_key="https://hafenpost.example/feed", credit="Hafenpost")
    stories = one.placement.story_id, two.placement.story_id
    await any_bureau.serve()
    await any_bureau.stories.merge(stories, "Redaktion")
    await any_bureau.correct()
    (edit,) = any_bureau.messenger.edits
    marks = [item.correction for item in edit.digest.items]
    assert [bool(mark) for mark in marks].count(True) == 1
    mark = next(filter(None, marks))
    assert (mark.faults, mark.same_as) == ((Fault.SAME,), 1 + marks.index(None))


async def test_a_report_that_an_operator_takes_out_of_a_story(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    one = await any_bureau.publish(ODESSA, **PUBLISHER)
    two = await any_bureau.publish(BUDGET, source_key="https://hafenpost.example/feed", credit="Hafenpost")
    await any_bureau.stories.merge([one.placement.story_id, two.placement.story_id], "Redaktion")
    await any_bureau.serve()
    story = one.placement.story_id
    change = await any_bureau.stories.split(story, [two.placement.article_id], "Redaktion")
    await any_bureau.correct()
    (edit,) = any_bureau.messenger.edits
    (item,) = edit.digest.items
    assert [note.name for note in item.sources] == ["Abendbote"]
    assert item.correction is not None
    assert item.correction.faults == (Fault.SOURCES,)
    await any_bureau.stories.undo(change.id, "Redaktion")
    await any_bureau.correct()
    _, edit = any_bureau.messenger.edits
    assert edit.digest == any_bureau.messenger.parcels[0].digest, "as it was sent"


async def test_breaking_news_are_corrected_too(any_bureau: Bureau) -> None:
    reader = await eager(any_bureau)
    story = await event(any_bureau, sites=4)
    await look(any_bureau)
    (alert,) = alerts(any_bureau, reader)
    wrong = max(note.article_id for item in alert.digest.items for note in item.sources)
    await any_bureau.stories.split(story, [wrong], "Redaktion")
    await any_bureau.correct()
    (edit,) = any_bureau.messenger.edits
    assert edit.digest.breaking
    (item,) = edit.digest.items
    assert wrong not in {note.article_id for note in item.sources}
    assert item.correction is not None
    assert item.correction.faults == (Fault.SOURCES,)


@pytest.mark.parametrize(("weekdays", "weekly"), [(8, True), (127, False)])
async def test_the_digest_of_a_week_stays_one(any_bureau: Bureau, weekdays: int, weekly: bool) -> None:
    await any_bureau.subscribe(schedule=Schedule("Europe/Berlin", (7 * 60,), weekdays))
    await any_bureau.publish(ODESSA, **PUBLISHER)
    await any_bureau.serve()
    await any_bureau.publish(toll(14), **PUBLISHER)
    await any_bureau.correct()
    assert [
        (parcel.weekly, edit.weekly)
        for parcel, edit in zip(any_bureau.messenger.parcels, any_bureau.messenger.edits, strict=True)
    ] == [(weekly, weekly)]


async def test_repairs_edit_nothing(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    one = await any_bureau.publish(ODESSA, **PUBLISHER)
    two = await any_bureau.publish(HARBOUR, source_key="https://hafenpost.example/feed", credit="Hafenpost")
    await any_bureau.serve()
    ids = {one.placement.story_id, two.placement.story_id}
    if len(ids) > 1:
        async with any_bureau.database.write() as transaction:
            left, joined = sorted(ids)
            await StoryStore(transaction).move({one.placement.article_id}, left, joined, by=REPAIR, at=SLOT)
    await any_bureau.correct()
    assert any_bureau.messenger.edits == []
    assert all(row["seen_at"] for row in await rows(any_bureau.database, models.StoryChange))
