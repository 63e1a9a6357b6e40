"""Why a story is shown, as values."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from digests.domain.composing import compose
from digests.domain.digests import Digest, State, Window
from digests.domain.preferences import Preferences, Weighed
from digests.domain.reasons import Crowded, Followed, Recent, Reported, Told, Weighted, reasons
from tests.support import reports
from tests.support.builders import NOON, article, preferences, story, topic_match

DAY = timedelta(days=1)
POLITICS = topic_match("politics", 0.9, ("Koalition",))


def digest_of(wishes: Preferences) -> Digest:
    """Grain by two sources and a copy; the budget, told before and now with one sentence more; both on politics."""
    topics = {"politics": POLITICS}
    grain = article(reports.GRAIN.title, reports.GRAIN.paragraphs, credit="Bote", topics=topics)
    other = reports.GRAIN_OTHER_OUTLET
    second = article(other.title, other.paragraphs, credit="Kurier", topics=topics)
    copy = article(reports.GRAIN.title, reports.GRAIN.paragraphs, credit="Post", duplicate_of=grain.id)
    more = "Im Hafen von Gdynia wiegen polnische Beobachter seit dem Morgen jede Ladung."
    title, paragraphs = reports.BUDGET.title, reports.BUDGET.paragraphs
    budget = article(title, paragraphs, credit="Ticker24", topics=topics, at=NOON - 1.5 * DAY)
    update = article(title, (*paragraphs, more), credit="Ticker24", topics=topics, at=NOON - 0.5 * DAY)
    stories = [story(grain, second, copy), story(budget, update)]
    return compose(wishes, Window(NOON - DAY, NOON), stories, now=NOON)


def test_reasons_come_in_the_order_in_which_readers_should_hear_them() -> None:
    wishes = preferences(["politics"], weights={"source:Ticker24": 2, "topic:sport": -3, "topic:politics": 1})
    grain, budget = digest_of(wishes).items
    assert reasons(grain) == (
        Followed(POLITICS),
        Reported(witnesses=2, repeaters=1),
        Recent(NOON),
        Told(State.NEW),
        Weighted(Weighed.TOPIC, "politics", 1),
    )
    assert reasons(budget) == (
        Followed(POLITICS),
        Reported(witnesses=1, repeaters=0),
        Recent(NOON - 0.5 * DAY),
        Told(State.UPDATE),
        Weighted(Weighed.SOURCE, "Ticker24", 2),
        Weighted(Weighed.TOPIC, "politics", 1),
        Crowded(before=1),
    )


def test_an_item_stored_without_parts_says_what_it_knows() -> None:
    _, budget = digest_of(preferences(["politics"])).items
    assert reasons(replace(budget, parts=None)) == reasons(budget)[:-1]


def test_a_reader_who_follows_nothing_is_told_the_main_topics() -> None:
    assert reasons(digest_of(preferences()).items[0])[0] == Followed(POLITICS)
