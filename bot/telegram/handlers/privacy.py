"""/privacy: what is stored, why, how long, by whom; with the ways to have it and to delete it."""

from __future__ import annotations

from bot.settings import privacy_page
from bot.telegram.callbacks import encode
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit

LONG = "long"


async def privacy(visit: Visit) -> None:
    """/privacy, or a button: the short policy, or the long one as a file where the operator has no page for it."""
    texts, url = visit.texts, visit.services.privacy_url
    if visit.callback is not None and visit.callback.arguments == (LONG,):
        page = privacy_page(texts.language)
        await visit.send_file(page.name, page.read_bytes(), texts("privacy.long"))
        return
    at_length = texts("button.privacy_long")
    keyboard = Keyboard.of(
        [Button(texts("button.mydata"), encode("mydata")), Button(texts("button.forget"), encode("forget"))],
        [Button(at_length, url=url) if url else Button(at_length, encode("privacy", LONG))],
    )
    await visit.reply(texts("privacy.text", days=visit.services.retention_days), keyboard)


COMMANDS: tuple[Command, ...] = (Command("privacy", privacy),)
PRESSES: tuple[Press, ...] = (Press("privacy", privacy),)
QUESTIONS: dict[str, Handler] = {}
