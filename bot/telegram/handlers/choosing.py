"""What the set-up and the single settings share: toggling topics, times of day and weekdays."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import replace

from bot.telegram.callbacks import Callback
from bot.telegram.keyboards import TopicChoice
from bot.telegram.visit import Visit
from digests.domain.preferences import Preferences
from digests.domain.schedule import EVERY_DAY, MINUTES_A_DAY, TIMES_AT_MOST, WORKDAYS, Schedule
from digests.domain.suggestions import key
from digests.services.subscriptions import Change

FIRST_TIMES = (7 * 60,)
"""When a digest comes to a reader who has said nothing about it."""
_MONDAY = 1

TopicWish = Callable[[Preferences], Iterable[str]]
"""From what a reader had to the slugs that he shall have."""


async def topic_choices(visit: Visit) -> list[TopicChoice]:
    """All topics of the catalogue: the featured ones in their order, then the others by name."""
    catalogue, language = visit.services.catalogue, visit.texts.language
    others = sorted(
        (topic for topic in catalogue if topic.featured is None), key=lambda topic: key(topic.name(language))
    )
    per_day = await visit.services.reading.stories_per_day()
    chosen = visit.subscriber.preferences.topics
    return [
        TopicChoice(topic.slug, topic.name(language), whole(per_day.get(topic.slug, 0)), topic.slug in chosen)
        for topic in (*catalogue.featured, *others)
    ]


def whole(per_day: float) -> int:
    """Stories per day as a reader likes to see them: something now and then is not nothing."""
    return max(1, round(per_day)) if per_day else 0


async def press_topic_grid(visit: Visit) -> int:
    """Do what the pressed button of a topic grid says; the page to show next."""
    callback, catalogue = visit.callback, visit.services.catalogue
    assert callback is not None, "called for pressed buttons only"  # noqa: S101
    match callback.arguments:
        case ("toggle", slug, *_) if slug in catalogue:
            await change_topics(visit, lambda preferences: preferences.topics ^ {slug})
        case ("all", *_):
            await change_topics(visit, lambda _: (topic.slug for topic in catalogue))
        case ("none", *_):
            await change_topics(visit, lambda _: ())
    return callback.number(len(callback.arguments) - 1) or 0


async def change_topics(visit: Visit, wish: TopicWish) -> Change:
    """Set the reader's topics by a function of what he had."""

    def apply(preferences: Preferences) -> Preferences:
        return replace(preferences, topics=frozenset(wish(preferences)))

    change = await visit.services.subscriptions.set_preferences(visit.chat, apply)
    visit.subscriber = change.subscriber
    return change


def number_below(limit: int, callback: Callback, index: int) -> int | None:
    """The argument at `index` of a button when it is a number from 0 to below `limit`: anyone can send any data."""
    number = callback.number(index)
    return number if number is not None and 0 <= number < limit else None


def chosen_days(schedule: Schedule | None) -> frozenset[int]:
    """The weekdays of a schedule, Monday is 0."""
    return frozenset(day for day in range(7) if schedule and schedule.weekdays >> day & 1)


async def save_schedule(
    visit: Visit, minutes: Collection[int] | None = None, weekdays: int | None = None
) -> tuple[Change, Schedule]:
    """Choose times and weekdays; what is not given stays, or is 07:00 every day."""
    subscriber = visit.subscriber
    before = subscriber.schedule or Schedule(subscriber.time_zone, FIRST_TIMES)
    times = before.minutes if minutes is None else tuple(sorted(minutes))
    schedule = replace(before, minutes=times, weekdays=before.weekdays if weekdays is None else weekdays)
    change = await visit.services.subscriptions.set_schedule(visit.chat, schedule)
    visit.subscriber = change.subscriber
    return change, schedule


async def press_time_grid(visit: Visit) -> None:
    """Do what a button of times, day sets or weekdays (one a week) says; a toast when that cannot be."""
    callback = visit.callback
    assert callback is not None, "called for pressed buttons only"  # noqa: S101
    days = chosen_days(visit.subscriber.schedule)
    match callback.arguments:
        case ("at", _) if (minute := number_below(MINUTES_A_DAY, callback, 1)) is not None:
            await _toggle_time(visit, minute)
        case ("days", "workdays"):
            await save_schedule(visit, weekdays=WORKDAYS)
        case ("days", "daily"):
            await save_schedule(visit, weekdays=EVERY_DAY)
        case ("days", "weekly") if len(days) != 1:
            await save_schedule(visit, weekdays=_MONDAY)
        case ("day", _) if (day := number_below(7, callback, 1)) is not None:
            await save_schedule(visit, weekdays=1 << day)


async def _toggle_time(visit: Visit, minute: int) -> None:
    schedule = visit.subscriber.schedule
    minutes = set(schedule.minutes if schedule else ()) ^ {minute}
    if not minutes:
        await visit.toast(visit.texts("toast.choose_time"))
    elif len(minutes) > TIMES_AT_MOST:
        await visit.toast(visit.texts("toast.three_times"))
    else:
        await save_schedule(visit, minutes)
