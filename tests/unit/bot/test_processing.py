"""The order in which updates are handled: one after another in a chat, chats at the same time."""

from __future__ import annotations

import asyncio

import pytest
from telegram import Chat as TelegramChat
from telegram import Message as TelegramMessage
from telegram import Update

from bot.telegram.processing import PerChatProcessor
from tests.support.clocks import START


def update_of(chat_id: int, number: int) -> Update:
    message = TelegramMessage(number, START, TelegramChat(chat_id, "private"))
    return Update(number, message=message)


async def nobody(update: Update) -> None:
    """Takes a repeated tap; there is none here."""
    raise AssertionError(update)


async def test_updates_of_one_chat_are_handled_in_order_and_chats_at_the_same_time() -> None:
    processor = PerChatProcessor(nobody)
    done: list[tuple[int, int]] = []
    gate, others = asyncio.Event(), asyncio.Event()
    running: list[int] = []

    async def handle(chat: int, number: int) -> None:
        running.append(chat)
        if chat == 1 and number == 0:
            await gate.wait()
        done.append((chat, number))
        if (chat, number) == (2, 4):
            others.set()

    async with asyncio.TaskGroup() as group:
        for number in range(5):
            for chat in (1, 2):
                group.create_task(processor.process_update(update_of(chat, number), handle(chat, number)))
        await others.wait()  # chat 2 does not wait for chat 1
        assert {chat for chat, _ in done} == {2}
        assert running.count(1) == 1
        gate.set()
    assert [number for chat, number in done if chat == 1] == list(range(5))
    assert [number for chat, number in done if chat == 2] == list(range(5))
    assert not processor._locks
    assert not processor._waiting


async def test_a_fault_lets_the_next_update_of_the_chat_through() -> None:
    processor = PerChatProcessor(nobody)

    async def broken() -> None:
        raise RuntimeError("broken")

    async def fine() -> None:
        done.append(True)

    done: list[bool] = []
    with pytest.raises(RuntimeError):
        await processor.process_update(update_of(1, 1), broken())
    await processor.process_update(update_of(1, 2), fine())
    assert done == [True]
    assert not processor._locks
