"""What readers see of merges and splits: no story twice, no sentence twice, and nothing that is never told."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from digests.domain.digests import Digest, State
from digests.domain.preferences import Length, Preferences
from digests.domain.subscribers import Subscriber
from tests.support.bureau import Bureau
from tests.support.developments import BRIDGES, FIRE, FLOOD, SMOKE, STRIKE
from tests.support.reports import FOOTBALL, Report
from tests.support.rows import DAY, SLOT
from tests.support.stories import feed, glue, publish_all, stories_of

REPEATED = "Verletzt wurde nach Angaben der Werkleitung niemand."
CELEBRATION = Report(
    "Rotweiß Elbstadt verschiebt die Pokalfeier",
    (
        "Der Verein Rotweiß Elbstadt verschiebt nach dem Brand im Chemiewerk die Feier seines Pokalsiegs auf dem "
        f"Marktplatz. {REPEATED}",
        "Torwart Jan Petersen sagte, allen sei gerade nicht nach Konfetti. Nachgeholt wird das Fest im September.",
        "Karten für die Tribüne behalten ihre Gültigkeit. Wer an dem neuen Termin keine Zeit hat, bekommt sein Geld "
        "zurück, solange er die Karte bis Ende August an der Kasse des Stadions abgibt.",
        "Auch die Stadtverwaltung äußerte Verständnis. Der Bürgermeister hatte die Mannschaft im Rathaus empfangen "
        "wollen, nun besucht er zunächst die Einsatzkräfte.",
    ),
)
assert REPEATED in FIRE.paragraphs[1]
EVERYTHING = Preferences(length=Length.LONG)


def told(digest: Digest) -> list[str]:
    """All sentences of a digest."""
    return [each.text for item in digest.items for each in (*item.sentences, *item.details)]


def check_nothing_twice(digests: Iterable[Digest]) -> None:
    sentences = [text for digest in digests for text in told(digest)]
    assert len(set(sentences)) == len(sentences)


async def next_digest(bureau: Bureau, reader: Subscriber, day: int) -> Digest | None:
    """What comes at the slot of that day (0 is the first); None when nothing does."""
    before = len(bureau.got(reader))
    await bureau.serve(SLOT + day * DAY)
    got = bureau.got(reader)
    return got[-1] if len(got) > before else None


async def test_two_told_stories_that_merge_come_back_with_new_sentences_only(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(EVERYTHING)
    first, second = await publish_all(any_bureau, FIRE, SMOKE)
    yesterday = await next_digest(any_bureau, reader, 0)
    assert yesterday is not None
    assert [item.state for item in yesterday.items] == [State.NEW] * 2
    bridges = await publish_all(any_bureau, *BRIDGES)
    assert any(bridge.changes for bridge in bridges)
    today = await next_digest(any_bureau, reader, 1)
    assert today is not None
    (item,) = today.items
    assert (item.state, item.story_id) == (State.UPDATE, first.placement.story_id)
    assert {sentence.article_id for sentence in item.sentences} <= {bridge.placement.article_id for bridge in bridges}
    check_nothing_twice(any_bureau.got(reader))
    view = await any_bureau.reading.story(second.placement.story_id, EVERYTHING)
    assert view is not None, "the button of yesterday's digest opens it"
    assert await next_digest(any_bureau, reader, 2) is None


async def test_merging_and_parting_what_was_told_is_no_news(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(EVERYTHING)
    first, second = await publish_all(any_bureau, FIRE, FOOTBALL)
    assert await next_digest(any_bureau, reader, 0) is not None
    (change,) = await any_bureau.stories.merge([first.placement.story_id, second.placement.story_id], "Ada")
    assert await next_digest(any_bureau, reader, 1) is None
    await any_bureau.stories.undo(change.id, "Ada")
    assert await next_digest(any_bureau, reader, 2) is None
    assert (await any_bureau.reading.digest_now(reader)).items == ()


async def test_a_part_split_off_is_an_update_to_those_who_have_read_it(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(EVERYTHING)
    glued = await glue(any_bureau, STRIKE[0], FLOOD[0])
    assert await next_digest(any_bureau, reader, 0) is not None
    later = await publish_all(any_bureau, STRIKE[1], FLOOD[1], STRIKE[2], FLOOD[2])
    assert len(set(await stories_of(any_bureau, *glued))) == 2
    today = await next_digest(any_bureau, reader, 1)
    assert today is not None
    assert [item.state for item in today.items] == [State.UPDATE] * 2
    assert {item.story_id for item in today.items} == set(await stories_of(any_bureau, *later))
    check_nothing_twice(any_bureau.got(reader))


async def test_a_split_before_the_slot_brings_both_parts_as_new(any_bureau: Bureau) -> None:
    reader = await any_bureau.subscribe(EVERYTHING)
    await glue(any_bureau, STRIKE[0], FLOOD[0])
    await publish_all(any_bureau, STRIKE[1], FLOOD[1], STRIKE[2], FLOOD[2])
    digest = await next_digest(any_bureau, reader, 0)
    assert digest is not None
    assert [item.state for item in digest.items] == [State.NEW] * 2
    assert await next_digest(any_bureau, reader, 1) is None
    check_nothing_twice(any_bureau.got(reader))


async def test_a_report_of_today_that_is_split_off_comes_today(any_bureau: Bureau) -> None:
    """It stood in yesterday's story, where it would have been an update; on its own it is new, and told once."""
    reader = await any_bureau.subscribe(EVERYTHING)
    first = await any_bureau.publish(FIRE, **feed())
    await next_digest(any_bureau, reader, 0)
    second = await any_bureau.publish(FOOTBALL, **feed())
    story = first.placement.story_id
    await any_bureau.stories.move([second.placement.article_id], story, "Ada")
    change = await any_bureau.stories.split(story, [second.placement.article_id], "Ada")
    today = await next_digest(any_bureau, reader, 1)
    assert today is not None
    assert [(item.story_id, item.state) for item in today.items] == [(change.joined_story_id, State.NEW)]
    assert await next_digest(any_bureau, reader, 2) is None


async def test_what_a_story_said_before_it_was_parted_is_not_told_again(any_bureau: Bureau) -> None:
    """A reader has read a report under a story; it moves away, and another report of that story repeats its words."""
    reader = await any_bureau.subscribe(EVERYTHING)
    first = await any_bureau.publish(FIRE, **feed())
    second = await any_bureau.publish(FOOTBALL, **feed())
    story = second.placement.story_id
    await any_bureau.stories.move([first.placement.article_id], story, "Ada")
    assert await next_digest(any_bureau, reader, 0) is not None
    await any_bureau.stories.split(story, [first.placement.article_id], "Ada")
    third = await any_bureau.publish(CELEBRATION, **feed())
    assert third.placement.duplicate_of is None
    if third.placement.story_id != story:
        await any_bureau.stories.move([third.placement.article_id], story, "Ada")
    today = await next_digest(any_bureau, reader, 1)
    assert today is not None
    assert {each.article_id for each in today.items[0].sentences} == {third.placement.article_id}
    check_nothing_twice(any_bureau.got(reader))


async def test_a_reader_with_two_slots_reads_each_report_once(any_bureau: Bureau) -> None:
    """Stories change between the slots of one reader and before the first slot of another."""
    early = await any_bureau.subscribe(EVERYTHING)
    await publish_all(any_bureau, FIRE, SMOKE)
    await any_bureau.serve()
    any_bureau.clock.move(SLOT + timedelta(hours=2))
    late = await any_bureau.subscribe(EVERYTHING)
    bridges = await publish_all(any_bureau, *BRIDGES)
    (change,) = [change for bridge in bridges for change in bridge.changes]
    await any_bureau.stories.undo(change.id, "Ada")
    await publish_all(any_bureau, STRIKE[0])
    await any_bureau.serve(SLOT + DAY)
    for reader in (early, late):
        check_nothing_twice(any_bureau.got(reader))
    assert len(any_bureau.got(early)) == 2
