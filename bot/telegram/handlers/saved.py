"""/saved: stories that a reader keeps. They stay as they were when the archive has forgotten them."""

from __future__ import annotations

from bot.i18n import Markup
from bot.telegram.callbacks import encode
from bot.telegram.cards import render_story_card
from bot.telegram.handlers.offers import number
from bot.telegram.handlers.story import find_story, show_story
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, closing, in_rows, pager
from bot.telegram.messages import OutgoingMessage
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.saved_files import saved_json, saved_page
from bot.telegram.stories import NAME_LIMIT
from bot.telegram.visit import Visit
from digests.domain.digests import Item
from digests.domain.keeping import SAVED_AT_MOST, Saved
from digests.services.keeping import PAGE

_HEADLINE = 90
"""UTF-16 units of a headline in the list: two lines on a phone."""
_NAMED = 2
_QUOTED = 40
_EXPORTS = {"": "html", "html": "html", "json": "json"}


async def saved(visit: Visit) -> None:
    """/saved: the list; "export" sends it as a file, "export json" for programs."""
    words = visit.arguments.casefold().split()
    if not words:
        await show_list(visit)
    elif words[0] == "export" and (form := _EXPORTS.get(" ".join(words[1:]))):
        await _export(visit, form)
    else:
        export = Button(visit.texts("button.export_html"), encode("saved", "export", "html"))
        shown = Button(visit.texts("button.saved"), encode("saved"))
        await visit.reply(
            visit.texts("saved.unknown", word=clip(visit.arguments, _QUOTED)), Keyboard.of([export, shown])
        )


async def save(visit: Visit) -> None:
    """The button "Merken" on a card."""
    keeping, texts = visit.services.keeping, visit.texts
    found = await find_story(visit, number(visit))
    if found is None:
        await visit.reply(texts("story.gone"))
        return
    kept = await keeping.of_story(visit.subscriber, found.item.story_id)
    shown = Button(texts("button.saved"), encode("saved", "list"))
    if kept is not None:
        html = texts("saved.already", date=texts.full_date(kept.saved_at, visit.view.zone))
        row: Row = (Button(texts("button.saved_remove"), encode("saved", "drop", kept.id)), shown)
    elif new := await keeping.save(visit.subscriber, found.item):
        html = texts("saved.kept", headline=clip(new.item.headline, _HEADLINE))
        row = (Button(texts("button.undo"), encode("saved", "drop", new.id)), shown)
    else:
        html, row = texts("saved.full", count=SAVED_AT_MOST), (shown,)
    await visit.send([OutgoingMessage(html, Keyboard.of(row))], reply_to=visit.pressed)


async def show_list(visit: Visit, page: int = 0, note: str | None = None, undo: Row = ()) -> None:
    """A page of the list; above it `note` (HTML) and its button."""
    texts, listed = visit.texts, await visit.services.keeping.page(visit.subscriber, page)
    if not listed.stories:
        latest = (Button(texts("button.latest"), encode("latest")),)
        await visit.show(join("\n\n", note, texts("saved.none")), Keyboard.of(undo, latest, closing(texts)))
        return
    first = listed.page * PAGE + 1
    entries = [_entry(visit, each, place) for place, each in enumerate(listed.stories, first)]
    head = texts.plural("saved.title", listed.total, most=SAVED_AT_MOST)
    opening = [Button(str(n), encode("saved", "open", each.id)) for n, each in enumerate(listed.stories, first)]
    removing = [
        Button(texts("button.saved_remove_number", number=n), encode("saved", "drop", each.id, listed.page))
        for n, each in enumerate(listed.stories, first)
    ]
    files = (
        Button(texts("button.export_html"), encode("saved", "export", "html")),
        Button(texts("button.export_json"), encode("saved", "export", "json")),
    )
    turn = pager(texts, listed.page, listed.pages, verb="saved")
    html = join("\n", *([note, ""] if note else []), head, *entries)
    await visit.show(html, Keyboard.of(undo, opening, *in_rows(removing, 3), turn, files, closing(texts)))


def _entry(visit: Visit, saved: Saved, place: int) -> Markup:
    date = visit.texts.date(saved.saved_at, visit.view.zone)
    headline = clip(saved.item.headline, _HEADLINE)
    return Markup(visit.texts("saved.entry", number=place, headline=headline, sources=_sources(saved.item), date=date))


def _sources(item: Item) -> str:
    names = list(dict.fromkeys(note.name for note in item.sources))
    named = ", ".join(clip(name, NAME_LIMIT) for name in names[:_NAMED])
    rest = len(names) - _NAMED
    return f"{named} +{rest}" if rest > 0 else named


async def press(visit: Visit) -> None:
    """A button of the list, or under the word that a story is kept."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("page", *_):
            await show_list(visit, number(visit, 1))
        case ("list",):  # below a word about one story, which stays
            visit.fresh = True
            await show_list(visit)
        case ("open", _):
            await _open(visit, number(visit, 1))
        case ("drop", _, *rest):
            await _drop(visit, number(visit, 1), number(visit, 2) if rest else None)
        case ("restore", _, *rest):
            await _restore(visit, number(visit, 1), number(visit, 2) if rest else None)
        case ("export", form) if form in _EXPORTS.values():
            await _export(visit, form)
        case _:
            await show_list(visit)


async def _open(visit: Visit, saved_id: int) -> None:
    """The card: as the story stands now, or as it was saved when it is no longer in the archive."""
    kept = await visit.services.keeping.find(visit.subscriber, saved_id)
    if kept is None:
        await show_list(visit)
        return
    if await find_story(visit, kept.item.story_id) is not None:
        await show_story(visit, kept.item.story_id)
        return
    texts = visit.texts
    note = texts("saved.snapshot", date=texts.full_date(kept.saved_at, visit.view.zone))
    remove: Row = (Button(texts("button.saved_remove"), encode("saved", "drop", kept.id)),)
    await visit.send([render_story_card(kept.item, visit.view, note=note, rows=(remove,))], reply_to=visit.pressed)


async def _drop(visit: Visit, saved_id: int, page: int | None) -> None:
    """Take a story away. `page` is that of the list where the button stands; None below a word or a card."""
    gone = await visit.services.keeping.remove(visit.subscriber, saved_id)
    if gone is None:
        await show_list(visit, page or 0)
        return
    note = visit.texts("saved.removed", headline=clip(gone.item.headline, _HEADLINE))
    if page is None:
        undo: Row = (Button(visit.texts("button.undo"), encode("saved", "restore", saved_id)),)
        await visit.show(note, Keyboard.of(undo))
    else:
        await show_list(
            visit, page, note, (Button(visit.texts("button.undo"), encode("saved", "restore", saved_id, page)),)
        )


async def _restore(visit: Visit, saved_id: int, page: int | None) -> None:
    """Bring a story back; after ten minutes a toast says that it is too late."""
    if not await visit.services.keeping.restore(visit.subscriber, saved_id):
        await visit.toast(visit.texts("toast.undo_expired"))
        return
    await visit.toast(visit.texts("toast.undone"))
    if page is None:
        await visit.show(visit.texts("undo.done"), Keyboard.of(closing(visit.texts)))
    else:
        await show_list(visit, page)


async def _export(visit: Visit, form: str) -> None:
    """All saved stories as a file."""
    stories = await visit.services.keeping.saved(visit.subscriber)
    if not stories:
        await show_list(visit)
        return
    content = saved_page(stories, visit.view) if form == "html" else saved_json(stories)
    await visit.send_file(f"depesche.{form}", content, visit.texts.plural("saved.exported", len(stories)))


COMMANDS: tuple[Command, ...] = (Command("saved", saved, changes=True),)
PRESSES: tuple[Press, ...] = (
    Press("save", save, changes=True),
    Press("saved", press, changes=True),
)
QUESTIONS: dict[str, Handler] = {}
