"""/health and /stats: how the service is and what it has done, for operators; nothing about a single reader."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime, timedelta

from bot.telegram.callbacks import encode
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.delivery import DeliveryStatus
from digests.domain.health import LAG_ALLOWED, SILENT_AFTER, Reason, Vital
from digests.domain.subscribers import Status
from digests.services.statistics import Figures

_WEEK = 7
"""Days that are counted, today included."""
_TOLD = (DeliveryStatus.SENT, DeliveryStatus.SKIPPED, DeliveryStatus.FAILED, DeliveryStatus.UNCERTAIN)
"""What became of digests, in the order in which it is told."""


async def health(visit: Visit) -> None:
    """/health: the state with its reasons, the processes, and what waits."""
    texts, services = visit.texts, visit.services
    found = await services.healthcare.look()
    work = await services.overview.work(visit.now)
    alive = [each for each in work.vitals if visit.now - each.beat_at < SILENT_AFTER]
    halts = [until for _, _, until in work.limits if until is not None and until > visit.now]
    html = join(
        "\n",
        texts(f"health.{found.state.value}"),
        *(_reason(visit, each) for each in found.reasons),
        *(_process(visit, each) for each in alive),
        texts("health.halted", until=texts.time(max(halts), visit.view.zone)) if halts else None,
        texts("health.nothing_waits") if not found.reasons and not work.lag else None,
    )
    await visit.show(html, _keyboard(visit, "health"))


def _reason(visit: Visit, reason: Reason) -> str:
    zone = visit.view.zone
    values = {
        name: visit.texts.time(value, zone) if isinstance(value, datetime) else value
        for name, value in reason.values.items()
    }
    return visit.texts(f"health.because_{reason.trouble.value}", said=reason.said, **values)


def _process(visit: Visit, vital: Vital) -> str:
    texts, zone = visit.texts, visit.view.zone
    since = texts.moment(vital.started_at, zone, visit.now)
    ticked = texts.time(vital.ticked_at, zone) if vital.ticked_at else None
    if ticked is None:
        return texts("health.process", role=vital.role, since=since)
    return texts("health.process_planned", role=vital.role, since=since, at=ticked)


async def stats(visit: Visit) -> None:
    """/stats: readers, what became of the digests of a week, what is followed most."""
    figures = await visit.services.statistics.figures()
    html = join("\n", *_figures(visit, figures))
    await visit.show(html, _keyboard(visit, "stats"))


def _figures(visit: Visit, figures: Figures) -> Iterator[str]:
    texts, week = visit.texts, figures.days[-_WEEK:]
    readers = figures.standing.readers
    outcomes = sum((Counter(day.outcomes) for day in week), Counter[DeliveryStatus]())
    late = sum(slot.took is not None and slot.took > LAG_ALLOWED for slot in figures.slots)
    yield texts("stats.title")
    yield texts(
        "stats.readers",
        active=readers.get(Status.ACTIVE, 0),
        paused=readers.get(Status.PAUSED, 0),
        blocked=readers.get(Status.BLOCKED, 0),
        stopped=readers.get(Status.STOPPED, 0),
    )
    yield texts("stats.joined", count=week[-1].readers - figures.days[-_WEEK - 1].readers)
    yield texts("stats.digests", **{status.value: outcomes[status] for status in _TOLD})
    yield texts("stats.missed", count=sum(day.missed for day in week))
    yield texts("stats.late", count=late, minutes=LAG_ALLOWED // timedelta(minutes=1))
    yield texts("stats.alerts", count=figures.standing.alerts, stories=figures.standing.broken)
    if figures.followed:
        language = visit.subscriber.language
        named = [f"{visit.services.topic_name(slug, language)} ({count})" for slug, count in figures.followed]
        yield texts("stats.followed", topics=texts.list(named))


def _keyboard(visit: Visit, verb: str) -> Keyboard | None:
    return Keyboard.of([Button(visit.texts("button.refresh"), encode(verb))], to_admin(visit.texts))


COMMANDS = (Command("health", health), Command("stats", stats))
PRESSES = (Press("health", health), Press("stats", stats))
QUESTIONS: dict[str, Handler] = {}
