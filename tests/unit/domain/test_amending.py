"""What a digest that has gone out should say once its sources have corrected themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.amending import Standing, amended, quoted
from digests.domain.articles import Article, WrittenSentence
from digests.domain.composing import compose
from digests.domain.digest_json import digest_from_json, digest_to_json
from digests.domain.digests import Correction, Digest, Fault, Item, Window
from digests.domain.revisions import Version
from tests.support.builders import NOON, article, paragraph, preferences, story

LEAD = "In Odessa hat es am Morgen eine schwere Explosion in einem Lagerhaus am Hafen gegeben."
TOLL = "Mindestens 12 Menschen starben, teilte die Feuerwehr der Stadt am Mittag mit."
CAUSE = "Die Ursache ist bisher unklar, die Ermittler suchen noch nach Zeugen."
TITLE = "Explosion in einem Lagerhaus in Odessa"
LATER = NOON + timedelta(hours=3)
ODESSA = article(TITLE, [f"{LEAD} {TOLL}", CAUSE], id=1, story_id=1)
OTHER = article(
    "Polen baut Bahnstrecke aus",
    ["Polen baut die Bahnstrecke zwischen Warschau und Danzig aus. Die Arbeiten beginnen schon bald."],
    id=2,
    story_id=2,
    credit="Hafenpost",
)


def told(*articles: Article) -> Digest:
    """A digest of stories made of these articles."""
    by_story: dict[int, list[Article]] = {}
    for each in articles:
        by_story.setdefault(each.story_id, []).append(each)
    stories = [story(*members, id=number) for number, members in by_story.items()]
    window = Window(NOON - timedelta(days=1), NOON + timedelta(hours=1))
    return compose(preferences(), window, stories, now=NOON)


def edited(before: Article, *body: str, title: str | None = None) -> Article:
    return replace(before, title=title or before.title, paragraphs=tuple(map(paragraph, body)))


def standing(*pairs: tuple[Article, Article] | Article) -> Standing:
    """Articles as they are now, each alone or with what it was before."""
    now = [pair[1] if isinstance(pair, tuple) else pair for pair in pairs]
    edits = [pair for pair in pairs if isinstance(pair, tuple)]
    former = {new.id: [Version(old.title, old.paragraphs)] for old, new in edits}
    return Standing({each.id: each for each in now}, former)


def texts(item: Item) -> list[str]:
    return [sentence.text for sentence in (*item.sentences, *item.details)]


def put_right(digest: Digest, where: Standing) -> Item:
    """The item of ODESSA after a look at everything; another look changes nothing."""
    after = amended(digest, where, set(where.articles), LATER)
    assert amended(after, where, set(where.articles), LATER + timedelta(hours=1)) == after
    assert digest_from_json(digest_to_json(after)) == after
    return next(item for item in after.items if any(note.article_id == ODESSA.id for note in item.sources))


def test_a_number_is_replaced_in_its_sentence_and_named() -> None:
    now = edited(ODESSA, f"{LEAD} {TOLL.replace('12', '14')}", CAUSE)
    item = put_right(told(ODESSA, OTHER), standing((ODESSA, now), OTHER))
    assert TOLL not in texts(item)
    assert TOLL.replace("12", "14") in texts(item)
    assert item.correction == Correction(LATER, (Fault.NUMBERS,), ("Tote",))


def test_a_headline_is_replaced() -> None:
    now = edited(ODESSA, f"{LEAD} {TOLL}", CAUSE, title="Gasexplosion zerstört Lagerhaus in Odessa")
    item = put_right(told(ODESSA), standing((ODESSA, now)))
    assert item.headline == now.title
    assert item.correction == Correction(LATER, (Fault.HEADLINE,))


def test_a_rewritten_sentence_takes_the_place_of_what_it_was() -> None:
    rewritten = "In Odessa hat es am Morgen eine leichte Explosion in einem Lagerhaus am Bahnhof gegeben."
    item = put_right(told(ODESSA), standing((ODESSA, edited(ODESSA, f"{rewritten} {TOLL}", CAUSE))))
    assert LEAD not in texts(item)
    assert rewritten in texts(item)
    assert item.correction == Correction(LATER, (Fault.TEXT,))


def test_a_withdrawn_sentence_goes() -> None:
    item = put_right(told(ODESSA), standing((ODESSA, edited(ODESSA, LEAD, CAUSE))))
    assert TOLL not in texts(item)
    assert item.correction == Correction(LATER, (Fault.TEXT,))


def test_of_a_story_of_which_nothing_is_left_the_new_text_is_told() -> None:
    now = edited(ODESSA, "Die Feuerwehr widerspricht Berichten über einen Unfall. Niemand kam zu Schaden, sagte sie.")
    item = put_right(told(ODESSA), standing((ODESSA, now)))
    assert item.sentences
    said = {text for part in now.paragraphs for text in part.sentences} | {now.title}
    assert {sentence.text for sentence in item.sentences} <= said


@pytest.mark.parametrize(
    "now",
    [
        edited(ODESSA, f"{LEAD} {TOLL}", CAUSE, "Am Abend soll es eine Pressekonferenz geben."),
        edited(ODESSA, f"{LEAD}  {TOLL}", CAUSE.replace("unklar,", "unklar;")),
        edited(ODESSA, CAUSE, f"{LEAD} {TOLL}"),
        edited(ODESSA, f"{LEAD} {TOLL.replace('12', 'zwölf')}", CAUSE),
        edited(ODESSA, f"{LEAD} {TOLL}", CAUSE.replace("Zeugen", "Zuegen")),
    ],
    ids=["more", "signs", "order", "spelt out", "slip"],
)
def test_what_no_reader_would_notice_changes_nothing(now: Article) -> None:
    digest = told(ODESSA, OTHER)
    assert amended(digest, standing((ODESSA, now), OTHER), {ODESSA.id}, LATER) == digest


def test_only_what_was_touched_is_looked_at() -> None:
    digest = told(ODESSA, OTHER)
    now = edited(ODESSA, LEAD)
    assert amended(digest, standing((ODESSA, now), OTHER), {OTHER.id, 99}, LATER) == digest


def test_what_the_archive_has_lost_stays_as_it_was_told() -> None:
    digest = told(ODESSA)
    assert amended(digest, Standing({}), {ODESSA.id}, LATER) == digest


def test_reports_that_were_moved_away_leave_with_their_sentences() -> None:
    stranger = article(
        "Feuer in Hamburg",
        ["In Hamburg brannte am Abend ein Lagerhaus mit 40 Autos."],
        id=3,
        story_id=1,
        credit="Kurier",
    )
    digest = told(ODESSA, stranger)
    assert any(note.article_id == stranger.id for note in digest.items[0].sources)
    item = put_right(digest, standing(ODESSA, replace(stranger, story_id=7)))
    assert [note.name for note in item.sources] == ["Abendbote"]
    assert all(sentence.article_id == ODESSA.id for sentence in (*item.sentences, *item.details))
    assert item.correction == Correction(LATER, (Fault.SOURCES,))


def test_an_item_follows_its_first_sentence_into_another_story() -> None:
    item = put_right(told(ODESSA, OTHER), standing(replace(ODESSA, story_id=9), OTHER))
    assert item.story_id == 9
    assert item.correction is None  # nothing of what is shown was wrong


def test_two_items_of_what_is_one_story_now() -> None:
    digest = told(ODESSA, OTHER)
    first, second = digest.items
    moved = {ODESSA.id: ODESSA, OTHER.id: OTHER}[second.sources[0].article_id]
    stays = OTHER if moved is ODESSA else ODESSA
    where = standing(replace(moved, story_id=stays.story_id), stays)
    after = amended(digest, where, {moved.id}, LATER)
    assert after.items[0] == first
    assert after.items[1].correction == Correction(LATER, (Fault.SAME,), same_as=1)
    assert texts(after.items[1]) == texts(second), "what was told stays there to read"
    assert amended(after, where, {moved.id}, LATER + timedelta(hours=1)) == after


def test_a_disagreement_ends_when_a_source_takes_its_number_back() -> None:
    fire = "Bei einem Brand in einer Fabrik in Porto starben {} Menschen, 30 wurden verletzt."
    one = article("Brand in Porto", [fire.format(12)], id=1, story_id=1)
    two = article("Viele Opfer bei Brand", [fire.format(15)], id=2, story_id=1, credit="Hafenpost")
    digest = told(one, two)
    assert [each.subject for each in digest.items[0].differences] == ["Tote"]
    item = put_right(digest, standing(one, (two, edited(two, fire.format(12)))))
    assert item.differences == ()
    assert item.correction is not None
    assert Fault.NUMBERS in item.correction.faults
    assert item.correction.counted == ("Tote",)


def test_a_generated_summary_goes_when_what_it_rests_on_is_corrected() -> None:
    digest = told(ODESSA)
    written = (WrittenSentence("Zwölf Menschen starben in Odessa.", (ODESSA.id,)),)
    digest = digest.with_items([replace(digest.items[0], written=written)])
    more = edited(ODESSA, f"{LEAD} {TOLL}", CAUSE, "Am Abend soll es eine Pressekonferenz geben.")
    assert put_right(digest, standing((ODESSA, more))).written == written
    item = put_right(digest, standing((ODESSA, edited(ODESSA, f"{LEAD} {TOLL.replace('12', '14')}", CAUSE))))
    assert item.written == ()
    assert item.correction is not None
    assert item.correction.faults == (Fault.NUMBERS, Fault.TEXT)


def test_a_second_correction_tells_of_both_at_the_time_of_the_last() -> None:
    once = edited(ODESSA, f"{LEAD} {TOLL.replace('12', '14')}", CAUSE)
    first = amended(told(ODESSA), standing((ODESSA, once)), {ODESSA.id}, LATER)
    twice = edited(once, *(part.text for part in once.paragraphs), title="Gasexplosion zerstört Lagerhaus in Odessa")
    again = LATER + timedelta(hours=1)
    (item,) = amended(first, standing((once, twice)), {ODESSA.id}, again).items
    assert item.correction == Correction(again, (Fault.HEADLINE, Fault.NUMBERS), ("Tote",))


def test_the_articles_that_a_digest_names() -> None:
    assert quoted(told(ODESSA, OTHER)) == [1, 2]


@given(st.lists(st.sampled_from([LEAD, TOLL, CAUSE, TOLL.replace("12", "14"), "Mehr am Abend.", ""]), max_size=5))
def test_whatever_an_article_becomes_every_sentence_stands_in_it(body: list[str]) -> None:
    now = edited(ODESSA, *filter(None, body))
    item = put_right(told(ODESSA, OTHER), standing((ODESSA, now), OTHER))
    said = {text for part in now.paragraphs for text in part.sentences} | {now.title}
    assert item.sentences
    assert set(texts(item)) <= said
