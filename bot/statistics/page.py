"""The operator's page of figures: one HTML page, made on the server, that loads nothing and runs nothing."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from html import escape
from importlib.resources import files

from bot.statistics.plots import Column, Part, columns, line, spark
from digests.domain.delivery import DeliveryStatus
from digests.domain.sources import SourceState
from digests.domain.subscribers import Status
from digests.services.statistics import DAYS, Day, Figures, Slot, SourceFigures

SHOWN = 120
"""Sources on the page; the shell lists all."""
REFRESH = 60
"""Seconds until a browser asks again."""
_LATE, _TOO_LATE = timedelta(minutes=3), timedelta(minutes=15)
_PARTS = (
    ("sent", "sent", (DeliveryStatus.SENT,)),
    ("skipped", "skipped: nothing new, paused", (DeliveryStatus.SKIPPED,)),
    ("open", "waiting", (DeliveryStatus.PENDING, DeliveryStatus.SENDING)),
    ("uncertain", "uncertain", (DeliveryStatus.UNCERTAIN,)),
    ("lost", "dropped or failed", (DeliveryStatus.DROPPED, DeliveryStatus.FAILED)),
)


def policy() -> str:
    """The Content-Security-Policy: the page's own style sheet, and nothing else."""
    digest = base64.b64encode(hashlib.sha256(_style().encode()).digest()).decode()
    rest = "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    return f"default-src 'none'; style-src 'sha256-{digest}'; img-src data:; {rest}"


def page(figures: Figures) -> str:
    """The whole page."""
    body = "\n".join(
        (
            f"<header><h1>Depesche</h1><p>{figures.at:%Y-%m-%d %H:%M} UTC, all times UTC</p></header>",
            f'<div class="tiles">{"".join(_tiles(figures))}</div>',
            f'<div class="pair">{_deliveries(figures.days)}{_slots(figures.slots)}</div>',
            f'<div class="pair">{_readers(figures)}{_articles(figures)}</div>',
            _sources(figures),
        )
    )
    return (
        '<!doctype html>\n<html lang="en">\n<head><meta charset="utf-8"><title>Depesche: figures</title>'
        '<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex">'
        f'<meta http-equiv="refresh" content="{REFRESH}"><link rel="icon" href="data:,">'
        f"<style>{_style()}</style></head>\n<body><main>\n{body}\n</main></body>\n</html>\n"
    )


@cache
def _style() -> str:
    return (files("bot.statistics") / "page.css").read_text(encoding="utf-8")


def _tiles(figures: Figures) -> Iterable[str]:
    standing = figures.standing
    active, known = standing.readers.get(Status.ACTIVE, 0), sum(standing.readers.values())
    late = "bad" if figures.overdue > _TOO_LATE else "warn" if figures.overdue > _LATE else "good"
    failing = standing.sources.get(SourceState.FAILING, 0) + standing.sources.get(SourceState.RETIRED, 0)
    waiting = sum(slot.waiting for slot in figures.slots)
    yield _tile(number(active), f"readers active, of {number(known)}")
    yield _tile(span(figures.overdue) if figures.overdue else "none", "delay of planning", late)
    yield _tile(number(waiting), "digests waiting to be sent")
    yield _tile(number(standing.missed), "slots missed in 7 days", "bad" if standing.missed else "good")
    yield _tile(number(standing.fresh), f"articles in 24 h, of {number(standing.articles)}")
    sources = number(sum(standing.sources.values()))
    yield _tile(number(failing), f"sources troubled, of {sources}", "bad" * bool(failing))


def _tile(value: str, name: str, css: str = "") -> str:
    return f'<div class="tile {css}"><b>{escape(value)}</b><span>{escape(name)}</span></div>'


def _deliveries(days: Iterable[Day]) -> str:
    shown: list[Column] = []
    for day in days:
        parts = [Part(sum(day.outcomes.get(each, 0) for each in of), css, name) for css, name, of in _PARTS]
        told = [f"{number(part.value)} {part.name}" for part in parts if part.value]
        told += [f"{day.missed} slots missed"] if day.missed else []
        shown.append(Column(_day(day, len(shown)), parts, f"{day.day:%a %d %b}: {', '.join(told) or 'no digests'}"))
    title = f"Digests a day, {DAYS} days"
    keys = "".join(f"<li>{_patch(css)}{escape(name)}</li>" for css, name, _ in _PARTS)
    return f'<section><h2>{title}</h2>{columns(title, shown)}<ul class="key">{keys}</ul></section>'


def _patch(css: str) -> str:
    return f'<svg viewBox="0 0 10 10" aria-hidden="true"><rect class="{css}" width="10" height="10" rx="2"/></svg>'


def _slots(slots: Iterable[Slot]) -> str:
    title = "Minutes until the last digest of a slot was out, two days"
    shown = [
        Column(f"{slot.at:%H:%M}", [_lag(slot)], _told(slot)) for slot in sorted(slots, key=lambda slot: slot.at)[-24:]
    ]
    every = -(-len(shown) // 8) or 1
    spaced = [
        column if index % every == 0 else Column("", column.parts, column.told) for index, column in enumerate(shown)
    ]
    plot = columns(title, spaced) if shown else '<p class="faint">No slot yet.</p>'
    return f"<section><h2>{title}</h2>{plot}</section>"


def _lag(slot: Slot) -> Part:
    minutes = slot.took.total_seconds() / 60 if slot.took else 0.0
    css = "lost" if minutes > 60 else "uncertain" if minutes > 15 else "sent"
    return Part(round(minutes, 1), "open" if slot.waiting else css, "minutes")


def _told(slot: Slot) -> str:
    took = f", the last one after {span(slot.took)}" if slot.took is not None else ""
    waiting = f", {number(slot.waiting)} waiting" if slot.waiting else ""
    return f"{slot.at:%a %d %b %H:%M}: {number(slot.digests)} digests{took}{waiting}"


def _readers(figures: Figures) -> str:
    title = f"Readers there are now, by when they came, {DAYS} days"
    days = figures.days
    labels = [_day(day, index) for index, day in enumerate(days)]
    hints = [f"{day.day:%a %d %b}: {number(day.readers)}" for day in days]
    plot = line(title, [day.readers for day in days], labels, hints)
    names = [f"{number(count)} {status.value}" for status, count in figures.standing.readers.items() if count]
    told = escape(", ".join(names) or "nobody yet")
    return f'<section><h2>{title}</h2>{plot}<p class="faint">{told}</p></section>'


def _articles(figures: Figures) -> str:
    title = f"Articles from sources that are read, {DAYS} days"
    sums = [sum(each.added[index] for each in figures.sources) for index in range(len(figures.days))]
    shown = [
        Column(_day(day, index), [Part(count, "bar", "articles")], f"{day.day:%a %d %b}: {number(count)} articles")
        for index, (day, count) in enumerate(zip(figures.days, sums, strict=True))
    ]
    stored = f"stored: {number(figures.standing.articles)} articles, {number(figures.standing.stories)} stories"
    return f'<section><h2>{title}</h2>{columns(title, shown)}<p class="faint">{stored}</p></section>'


def _sources(figures: Figures) -> str:
    listed = "".join(_source(each, figures.at) for each in figures.sources[:SHOWN])
    rest = len(figures.sources) - SHOWN
    more = f'<p class="faint">and {number(rest)} more: `python -m bot sources list`</p>' if rest > 0 else ""
    none = '<p class="faint">No source yet: `python -m bot sources add ADDRESS`</p>' if not figures.sources else ""
    told = f'<p class="faint">Articles a day for {DAYS} days. Furniture: lines that belong to no article.</p>'
    return f'<section><h2>Sources</h2>{none or told}<ul class="sources">{listed}</ul>{more}</section>'


def _source(figures: SourceFigures, now: datetime) -> str:
    source, total = figures.source, figures.total
    entries = total.added + total.copies + total.faulty
    qualities = (
        ("furniture", total.dropped, total.lines, 0.6, 0.85),
        ("copies", total.copies, entries, 0.5, 0.9),
        ("unusable", total.faulty, entries, 0.1, 0.5),
        ("failed", total.failures, total.polls, 0.1, 0.5),
    )
    terms = "".join(f"<dt>{name}</dt>{_share(count, of, warn, bad)}" for name, count, of, warn, bad in qualities)
    troubled = source.state in (SourceState.FAILING, SourceState.RETIRED)
    read = f"read {span(now - source.succeeded_at)} ago" if source.succeeded_at else "never read"
    state = f"{source.state.value}, {read}" if source.state is not SourceState.FED else "files and pushes"
    trouble = f'<p class="trouble">{escape(source.last_error)}</p>' if troubled and source.last_error else ""
    title = f"{source.title}: {total.added} articles in {DAYS} days"
    return (
        f'<li class="{"bad" if troubled else "fine"}"><div class="name"><div><b>{escape(source.title)}</b>'
        f'<p class="faint">{escape(state)}</p></div>{spark(title, figures.added)}</div><dl>{terms}</dl>{trouble}</li>'
    )


def _share(count: int, of: int, warn: float, bad: float) -> str:
    if not of:
        return "<dd>–</dd>"
    share = count / of
    css = ' class="bad"' if share >= bad else ' class="warn"' if share >= warn else ""
    return f"<dd{css}>{share:.0%}</dd>"


def _day(day: Day, index: int) -> str:
    """Every third day, today among them, so that the labels have room on a phone."""
    return f"{day.day:%d.%m.}" if (DAYS - 1 - index) % 3 == 0 else ""


def number(value: float) -> str:
    """A whole number with spaces between its thousands."""
    return f"{value:,.0f}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def span(length: timedelta) -> str:
    """A length of time in its largest units: 45 s, 12 min, 3 h, 2 d."""
    seconds = max(length.total_seconds(), 0)
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= size * (2 if size > 60 else 1):
            return f"{seconds / size:.0f} {unit}"
    return f"{seconds:.0f} s"
