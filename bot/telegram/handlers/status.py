"""/status: what is chosen, what comes next, what became of the last digests, how far the archive goes back."""

from __future__ import annotations

from datetime import UTC, datetime

from bot.telegram.alerts import render_alert
from bot.telegram.callbacks import encode
from bot.telegram.crowds import crowd_note
from bot.telegram.handlers.breaking import state_line
from bot.telegram.handlers.muting import named_with_ends
from bot.telegram.handlers.offers import send_digest
from bot.telegram.handlers.settings import pause_line, resume_button
from bot.telegram.handlers.setup import next_slot
from bot.telegram.handlers.topics import followed
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, Row
from bot.telegram.outages import notice_now
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame
from bot.telegram.taste import taste_row
from bot.telegram.visit import Visit
from digests.domain.delivery import DeliveryStatus
from digests.domain.mutes import mutes_of
from digests.domain.schedule import load_zone
from digests.domain.spreading import place
from digests.storage.subscribers import MISSED, PastDelivery

SHOWN_MUTES = 10


async def status(visit: Visit) -> None:
    """/status, or its button."""
    past = await visit.services.subscriptions.past_deliveries(visit.subscriber)
    archive = await visit.services.reading.archive_since()
    uncertain = [delivery for delivery in past if delivery.status is DeliveryStatus.UNCERTAIN]
    texts = visit.texts
    since = texts("status.archive", since=texts.full_date(archive, visit.view.zone)) if archive else None
    html = join(
        "\n\n",
        await _outage(visit),
        join("\n", texts("status.title"), _topics(visit), await _next(visit), await _muted(visit), _breaking(visit)),
        join("\n", texts("status.recent"), *(_line(visit, delivery) for delivery in past)) if past else None,
        texts("status.uncertain_note") if uncertain else None,
        since or texts("status.archive_empty"),
    )
    again = resume_button(visit)
    ways = [*([again] if again else []), _settings(visit)]
    await visit.show(html, Keyboard.of(*_fetch(visit, uncertain), ways))


async def _outage(visit: Visit) -> str | None:
    """What operators say of an outage: here also when the screen was opened by its button."""
    visit.notice = None
    return await notice_now(visit.services.outages, visit.view)


def _topics(visit: Visit) -> str:
    topics = followed(visit)
    return visit.texts("settings.topics", topics=topics) if topics else visit.texts("settings.no_topics")


async def _muted(visit: Visit) -> str | None:
    """What is muted, and until when."""
    mutes = mutes_of(visit.subscriber.preferences)
    if not mutes:
        return None
    named = await named_with_ends(visit, mutes[:SHOWN_MUTES], within=True)
    rest = len(mutes) - len(named)
    further = [visit.texts.plural("topics.further", rest)] if rest else []
    return visit.texts("status.muted", names=visit.texts.list([*named, *further]))


async def _next(visit: Visit) -> str:
    resting = pause_line(visit, visit.subscriber)
    slot = next_slot(visit)
    if resting:
        return resting
    if slot is None:
        return visit.texts("status.no_next")
    line = visit.texts("status.next", slot=slot, zone=visit.subscriber.time_zone)
    return join("\n", line, await crowd_note(visit))


def _breaking(visit: Visit) -> str | None:
    """Whether breaking news come; nothing for who wants none."""
    return state_line(visit) if visit.subscriber.breaking else None


def _line(visit: Visit, delivery: PastDelivery) -> str:
    slot = visit.texts.slot(delivery.slot_at, visit.view.zone)
    text = "status.breaking" if delivery.breaking else "status.slot"
    return visit.texts(text, slot=slot, state=_state(visit, delivery))


def _state(visit: Visit, delivery: PastDelivery) -> str:
    texts = visit.texts
    match delivery.status:
        case DeliveryStatus.SENT:
            due = delivery.slot_at + place(visit.chat, delivery.spread)
            late = delivery.finished_at is not None and delivery.finished_at - due > visit.services.late_after
            return texts("status.late") if late else texts("status.sent")
        case DeliveryStatus.PENDING | DeliveryStatus.SENDING:
            return texts("status.pending")
        case DeliveryStatus.UNCERTAIN:
            return texts("status.uncertain")
        case DeliveryStatus.SKIPPED:
            reasons = {"nothing_new": "status.skipped_empty", MISSED: "status.missed"}
            return texts(reasons.get(delivery.reason or "", "status.skipped"))
        case _:
            return texts("status.failed")


def _fetch(visit: Visit, uncertain: list[PastDelivery]) -> list[Row]:
    """A button for each digest that may have been lost; with several, each says its slot."""
    texts = visit.texts
    if len(uncertain) == 1:
        return [(Button(texts("button.fetch_digest"), encode("fetch", _seconds(uncertain[0]))),)]
    zone = load_zone(visit.subscriber.time_zone)
    return [(Button(texts.slot(one.slot_at, zone), encode("fetch", _seconds(one))),) for one in uncertain]


def _seconds(delivery: PastDelivery) -> int:
    return int(delivery.slot_at.timestamp())


def _settings(visit: Visit) -> Button:
    return Button(visit.texts("button.settings"), encode("settings"))


async def fetch(visit: Visit) -> None:
    """The button "Digest abrufen": the stored digest of that slot, or today's where it is no longer stored."""
    seconds = visit.callback.number(0) if visit.callback is not None else None
    slot = datetime.fromtimestamp(min(max(seconds or 0, 0), 2**32), UTC)
    stored = await visit.services.reading.delivered(visit.subscriber, 1, slot)
    digest = stored[0] if stored else await visit.services.reading.digest_now(visit.subscriber)
    if digest.breaking:
        await visit.send(render_alert(digest, visit.view))
        return
    title = None if stored else visit.texts("digest.title")
    rows = (taste_row((item.story_id for item in digest.items), visit.texts),) if digest.items else ()
    await send_digest(visit, digest, Frame(title=title, rows=rows))


COMMANDS: tuple[Command, ...] = (Command("status", status),)
PRESSES: tuple[Press, ...] = (Press("status", status), Press("fetch", fetch, costly=True))
QUESTIONS: dict[str, Handler] = {}
