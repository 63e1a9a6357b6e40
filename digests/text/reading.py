"""The one door of the text layer: raw text in, a clean document out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass, replace
from datetime import datetime

from digests.text.cleaning import Block, Cleaned, clean_lines
from digests.text.clocks import moments
from digests.text.document import Document, DroppedLine, Entry, Kind, Label, Paragraph, Reason
from digests.text.glued import part_headline, unglue
from digests.text.labels import (
    labels_of_address,
    looks_like_opinion,
    looks_like_press_release,
    looks_machine_translated,
    looks_paywalled,
)
from digests.text.languages import CANDIDATES, UNKNOWN, detect
from digests.text.liveblog import Parted, Passage, part
from digests.text.quotes import close_up, repair_quotes
from digests.text.repair import repair_text, unwrap
from digests.text.sentences import split_sentences
from digests.text.titles import bare_title, derive_title
from digests.text.words import count_words, fold, words

_LANGUAGE_TAG = re.compile(r"^([a-z]{2,3})(?:[-_].*)?$", re.IGNORECASE)
_LIVE = re.compile(
    r"\b(?:live|\w*ticker|\w*blog|updates|minut\w*|thread|direct|vivo|diretta|хвилин\w*|онлайн|наживо)\b", re.IGNORECASE
)
_LIVE_TITLE = re.compile(
    r"^live\b|\b(?:live-?|news-?)?(?:ticker|blog)\b|\blive:|\blive updates?\b|\bонлайн\b|\bнаживо\b|трансляція",
    re.IGNORECASE,
)
_TICKER_LINE = re.compile(r"\s+(?=\+\+\+?\s*\d{1,2}[.:]\d\d\b)")  # between the entries of a ticker in one line
_HEAD_LINES = 3  # in which a text without a declared title may say that it is live
_LONG_PARAGRAPH = 10_000  # characters
_PIECE = re.compile(rf"(?s).{{1,{_LONG_PARAGRAPH}}}(?:[。！？]|[.!?]\s|\s)|.+")
_SENTENCE = 5  # words; a text without one such statement is no article
_ITEMS = ("- ", "– ", "• ", "· ", "* ")  # how an item of a list begins
_ENOUGH_WORDS = 20  # from here on a text says its language better than its source does


@dataclass(frozen=True, slots=True)
class Origin:
    """Where and when a text was found, as far as that is known; times in UTC."""

    url: str | None = None
    paywalled: bool = False  # the page declares itself not free
    published_at: datetime | None = None
    fetched_at: datetime | None = None


UNKNOWN_ORIGIN = Origin()


def read_document(
    text: str,
    *,
    title: str | None = None,
    language: str | None = None,
    headings: Set[str] = frozenset(),
    repeated: Set[str] = frozenset(),
    origin: Origin = UNKNOWN_ORIGIN,
) -> Document:
    """Clean one raw text, one block per line.

    `title` and `language` are what the source declares; `headings` lines that its markup calls headings; `repeated`
    the forms of lines that are furniture of the source (`furniture.learn_furniture`); `origin` dates the entries of a
    live blog and labels the text by its address. Never raises on any text; a text without
    words gives a document without paragraphs, and so does a page of which no statement of five words is left.
    Sentences stand in the text verbatim, apart from the repairs of `repair_text`, `repair_quotes` and `close_up`.
    """
    title = " ".join(repair_text(title).split()) if title else None
    headline, text = ("", text) if title else part_headline(text)
    title = title or repair_text(headline).strip() or None
    raw_lines = _TICKER_LINE.sub("\n", unwrap(repair_text(text))).split("\n")
    lines = [line for raw in raw_lines for line in unglue(raw)]
    cleaned = clean_lines(
        lines,
        {repair_text(each).strip() for each in headings},
        repeated,
        titled=bool(title),
        live=any(_LIVE_TITLE.search(each) for each in ([title] if title else lines[:_HEAD_LINES])),
    )
    cleaned = _without_title(cleaned, title)
    language = _language(language, title, cleaned.kept)
    found = title or cleaned.title
    chosen = bare_title(found) if found else None
    live = _is_live(chosen, cleaned.dropped)
    parted = _without_boxes(part(chosen or "", cleaned.kept, language, live=live), language)
    paragraphs = tuple(_paragraphs(parted.main, language))
    derived = bare_title(derive_title(_lead(paragraphs), language)) if not chosen else ""
    times = moments([passage.stamp for passage in parted.passages], language, origin.published_at, origin.fetched_at)
    entries = tuple(_entry(passage, language, at) for passage, at in zip(parted.passages, times, strict=True))
    dropped = cleaned.dropped
    if cleaned.dropped and not entries and not _says_something(paragraphs):
        dropped += tuple(DroppedLine(block.text, Reason.TEASER_LIST) for block in cleaned.kept)
        paragraphs = ()
    if found and found != chosen:
        dropped += (DroppedLine(found, Reason.NAVIGATION),)
    dropped += tuple(DroppedLine(each, Reason.NAVIGATION) for each in parted.times if each)
    dropped += tuple(DroppedLine(block.text, Reason.TEASER_LIST) for block in parted.boxes)
    return Document(
        title=_mended(chosen, language) if chosen else derived or (entries[0].heading if entries else ""),
        title_derived=not chosen,
        language=language,
        paragraphs=paragraphs,
        entries=entries,
        dropped=dropped,
        labels=frozenset(
            _labels(
                lines,
                language,
                cleaned,
                chosen or "",
                live=bool(entries) and (live or any(each.stamp for each in parted.passages)),
            )
        )
        | labels_of_address(origin.url)
        | ({Label.PAYWALLED} if origin.paywalled else set()),
    )


def _without_title(cleaned: Cleaned, title: str | None) -> Cleaned:
    """The declared title often stands in the text once more; there it is no paragraph."""
    if not title or not any(fold(block.text) == fold(title) for block in cleaned.kept):
        return cleaned
    again = [block for block in cleaned.kept if fold(block.text) == fold(title)]
    kept = tuple(block for block in cleaned.kept if block not in again)
    gone = tuple(DroppedLine(block.text, Reason.NAVIGATION) for block in again)
    return replace(cleaned, kept=kept, dropped=cleaned.dropped + gone)


def _without_boxes(parted: Parted, language: str) -> Parted:
    """Passages without a time that tell nothing are boxes of the page: an advertisement's heading and its items."""
    silent = [passage for passage in parted.passages if not passage.stamp and _is_box(passage, language)]
    heads = [Block(Kind.HEADING, passage.heading) for passage in silent if passage.heading]
    return replace(
        parted,
        passages=tuple(passage for passage in parted.passages if passage not in silent),
        boxes=(*parted.boxes, *heads, *(block for passage in silent for block in passage.blocks)),
    )


def _is_box(passage: Passage, language: str) -> bool:
    running = [block for block in passage.blocks if not block.text.startswith(_ITEMS)]
    return not _says_something(_paragraphs(running, language))


def _says_something(paragraphs: Iterable[Paragraph]) -> bool:
    """False when no sentence tells anything: of a page behind a paywall often one item of an advertisement is left."""
    return any(
        count_words(sentence) >= _SENTENCE and not sentence.endswith("?")
        for paragraph in paragraphs
        if paragraph.kind is Kind.BODY
        for sentence in paragraph.sentences
    )


def _language(declared: str | None, title: str | None, blocks: Sequence[Block]) -> str:
    """The text's own language; the declared one when the text is short or in a language that cannot be told."""
    tag = _LANGUAGE_TAG.match(declared.strip()) if declared else None
    said = tag.group(1).lower() if tag else None
    body = " ".join(block.text for block in blocks if block.kind is Kind.BODY)
    if said and (said not in CANDIDATES or len(words(body)) < _ENOUGH_WORDS):
        return said
    heard = detect(title or "", body)
    return said if said and heard == UNKNOWN else heard


def _paragraphs(blocks: Iterable[Block], language: str) -> Iterable[Paragraph]:
    for block in blocks:
        text = _mended(block.text, language)
        sentences = [text] if block.kind is Kind.HEADING else _sentences(text, language)
        if sentences:
            yield Paragraph(block.kind, tuple(sentences))


def _mended(line: str, language: str) -> str:
    return repair_quotes(close_up(line, language), language)


def _sentences(text: str, language: str) -> list[str]:
    """As `split_sentences`; a whole book in one line goes through in pieces, since cutting takes time squared."""
    if len(text) <= _LONG_PARAGRAPH:
        return split_sentences(text, language)
    return [each for piece in _PIECE.findall(text) for each in split_sentences(piece, language)]


def _lead(paragraphs: Sequence[Paragraph]) -> list[str]:
    """The sentences of the first two body paragraphs."""
    body = [paragraph for paragraph in paragraphs if paragraph.kind is Kind.BODY][:2]
    return [sentence for paragraph in body for sentence in paragraph.sentences]


def _entry(passage: Passage, language: str, at: datetime | None) -> Entry:
    paragraphs = tuple(_paragraphs(passage.blocks, language))
    heading = _mended(passage.heading, language)
    name = f"{passage.stamp.clock if passage.stamp else ''} {repair_quotes(passage.heading, language)}".strip()
    return Entry(heading or derive_title(_lead(paragraphs), language), paragraphs, at, name)


def _is_live(title: str | None, dropped: Sequence[DroppedLine]) -> bool:
    """True when the page calls itself live: in its title, or in two lines that invite to follow it.

    One such line stands under many articles and speaks of another page.
    """
    calls = (line.text for line in dropped if line.reason is Reason.INVITATION and " " in line.text)
    invited = sum(bool(_LIVE.search(call)) for call in calls)  # "Live" alone is a menu's word
    return invited > 1 or bool(title and _LIVE_TITLE.search(title))


def _labels(lines: Sequence[str], language: str, cleaned: Cleaned, title: str, *, live: bool) -> Iterable[Label]:
    body = [block.text for block in cleaned.kept if block.kind is Kind.BODY]
    head = [title, *cleaned.head]
    if live:
        yield Label.LIVE_BLOG
    if looks_machine_translated(lines, language):
        yield Label.MACHINE_TRANSLATED
    if looks_like_opinion(head, body, cleaned.after):
        yield Label.OPINION
    if looks_like_press_release(head, body, cleaned.after):
        yield Label.PRESS_RELEASE
    if looks_paywalled(body, cleaned.after):
        yield Label.PAYWALLED
