"""How a scheduled digest looks: the frame of its slot, a word when it is late, a line when nothing is new."""

from __future__ import annotations

from bot.telegram.callbacks import encode
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.rendering import Frame, render_digest, story_link
from digests.domain.delivery import Parcel


def render_scheduled(parcel: Parcel, view: View, username: str = "") -> list[OutgoingMessage]:
    """The messages of a parcel. In a channel buttons lead to the private chat with the bot called `username`."""
    channel = parcel.chat.kind == "channel"
    digest, texts = parcel.digest, view.texts
    late = texts("digest.late", time=texts.moment(parcel.slot_at, view.zone, view.now)) if parcel.late else None
    if not digest.items:
        since = texts.moment(digest.window.start, view.zone, view.now)
        if parcel.next_slot_at:
            line = texts("digest.nothing_new", since=since, next=texts.slot(parcel.next_slot_at, view.zone))
        else:
            line = texts("digest.nothing_new_without_slot", since=since)
        anyway = Button(texts("button.show_anyway", count=3), encode("latest", 3))
        rows = () if channel else ((anyway,),)
        return [OutgoingMessage("\n".join(filter(None, [late, line])), Keyboard.of(*rows), silent=parcel.silent)]
    if channel:
        frame = Frame(note=late, more=None, silent=parcel.silent)
        return render_digest(digest, view, frame, story_link(username))
    adjust = Button(texts("button.adjust"), encode("open", "settings"))
    return render_digest(digest, view, Frame(note=late, rows=((adjust,),), silent=parcel.silent))
