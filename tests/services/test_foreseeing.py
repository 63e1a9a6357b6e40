"""What operators are told before they change stories is what happens then, also where sentences have been struck."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pytest

from digests.domain.preferences import Preferences
from digests.services.amending import SETTLED
from digests.services.foreseeing import Foreseen
from digests.services.striking import Striking
from digests.storage import models
from tests.services.test_correcting import CAUSE, LEAD, ODESSA, PUBLISHER, TOLL
from tests.support.bureau import Bureau
from tests.support.reports import BUDGET
from tests.support.rows import rows

HARBOUR = replace(
    ODESSA,
    paragraphs=(
        *ODESSA.paragraphs,
        "Der Hafen bleibt nach Angaben der Verwaltung bis zum Wochenende für alle Frachter gesperrt.",
        "In den Straßen ringsum sind Hunderte Fensterscheiben zersprungen, Schulen wurden am Vormittag geräumt.",
        "Der Bürgermeister rief die Bewohner dazu auf, Wasser zu sparen und die Zufahrten frei zu halten.",
    ),
)
BOTH = replace(BUDGET, paragraphs=(f"{BUDGET.paragraphs[0]} {TOLL}", *BUDGET.paragraphs[1:]))
"""Another event, of whose report one sentence is the same."""
ELSEWHERE = {"source_key": "https://hafenpost.example/feed", "credit": "Hafenpost"}


def following(*words: str) -> Preferences:
    return Preferences(words=frozenset(words))


async def two_stories(bureau: Bureau) -> tuple[int, int]:
    """Two stories that tell the same sentence, in digests of readers of the one, of the other and of both."""
    for words in (["Odessa"], ["Haushalt"], ["Odessa", "Haushalt"]):
        await bureau.subscribe(following(*words))
    one = await bureau.publish(HARBOUR, **PUBLISHER)  # which the other one joins, for the sentence
    other = await bureau.publish(BOTH, **ELSEWHERE)
    change = await bureau.stories.split(one.placement.story_id, [other.placement.article_id], "Redaktion")
    return one.placement.story_id, change.joined_story_id


async def strike(bureau: Bureau, story: int, sentence: str) -> None:
    """Strike a sentence, so long ago that nobody looks at its story any more."""
    striking = Striking(bureau.database, bureau.clock, bureau.reading)
    (told,) = [each for each in await striking.told(story) if each.text == sentence]
    await striking.strike(told)
    for _ in range(2):
        await bureau.correct(SETTLED)
    bureau.messenger.edits.clear()


async def becomes(bureau: Bureau, stories: Sequence[int]) -> tuple[Foreseen, tuple[int, int]]:
    """What a merge was foreseen to do; how many digests it has changed, and in how many chats."""
    before = {row["id"]: row["corrected"] for row in await rows(bureau.database, models.Digest)}
    foreseen = await bureau.stories.foresee_merge(stories)
    await bureau.stories.merge(stories, "Redaktion")
    await bureau.correct()
    after = {row["id"]: row["corrected"] for row in await rows(bureau.database, models.Digest)}
    return foreseen, (sum(after[id_] != before[id_] for id_ in before), len(bureau.messenger.edits))


def told(bureau: Bureau) -> str:
    """What the edited digests say."""
    return str([(item.sentences, item.details) for edit in bureau.messenger.edits for item in edit.digest.items])


@pytest.mark.parametrize("struck", [None, 0, 1], ids=["nothing", "stays", "leaves"])
async def test_a_merge_does_what_was_foreseen(any_bureau: Bureau, struck: int | None) -> None:
    stories = await two_stories(any_bureau)
    await any_bureau.serve()
    if struck is not None:
        await strike(any_bureau, stories[struck], TOLL)
    foreseen, happened = await becomes(any_bureau, stories)
    assert foreseen.stays == stories[0]
    assert (foreseen.digests, foreseen.deliveries) == happened
    assert (TOLL in told(any_bureau)) is (struck is None)


async def test_a_strike_comes_along_to_digests_of_the_story_that_stays(any_bureau: Bureau) -> None:
    """What is false in one report is false in the other one, and stood in a digest that names nothing that moved."""
    stories = await two_stories(any_bureau)
    await any_bureau.serve()
    await strike(any_bureau, stories[1], TOLL)
    foreseen, happened = await becomes(any_bureau, stories)
    assert (foreseen.digests, happened) == (3, (3, 3))
    (own,) = [edit for edit in any_bureau.messenger.edits if [i.headline for i in edit.digest.items] == [ODESSA.title]]
    said = {each.text for item in own.digest.items for each in (*item.sentences, *item.details)}
    assert TOLL not in said
    assert {LEAD, CAUSE} <= said


async def test_a_strike_on_an_article_that_goes_is_not_foreseen_for_those_that_stay(any_bureau: Bureau) -> None:
    stories = await two_stories(any_bureau)
    await any_bureau.stories.merge(stories, "Redaktion")
    await any_bureau.serve()
    await strike(any_bureau, stories[0], TOLL)
    (article,) = [row["id"] for row in await rows(any_bureau.database, models.Article) if row["title"] == BOTH.title]
    before = {row["id"]: row["corrected"] for row in await rows(any_bureau.database, models.Digest)}
    foreseen = await any_bureau.stories.foresee_split(stories[0], [article])
    await any_bureau.stories.split(stories[0], [article], "Redaktion")
    await any_bureau.correct()
    after = {row["id"]: row["corrected"] for row in await rows(any_bureau.database, models.Digest)}
    changed = sum(after[id_] != before[id_] for id_ in before)
    assert (foreseen.digests, foreseen.deliveries) == (changed, len(any_bureau.messenger.edits))
