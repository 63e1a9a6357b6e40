"""Striking a single false sentence of a story, from its card in /correct: looked at before, and taken back."""

from __future__ import annotations

from bot.i18n import Markup, escape
from bot.telegram import story_desk
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import number
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.errors import InputError
from digests.services.foreseeing import Foreseen

SHOWN = 12
"""Sentences of a story that are offered."""
_PER_ROW = 6
_SENTENCE = 260
_QUOTED = 60


async def press(visit: Visit) -> None:
    """A button of these screens: `action|story|...`."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    story_id = number(visit, 1)
    try:
        match visit.callback.arguments:
            case ("sure", _, key):
                await _foresee(visit, story_id, key)
            case ("go", _, key):
                await _strike(visit, story_id, key)
            case ("undo", _, _):
                done = await visit.services.striking.undo(number(visit, 2))
                await visit.toast(visit.texts("toast.undone" if done else "toast.undo_expired"))
                await _offer(visit, story_id)
            case _:
                await _offer(visit, story_id)
    except InputError:  # the story tells something else since the screen was made
        await visit.show(visit.texts("fix.impossible"), Keyboard.of(_to_sentences(visit, story_id)))


async def _offer(visit: Visit, story_id: int, said: str | None = None, undo: Row = ()) -> None:
    """What the story tells, numbered, and what is struck already."""
    file = await visit.services.stories.show(story_id)
    story_id = file.story.id
    told = (await visit.services.striking.told(story_id))[:SHOWN]
    lines = [Markup(f"{place}. {escape(clip(each.text, _SENTENCE))}") for place, each in enumerate(told, start=1)]
    chosen = [
        Button(str(place), encode("strike", "sure", story_id, each.key)) for place, each in enumerate(told, start=1)
    ]
    struck = await visit.services.striking.struck(story_id)
    back = [
        (
            Button(
                visit.texts("button.strike_undo", sentence=clip(each.sentence, _QUOTED)),
                encode("strike", "undo", story_id, each.id),
            ),
        )
        for each in struck
        if not undo
    ]
    html = join(
        "\n\n",
        said,
        story_desk.titled(visit.view, file),
        visit.texts("strike.which" if told else "strike.nothing"),
        join("\n", *lines),
    )
    await visit.show(html, Keyboard.of(undo, *in_rows(chosen, _PER_ROW), *back, _to_story(visit, story_id)))


async def _foresee(visit: Visit, story_id: int, key: str) -> None:
    """What striking a sentence would change, before it is done."""
    told = await visit.services.striking.find(story_id, key)
    digests, deliveries = await visit.services.striking.foresee(story_id, told)
    foreseen = Foreseen(stays=story_id, moved=(), remaining=0, digests=digests, deliveries=deliveries)
    html = join(
        "\n\n",
        visit.texts("strike.sure"),
        Markup(f"<blockquote>{escape(told.text)}</blockquote>"),
        story_desk.consequences(visit.view, foreseen),
    )
    go = Button(visit.texts("button.strike_yes"), encode("strike", "go", story_id, key))
    await visit.show(html, Keyboard.of([go], _to_sentences(visit, story_id)))


async def _strike(visit: Visit, story_id: int, key: str) -> None:
    told = await visit.services.striking.find(story_id, key)
    strike = await visit.services.striking.strike(told)
    undo = Button(visit.texts("button.undo"), encode("strike", "undo", story_id, strike))
    await _offer(visit, story_id, visit.texts("strike.done", sentence=clip(told.text, _SENTENCE)), (undo,))


def _to_sentences(visit: Visit, story_id: int) -> Row:
    return (Button(visit.texts("button.back"), encode("strike", "show", story_id)),)


def _to_story(visit: Visit, story_id: int) -> Row:
    return (Button(visit.texts("button.back"), encode("fix", "show", story_id)),)


COMMANDS: tuple[Command, ...] = ()
PRESSES = (Press("strike", press),)
QUESTIONS: dict[str, Handler] = {}
