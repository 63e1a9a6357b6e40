"""The button "Rückgängig" below the answer to any change."""

from __future__ import annotations

from bot.telegram import menu
from bot.telegram.keyboards import Keyboard, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit


async def undo(visit: Visit) -> None:
    """Bring back what was chosen before; after ten minutes a toast says that it is too late."""
    number = visit.callback.number(0) if visit.callback is not None else None
    restored = await visit.services.subscriptions.undo(visit.chat, number or 0)
    if restored is None:
        await visit.toast(visit.texts("toast.undo_expired"))
        return
    if restored.language != visit.subscriber.language:
        await menu.register_for_chat(visit.bot, visit.chat.id, restored.language, operator=visit.by_operator)
    visit.subscriber = restored
    await visit.toast(visit.texts("toast.undone"))
    await visit.show(visit.texts("undo.done"), Keyboard.of(to_settings(visit.texts)))


COMMANDS: tuple[Command, ...] = ()
PRESSES: tuple[Press, ...] = (Press("undo", undo, changes=True),)
QUESTIONS: dict[str, Handler] = {}
