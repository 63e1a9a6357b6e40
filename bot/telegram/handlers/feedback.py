"""/feedback: a word to the people who run the service. It is shown before it is stored."""

from __future__ import annotations

from telegram import MessageEntity

from bot.i18n import Markup, escape
from bot.telegram.callbacks import encode
from bot.telegram.handlers.inbox import feedback_message
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, closing
from bot.telegram.operators import reach_operators
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.keeping import FEEDBACK_AT_MOST, FEEDBACK_LENGTH

_QUOTES: list[str | None] = [MessageEntity.BLOCKQUOTE, MessageEntity.EXPANDABLE_BLOCKQUOTE]


async def feedback(visit: Visit) -> None:
    """/feedback with the text, or without: then it asks for it."""
    if await _must_wait(visit):
        return
    if visit.arguments.strip():
        await show_draft(visit)
    else:
        await visit.ask(visit.texts("feedback.ask"), visit.texts("placeholder.feedback"))


async def show_draft(visit: Visit) -> None:
    """What would be stored, with the question whether it shall be."""
    if await _must_wait(visit):
        return
    texts, message = visit.texts, visit.arguments.strip()
    kept = clip(message, FEEDBACK_LENGTH)
    cut = texts("feedback.cut", count=FEEDBACK_LENGTH) if kept != message else None
    quoted = Markup(f"<blockquote expandable>{escape(kept)}</blockquote>")
    html = join("\n", texts("feedback.draft"), quoted, cut, texts("feedback.send_ask"))
    yes = Button(texts("button.send"), encode("feedback", "send"))
    no = Button(texts("button.cancel"), encode("feedback", "cancel"))
    await visit.reply(html, Keyboard.of([yes, no]))


async def press(visit: Visit) -> None:
    """The button that opens this, or the answer to the question."""
    match visit.callback.arguments if visit.callback is not None else ():
        case ("send",):
            await _send(visit)
        case ("cancel",):
            await visit.show(visit.texts("feedback.cancelled"), Keyboard.of(closing(visit.texts)))
        case _:
            await feedback(visit)


async def _send(visit: Visit) -> None:
    """Store what stands in the message, exactly as it was shown, and tell the operators."""
    message = _shown(visit)
    if not message:
        await feedback(visit)
        return
    kept = await visit.services.responses.send(visit.subscriber, message)
    if kept is None:
        await _must_wait(visit)
        return
    await visit.show(visit.texts("feedback.sent"), Keyboard.of(closing(visit.texts)))
    await reach_operators(visit.bot, visit.services, lambda view: feedback_message(view, kept))


def _shown(visit: Visit) -> str:
    """The text in the pressed message: it is the reader's own, since nobody else can write there."""
    message = visit.update.effective_message
    found = message.parse_entities(_QUOTES) if message is not None else {}
    return next(iter(found.values()), "").strip()


async def _must_wait(visit: Visit) -> bool:
    """Say so when the reader has written much in a short time; what he has just written stays where it is."""
    free_at = await visit.services.responses.free_at(visit.subscriber)
    if free_at is not None:
        time = visit.texts.time(free_at, visit.view.zone)
        await visit.reply(visit.texts("feedback.wait", count=FEEDBACK_AT_MOST, time=time))
    return free_at is not None


COMMANDS: tuple[Command, ...] = (Command("feedback", feedback),)
PRESSES: tuple[Press, ...] = (Press("feedback", press),)
QUESTIONS: dict[str, Handler] = {"feedback.ask": show_draft}
