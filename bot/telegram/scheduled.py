"""How a scheduled digest looks: the frame of its slot, a word when it is late, a line when nothing is new."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from bot.i18n import Markup
from bot.telegram.alerts import render_alert
from bot.telegram.callbacks import encode
from bot.telegram.frames import layout_from_json
from bot.telegram.html import clip, instant, join
from bot.telegram.keyboards import Button, Keyboard, Row
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.rendering import Frame, render_digest, story_button, story_link
from bot.telegram.taste import taste_row
from digests.domain.delivery import Parcel
from digests.services.following import QUIET_FOR

_HEADLINE = 90
_DAY = timedelta(days=1)
_MOST_OF_A_WEEK = timedelta(days=4)


def render_scheduled(parcel: Parcel, view: View, username: str = "") -> list[OutgoingMessage]:
    """The messages of a parcel, also of one that was asked for and is corrected now.

    In a channel buttons lead to the private chat with the bot called `username`.
    """
    if parcel.frame:
        return layout_from_json(parcel.frame).render(parcel.digest, view, username, parcel.original)
    channel = parcel.chat.kind == "channel"
    digest, texts = parcel.digest, view.texts
    opens = story_link(username) if channel else story_button
    if digest.breaking:
        return render_alert(digest, view, opens, may_end=not channel, silent=parcel.silent)
    late = texts("digest.late", time=view.moment(parcel.slot_at)) if parcel.late else None
    back, show = (None, ()) if channel else _catch_up(parcel, view)
    note = join("\n", late, back) or None
    quiet = _quiet(parcel, view) or None
    if not digest.items:
        since = texts.since(digest.window.start, view.zone, view.now)
        if parcel.next_slot_at:
            line = texts("digest.nothing_new", since=since, next=_next(parcel.next_slot_at, view))
        else:
            line = texts("digest.nothing_new_without_slot", since=since)
        anyway = Button(texts("button.show_anyway", count=3), encode("latest", 3))
        keyboard = None if channel else Keyboard.of(show, [anyway])
        return [OutgoingMessage(join("\n", note, line, quiet), keyboard, silent=parcel.silent)]
    frame = Frame(title=_title(parcel, view), note=note, closing=quiet, silent=parcel.silent)
    if channel:
        return render_digest(digest, view, replace(frame, more=False), opens, original=parcel.original)
    taste = taste_row((item.story_id for item in (parcel.original or digest).items), texts)
    frame = replace(frame, rows=(show, taste) if show else (taste,))
    return render_digest(digest, view, frame, original=parcel.original)


def _next(slot_at: datetime, view: View) -> Markup:
    return instant(view.texts.slot(slot_at, view.zone), slot_at)


def _title(parcel: Parcel, view: View) -> str | None:
    """The title of a week, for who has digests on one day of it; None: that of the time of day.

    The first of several digests of this day is the week's.
    """
    window = parcel.digest.window
    if not parcel.weekly or window.end - window.start < _MOST_OF_A_WEEK:
        return None
    first, slot = view.texts.date(window.start, view.zone), view.texts.slot(window.end, view.zone)
    return view.texts("digest.week", first=first, slot=slot)


def _catch_up(parcel: Parcel, view: View) -> tuple[str | None, Row]:
    """After a pause that has ended by itself: the offer to show what was missed until where this digest begins."""
    since, until = parcel.away_since, parcel.digest.window.start
    if since is None or until - since < _DAY:
        return None, ()
    hours, minute = round((until - since) / timedelta(hours=1)), int(until.timestamp()) // 60
    away = round((parcel.digest.window.end - since) / _DAY)  # the last of these days is in this digest
    offer = view.texts.plural("catch_up.offer", away)
    return offer, (Button(view.texts("button.catch_up"), encode("catch_up", hours, minute)),)


def _quiet(parcel: Parcel, view: View) -> Markup:
    """Which stories are followed no more since they have gone quiet, a line each."""
    span = QUIET_FOR // timedelta(days=1)
    lines = (view.texts.plural("follow.quiet", span, headline=clip(each, _HEADLINE)) for each in parcel.quiet)
    return join("\n", *lines)
