"""/ban: operators answer a chat no more, by its number or by its message; the list ends bans."""

from __future__ import annotations

import re

from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import number
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, pager, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit

PER_PAGE = 6
_REASON = 80
_NUMBER = re.compile(r"(-?\d{1,16})(?:\s+(.*))?", re.DOTALL)
_FEEDBACK = re.compile(r"#(\d{1,16})\b")


async def ban(visit: Visit) -> None:
    """/ban with a chat's number and a reason; as reply to a reader's message with a reason; alone the list."""
    message = visit.update.effective_message
    quoted = message.reply_to_message if message is not None else None
    named = _FEEDBACK.search(quoted.text or "") if quoted is not None else None
    typed = _NUMBER.fullmatch(visit.arguments)
    if named is not None:
        await _ban_writer(visit, int(named[1]), visit.arguments)
    elif typed is not None:
        await _ban(visit, int(typed[1]), typed[2])
    elif visit.arguments:
        await visit.reply(visit.texts("ban.unreadable"), Keyboard.of(_to_list(visit), to_admin(visit.texts)))
    else:
        await _show(visit)


async def answer_reason(visit: Visit) -> None:
    """The reason, for the button below a reader's message."""
    await _ban_writer(visit, int(visit.asked["number"]), visit.arguments)


async def press(visit: Visit) -> None:
    """A button of the list, or below a reader's message."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("writer", _):
            question = visit.texts("ban.ask", number=str(number(visit, 1)))
            await visit.ask(question, visit.texts("placeholder.reason"))
        case ("end", _):
            await visit.services.bans.end(number(visit, 1))
            await visit.toast(visit.texts("toast.ban_ended"))
            await _show(visit)
        case ("page", *_):
            await _show(visit, max(0, number(visit, 1)))
        case _:
            await _show(visit)


async def _ban_writer(visit: Visit, feedback_id: int, reason: str) -> None:
    feedback = await visit.services.responses.feedback(feedback_id)
    if feedback is None:
        await visit.reply(visit.texts("inbox.gone"), Keyboard.of(to_admin(visit.texts)))
        return
    await _ban(visit, feedback.chat.id, reason)


async def _ban(visit: Visit, chat: int, reason: str | None) -> None:
    texts = visit.texts
    if chat in visit.services.operators:
        await visit.reply(texts("ban.operator"), Keyboard.of(to_admin(visit.texts)))
        return
    new = await visit.services.bans.ban(chat, reason)
    undo = Button(texts("button.undo"), encode("ban", "end", chat))
    html = texts("ban.done" if new else "ban.already", chat=str(chat))
    await visit.reply(html, Keyboard.of([undo], _to_list(visit), to_admin(visit.texts)))


async def _show(visit: Visit, page: int = 0) -> None:
    """Who is banned, since when and why, each with a button that ends it."""
    texts, found = visit.texts, await visit.services.bans.some(page * PER_PAGE, PER_PAGE + 1)
    listed = found[:PER_PAGE]
    entries = [
        texts(
            "ban.entry",
            chat=str(each.number),
            when=texts.moment(each.at, visit.view.zone, visit.now),
            reason=clip(each.reason, _REASON) if each.reason else "–",
        )
        for each in listed
    ]
    ends = [
        Button(texts("button.ban_end", chat=str(each.number)), encode("ban", "end", each.number)) for each in listed
    ]
    turn = pager(texts, page, page + 1 + (len(found) > PER_PAGE), verb="ban")
    html = join("\n", texts("ban.title" if listed else "ban.none"), *entries)
    await visit.show(html, Keyboard.of(*in_rows(ends, 2), turn, to_admin(visit.texts)))


def _to_list(visit: Visit) -> Row:
    return (Button(visit.texts("button.bans"), encode("ban")),)


COMMANDS = (Command("ban", ban),)
PRESSES = (Press("ban", press),)
QUESTIONS: dict[str, Handler] = {"ban.ask": answer_reason}
