"""The table from Telegram's answers to outcomes, and digests in several parts."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
    TimedOut,
)

from bot.sandbox.flood import NO_FLOOD
from bot.sandbox.readers import Reader
from bot.sandbox.server import Sandbox
from bot.telegram.backend import NoAnswerInTimeError, NotSentError, NotSentInTimeError, UncertainError
from bot.telegram.messenger import TelegramMessenger, classify
from digests.domain.delivery import Outcome, Parcel, Result
from digests.domain.subscribers import Chat
from tests.support.clocks import ManualClock
from tests.unit.bot.examples import NOW, digest, item, note, topic_name

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105


UNSENT = [
    NotSentError("ConnectionRefusedError"),
    NotSentInTimeError("no free connection in time"),
    InvalidToken("Unauthorized"),
    EndPointNotFound("Not Found"),
]
UNKNOWN = [
    NoAnswerInTimeError("no answer in time"),
    UncertainError("ServerDisconnectedError"),
    TimedOut(),
    NetworkError("Bad Gateway (502)"),
    NetworkError("Internal Server Error"),
    Conflict("terminated by other getUpdates request"),
    TelegramError("Invalid server response"),
]
REFUSED = {
    "chat not found": Result.GONE,
    "PEER_ID_INVALID": Result.GONE,
    "not enough rights to send text messages to the chat": Result.NO_RIGHTS,
    "have no rights to send a message": Result.NO_RIGHTS,
    "need administrator rights in the channel chat": Result.NO_RIGHTS,
    "CHAT_WRITE_FORBIDDEN": Result.NO_RIGHTS,
    "group chat was deactivated": Result.GONE,
    'can\'t parse entities: Unsupported start tag "x" at byte offset 3': Result.BAD_MARKUP,
    "TOPIC_CLOSED": Result.THREAD_CLOSED,
    "TOPIC_DELETED": Result.THREAD_CLOSED,
    "message thread not found": Result.THREAD_CLOSED,
    "message is too long": Result.REJECTED,
    "BUTTON_DATA_INVALID": Result.REJECTED,
}


@pytest.mark.parametrize("error", UNSENT, ids=lambda error: type(error).__name__)
def test_what_was_never_written_is_not_sent(error: TelegramError) -> None:
    assert classify(error).result is Result.NOT_SENT


@pytest.mark.parametrize("error", UNKNOWN, ids=lambda error: type(error).__name__ + str(error)[:12])
def test_what_may_have_arrived_is_unknown(error: TelegramError) -> None:
    assert classify(error).result is Result.UNKNOWN


@pytest.mark.parametrize(("words", "result"), REFUSED.items())
def test_refusals_are_told_apart_by_their_words(words: str, result: Result) -> None:
    outcome = classify(BadRequest(f"Bad Request: {words}"))
    assert outcome.result is result
    assert len(outcome.reason) <= 64  # the column's width


def test_waits_moves_and_blocks_carry_what_is_needed() -> None:
    wait = classify(RetryAfter(timedelta(seconds=35)))
    assert (wait.result, wait.retry_after) == (Result.WAIT, 35)
    moved = classify(ChatMigrated(-1001))
    assert (moved.result, moved.new_chat_id) == (Result.MOVED, -1001)
    assert classify(Forbidden("Forbidden: bot was blocked by the user")).result is Result.GONE
    assert classify(NetworkError("Request Entity Too Large (413)")).result is Result.REJECTED


LONG = digest(
    *(
        (item(number, f"Meldung {number}", ("Ein Satz. " * 120, 1), sources=(note(1, "Abendbote"),)),)
        for number in range(8)
    )
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    async with Sandbox(flood=NO_FLOOD) as sandbox:
        yield sandbox


@pytest.fixture
async def messenger(sandbox: Sandbox) -> AsyncIterator[TelegramMessenger]:
    async with Bot(TOKEN, base_url=sandbox.base_url) as bot:
        yield TelegramMessenger(bot, ManualClock(NOW), topic_name)


@pytest.fixture
async def reader(sandbox: Sandbox, messenger: TelegramMessenger) -> Reader:
    reader = sandbox.reader()
    await reader.send("/start")
    return reader


async def delivered(messenger: TelegramMessenger, parcel: Parcel) -> Outcome:
    """The last outcome of a parcel, message by message."""
    while (outcome := await messenger.deliver(parcel)).result is Result.MORE:
        assert len(outcome.message_ids) == len(parcel.sent_parts) + 1
        parcel = replace(parcel, sent_parts=outcome.message_ids)
    return outcome


async def test_a_digest_in_parts_goes_on_where_it_was_stopped(
    sandbox: Sandbox, messenger: TelegramMessenger, reader: Reader
) -> None:
    parcel = Parcel(Chat(reader.chat.id), "de", "Europe/Berlin", LONG, slot_at=NOW)
    whole = await delivered(messenger, parcel)
    texts = [message.text for message in sandbox.ledger]
    assert len(texts) == len(whole.message_ids) >= 3
    before = len(sandbox.ledger)
    first = (await delivered(messenger, replace(parcel, sent_parts=whole.message_ids[1:]))).message_ids
    assert len(first) == len(texts)
    sandbox.fail("answer", "sendMessage", status=429, retry_after=5)
    stopped = await messenger.deliver(replace(parcel, sent_parts=whole.message_ids[:1]))
    assert (stopped.result, stopped.message_ids) == (Result.WAIT, whole.message_ids[:1])
    again = await delivered(messenger, replace(parcel, sent_parts=stopped.message_ids))
    assert again.result is Result.OK
    assert [message.text for message in sandbox.ledger[before + 1 :]] == texts[1:]


async def test_silent_and_plain_are_told_to_telegram(
    sandbox: Sandbox, messenger: TelegramMessenger, reader: Reader
) -> None:
    parcel = Parcel(Chat(reader.chat.id), "de", "Europe/Berlin", LONG, slot_at=NOW, plain=True)
    outcome = await delivered(messenger, parcel)
    assert outcome.result is Result.OK
    for message in sandbox.ledger:
        assert not [entity for entity in message.entities if entity["type"] in {"bold", "italic", "blockquote"}]
        assert "<" not in message.text
