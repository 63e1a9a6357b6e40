"""Sources as `bot sources` prints them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta

from digests.domain.sources import Source, SourceState, Tally
from digests.services.checking import Check, Fate, PageUse, Tried
from digests.storage.sources import Doing

OTHERS = 10
"""Further feeds of a page that are named."""
_TOPICS = 4  # of an entry, each with its best words
_WORDS = 3


def state(source: Source) -> str:
    """How it is doing, in a word; of what is not read by itself, what it is."""
    if source.state is SourceState.FED:
        return source.kind.value
    return f"failing {source.failures}" if source.state is SourceState.FAILING else source.state.value


def listed(doing: Sequence[Doing]) -> Iterator[str]:
    """The table of all sources."""
    if doing:
        yield f"{'id':>4}  {'state':<10}  {'new/7d':>6}  {'copies':>6}  {'furniture':>9}  title"
    for each in doing:
        tally = each.tally
        numbers = f"{tally.added:>6}  {tally.copies:>6}  {tally.boilerplate:>8.0%} "
        yield f"{each.source.id:>4}  {state(each.source):<10}  {numbers}  {each.source.title}"


def shown(doing: Doing, days: Mapping[date, Tally], now: datetime) -> Iterator[str]:
    """One source with what it did day by day (UTC), and its last failures."""
    source, tally = doing.source, doing.tally
    yield f"Source {source.id} · {source.title} · {state(source)}"
    yield f"{source.kind.value} {source.url}"
    yield f"{_language(source)}, pages read: {source.full_text.value}, topics: {_topics(source)}"
    if source.interval:
        yield f"read every {_span(source.interval)}, next {_when(source.next_poll_at, now)}"
    yield f"last read {_when(source.polled_at, now)}, last success {_when(source.succeeded_at, now)}"
    yield f"{doing.articles} articles stored, the last {_when(doing.last_article_at, now)}"
    yield (
        f"last 7 days: {tally.polls} readings ({tally.unchanged} unchanged, {tally.failures} failed), "
        f"{tally.added} added, {tally.updated} updated, {tally.copies} copies, {tally.faulty} unusable, "
        f"{tally.boilerplate:.0%} of lines were furniture"
    )
    if source.state is not SourceState.FED:
        yield f"  {'day (UTC)':<10}  {'readings':>8}  {'failed':>6}  {'added':>6}  {'copies':>6}"
        for day, each in days.items():
            yield f"  {day}  {each.polls:>8}  {each.failures:>6}  {each.added:>6}  {each.copies:>6}"
    if source.last_error:
        since = f" since {source.failing_since:%Y-%m-%d %H:%M} UTC" if source.failing_since else ""
        yield f"failing{since}: {source.last_error}"
    if source.recent_failures:
        yield "last failures:"
    for failure in source.recent_failures:
        yield f"  {failure.at:%Y-%m-%d %H:%M} UTC  {failure.reason}"


def changed(before: Source, after: Source) -> Iterator[str]:
    """What an operator may set, as it was and as it is."""
    settings = {
        "title": (before.title, after.title),
        "language": (before.language or "as found", after.language or "as found"),
        "topics": (_topics(before), _topics(after)),
        "pages": (before.full_text.value, after.full_text.value),
    }
    for name, (old, new) in settings.items():
        yield f"  {name:<8}  {old} → {new}" if old != new else f"  {name:<8}  {new} (as before)"


def also_found(others: Sequence[str]) -> Iterator[str]:
    """Further feeds of a page."""
    if others:
        more = f", and {len(others) - OTHERS} more" if len(others) > OTHERS else ""
        yield f"also found: {', '.join(others[:OTHERS])}{more}"


def checked(check: Check, now: datetime) -> Iterator[str]:
    """What a source would give, entry by entry, and why something would not be taken."""
    source, feed = check.source, check.feed
    faulty = f", {feed.faulty} unusable" if feed.faulty else ""
    entries = f"{len(feed.entries)} {'entry' if len(feed.entries) == 1 else 'entries'}"
    yield f"{source.title}, a {source.kind.value}, {source.url}: {entries}{faulty}"
    if source.state in (SourceState.PAUSED, SourceState.RETIRED):
        yield f"it is {source.state.value}: nothing is taken until `python -m bot sources resume {source.id}`"
    for tried in check.entries:
        yield from _tried(tried, now)
    left = len(feed.entries) - len(check.entries)
    if left:
        yield f"  and {left} more"
    if not feed.entries:
        yield "nothing would be taken: there is no entry that can be used"
    else:
        yield f"{check.furniture:.0%} of lines are furniture; nothing was stored"
    yield from also_found(check.others)


def _tried(tried: Tried, now: datetime) -> Iterator[str]:
    raw, document = tried.raw, tried.document
    day = f"{raw.published_at:%Y-%m-%d %H:%M}" if raw.published_at else "no date"
    title = document.title or raw.title or raw.origin
    yield f"  {day:<16}  {document.language}  {tried.words:>5} words  {tried.fate.value:<7}  {title}"
    topics = [
        f"{topic.slug} {topic.score:.2f} ({', '.join(topic.words[:_WORDS]) or 'the source says so'})"
        for topic in tried.topics[:_TOPICS]
    ]
    yield f"      topics: {', '.join(topics) or 'none'}"
    yield from (f"      {note}" for note in _notes(tried, now))


def _notes(tried: Tried, now: datetime) -> Iterator[str]:
    fate, document = _fate(tried, now), tried.document
    if fate:
        yield fate
    if tried.page is PageUse.FAILED:
        yield f"its page could not be read: {tried.page_trouble}; what the entry says is taken"
    elif tried.page is PageUse.LEFT:
        yield "its page was not read for this check, but would be"
    elif tried.page is PageUse.READ:
        yield "its page was read"
    if document.labels:
        yield f"labels: {', '.join(sorted(label.value.replace('_', ' ') for label in document.labels))}"
    if document.title_derived and tried.fate is not Fate.EMPTY:
        yield "it has no headline; one is made of its lead"
    if document.entries:
        yield f"{len(document.entries)} entries of a live blog or on subjects of their own"
    if document.dropped and tried.fate is not Fate.EMPTY:
        yield f"furniture: {len(document.dropped)} of {tried.lines} lines ({_reasons(tried)})"


def _fate(tried: Tried, now: datetime) -> str | None:
    published = tried.raw.published_at
    if tried.fate is Fate.EMPTY:
        of = f"; what stands there is furniture ({_reasons(tried)})" if tried.lines else ""
        return f"would not be taken: there is no article text in it{of}"
    if tried.fate is Fate.ARCHIVE:
        why = f"published {_when(published, now)}" if published else "it has no date and stood there at first sight"
        return f"would be archive, found by searches and in no digest: {why}"
    return {
        Fate.STORED: "would change nothing: it is stored already",
        Fate.EDITED: "would be updated: it is stored already, and says something else now",
    }.get(tried.fate)


def _reasons(tried: Tried) -> str:
    counts = Counter(line.reason.value.replace("_", " ") for line in tried.document.dropped)
    return ", ".join(f"{reason} ×{count}" for reason, count in counts.most_common())


def _language(source: Source) -> str:
    return f"language {source.language or 'as found'}"


def _topics(source: Source) -> str:
    return ", ".join(source.topics) or "as found"


def _when(moment: datetime | None, now: datetime) -> str:
    if moment is None:
        return "never"
    span = _span(abs(now - moment))
    return f"{span} ago" if moment <= now else f"in {span}"


def _span(span: timedelta) -> str:
    minutes = round(span.total_seconds() / 60)
    return f"{minutes} min" if minutes < 120 else f"{minutes // 60} h" if minutes < 2880 else f"{minutes // 1440} d"
