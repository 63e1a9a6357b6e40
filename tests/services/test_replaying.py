"""Past digests composed once more: the same code makes the same, another one is told, story by story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from digests.domain.digest_json import digest_from_json, digest_to_json
from digests.domain.preferences import Preferences
from digests.domain.replaying import Changes, compare
from digests.services.replaying import Replayed, Replaying
from digests.services.selecting import Selection
from digests.storage import models
from digests.storage.database import Database
from tests.support.bureau import Bureau, catalogue
from tests.support.clocks import START
from tests.support.reports import BUDGET, GRAIN
from tests.support.rows import SLOT, rows


async def sent(database: Database) -> Bureau:
    """A bureau that has sent a digest of two stories."""
    bureau = await Bureau(database).open()
    await bureau.subscribe(Preferences())
    await bureau.publish(GRAIN)
    await bureau.publish(BUDGET)
    await bureau.serve()
    return bureau


async def replayed(database: Database, since: timedelta = timedelta()) -> list[Replayed]:
    return [each async for each in Replaying(database, catalogue()).since(SLOT + since)]


async def test_the_same_code_makes_the_same(database: Database) -> None:
    await sent(database)
    before = await rows(database, models.Digest)
    (one,) = await replayed(database)
    assert (one.slot_at, one.changes, one.error) == (SLOT, Changes(), None)
    assert not one.changes
    assert await replayed(database, timedelta(seconds=1)) == []
    assert await rows(database, models.Digest) == before


async def test_differences_are_told_by_story(sqlite: Database) -> None:
    await sent(sqlite)
    (row,) = await rows(sqlite, models.Digest)
    old = digest_from_json(row["body"])
    first, second = [item for group in old.groups for item in group.items]
    gone = replace(second, story_id=99, headline="Gab es nur damals")
    shorter = replace(first, sentences=first.sentences[:-1], headline="Anders")
    body = digest_to_json(replace(old, groups=(replace(old.groups[0], items=(gone, shorter)),)))
    async with sqlite.write() as transaction:
        await transaction.connection.execute(update(models.Digest).values(body=body))
    (one,) = await replayed(sqlite)
    assert one.changes.added == (second.headline,)
    assert one.changes.removed == ("Gab es nur damals",)
    assert one.changes.changed == ((first.headline, "headline, sentences"),)
    assert not one.changes.reordered
    other = compare(old, replace(old, groups=tuple(reversed(old.groups))))
    assert other == Changes(reordered=len(old.groups) > 1)


async def test_code_that_fails_is_named_by_its_kind(sqlite: Database, monkeypatch: pytest.MonkeyPatch) -> None:
    await sent(sqlite)

    def broken(*_: object, **__: object) -> None:
        raise LookupError("words of an article")

    monkeypatch.setattr(Selection, "compose", broken)
    (one,) = await replayed(sqlite)
    assert one.error == "LookupError"
    assert one.slot_at > START
