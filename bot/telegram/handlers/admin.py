"""/admin: what operators see first; /ingest."""

from __future__ import annotations

from bot.i18n import escape
from bot.telegram import menu
from bot.telegram.callbacks import encode
from bot.telegram.handlers.inbox import inbox_rows
from bot.telegram.html import join
from bot.telegram.keyboards import Button, Keyboard, closing, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.source_cards import state_name
from bot.telegram.visit import Visit
from digests.domain.sources import SourceState
from digests.domain.subscribers import Status


async def admin(visit: Visit) -> None:
    """/admin: how the service is doing; from now on the operators' commands stand in the menu of this chat."""
    await menu.register_for_chat(visit.bot, visit.chat.id, visit.subscriber.language, operator=True)
    await show_screen(visit)


async def show_screen(visit: Visit) -> None:
    """The first screen."""
    texts = visit.texts
    standing = await visit.services.overview.standing(visit.now)
    states = [
        f"{texts.number(standing.sources[state])} {state_name(visit.view, state)}"
        for state in SourceState
        if standing.sources.get(state)
    ]
    waiting = await visit.services.responses.waiting()
    html = join(
        "\n",
        texts("admin.title"),
        texts("admin.sources", states=texts.list(states)) if states else texts("admin.no_sources"),
        texts("admin.articles", fresh=standing.fresh, stored=standing.articles, stories=standing.stories),
        texts("admin.readers", active=standing.readers.get(Status.ACTIVE, 0), all=sum(standing.readers.values())),
        texts("admin.missed", count=standing.missed) if standing.missed else None,
        texts("admin.outage") if await visit.services.outages.current() else None,
    )
    due = Button(texts("button.read_all"), encode("admin", "due"))
    rows = [
        [Button(texts("button.health"), encode("health")), Button(texts("button.stats"), encode("stats"))],
        [Button(texts("button.sources"), encode("source")), due],
        [Button(texts("button.big_slots"), encode("big")), Button(texts("button.announce"), encode("say"))],
        [Button(texts("button.fix"), encode("fix")), Button(texts("button.preview"), encode("preview"))],
        [Button(texts("button.outage"), encode("outage"))],
        [Button(texts("button.bans"), encode("ban")), Button(texts("button.backup"), encode("backup"))],
    ]
    inbox = inbox_rows(visit.view, waiting.stories, waiting.feedback)
    await visit.show(html, Keyboard.of(*rows, *inbox, closing(texts)))


async def ingest(visit: Visit) -> None:
    """/ingest: read all sources within the next minute."""
    sources = Button(visit.texts("button.sources"), encode("source"))
    await visit.show(escape(await _read_all(visit)), Keyboard.of([sources], to_admin(visit.texts)))


async def press(visit: Visit) -> None:
    """A button of the screen."""
    if visit.callback is not None and visit.callback.arguments == ("due",):
        await visit.toast(await _read_all(visit))
    await show_screen(visit)


async def _read_all(visit: Visit) -> str:
    """Have all sources read; what to say of it."""
    count = await visit.services.sources.make_due()
    return visit.texts.plural("toast.sources_due", count) if count else visit.texts("toast.sources_none")


COMMANDS = (Command("admin", admin), Command("ingest", ingest))
PRESSES = (Press("admin", press), Press("ingest", ingest))
QUESTIONS: dict[str, Handler] = {}
