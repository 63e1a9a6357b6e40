"""How a scheduled digest looks: the frame of its slot, a word when it is late, a line when nothing is new."""

from __future__ import annotations

from bot.telegram.callbacks import encode
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.rendering import Frame, render_digest
from digests.domain.delivery import Parcel


def render_scheduled(parcel: Parcel, view: View) -> list[OutgoingMessage]:
    """The messages of a parcel."""
    digest, texts = parcel.digest, view.texts
    late = texts("digest.late", time=texts.moment(parcel.slot_at, view.zone, view.now)) if parcel.late else None
    if not digest.items:
        since = texts.moment(digest.window.start, view.zone, view.now)
        if parcel.next_slot_at:
            line = texts("digest.nothing_new", since=since, next=texts.slot(parcel.next_slot_at, view.zone))
        else:
            line = texts("digest.nothing_new_without_slot", since=since)
        anyway = Button(texts("button.show_anyway", count=3), encode("latest", 3))
        return [OutgoingMessage("\n".join(filter(None, [late, line])), Keyboard.of([anyway]), silent=parcel.silent)]
    adjust = Button(texts("button.adjust"), encode("open", "settings"))
    return render_digest(digest, view, Frame(note=late, rows=((adjust,),), silent=parcel.silent))
