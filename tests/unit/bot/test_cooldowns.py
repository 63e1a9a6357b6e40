"""How many costly wishes are heard, and that nobody is remembered longer than they count."""

from __future__ import annotations

from datetime import timedelta

from bot.telegram.cooldowns import COSTLY_PER_MINUTE, PAUSE_IN_GROUPS, Cooldowns
from digests.domain.subscribers import Chat
from tests.support.clocks import START

MINUTE, SECOND = timedelta(minutes=1), timedelta(seconds=1)


def test_so_many_a_minute_each_of_them_counts_for_a_minute() -> None:
    cooldowns, chat = Cooldowns(), Chat(1)
    waits = [cooldowns.wait(chat, START + number * SECOND) for number in range(COSTLY_PER_MINUTE + 2)]
    assert waits == [0] * COSTLY_PER_MINUTE + [60 - COSTLY_PER_MINUTE, 60 - COSTLY_PER_MINUTE - 1]
    assert cooldowns.wait(chat, START + MINUTE) == 0
    assert cooldowns.wait(chat, START + MINUTE) == 1


def test_a_group_and_inline_mode_have_paces_of_their_own() -> None:
    cooldowns = Cooldowns()
    group = Chat(-5, kind="supergroup")
    assert [cooldowns.wait(group, START) for _ in range(2)] == [0, PAUSE_IN_GROUPS.seconds]
    assert [cooldowns.wait(Chat(1, kind="inline"), START) for _ in range(41)] == [0] * 40 + [60]
    assert cooldowns.wait(Chat(1), START) == 0


def test_who_has_been_quiet_for_a_minute_is_forgotten() -> None:
    cooldowns = Cooldowns()
    for number in range(1000):
        cooldowns.wait(Chat(number), START + number * SECOND)
    assert len(cooldowns._recent) <= MINUTE.seconds + 1
