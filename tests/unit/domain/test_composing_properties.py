"""What holds for every digest of any stories, windows and preferences."""

from __future__ import annotations

import dataclasses
import json
import math
from datetime import UTC, datetime, timedelta
from itertools import combinations, pairwise

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.choosing import Knowledge
from digests.domain.composing import compose
from digests.domain.digest_json import digest_from_json, digest_to_json
from digests.domain.digests import (
    TEASER,
    TITLE,
    Claim,
    Difference,
    Digest,
    Group,
    Item,
    Parts,
    Sentence,
    SourceNote,
    State,
    Window,
)
from digests.domain.preferences import Length, Preferences, weighted
from digests.domain.repeats import tells_again
from digests.text.document import Kind, Label, Paragraph
from digests.text.sentences import split_sentences
from tests.support.builders import NOON, preferences, topic_match

HOURS = 48
_ONSETS = ("B", "D", "F", "G", "K", "L", "M", "N", "P", "R", "S", "T", "V", "W", "Z")
_ENDINGS = ("andorf", "elheim", "istadt", "owitz", "uberg")


def place(number: int) -> str:
    """One of many invented towns, so that sentences with different numbers say different things."""
    onset, rest = _ONSETS[number % len(_ONSETS)], number // len(_ONSETS)
    return f"{onset}{_ENDINGS[rest % len(_ENDINGS)]}{'-Au' * (rest // len(_ENDINGS))}"


def sentence(number: int) -> str:
    crossing = f"zwischen {place(number + 40)} und {place(number + 7)}"
    return f"In {place(number)} haben {number + 100} Leute eine Brücke {crossing} besucht."


@st.composite
def articles(draw: st.DrawFn, number: int, story_id: int) -> Article:
    own = sentence(number)
    shared = draw(st.lists(st.integers(0, 5).map(sentence), max_size=2))
    heading = draw(st.booleans())
    body = [Paragraph(Kind.BODY, (own, *shared))]
    if heading:
        body.insert(0, Paragraph(Kind.HEADING, ("Zwischentitel",)))
    news_at = NOON + timedelta(hours=draw(st.integers(1, HOURS)))
    return Article(
        id=number,
        story_id=story_id,
        credit=draw(st.sampled_from(["Abendbote", "Hafenpost", "Ticker24"])),
        title=draw(st.sampled_from([f"Brücke in {place(number)} eröffnet", "Was ist das?", own])),
        paragraphs=tuple(body),
        language="de",
        published_at=news_at,
        news_at=news_at,
        title_derived=draw(st.booleans()),
        teaser=draw(
            st.none() | st.just(own) | st.just("Etwas ganz anderes, das nirgends steht und keiner je gesagt hat.")
        ),
        topics={slug: topic_match(slug) for slug in draw(st.sets(st.sampled_from(["sport", "nato", "ukraine"])))},
    )


@st.composite
def worlds(draw: st.DrawFn) -> list[Story]:
    """Some stories over two days; numbers of articles never repeat."""
    found: list[Story] = []
    number = 10
    for story_id in range(1, draw(st.integers(1, 6)) + 1):
        members = [draw(articles(number + offset, story_id)) for offset in range(draw(st.integers(1, 4)))]
        number += len(members)
        members.sort(key=lambda member: (member.news_at, member.id))
        storyline = draw(st.integers(1, 3))
        lead = draw(st.sampled_from(members)).id
        found.append(Story(story_id, storyline, members[0].news_at, members[-1].news_at, lead, tuple(members)))
    return found


WISHES = st.builds(
    preferences,
    st.sets(st.sampled_from(["sport", "nato"])),
    words=st.sets(st.sampled_from(["Brücke"])),
    mutes=st.sets(st.sampled_from(["Was"])),
    muted_sources=st.sets(st.sampled_from(["Abendbote"])),
    length=st.sampled_from(Length),
)
CALM = settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])


def by_title(word: str, article: Article) -> TopicMatch | None:
    return TopicMatch(word, 0.5, (word,)) if word in article.title else None


def digest_of(
    stories: list[Story], window: Window, wishes: Preferences, limit: int | None = None, *, every: bool = False
) -> Digest:
    knowledge = Knowledge(by_title)
    return compose(wishes, window, stories, now=window.end, limit=limit, every=every, knowledge=knowledge)


def stands_at(sentence: Sentence, articles: dict[int, Article]) -> bool:
    article = articles[sentence.article_id]
    if sentence.paragraph == TITLE:
        return sentence.text == article.title
    if sentence.paragraph == TEASER:
        return sentence.text == split_sentences(article.teaser or "", article.language)[sentence.position]
    paragraph = article.paragraphs[sentence.paragraph]
    return paragraph.kind is Kind.BODY and paragraph.sentences[sentence.position] == sentence.text


@CALM
@given(worlds(), WISHES, st.integers(0, HOURS), st.integers(1, HOURS))
def test_every_digest_is_true_to_its_sources(stories: list[Story], wishes: Preferences, start: int, hours: int) -> None:
    window = Window(NOON + timedelta(hours=start), NOON + timedelta(hours=start + hours))
    digest = digest_of(stories, window, wishes)
    by_story = {story.id: {article.id: article for article in story.articles} for story in stories}
    assert len({item.story_id for item in digest.items}) == len(digest.items)
    for item in digest.items:
        shown = [*item.sentences, *item.details]
        assert 1 <= len(item.sentences) <= wishes.length.sentences
        assert len(item.details) <= wishes.length.details
        assert all(stands_at(each, by_story[item.story_id]) for each in shown)
        assert len({each.text for each in shown}) == len(shown)
        assert {each.article_id for each in shown} <= {note.article_id for note in item.sources}
        assert {note.article_id for note in item.sources} <= set(by_story[item.story_id])
        assert "Abendbote" not in {note.name for note in item.sources} or not wishes.muted_sources
        assert all(note.published_at <= window.end for note in item.sources)


@CALM
@given(worlds(), WISHES)
def test_the_order_of_stories_does_not_matter(stories: list[Story], wishes: Preferences) -> None:
    window = Window(NOON, NOON + timedelta(hours=HOURS))
    assert digest_of(stories[::-1], window, wishes) == digest_of(stories, window, wishes)


@CALM
@given(worlds(), st.sets(st.integers(1, HOURS - 1), max_size=5))
def test_windows_that_follow_one_another_tell_everything_once(stories: list[Story], cuts: set[int]) -> None:
    ends = [NOON + timedelta(hours=hours) for hours in [0, *sorted(cuts), HOURS]]
    windows = [Window(start, end) for start, end in pairwise(ends)]
    digests = [digest_of(stories, window, preferences(length=Length.LONG), 100, every=True) for window in windows]
    began = [item.story_id for digest in digests for item in digest.items if item.state is State.NEW]
    assert sorted(began) == [story.id for story in stories], "each story is new exactly once"
    for window, digest in zip(windows, digests, strict=True):
        told = {item.story_id for item in digest.items}
        assert told == {story.id for story in stories if any(each.news_at in window for each in story.articles)}
        assert digest.left_out == 0


@CALM
@given(worlds(), WISHES, st.integers(0, 10))
def test_what_is_not_shown_is_counted(stories: list[Story], wishes: Preferences, limit: int) -> None:
    window = Window(NOON, NOON + timedelta(hours=HOURS))
    everything = digest_of(stories, window, wishes, limit=100)
    digest = digest_of(stories, window, wishes, limit=limit)
    assert digest.items == () or digest.items[0] == everything.items[0]
    assert len(digest.items) + digest.left_out == len(everything.items) + everything.left_out
    assert digest.muted == everything.muted
    assert len(everything.items) + everything.muted <= len(stories)


@CALM
@given(worlds(), WISHES)
def test_a_score_is_the_product_of_its_parts_and_the_best_comes_first(
    stories: list[Story], wishes: Preferences
) -> None:
    digest = digest_of(stories, Window(NOON + timedelta(hours=HOURS // 2), NOON + timedelta(hours=HOURS)), wishes)
    for item in digest.items:
        assert item.parts is not None
        assert item.score == pytest.approx(math.prod(dataclasses.astuple(item.parts)))
        assert (item.parts.novelty == 1.0) == (item.state is State.NEW)
        assert item.parts.sources == 1 + math.log2(item.witnesses)
    assert len(digest.items) <= wishes.length.stories
    assert not any(tells_again(one, other) for one, other in combinations(digest.items, 2))
    best = [max(item.score for item in group.items) for group in digest.groups]
    assert best == sorted(best, reverse=True)


SLUGS = ("sport", "nato", "ukraine")


@CALM
@given(
    worlds(),
    st.dictionaries(st.sampled_from([f"topic:{slug}" for slug in SLUGS]), st.integers(-3, 2).filter(bool)),
    st.sampled_from(SLUGS),
)
def test_a_further_step_lowers_no_story_of_its_topic(stories: list[Story], weights: dict[str, int], slug: str) -> None:
    """Judged before stories crowd one another: what stands before a story may change with its topic's weight."""
    key = f"topic:{slug}"
    lower = preferences(SLUGS, weights=weights)
    higher = weighted(lower, key, weights.get(key, 0) + 1)
    window = Window(NOON, NOON + timedelta(hours=HOURS))
    before, after = (_uncrowded(digest_of(stories, window, wish, 100, every=True)) for wish in (lower, higher))
    topical = {each.id for each in stories if any(slug in article.topics for article in each.articles)}
    for story_id in topical & set(before):
        assert after.index(story_id) <= before.index(story_id)


def _uncrowded(digest: Digest) -> list[int]:
    """The stories, best first, as their own factors order them."""
    scores = {item.story_id: item.score / item.parts.crowding for item in digest.items if item.parts}
    return sorted(scores, key=lambda story_id: (-round(scores[story_id], 9), story_id))


TIMES = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
MATCHES = st.builds(TopicMatch, st.text(), st.floats(0, 1), st.lists(st.text()).map(tuple))
SENTENCES = st.lists(st.builds(Sentence, st.text(), st.integers(), st.integers(), st.integers()), max_size=3).map(tuple)
NOTES = st.builds(
    SourceNote, published_at=TIMES, labels=st.frozensets(st.sampled_from(Label)), url=st.none() | st.text()
)
FACTORS = st.floats(allow_nan=False, allow_infinity=False)
CLAIMS = st.builds(Claim, st.text(), st.text(), st.integers())
ITEMS = st.builds(
    Item,
    sentences=SENTENCES,
    details=SENTENCES,
    sources=st.lists(NOTES, max_size=3).map(tuple),
    first_at=TIMES,
    last_at=TIMES,
    topics=st.lists(MATCHES, max_size=2).map(tuple),
    score=FACTORS,
    parts=st.none() | st.builds(Parts, *[FACTORS] * 6),
    weights=st.lists(st.tuples(st.text(), st.integers(-3, 3)), max_size=2).map(tuple),
    differences=st.lists(st.builds(Difference, st.text(), st.lists(CLAIMS).map(tuple)), max_size=2).map(tuple),
)
GROUPS = st.builds(
    Group,
    st.integers(),
    st.lists(ITEMS, max_size=2).map(tuple),
    st.lists(st.text(), max_size=2).map(tuple),
    st.none() | st.text(),
)
DIGESTS = st.builds(Digest, st.builds(Window, TIMES, TIMES), st.lists(GROUPS, max_size=2).map(tuple))


@CALM
@given(DIGESTS)
def test_a_digest_survives_being_stored(digest: Digest) -> None:
    assert digest_from_json(json.loads(json.dumps(digest_to_json(digest)))) == digest


@CALM
@given(DIGESTS)
def test_a_digest_stored_by_an_earlier_version_can_be_read(digest: Digest) -> None:
    value = digest_to_json(digest)
    for group in value["groups"]:
        for item in group["items"]:
            del item["differences"], item["parts"], item["weights"], item["followed"]
    for item in digest_from_json(value).items:
        assert (item.differences, item.parts, item.weights) == ((), None, ())
