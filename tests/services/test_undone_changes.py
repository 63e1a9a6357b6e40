"""A change of stories that is taken back: digests say again what they had lost by it, on both databases."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.digest_json import digest_from_json
from digests.domain.digests import Digest, Fault, Item
from digests.services.amending import SETTLED
from digests.storage import models
from tests.services.test_correcting import ODESSA, PUBLISHER, TOLL
from tests.services.test_foreseeing import ELSEWHERE, HARBOUR, following, strike, two_stories
from tests.support.bureau import Bureau
from tests.support.clocks import START
from tests.support.reports import BUDGET
from tests.support.rows import rows


async def as_they_read(bureau: Bureau) -> list[Digest]:
    """The digests that went out, as they should read now; corrected whenever."""
    found = [digest_from_json(row["corrected"] or row["body"]) for row in await rows(bureau.database, models.Digest)]
    return [digest.with_items([_untimed(item) for item in digest.items]) for digest in found]


def _untimed(item: Item) -> Item:
    return replace(item, correction=item.correction and replace(item.correction, at=START))


def tells(digest: Digest, sentence: str) -> bool:
    return sentence in {each.text for item in digest.items for each in (*item.sentences, *item.details)}


@pytest.mark.parametrize("struck", [0, 1], ids=["stays", "leaves"])
@pytest.mark.parametrize("later", [timedelta(minutes=1), SETTLED * 2], ids=["at once", "later"])
async def test_a_sentence_that_a_merge_has_struck_is_told_again(
    any_bureau: Bureau, struck: int, later: timedelta
) -> None:
    stories = await two_stories(any_bureau)
    await any_bureau.serve()
    await strike(any_bureau, stories[struck], TOLL)
    before = await as_they_read(any_bureau)
    (change,) = await any_bureau.stories.merge(stories, "Redaktion")
    await any_bureau.correct(later)
    assert not any(tells(digest, TOLL) for digest in await as_they_read(any_bureau))
    edited = len(any_bureau.messenger.edits)
    await any_bureau.stories.undo(change.id, "Redaktion")
    await any_bureau.correct(later)
    assert await as_they_read(any_bureau) == before, "as before the merge, word for word"
    assert sum(tells(digest, TOLL) for digest in before) == 2, "where the other story is told, alone or with this one"
    assert len(any_bureau.messenger.edits) > edited


async def test_a_merge_taken_back_takes_back_that_two_are_one(any_bureau: Bureau) -> None:
    await any_bureau.subscribe()
    one = await any_bureau.publish(HARBOUR, **PUBLISHER)
    two = await any_bureau.publish(BUDGET, **ELSEWHERE)
    await any_bureau.serve()
    (change,) = await any_bureau.stories.merge([one.placement.story_id, two.placement.story_id], "Redaktion")
    await any_bureau.correct()
    marks = [item.correction for edit in any_bureau.messenger.edits for item in edit.digest.items]
    assert [mark.faults for mark in marks if mark] == [(Fault.SAME,)]
    await any_bureau.stories.undo(change.id, "Redaktion")
    await any_bureau.correct()
    assert any_bureau.messenger.edits[-1].digest == any_bureau.messenger.parcels[0].digest


async def test_what_was_put_right_before_stays_so_with_its_time(any_bureau: Bureau) -> None:
    """A change that makes nothing else of a corrected digest edits no message for a new time alone."""
    await any_bureau.subscribe(following("Odessa"))
    one = await any_bureau.publish(ODESSA, **PUBLISHER)
    two = await any_bureau.publish(BUDGET, **ELSEWHERE)
    await any_bureau.serve()
    await strike(any_bureau, one.placement.story_id, TOLL)
    (change,) = await any_bureau.stories.merge([one.placement.story_id, two.placement.story_id], "Redaktion")
    await any_bureau.correct()
    await any_bureau.stories.undo(change.id, "Redaktion")
    await any_bureau.correct()
    assert any_bureau.messenger.edits == []
