"""The button "Fehler melden" of a card: what is wrong with a story, in one tap."""

from __future__ import annotations

from bot.telegram.callbacks import encode
from bot.telegram.handlers.inbox import reports
from bot.telegram.handlers.offers import number
from bot.telegram.handlers.story import find_story
from bot.telegram.keyboards import Button, Keyboard, closing, in_rows
from bot.telegram.messages import OutgoingMessage
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.reports import kind_name
from bot.telegram.visit import Visit
from digests.domain.keeping import ReportKind


async def press(visit: Visit) -> None:
    """Ask what is wrong, take the answer, or take it back."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("add", _, kind) if kind in set(ReportKind):
            await _add(visit, number(visit, 1), ReportKind(kind))
        case ("back", _, kind) if kind in set(ReportKind):
            await _withdraw(visit, number(visit, 1), ReportKind(kind))
        case () if visit.by_operator:  # offered for a command that was nearly /report
            await reports(visit)
        case _:
            await _ask(visit, number(visit))


async def _ask(visit: Visit, story_id: int) -> None:
    texts = visit.texts
    if await find_story(visit, story_id) is None:
        await visit.reply(texts("story.gone"))
        return
    kinds = [Button(kind_name(kind, texts), encode("report", "add", story_id, kind)) for kind in ReportKind]
    rows = (*in_rows(kinds, 1), (Button(texts("button.cancel"), encode("close")),))
    await visit.send([OutgoingMessage(texts("report.ask"), Keyboard.of(*rows))], reply_to=visit.pressed)


async def _add(visit: Visit, story_id: int, kind: ReportKind) -> None:
    found = await find_story(visit, story_id)
    if found is None:
        await visit.show(visit.texts("story.gone"))
        return
    story_id = found.item.story_id
    await visit.services.responses.report(visit.subscriber, story_id, found.item.headline, kind)
    undo = Button(visit.texts("button.undo"), encode("report", "back", story_id, kind))
    await visit.show(visit.texts("report.thanks"), Keyboard.of([undo]))


async def _withdraw(visit: Visit, story_id: int, kind: ReportKind) -> None:
    """Take a report back; after ten minutes a toast says that it is too late."""
    if await visit.services.responses.withdraw(visit.subscriber, story_id, kind):
        await visit.toast(visit.texts("toast.undone"))
        await visit.show(visit.texts("undo.done"), Keyboard.of(closing(visit.texts)))
    else:
        await visit.toast(visit.texts("toast.undo_expired"))


COMMANDS: tuple[Command, ...] = ()
PRESSES: tuple[Press, ...] = (Press("report", press),)
QUESTIONS: dict[str, Handler] = {}
