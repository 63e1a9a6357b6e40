"""How a scheduled digest looks: the frame of its slot, a word when it is late, a line when nothing is new."""

from __future__ import annotations

from datetime import timedelta

from bot.i18n import Markup
from bot.telegram.callbacks import encode
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.rendering import Frame, render_digest, story_link
from bot.telegram.taste import taste_row
from digests.domain.delivery import Parcel
from digests.services.following import QUIET_FOR

_HEADLINE = 90


def render_scheduled(parcel: Parcel, view: View, username: str = "") -> list[OutgoingMessage]:
    """The messages of a parcel. In a channel buttons lead to the private chat with the bot called `username`."""
    channel = parcel.chat.kind == "channel"
    digest, texts = parcel.digest, view.texts
    late = texts("digest.late", time=texts.moment(parcel.slot_at, view.zone, view.now)) if parcel.late else None
    quiet = _quiet(parcel, view) or None
    if not digest.items:
        since = texts.since(digest.window.start, view.zone, view.now)
        if parcel.next_slot_at:
            line = texts("digest.nothing_new", since=since, next=texts.slot(parcel.next_slot_at, view.zone))
        else:
            line = texts("digest.nothing_new_without_slot", since=since)
        anyway = Button(texts("button.show_anyway", count=3), encode("latest", 3))
        keyboard = None if channel else Keyboard.of([anyway])
        return [OutgoingMessage(join("\n", late, line, quiet), keyboard, silent=parcel.silent)]
    if channel:
        frame = Frame(note=late, closing=quiet, more=None, silent=parcel.silent)
        return render_digest(digest, view, frame, story_link(username))
    rows = (taste_row((item.story_id for item in digest.items), texts),)
    return render_digest(digest, view, Frame(note=late, closing=quiet, rows=rows, silent=parcel.silent))


def _quiet(parcel: Parcel, view: View) -> Markup:
    """Which stories are followed no more since they have gone quiet, a line each."""
    span = QUIET_FOR // timedelta(days=1)
    lines = (view.texts.plural("follow.quiet", span, headline=clip(each, _HEADLINE)) for each in parcel.quiet)
    return join("\n", *lines)
