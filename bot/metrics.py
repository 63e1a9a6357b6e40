"""Figures for Prometheus, read from the database at every scrape: any process can tell them, also after a restart."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric, SummaryMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from digests.domain.health import SILENT_AFTER
from digests.domain.notices import LOOKED_BACK
from digests.domain.sources import SourceState
from digests.ports import Clock
from digests.services.overview import Overview, Standing, Work
from digests.storage.notices import TopicFlow
from digests.storage.sources import Doing

_SOURCE = ("source", "title")
_COUNTERS = {
    "deliveries": ("Deliveries by outcome", ("outcome",)),
    "jobs": ("Jobs by name and result", ("name", "result")),
    "updates": ("Updates by kind and result", ("kind", "result")),
    "telegram_blocked_seconds": ("Seconds for which Telegram has asked us to wait", ()),
}
"""Tallies of all processes: name, help, labels."""
_SUMMARIES = {
    "delivery_seconds": ("From the departure of a message to Telegram's answer", ()),
    "job_seconds": ("How long jobs take", ("name",)),
}


async def exposition(overview: Overview, clock: Clock, accept: str = "") -> tuple[bytes, str]:
    """All figures in the format that the `Accept` header asks for, and its content type."""
    now = clock.now()
    families = [
        *_service(await overview.standing(now)),
        *_sources(await overview.sources(), now),
        *_topics(await overview.topics(now), now),
        *_work(await overview.work(now), now),
    ]
    registry = CollectorRegistry()
    registry.register(_Snapshot(families))
    encoder, content_type = choose_encoder(accept)
    return encoder(registry), content_type


class _Snapshot(Collector):
    """Figures of one moment, as the library wants them."""

    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        """The figures."""
        return self._families


def _service(standing: Standing) -> Iterable[Metric]:
    yield GaugeMetricFamily("articles_stored", "Articles in the database", standing.articles)
    yield GaugeMetricFamily("stories_stored", "Stories in the database", standing.stories)
    yield GaugeMetricFamily("articles_last_day", "Articles that came within 24 hours", standing.fresh)
    states = GaugeMetricFamily("sources", "Sources by state", labels=["state"])
    for state in SourceState:
        states.add_metric([state.value], standing.sources.get(state, 0))
    yield states
    readers = GaugeMetricFamily("subscribers", "Subscribers by status", labels=["status"])
    for status, count in standing.readers.items():
        readers.add_metric([status.value], count)
    yield readers
    yield GaugeMetricFamily("stories_broken_last_day", "Stories that broke within 24 hours", standing.broken)
    yield GaugeMetricFamily("breaking_sent_last_day", "Breaking news sent within 24 hours", standing.alerts)
    yield GaugeMetricFamily("slots_missed", "Slots of schedules missed within 7 days", standing.missed)


def _work(work: Work, now: datetime) -> Iterable[Metric]:
    yield GaugeMetricFamily("digest_due_lag_seconds", "Since the oldest digest that is due", work.lag.total_seconds())
    depth = GaugeMetricFamily("queue_depth", "Work that waits", labels=["name"])
    for name, count in work.depths.items():
        depth.add_metric([name], count)
    yield depth
    processes = GaugeMetricFamily("processes", "Processes that live", labels=["role"])
    alive = Counter(each.role for each in work.vitals if now - each.beat_at < SILENT_AFTER)
    for role in ("run", "web", "work"):
        processes.add_metric([role], alive[role])
    yield processes
    for name, text, moments in (
        ("tick_age_seconds", "Since the last minute that was planned", [each.ticked_at for each in work.vitals]),
        ("poll_age_seconds", "Since Telegram last answered a poll", [each.polled_at for each in work.vitals]),
    ):
        age = GaugeMetricFamily(name, text)
        if latest := max((each for each in moments if each is not None), default=None):
            age.add_metric([], (now - latest).total_seconds())
        yield age
    since = [each.conflict_since for each in work.vitals if now - each.beat_at < SILENT_AFTER and each.in_conflict(now)]
    conflict = max((now - each for each in since if each is not None), default=timedelta())
    text = "For how long another program has taken updates with this token"
    yield GaugeMetricFamily("polling_conflict_seconds", text, conflict.total_seconds())
    yield from _limits(work, now)
    for name, (text, labels) in _COUNTERS.items():
        counter = CounterMetricFamily(name, text, labels=labels)
        for (key, label), value in work.tallies.items():
            if key == name:
                counter.add_metric(label.split("|") if labels else [], value)
        yield counter
    for name, (text, labels) in _SUMMARIES.items():
        summary = SummaryMetricFamily(name, text, labels=labels)
        for (key, label), value in work.tallies.items():
            if key == f"{name}_count":
                total = work.tallies.get((f"{name}_sum", label), 0.0)
                summary.add_metric(label.split("|") if labels else [], count_value=int(value), sum_value=total)
        yield summary


def _limits(work: Work, now: datetime) -> Iterable[Metric]:
    """The limits hold turns, not tokens: one is there, or it comes with the next turn."""
    tokens = GaugeMetricFamily("rate_bucket_tokens", "1 when a message may leave now, else 0", labels=["lane"])
    halted = GaugeMetricFamily("telegram_halted_seconds", "For how long Telegram wants nothing", labels=["lane"])
    for name, next_at, blocked_until in work.limits:
        lane = "paid" if name.endswith(":paid") else "free"
        wait = max((blocked_until or now) - now, timedelta())
        tokens.add_metric([lane], float(next_at <= now and not wait))
        halted.add_metric([lane], wait.total_seconds())
    return tokens, halted


def _sources(doing: Sequence[Doing], now: datetime) -> Iterable[Metric]:
    polls = CounterMetricFamily("feed_polls", "Readings of a source by result", labels=[*_SOURCE, "result"])
    articles = CounterMetricFamily("articles", "What came of a source's entries", labels=[*_SOURCE, "result"])
    age = GaugeMetricFamily("feed_age_seconds", "Since a source was last read with success", labels=_SOURCE)
    every = GaugeMetricFamily("feed_interval_seconds", "Between two readings of a source", labels=_SOURCE)
    failures = GaugeMetricFamily("feed_failures", "Failures of a source in a row", labels=_SOURCE)
    furniture = GaugeMetricFamily("feed_furniture_ratio", "Share of lines that were no article's", labels=_SOURCE)
    for each in doing:
        source, tally = each.source, each.tally
        labels = [str(source.id), source.title]
        results = {"changed": tally.polls - tally.unchanged - tally.failures, "unchanged": tally.unchanged}
        for result, count in {**results, "failed": tally.failures}.items():
            polls.add_metric([*labels, result], count)
        kinds = {"added": tally.added, "updated": tally.updated, "copy": tally.copies, "unusable": tally.faulty}
        for result, count in kinds.items():
            articles.add_metric([*labels, result], count)
        furniture.add_metric(labels, tally.boilerplate)
        if source.state is SourceState.FED:
            continue
        failures.add_metric(labels, source.failures)
        if source.succeeded_at is not None:
            age.add_metric(labels, (now - source.succeeded_at).total_seconds())
        if source.interval is not None:
            every.add_metric(labels, source.interval.total_seconds())
    return polls, articles, age, every, failures, furniture


def _topics(flows: Sequence[TopicFlow], now: datetime) -> Iterable[Metric]:
    age = GaugeMetricFamily(
        "topic_age_seconds", "Since the last article of a topic that readers follow", labels=["topic"]
    )
    days = LOOKED_BACK.days
    count = GaugeMetricFamily("topic_articles", f"Articles of a followed topic in {days} days", labels=["topic"])
    for flow in flows:
        count.add_metric([flow.slug], flow.articles)
        if flow.last_at is not None:
            age.add_metric([flow.slug], (now - flow.last_at).total_seconds())
    return age, count
