"""What stands around the stories of a digest on special days, in German and English, over HTTP."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digests.domain.subscribers import Chat, NothingNew
from tests.support.chatting import ask, publish, subscribed
from tests.support.reports import GRAIN
from tests.support.screens import labels
from tests.support.worlds import World


@pytest.mark.parametrize(
    ("language", "late", "title", "buttons"),
    [
        ("de", "Verspätet: sollte 07:00 kommen, Störung bei uns.", "Dein Morgen · Do., 13. August, 07:00",
         ["Mehr davon", "Weniger", "Anpassen"]),
        ("en", "Late: due 07:00, problem on our side.", "Your morning · Thu 13 August, 07:00",
         ["More of this", "Less", "Adjust"]),
    ],
)  # fmt: skip
async def test_a_late_digest_says_so_first(
    world: World, language: str, late: str, title: str, buttons: list[str]
) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await publish(world, GRAIN, topics=("ukraine",))
    await world.move(timedelta(hours=1, minutes=40))
    digest = await reader.wait_for(title, since_start=True)
    assert digest.text.splitlines()[:2] == [late, title]
    assert labels(digest)[-3:] == buttons


@pytest.mark.parametrize(
    ("language", "words", "button"),
    [
        ("de", "Nichts Neues in deinen Themen seit gestern, 07:00. Nächster Versuch: Sa., 15. August, 07:00.",
         "Trotzdem Top 3 zeigen"),
        ("en", "Nothing new in your topics since yesterday, 07:00. Next try: Sat 15 August, 07:00.",
         "Show top 3 anyway"),
    ],
)  # fmt: skip
async def test_nothing_new_is_told_to_who_wants_to_know(world: World, language: str, words: str, button: str) -> None:
    reader = await subscribed(world, ["ukraine"], language=language)
    await world.app.subscriptions.set_nothing_new(Chat(reader.chat.id), NothingNew.NOTE)
    await world.move(timedelta(hours=1))
    await reader.wait_for("07:00", since_start=True)
    await ask(reader, "/privacy")
    await world.move(timedelta(days=1))
    note = await reader.wait_for("07:00")
    assert (note.text, labels(note)) == (words, [button])
