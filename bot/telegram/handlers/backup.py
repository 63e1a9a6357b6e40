"""/backup: a copy of the whole database, made and kept on the server. It is not sent: it holds all readers."""

from __future__ import annotations

import structlog

from bot.i18n import escape
from bot.telegram.keyboards import Keyboard, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.errors import BackupError

log = structlog.get_logger(__name__)
_MEGABYTE = 1_000_000


async def backup(visit: Visit) -> None:
    """Make a copy and say where it is and what it holds; where it cannot be made, why, and what to do."""
    texts = visit.texts
    back = Keyboard.of(to_admin(texts))
    try:
        made = await visit.services.safekeeping.back_up()
    except BackupError as error:
        log.warning("backup_failed")
        await visit.show(texts("backup.failed", reason=str(error)), back)
        return
    size = texts.number(round(made.size / _MEGABYTE, 1))
    name = escape(made.path.name)
    await visit.show(texts("backup.done", file=name, size=size, readers=made.readers, articles=made.articles), back)


COMMANDS = (Command("backup", backup),)
PRESSES = (Press("backup", backup),)
QUESTIONS: dict[str, Handler] = {}
