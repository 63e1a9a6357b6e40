"""/source: operators add, look at, try, pause and delete sources in the chat, and exchange lists of feeds."""

from __future__ import annotations

from telegram import MessageEntity

from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import button
from bot.telegram.html import clip
from bot.telegram.keyboards import Button, Keyboard, Row, pager, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.source_cards import ENTRIES, PER_PAGE, checked, source_card, source_list
from bot.telegram.visit import Visit
from digests.domain.sources import FetchError, Source, SourceState
from digests.errors import InputError
from digests.services.sources import Added, Wishes
from digests.sources.opml import listed_source, outlines, read_opml, write_opml

LIST_SIZE = 1_000_000
"""Bytes of a list of feeds that is sent as a file."""
_QUOTED = 60
_REASON = 300
_CHECK = ("check", "prüfen", "pruefen")
_OFF, _ON = ("off", "aus"), ("on", "an")
_FEW = 5


async def source(visit: Visit) -> None:
    """/source: the list; with an address a new source, with a name its card, with "check" what it would give."""
    words = visit.arguments.split()
    rest = " ".join(words[1:])
    if not words:
        await show_list(visit)
    elif words[0].casefold() in _CHECK and rest:
        await _check(visit, rest)
    elif words[-1].casefold() in (*_OFF, *_ON) and len(words) > 1:
        await _switch(visit, " ".join(words[:-1]), on=words[-1].casefold() in _ON)
    elif "://" in words[0]:
        await _add(visit, words[0])
    else:
        await _open(visit, " ".join(words))


async def answer_address(visit: Visit) -> None:
    """The answer to "which address?": added when it is one, else explained."""
    address = visit.arguments.strip()
    await _add(visit, address if "://" in address else f"https://{address}")


async def show_list(visit: Visit, page: int = 0) -> None:
    """All sources as buttons, troubled ones first."""
    doing = await visit.services.sources.doing()
    pages = max(1, -(-len(doing) // PER_PAGE))
    html, rows = source_list(visit.view, doing, min(page, pages - 1))
    add = Button(visit.texts("button.source_add"), encode("source", "ask"))
    export = [Button(visit.texts("button.source_export"), encode("source", "export"))] if doing else []
    back = to_admin(visit.texts)
    turn = pager(visit.texts, min(page, pages - 1), pages, verb="source")
    await visit.show(html, Keyboard.of(*rows, turn, [add, *export], back))


async def press(visit: Visit) -> None:
    """A button of the list, of a card, or under a check."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("page", *_):
            await show_list(visit, max(0, visit.callback.number(1) or 0))
        case ("ask",):
            await visit.ask(visit.texts("source.ask"), visit.texts("placeholder.source"))
        case ("export",):
            await _export(visit)
        case ("add",):
            await _add(visit, _address_in_message(visit))
        case ("pause" | "resume" as wish, name):
            await _switch(visit, name, on=wish == "resume")
        case ("show" | "read" | "check" | "delete" | "gone" as wish, name):
            await {"show": _open, "read": _read, "check": _check, "delete": _ask_delete, "gone": _delete}[wish](
                visit, name
            )
        case _:
            await show_list(visit)


async def _open(visit: Visit, name: str) -> None:
    """The card of a source; where several have the name, a choice."""
    found = await visit.services.sources.find(name)
    if len(found) == 1:
        await _show_card(visit, found[0])
        return
    rows = [(Button(each.title, encode("source", "show", each.id)),) for each in found[:_FEW]]
    back = _back(visit)
    if found:
        await visit.show(
            visit.texts.plural("source.several", len(found), word=clip(name, _QUOTED)), Keyboard.of(*rows, back)
        )
    else:
        await visit.show(visit.texts("source.unknown", word=clip(name, _QUOTED)), Keyboard.of(back))


async def _show_card(visit: Visit, source: Source) -> None:
    doing = await visit.services.sources.show(str(source.id))
    await visit.show(source_card(visit.view, doing), Keyboard.of(*_actions(visit, doing.source), _back(visit)))


def _actions(visit: Visit, source: Source) -> list[Row]:
    texts, state = visit.texts, source.state
    delete = Button(texts("button.source_delete"), encode("source", "delete", source.id))
    if state is SourceState.FED:
        return [(delete,)]
    read = Button(texts("button.source_read"), encode("source", "read", source.id))
    check = Button(texts("button.source_check"), encode("source", "check", source.id))
    if state in (SourceState.PAUSED, SourceState.RETIRED):
        switch = Button(texts("button.source_resume"), encode("source", "resume", source.id))
    else:
        switch = Button(texts("button.source_pause"), encode("source", "pause", source.id))
    return [(read, check), (switch, delete)]


def _back(visit: Visit) -> Row:
    return (Button(visit.texts("button.back_to_sources"), encode("source")),)


async def _add(visit: Visit, address: str) -> None:
    await visit.toast(visit.texts("toast.reading"))
    try:
        added: Added = await visit.services.sources.add(address, Wishes())
    except FetchError as error:
        await visit.reply(
            visit.texts("source.not_added", reason=clip(error.reason, _REASON)), Keyboard.of(_back(visit))
        )
        return
    except InputError:
        await _open(visit, address)  # it is known already: here it is
        return
    tally = added.first.tally
    html = visit.texts.plural("source.added", tally.added, title=clip(added.source.title, _QUOTED))
    card = Button(visit.texts("button.source_card"), encode("source", "show", added.source.id))
    delete = Button(visit.texts("button.source_delete"), encode("source", "delete", added.source.id))
    await visit.reply(html, Keyboard.of([card, delete], _back(visit)))


def _address_in_message(visit: Visit) -> str:
    """The address that a check was about: it stands in its message as code, since a button could not carry it."""
    message = visit.update.effective_message
    found = message.parse_entities([MessageEntity.CODE]) if message is not None else {}
    return next(iter(found.values()), "")


async def _check(visit: Visit, name: str) -> None:
    await visit.toast(visit.texts("toast.reading"))
    try:
        check = await visit.services.sources.check(name, ENTRIES)
    except InputError:  # it names no source, or several
        await _open(visit, name)
        return
    except FetchError as error:
        await visit.reply(visit.texts("source.not_read", reason=clip(error.reason, _REASON)), Keyboard.of(_back(visit)))
        return
    source_id = check.source.id
    known = button(visit.texts("button.source_card"), "source", "show", source_id) if source_id else ()
    new = () if source_id else (Button(visit.texts("button.source_add"), encode("source", "add")),)
    await visit.reply(checked(visit.view, check), Keyboard.of((*known, *new), _back(visit)))


async def _read(visit: Visit, name: str) -> None:
    await visit.toast(visit.texts("toast.reading"))
    found = await visit.services.sources.find(name)
    if len(found) != 1 or found[0].state is SourceState.FED:
        await _open(visit, name)
        return
    _, result = await visit.services.sources.poll(str(found[0].id))
    await _show_card(visit, found[0])
    if isinstance(result, FetchError):
        await visit.reply(visit.texts("source.not_read", reason=clip(result.reason, _REASON)))
        return
    brought = result.tally
    counts = {"added": brought.added, "updated": brought.updated, "copies": brought.copies, "faulty": brought.faulty}
    await visit.reply(visit.texts("source.read", **counts))


async def _switch(visit: Visit, name: str, *, on: bool) -> None:
    """Pause a source, or read it again; the other button takes it back."""
    found = await visit.services.sources.find(name)
    if len(found) != 1 or found[0].state is SourceState.FED:
        await _open(visit, name)
        return
    sources = visit.services.sources
    await (sources.resume if on else sources.pause)(str(found[0].id))
    await _show_card(visit, found[0])


async def _ask_delete(visit: Visit, name: str) -> None:
    found = await visit.services.sources.find(name)
    if len(found) != 1:
        await _open(visit, name)
        return
    doing = await visit.services.sources.show(str(found[0].id))
    html = visit.texts.plural("source.delete_ask", doing.articles, title=clip(doing.source.title, _QUOTED))
    yes = Button(visit.texts("button.source_delete_yes"), encode("source", "gone", doing.source.id))
    no = Button(visit.texts("button.cancel"), encode("source", "show", doing.source.id))
    await visit.show(html, Keyboard.of([yes, no]))


async def _delete(visit: Visit, name: str) -> None:
    found = await visit.services.sources.find(name)
    if len(found) != 1:  # a second tap
        await show_list(visit)
        return
    await visit.services.sources.remove(str(found[0].id))
    await visit.show(visit.texts("source.deleted", title=clip(found[0].title, _QUOTED)), Keyboard.of(_back(visit)))


async def _export(visit: Visit) -> None:
    """The feeds as a file that feed readers and `bot sources import` take."""
    doing = await visit.services.sources.doing()
    listed = outlines([each.source for each in doing])
    caption = visit.texts.plural("source.exported", len(listed))
    await visit.send_file("depesche.opml", write_opml(listed, "Depesche"), caption)


async def take_list(visit: Visit) -> None:
    """A file that an operator sends: the feeds of an OPML list become sources."""
    message = visit.update.effective_message
    assert message is not None and message.document is not None, "called for files only"  # noqa: S101, PT018
    document = message.document
    if (document.file_size or 0) > LIST_SIZE:
        await visit.reply(visit.texts("source.list_too_large", megabytes=LIST_SIZE // 1_000_000))
        return
    data = bytes(await (await document.get_file()).download_as_bytearray())
    try:
        found = list(read_opml(data, document.file_name or "list"))
    except InputError:
        await visit.reply(visit.texts("source.no_list"), Keyboard.of(_back(visit)))
        return
    wanted = [listed_source(each, visit.services.catalogue) for each in found if not isinstance(each, InputError)]
    added = await visit.services.sources.add_all(wanted)
    said = visit.texts(
        "source.list_taken", added=len(added), known=len(wanted) - len(added), faulty=len(found) - len(wanted)
    )
    await visit.reply(said, Keyboard.of(_back(visit)))


COMMANDS = (Command("source", source),)
PRESSES = (Press("source", press),)
QUESTIONS: dict[str, Handler] = {"source.ask": answer_address}
