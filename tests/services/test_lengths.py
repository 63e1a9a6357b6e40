"""Digests of a week, and digests that are measured in minutes of reading."""

from __future__ import annotations

from datetime import timedelta
from itertools import pairwise

import pytest

from digests.domain.digests import Window
from digests.domain.items import seconds_to_read
from digests.domain.preferences import MOST_STORIES, Preferences, length_of
from digests.domain.schedule import Schedule
from digests.services.selecting import PARTS, PER_TOPIC, SHORT_LIST, parts
from tests.support.breaking import NOON, SITES, event, report
from tests.support.bureau import Bureau
from tests.support.rows import SLOT, add_article

DAY = timedelta(days=1)
WEEKLY = Schedule("Europe/Berlin", (420,), 0b0001000)  # Thursdays, as SLOT is one
POLITICS = Preferences(topics=frozenset({"politics"}))


async def flood(bureau: Bureau, count: int, topics: tuple[str, ...] = ("politics",)) -> None:
    """So many small stories within the last day before SLOT."""
    async with bureau.database.write() as transaction:
        for number in range(count):
            at = SLOT - timedelta(minutes=number % 1000 + 1)
            body = [["body", [f"Im Ort {number} wurde am Abend über die Nummer {number} beraten."]]]
            await add_article(
                transaction, at=at, credit="Ticker24", topics=topics, body=body, title=f"Ort {number} berät"
            )


@pytest.mark.parametrize("wish", [POLITICS, Preferences(), Preferences(words=frozenset({"Brücke"}))])
async def test_the_great_story_of_a_week_s_beginning_is_in_its_digest(any_bureau: Bureau, wish: Preferences) -> None:
    reader = await any_bureau.subscribe(wish, WEEKLY)
    great = await event(any_bureau, SLOT - 6 * DAY, sites=len(SITES))
    await flood(any_bureau, max(PER_TOPIC, SHORT_LIST) + 20)
    await any_bureau.serve()
    (digest,) = any_bureau.got(reader)
    assert digest.window.end - digest.window.start == 7 * DAY
    assert digest.items[0].story_id == great


def test_a_long_window_is_looked_at_in_parts() -> None:
    for days in (0.5, 1, 2):
        window = Window(SLOT - days * DAY, SLOT)
        assert parts(window) == [window]
    for days in (2.1, 7, 30):
        window = Window(SLOT - days * DAY, SLOT)
        found = parts(window)
        assert (found[0].end, found[-1].start) == (window.end, window.start)
        assert all(later.start == earlier.end for later, earlier in pairwise(found))
        assert len(found) <= PARTS


def word(*seed: int) -> str:
    """A name that no other seed has."""
    number = seed[0] * 1000 + seed[1] * 10 + (seed[2] if len(seed) > 2 else 0) + 7
    syllables = ("ba", "ke", "li", "mo", "nu", "ra", "se", "ti", "vo", "zu")
    return "".join(syllables[int(digit)] for digit in str(number)).capitalize()


def sentence(number: int, part: int) -> str:
    """A statement of its own."""
    who, where, what, whom, when = (word(number, part, each) for each in range(5))
    return f"Der Rat von {who} hat in {where} das Gesetz {what} gegen {whom} beschlossen und {when} gewarnt."


@pytest.mark.parametrize("minutes", [1, 2, 3, 5, 10])
async def test_a_digest_of_minutes_takes_no_longer_and_has_what_fits(any_bureau: Bureau, minutes: int) -> None:
    reader = await any_bureau.subscribe(
        Preferences(topics=frozenset({"politics"}), length=length_of(minutes), minutes=minutes)
    )
    for number in range(25):
        async with any_bureau.database.write() as transaction:
            body = [["body", [sentence(number, part) for part in range(8)]]]
            at = SLOT - timedelta(minutes=number + 1)
            title = f"{word(number, 90)} streitet mit {word(number, 91)}"
            await add_article(transaction, at=at, topics=["politics"], body=body, title=title)
    await any_bureau.serve()
    (digest,) = any_bureau.got(reader)
    seconds = sum(map(seconds_to_read, digest.items))
    assert seconds <= 60 * minutes
    assert seconds > 60 * minutes - 25 or len(digest.items) == MOST_STORIES  # nothing more would have fitted
    assert digest.left_out == 25 - len(digest.items)


async def test_minutes_are_another_wish_than_the_length_of_the_same_name(any_bureau: Bureau) -> None:
    one = await any_bureau.subscribe(POLITICS)
    other = (await any_bureau.subscriptions.set_length(one.chat, length_of(3), 3)).subscriber
    assert (other.preferences.length, other.preferences.minutes) == (one.preferences.length, 3)
    assert other.preferences.fingerprint != one.preferences.fingerprint
    again = (await any_bureau.subscriptions.set_length(one.chat, length_of(3))).subscriber
    assert again.preferences == one.preferences
    assert await report(any_bureau, "Kurier", NOON)
