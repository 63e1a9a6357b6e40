"""/mydata and /forget: everything that is stored of a chat, as a file; and nothing of it any more."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import orjson
from telegram.constants import ChatAction

from bot.telegram import menu
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import number
from bot.telegram.keyboards import Button, Keyboard, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.storage.subscribers import UNDO_FOR


async def mydata(visit: Visit) -> None:
    """/mydata, or its button: a file with all rows of this chat."""
    stored = await visit.services.personal.export(visit.chat.id)
    about = {"bot": f"@{visit.bot.username}", "chat_id": visit.chat.id, "made_at": visit.now}
    content = orjson.dumps({"about": about, **stored}, default=_plain, option=orjson.OPT_INDENT_2)
    await visit.send_file("depesche-my-data.json", content, visit.texts("mydata.file"), Keyboard.of([_forget(visit)]))


def _plain(value: Any) -> str:  # noqa: ANN401
    """What JSON does not know, in words."""
    return str(value)


async def forget(visit: Visit) -> None:
    """/forget, or its button: the one question that is asked first."""
    texts = visit.texts
    yes = Button(texts("button.forget_yes"), encode("forget", "yes", int(visit.now.timestamp())), style="danger")
    no = Button(texts("button.forget_no"), encode("forget", "no"))
    await visit.reply(texts("forget.ask"), Keyboard.of([no], [_mydata(visit)], [yes]))


async def press_forget(visit: Visit) -> None:
    """The answer. A yes counts for ten minutes: who finds the question weeks later is asked again."""
    match visit.callback.arguments if visit.callback is not None else ():
        case ("yes", _) if visit.now - datetime.fromtimestamp(min(number(visit, 1), 2**32), UTC) < UNDO_FOR:
            await visit.services.personal.forget(visit.chat.id)
            await visit.show(visit.texts("forget.done"))
            await menu.forget_chat(visit.bot, visit.chat.id)
        case ("no",):
            await visit.show(visit.texts("forget.kept"), Keyboard.of(to_settings(visit.texts)))
        case _:
            await forget(visit)


def _mydata(visit: Visit) -> Button:
    return Button(visit.texts("button.mydata"), encode("mydata"))


def _forget(visit: Visit) -> Button:
    return Button(visit.texts("button.forget"), encode("forget"))


COMMANDS: tuple[Command, ...] = (
    Command("mydata", mydata, changes=True, costly=True, sends=ChatAction.UPLOAD_DOCUMENT),
    Command("forget", forget, changes=True),
)
PRESSES: tuple[Press, ...] = (
    Press("mydata", mydata, changes=True, costly=True),
    Press("forget", press_forget, changes=True),
)
QUESTIONS: dict[str, Handler] = {}
