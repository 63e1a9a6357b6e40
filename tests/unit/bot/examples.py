"""Digests for tests: a small one written by hand, and any at all."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from bot.i18n import translations
from bot.telegram.messages import View
from digests.domain.articles import TopicMatch, WrittenSentence
from digests.domain.digests import (
    TEASER,
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
from digests.domain.preferences import Weighed
from digests.text.document import Label

NOW = datetime(2026, 8, 13, 5, tzinfo=UTC)  # Thursday 07:00 in Berlin
BERLIN = ZoneInfo("Europe/Berlin")
DAY = Window(NOW - timedelta(days=1), NOW)
NAMES = {
    "ukraine": {"de": "Ukraine", "en": "Ukraine", "uk": "Україна"},
    "nato": {"de": "NATO", "en": "NATO", "uk": "НАТО"},
    "politics": {"de": "Politik", "en": "Politics", "uk": "Політика"},
}


def topic_name(slug: str, language: str) -> str:
    return NAMES[slug][language] if slug in NAMES else slug


def view(language: str = "de", zone: ZoneInfo = BERLIN, now: datetime = NOW) -> View:
    return View(translations(language, strict=True), zone, now, topic_name)


def note(
    article: int,
    name: str,
    *labels: Label,
    hours: float = 2,
    dated: bool = True,
    url: str | None = None,
    copy: bool = False,
) -> SourceNote:
    published = NOW - timedelta(hours=hours)
    return SourceNote(article, name, published, dated, "de", frozenset(labels), url, copy)


def item(  # one story with sensible defaults
    story: int,
    headline: str,
    *sentences: tuple[str, int],
    sources: tuple[SourceNote, ...],
    details: tuple[tuple[str, int], ...] = (),
    state: State = State.NEW,
    language: str = "de",
    topics: tuple[TopicMatch, ...] = (),
) -> Item:
    told = [Sentence(text, article, 0, index) for index, (text, article) in enumerate((*sentences, *details))]
    last_at = max(source.published_at for source in sources)
    return Item(
        story_id=story,
        storyline_id=story,
        headline=headline,
        state=state,
        sentences=tuple(told[: len(sentences)]),
        details=tuple(told[len(sentences) :]),
        sources=sources,
        language=language,
        first_at=last_at,
        last_at=last_at,
        topics=topics,
        score=1.0,
    )


def digest(*groups: tuple[Item, ...], left_out: int = 0, muted: int = 0, topics: tuple[str, ...] = ()) -> Digest:
    return Digest(DAY, tuple(Group(index, items, topics) for index, items in enumerate(groups)), left_out, muted)


_wild = st.text(min_size=1, max_size=80) | st.sampled_from(["<b>", "a & b", "𝒳" * 30, "</blockquote>", '"q"', "|%7C"])
_sentence_text = _wild | st.integers(1, 60).map(lambda words: " ".join(["Wörter"] * words) + ".")
_huge_text = st.sampled_from(["lang " * 1500, "x" * 6000, "😀" * 3000, "<&> " * 1500])
_ids = st.integers(1, 2**62)


@st.composite
def items(draw: st.DrawFn) -> Item:
    """Any story: hostile texts, sentences longer than a message, many sources."""
    sources = tuple(
        SourceNote(
            article_id=article,
            name=draw(_wild),
            published_at=NOW - timedelta(minutes=draw(st.integers(-5, 500_000))),
            dated=draw(st.booleans()),
            language="de",
            labels=draw(st.frozensets(st.sampled_from(Label))),
            url=draw(
                st.none() | _wild | st.sampled_from(["https://a.example/?x=1&y=<2>", "https://a.example/" + "z&" * 300])
            ),
            copy=draw(st.booleans()),
        )
        for article in range(1, draw(st.integers(2, 12)))
    )
    texts = draw(st.lists(_sentence_text, min_size=1, max_size=8))
    if draw(st.integers(0, 9)) == 0:
        texts[0] = draw(_huge_text)
    told = tuple(
        Sentence(text, draw(st.integers(1, len(sources))), draw(st.sampled_from([TEASER, 0, 7])), position)
        for position, text in enumerate(texts)
    )
    summary = draw(st.integers(1, 3))
    return Item(
        story_id=draw(_ids),
        storyline_id=1,
        headline=draw(_sentence_text | _huge_text),
        state=draw(st.sampled_from(State)),
        sentences=told[:summary],
        details=told[summary:],
        sources=sources,
        language=draw(st.sampled_from(["de", "en", "uk", "fr", "und", "xx"])),
        first_at=NOW - timedelta(days=2),
        last_at=NOW - timedelta(minutes=draw(st.integers(0, 5000))),
        topics=tuple(TopicMatch(draw(_wild), 0.5, tuple(draw(st.lists(_wild, max_size=8)))) for _ in range(2)),
        score=0.5,
        differences=tuple(
            Difference(
                draw(_sentence_text | _huge_text),
                tuple(Claim(draw(_wild), draw(_wild | _huge_text), n) for n in range(draw(st.integers(2, 3)))),
            )
            for _ in range(draw(st.integers(0, 2)))
        ),
        parts=draw(st.none() | st.builds(Parts, crowding=st.floats(0, 1))),
        weights=tuple(
            (f"{draw(st.sampled_from(Weighed)).value}:{draw(_wild)}", draw(st.integers(-3, 3)))
            for _ in range(draw(st.integers(0, 3)))
        ),
        written=tuple(
            WrittenSentence(draw(_sentence_text | _huge_text), tuple(draw(st.lists(st.integers(1, 15), max_size=4))))
            for _ in range(draw(st.sampled_from([0, 0, 1, 3])))
        ),
    )


@st.composite
def digests(draw: st.DrawFn) -> Digest:
    """Any digest, up to twelve stories."""
    groups = draw(
        st.lists(
            st.builds(
                Group,
                storyline_id=st.just(1),
                items=st.lists(items(), min_size=1, max_size=3).map(tuple),
                topics=st.lists(st.sampled_from([*NAMES, "other"]), max_size=3, unique=True).map(tuple),
                heading=st.none() | _wild,
            ),
            max_size=4,
        )
    )
    start = NOW - timedelta(hours=draw(st.integers(1, 400)))
    return Digest(Window(start, NOW), tuple(groups), draw(st.integers(0, 500)), draw(st.integers(0, 20)))
