"""A correction in the chat: the message that told it is edited in place, once, and says what was put right."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.faults import Fault
from bot.telegram import html
from digests.storage import models
from digests.storage.following import FollowStore
from tests.support.mail import SLOT, PostOffice, post_office
from tests.support.reports import BUDGET, GRAIN, PENSIONS, Report
from tests.support.rows import rows

LEAD = "In Odessa hat es am Morgen eine schwere Explosion in einem Lagerhaus am Hafen gegeben."
TOLL = "Mindestens 12 Menschen starben, teilte die Feuerwehr der Stadt am Mittag mit."
ODESSA = Report("Explosion in einem Lagerhaus in Odessa", (f"{LEAD} {TOLL}",))
FOURTEEN = replace(ODESSA, paragraphs=(f"{LEAD} {TOLL.replace('12', '14')}",))


@pytest.fixture
async def post(tmp_path: Path) -> AsyncIterator[PostOffice]:
    async with post_office(tmp_path) as post:
        await post.article(ODESSA)
        yield post


async def correct(post: PostOffice, after: Report = FOURTEEN) -> None:
    """The source corrects itself at 09:12 in Berlin."""
    post.clock.move(SLOT + timedelta(hours=2, minutes=11))
    await post.article(after)
    await post.correct(timedelta(seconds=59))


async def correct_again(post: PostOffice) -> None:
    """The source changes its headline as well."""
    await post.article(replace(FOURTEEN, title="Gasexplosion zerstört Lagerhaus in Odessa"), guid=ODESSA.title)
    await post.correct()


async def edits(post: PostOffice) -> list[str]:
    return [row["status"] for row in await rows(post.app.database, models.Amendment)]


def counted(post: PostOffice) -> Fault:
    """Counts the calls that edit; it holds up none of them."""
    return post.sandbox.fail("delay", "editMessageText", seconds=0, times=1000)


async def test_the_message_is_edited_in_place_with_a_plain_mark(post: PostOffice) -> None:
    reader = await post.reader()
    await post.article(BUDGET)
    await post.serve()
    (message,) = post.sent(reader)
    before, buttons = message.text, message.markup
    await correct(post)
    assert post.sent(reader) == [message], "no second message"
    assert "Mindestens 14 Menschen starben" in message.text
    assert "\nKorrigiert 09:12: Zahl (Tote).\n" in message.text
    assert (message.markup, len(message.former)) == (buttons, 1)
    unlike = set(before.splitlines()) ^ set(message.text.splitlines())
    assert len(unlike) == 3, "the sentence before and after, and the mark; ages too are as they were sent"


async def test_once_is_enough(post: PostOffice) -> None:
    reader = await post.reader()
    await post.serve()
    calls = counted(post)
    await correct(post)
    for _ in range(4):
        await post.correct(timedelta(minutes=10))
        await post.sweep(timedelta(minutes=5))
    assert calls.met == 1
    assert len(post.sent(reader)[0].former) == 1


async def test_after_a_crash_the_same_edit_changes_nothing(post: PostOffice) -> None:
    """Telegram has the text already; its "not modified" is as good as done."""
    reader = await post.reader()
    await post.serve()
    post.sandbox.fail("close", "editMessageText", stored=True)
    again = counted(post)
    await correct(post)
    await post.sweep(timedelta(minutes=5))
    assert again.met == 1
    assert (await edits(post), len(post.sent(reader)[0].former)) == (["done"], 1)


async def test_a_flood_wait_is_kept(post: PostOffice) -> None:
    reader = await post.reader()
    await post.serve()
    post.sandbox.fail("answer", "editMessageText", status=429, retry_after=7)
    await correct(post)
    assert "14 Menschen" in post.sent(reader)[0].text
    assert post.clock.now() >= SLOT + timedelta(hours=2, minutes=12, seconds=7)


async def test_a_message_that_the_reader_has_deleted(post: PostOffice) -> None:
    reader = await post.reader()
    await post.serve()
    post.sent(reader)[0].deleted = True
    calls = counted(post)
    await correct(post)
    await post.sweep(timedelta(minutes=5))
    assert (await edits(post), calls.met) == (["skipped"], 1)


async def test_a_reader_who_has_blocked_the_bot(post: PostOffice) -> None:
    reader, other = await post.reader("Ada"), await post.reader("Bo")
    await post.serve()
    reader.block()
    await correct(post)
    assert await edits(post) == ["skipped", "done"]
    assert (await post.subscriber(reader)).status == "blocked"
    assert "14 Menschen" in post.sent(other)[0].text


async def test_a_late_digest_stays_late_and_a_closing_line_stays(post: PostOffice) -> None:
    reader = await post.reader()
    subscriber = await post.subscriber(reader)
    async with post.app.database.write() as transaction:
        await FollowStore(transaction).note_quiet([subscriber.id], "Streik bei der Bahn", post.clock.now())
    await post.plan()
    post.clock.move(timedelta(minutes=40))
    await post.work()
    (message,) = post.sent(reader)
    assert message.text.startswith("Verspätet: sollte 07:00 kommen, Störung bei uns.")
    assert "Streik bei der Bahn" in message.text
    await correct(post)
    assert len(message.former) == 1
    assert message.text.startswith("Verspätet: sollte 07:00 kommen, Störung bei uns.")
    assert "Streik bei der Bahn" in message.text


async def test_of_several_messages_only_the_one_with_the_mistake_is_edited(
    post: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(html, "TEXT_LIMIT", 450)
    reader = await post.reader()
    for report in (BUDGET, GRAIN, PENSIONS):
        await post.article(report)
    await post.serve()
    messages = post.sent(reader)
    texts = [message.text for message in messages]
    assert len(messages) > 2
    await correct(post)
    assert post.sent(reader) == messages
    changed = [place for place, message in enumerate(messages) if message.text != texts[place]]
    assert len(changed) == 1
    assert changed == [place for place, text in enumerate(texts) if "12 Menschen" in text]
    await correct_again(post)
    assert [len(message.former) for message in messages] == [
        2 if place in changed else 0 for place in range(len(texts))
    ]


async def test_two_items_of_one_story_say_so(post: PostOffice) -> None:
    reader = await post.reader()
    await post.article(GRAIN)
    await post.serve()
    stories = [row["id"] for row in await rows(post.app.database, models.Story)]
    await post.app.stories.merge(stories, "Redaktion")
    await post.correct(timedelta(minutes=3))
    assert "Korrigiert 07:03: gehört zu 1." in post.sent(reader)[0].text
