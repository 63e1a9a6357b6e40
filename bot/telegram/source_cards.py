"""Sources as operators see them in the chat: one card each, and the list as buttons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from bot.i18n import Markup
from bot.telegram.callbacks import encode
from bot.telegram.html import clip, join
from bot.telegram.keyboards import BUTTON_LIMIT, Button, Row
from bot.telegram.messages import View
from digests.domain.sources import FullText, SourceKind, SourceState
from digests.services.checking import Check
from digests.storage.sources import Doing

PER_PAGE = 6
ENTRIES = 5
"""Entries that a check shows."""
_TITLE = 60
_ADDRESS = 300
_REASON = 200
_HEADLINE = 90
_NUMBER = 10  # characters of a button that the number or state behind the title takes
_TROUBLED = (SourceState.RETIRED, SourceState.FAILING)


def troubled_first(doing: Sequence[Doing]) -> list[Doing]:
    """Sources in the order in which operators want to see them: what is broken stands first."""
    return sorted(doing, key=lambda each: each.source.state not in _TROUBLED)


def source_list(view: View, doing: Sequence[Doing], page: int) -> tuple[Markup, tuple[Row, ...]]:
    """A page of the list: how many there are, and a button for each with its articles of the week or its trouble."""
    if not doing:
        return Markup(view.texts("source.none")), ()
    bad = sum(each.source.state in _TROUBLED for each in doing)
    shown = troubled_first(doing)[page * PER_PAGE : (page + 1) * PER_PAGE]
    total = len(doing)
    title = view.texts("source.list", total=total, bad=bad) if bad else view.texts("source.list_well", total=total)
    return join("\n", title, view.texts("source.list_note")), tuple((_entry(view, each),) for each in shown)


def _entry(view: View, doing: Doing) -> Button:
    state = doing.source.state
    healthy = state in (SourceState.OK, SourceState.FED)
    note = view.texts.number(doing.tally.added) if healthy else state_name(view, state)
    title = clip(doing.source.title, BUTTON_LIMIT - max(_NUMBER, len(note) + 3))
    return Button(f"{title} · {note}", encode("source", "show", doing.source.id))


def state_name(view: View, state: SourceState) -> str:
    """How a source is doing, in words."""
    names = {
        SourceState.OK: view.texts("source.state_ok"),
        SourceState.NEW: view.texts("source.state_new"),
        SourceState.FAILING: view.texts("source.state_failing"),
        SourceState.PAUSED: view.texts("source.state_paused"),
        SourceState.RETIRED: view.texts("source.state_retired"),
        SourceState.FED: view.texts("source.state_fed"),
    }
    return names[state]


def source_card(view: View, doing: Doing) -> Markup:
    """Everything that is known of a source, on one screen."""
    return join("\n", *_lines(view, doing))


def _lines(view: View, doing: Doing) -> Iterator[str]:
    texts, source, tally = view.texts, doing.source, doing.tally
    yield texts("source.head", title=clip(source.title, _TITLE), state=state_name(view, source.state))
    yield texts("source.address", kind=_kind_name(view, source.kind), url=clip(source.url, _ADDRESS))
    if source.state is not SourceState.FED:
        yield texts(
            "source.settings",
            language=texts.language_name(source.language) if source.language else texts("source.as_found"),
            pages=_pages_name(view, source.full_text),
            topics=texts.list([view.topic_name(slug, texts.language) for slug in source.topics])
            if source.topics
            else texts("source.as_found"),
        )
        yield texts("source.last", polled=_age(view, source.polled_at), succeeded=_age(view, source.succeeded_at))
        if source.interval and source.next_poll_at and source.state in (SourceState.OK, SourceState.FAILING):
            minutes = max(1, round(source.interval / timedelta(minutes=1)))
            yield texts.plural("source.rhythm", minutes, next=texts.moment(source.next_poll_at, view.zone, view.now))
    yield texts.plural("source.stored", doing.articles, last=_age(view, doing.last_article_at))
    yield texts(
        "source.week",
        added=tally.added,
        updated=tally.updated,
        copies=tally.copies,
        faulty=tally.faulty,
        furniture=round(100 * tally.boilerplate),
    )
    if tally.polls:
        yield texts.plural("source.readings", tally.polls, unchanged=tally.unchanged, failures=tally.failures)
    if source.last_error:
        since = texts.moment(source.failing_since, view.zone, view.now) if source.failing_since else "…"
        yield texts("source.trouble", since=since, reason=clip(source.last_error, _REASON))


def checked(view: View, check: Check) -> Markup:
    """What a source would give: its first entries. The address stands there as code, for the button below."""
    texts, source, feed = view.texts, check.source, check.feed
    lines = [
        texts("source.checked", title=clip(source.title, _TITLE), kind=_kind_name(view, source.kind)),
        texts("source.code", address=source.url),
        texts.plural("source.entries", len(feed.entries), faulty=feed.faulty),
    ]
    for tried in check.entries:
        at = tried.raw.published_at
        date = texts.moment(at, view.zone, view.now) if at else texts("source.no_date")
        title = clip(tried.document.title or tried.raw.title or tried.raw.origin, _HEADLINE)
        lines.append(texts.plural("source.entry", tried.words, date=date, title=title))
    return join("\n", *lines)


def _age(view: View, moment: datetime | None) -> str:
    return view.texts.age(view.now - moment) if moment else view.texts("source.never")


def _kind_name(view: View, kind: SourceKind) -> str:
    names = {
        SourceKind.FEED: view.texts("source.kind_feed"),
        SourceKind.PAGE: view.texts("source.kind_page"),
        SourceKind.FILE: view.texts("source.kind_file"),
        SourceKind.PUSH: view.texts("source.kind_push"),
    }
    return names[kind]


def _pages_name(view: View, full_text: FullText) -> str:
    names = {
        FullText.NEVER: view.texts("source.pages_never"),
        FullText.SHORT: view.texts("source.pages_short"),
        FullText.ALWAYS: view.texts("source.pages_always"),
    }
    return names[full_text]
