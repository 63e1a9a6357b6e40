"""/digest: the subscriber's digest as it would be now. The scheduled one comes all the same."""

from __future__ import annotations

from bot.telegram.handlers.latest import TOP, choose_topics
from bot.telegram.handlers.offers import button, send_digest
from bot.telegram.handlers.setup import next_slot
from bot.telegram.html import join
from bot.telegram.keyboards import Keyboard
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame
from bot.telegram.taste import taste_row
from bot.telegram.visit import Visit
from digests.domain.digests import Digest
from digests.domain.subscribers import Status


async def digest(visit: Visit) -> None:
    """/digest, or "Digest jetzt"; what is typed behind it is not for this command, and the answer says so."""
    texts = visit.texts
    hint = texts("digest.arguments_ignored") if visit.arguments else None
    found = await visit.services.reading.digest_now(visit.subscriber)
    if not found.items:
        anyway = button(texts("button.show_anyway", count=TOP), "latest", TOP)
        await visit.reply(join("\n", hint, _nothing_new(visit, found)), Keyboard.of(anyway))
        return
    chosen = visit.subscriber.preferences.chosen
    taste = taste_row((item.story_id for item in found.items), texts)
    rows = (taste,) if chosen else (taste, choose_topics(visit))
    frame = Frame(title=texts("digest.title"), note=hint, rows=rows)
    await send_digest(visit, found, frame)


def _nothing_new(visit: Visit, found: Digest) -> str:
    since = visit.texts.since(found.window.start, visit.view.zone, visit.now)
    slot = next_slot(visit) if visit.subscriber.status is Status.ACTIVE else None
    if slot is None:
        return visit.texts("digest.nothing_new_without_slot", since=since)
    return visit.texts("digest.nothing_new", since=since, next=slot)


COMMANDS: tuple[Command, ...] = (Command("digest", digest, costly=True),)
PRESSES: tuple[Press, ...] = (Press("digest", digest, costly=True),)
QUESTIONS: dict[str, Handler] = {}
