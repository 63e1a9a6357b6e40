"""/privacy: what is stored, why, how long, by whom."""

from __future__ import annotations

from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit


async def privacy(visit: Visit) -> None:
    """/privacy, or its button."""
    await visit.reply(visit.texts("privacy.text", days=visit.services.retention_days))


COMMANDS: tuple[Command, ...] = (Command("privacy", privacy, ("datenschutz",)),)
PRESSES: tuple[Press, ...] = (Press("privacy", privacy),)
QUESTIONS: dict[str, Handler] = {}
