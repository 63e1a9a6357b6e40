"""/correct: operators put a story right: merge it, split an article off, give it other topics, settle its reports.

What a change does to digests that have gone out is shown before it is made; the messages are then edited in place.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from bot.i18n import Markup, escape
from bot.telegram import story_desk
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import button, local_now, number
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, ticked, to_admin
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError
from digests.domain.arguments.searches import parse_search
from digests.errors import InputError, UnknownTopicError
from digests.services.stories import StoryFile
from digests.storage.stories import Change, ChangeKind

BY = "operator"
"""Who stands behind a change, in the log of stories."""
OFFERED = 5
"""Stories that a search offers."""
TOPICS_PER_PAGE = 10
_QUOTED = 60
_LINE = 150
_LIKE_WORDS = 4
"""Words of a headline that stories like it are looked for with."""
_LONGEST_NUMBER = 16


async def correct(visit: Visit) -> None:
    """/correct: with a number that story, with words the stories that have them, with nothing the question which."""
    if visit.arguments.strip():
        await _find(visit, visit.arguments)
    else:
        await visit.ask(visit.texts("fix.ask"), visit.texts("placeholder.story"))


async def answer_story(visit: Visit) -> None:
    """The answer to "which story?"."""
    await _find(visit, visit.arguments)


async def answer_other(visit: Visit) -> None:
    """The answer to "merge it with which?": a number, or words to look for."""
    await _find(visit, visit.arguments, int(visit.asked["number"]))


async def press(visit: Visit) -> None:
    """A button of these screens: `action|story|...`."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    story_id, other = number(visit, 1), number(visit, 2)
    try:
        match visit.callback.arguments:
            case ("ask",):
                await visit.ask(visit.texts("fix.ask"), visit.texts("placeholder.story"))
            case ("other", _):
                await visit.ask(visit.texts("fix.merge_ask", number=str(story_id)), visit.texts("placeholder.story"))
            case ("show" | "merge" | "split" | "settle" | "reopen" as wish, _):
                await _OF_STORY[wish](visit, story_id)
            case ("join" | "joined" | "part" | "parted" | "undo" as wish, _, _):
                await _WITH_OTHER[wish](visit, story_id, other)
            case ("topics", _, *_):
                await _show_topics(visit, story_id, other)
            case ("topic", _, slug, wanted):
                await _set_topic(visit, story_id, slug, wanted=wanted == "1")
            case _:
                await _start(visit)
    except (InputError, UnknownTopicError):  # things have changed since the screen was made
        await visit.show(visit.texts("fix.impossible"), Keyboard.of(_to_story(visit, story_id), to_admin(visit.texts)))


async def _start(visit: Visit) -> None:
    """The way in from the first screen of operators."""
    ask = Button(visit.texts("button.fix_find"), encode("fix", "ask"))
    await visit.show(visit.texts("fix.intro"), Keyboard.of([ask], to_admin(visit.texts)))


async def _find(visit: Visit, typed: str, first: int | None = None) -> None:
    """The story that was typed; as partner of the story `first` when there is one."""
    words = typed.strip().lstrip("#")
    if words.isdecimal() and len(words) <= _LONGEST_NUMBER:
        await (_show(visit, int(words)) if first is None else _try_merge(visit, first, int(words)))
        return
    offers = await _found(visit, words, first)
    again = Button(visit.texts("button.fix_again"), encode("fix", "other", first) if first else encode("fix", "ask"))
    key = "fix.found" if offers else "fix.not_found"
    back = to_admin(visit.texts) if first is None else _to_story(visit, first)
    html = join("\n", visit.texts(key, word=clip(words, _QUOTED)), *(each.line for each in offers))
    await visit.reply(html, Keyboard.of(*(each.row for each in offers), [again], back))


async def _try_merge(visit: Visit, story_id: int, other: int) -> None:
    try:
        await _foresee_merge(visit, story_id, other)
    except InputError:
        again = Button(visit.texts("button.fix_again"), encode("fix", "other", story_id))
        html = visit.texts("fix.no_partner", story=str(other))
        await visit.reply(html, Keyboard.of([again], _to_story(visit, story_id)))


@dataclass(frozen=True, slots=True)
class _Offer:
    """A story to choose: to open, or to merge with the story `first`. Buttons cut what tells two of them apart."""

    story_id: int
    headline: str
    first: int | None

    @property
    def line(self) -> Markup:
        """It in the message, in full."""
        return Markup(f"{self.story_id} · {escape(clip(self.headline, _LINE))}")

    @property
    def row(self) -> Row:
        """Its button."""
        wish = ("join", self.first, self.story_id) if self.first else ("show", self.story_id)
        return (Button(clip(f"{self.story_id} · {self.headline}", _QUOTED), encode("fix", *wish)),)


async def _found(visit: Visit, words: str, first: int | None, *, loose: bool = False) -> list[_Offer]:
    """Stories that have these words, the story `first` left out."""
    try:
        result = await visit.services.reading.search(parse_search(words, local_now(visit)), loose=loose)
    except ArgumentError:
        return []
    items = [item for item in result.digest.items if item.story_id != first][:OFFERED]
    return [_Offer(item.story_id, item.headline, first) for item in items]


async def _show(visit: Visit, story_id: int, said: str | None = None, undo: Row = ()) -> None:
    """The card of a story, with what can be done; `said` is what has just happened, `undo` takes it back."""
    texts = visit.texts
    try:
        file = await visit.services.stories.show(story_id)
    except InputError:
        await visit.show(
            texts("fix.unknown", story=str(story_id)), Keyboard.of(*_ask_again(visit), to_admin(visit.texts))
        )
        return
    story_id = file.story.id
    reported = await visit.services.responses.reported_of(story_id)
    card = story_desk.story_card(visit.view, file, await visit.services.stories.topics(story_id), reported)
    split = Button(texts("button.fix_split"), encode("fix", "split", story_id))
    rows = (
        undo,
        (Button(texts("button.fix_merge"), encode("fix", "merge", story_id)), *((split,) if _parts(file) else ())),
        (
            Button(texts("button.fix_strike"), encode("strike", "show", story_id)),
            Button(texts("button.fix_topics"), encode("fix", "topics", story_id)),
        ),
        (Button(texts("button.fix_read"), encode("story", story_id)),),
        (Button(texts("button.fix_settle"), encode("fix", "settle", story_id)),) if reported else (),
        (Button(texts("button.fix_reports"), encode("inbox", "reports")), *to_admin(visit.texts)),
    )
    await visit.show(join("\n\n", said, card), Keyboard.of(*rows))


async def _merge(visit: Visit, story_id: int, other: int) -> None:
    (change,) = await visit.services.stories.merge([story_id, other], BY)
    await _done(visit, change, story_id)


async def _split(visit: Visit, story_id: int, article_id: int) -> None:
    await _done(visit, await visit.services.stories.split(story_id, [article_id], BY), story_id)


async def _undo(visit: Visit, story_id: int, change_id: int) -> None:
    await visit.services.stories.undo(change_id, BY)
    await visit.toast(visit.texts("toast.undone"))
    await _show(visit, story_id)


async def _done(visit: Visit, change: Change, came_from: int) -> None:
    """A change was made: the story that is left of it, with the way back to the one where it was wished."""
    stays = change.joined_story_id if change.kind is ChangeKind.MERGE else change.left_story_id
    undo = Button(visit.texts("button.undo"), encode("fix", "undo", came_from, change.id))
    await _show(visit, stays, story_desk.changed(visit.view, change), (undo,))


async def _offer_merge(visit: Visit, story_id: int) -> None:
    """Stories like this one, and the question for another."""
    file = await visit.services.stories.show(story_id)
    words = re.findall(r"\w{4,}", story_desk.headline(file))[:_LIKE_WORDS]
    offers = await _found(visit, " ".join(words), file.story.id, loose=True) if words else []
    other = Button(visit.texts("button.fix_other"), encode("fix", "other", file.story.id))
    listed = join("\n", *(each.line for each in offers)) or None
    html = join("\n\n", story_desk.titled(visit.view, file), visit.texts("fix.merge_which"), listed)
    await visit.show(html, Keyboard.of(*(each.row for each in offers), [other], _to_story(visit, file.story.id)))


async def _foresee_merge(visit: Visit, story_id: int, other: int) -> None:
    """What a merge would give, before it is made. Raises InputError where it cannot be."""
    texts, stories = visit.texts, visit.services.stories
    foreseen = await stories.foresee_merge([story_id, other])
    files = {each: await stories.show(each) for each in (story_id, other)}
    left = next(each for each in files if each != foreseen.stays)
    reports = sorted((each for file in files.values() for each in file.reports), key=lambda each: each.published_at)
    html = join(
        "\n\n",
        texts("fix.merge_sure", left=str(left), stays=str(foreseen.stays)),
        join("\n", story_desk.titled(visit.view, files[foreseen.stays]), story_desk.articles(visit.view, reports)),
        story_desk.consequences(visit.view, foreseen),
    )
    go = Button(texts("button.fix_merge_yes"), encode("fix", "joined", story_id, other))
    await visit.show(html, Keyboard.of([go], _to_story(visit, story_id)))


def _parts(file: StoryFile) -> list[int]:
    """The articles that can leave a story: originals, while another stays."""
    originals = [each.id for each in file.reports if each.duplicate_of is None]
    return originals if len(originals) > 1 else []


async def _offer_split(visit: Visit, story_id: int) -> None:
    file = await visit.services.stories.show(story_id)
    story_id, parts = file.story.id, _parts(file)[: story_desk.SHOWN]
    named = {each.id: each for each in file.reports}
    rows = [
        (Button(f"{named[each].credit}: {named[each].title}", encode("fix", "part", story_id, each)),) for each in parts
    ]
    listed = story_desk.articles(visit.view, [named[each] for each in parts])
    html = join("\n\n", story_desk.titled(visit.view, file), listed, visit.texts("fix.split_which"))
    await visit.show(html, Keyboard.of(*rows, _to_story(visit, story_id)))


async def _foresee_split(visit: Visit, story_id: int, article_id: int) -> None:
    texts, stories = visit.texts, visit.services.stories
    foreseen = await stories.foresee_split(story_id, [article_id])
    file = await stories.show(story_id)
    leaving = [each for each in file.reports if each.id in foreseen.moved]
    staying = [each for each in file.reports if each.id not in foreseen.moved]
    html = join(
        "\n\n",
        join("\n", texts("fix.split_sure", story=str(story_id)), story_desk.articles(visit.view, leaving)),
        join("\n", texts("fix.split_stays"), story_desk.articles(visit.view, staying)),
        story_desk.consequences(visit.view, foreseen),
    )
    go = Button(texts("button.fix_split_yes"), encode("fix", "parted", story_id, article_id))
    await visit.show(html, Keyboard.of([go], _to_story(visit, story_id)))


async def _show_topics(
    visit: Visit, story_id: int, page: int = 0, said: str | None = None, undo: Row = (), tapped: str = ""
) -> None:
    """All topics, those of the story ticked and first; one that was just `tapped` keeps its place."""
    file = await visit.services.stories.show(story_id)
    story_id, language = file.story.id, visit.texts.language
    own = await visit.services.stories.topics(story_id)
    topics = sorted(visit.services.catalogue, key=lambda each: (each.slug not in {*own, tapped}, each.name(language)))
    pages = max(1, -(-len(topics) // TOPICS_PER_PAGE))
    page %= pages
    toggles = [
        row[0]
        for each in topics[page * TOPICS_PER_PAGE : (page + 1) * TOPICS_PER_PAGE]
        if (row := _toggle(ticked(each.name(language), each.slug in own), story_id, each.slug, each.slug not in own))
    ]
    more = Button(visit.texts("button.more"), encode("fix", "topics", story_id, (page + 1) % pages))
    html = join("\n\n", said, story_desk.titled(visit.view, file), visit.texts("fix.topics_which"))
    rows = (undo, *in_rows(toggles, 2), (more,) if pages > 1 else (), _to_story(visit, story_id))
    await visit.show(html, Keyboard.of(*rows))


def _toggle(text: str, story_id: int, slug: str, wanted: bool) -> Row:
    return button(text, "fix", "topic", story_id, slug, int(wanted))


async def _set_topic(visit: Visit, story_id: int, slug: str, *, wanted: bool) -> None:
    await visit.services.stories.set_topic(story_id, slug, wanted=wanted, by=BY)
    said = visit.texts("fix.topic_given" if wanted else "fix.topic_taken", topic=visit.view.topic(slug))
    undo = _toggle(visit.texts("button.undo"), story_id, slug, not wanted)
    await _show_topics(visit, story_id, 0, said, undo, tapped=slug)


async def _settle(visit: Visit, story_id: int) -> None:
    settled = await visit.services.responses.settle(story_id)
    undo = Button(visit.texts("button.undo"), encode("fix", "reopen", story_id))
    await _show(visit, story_id, visit.texts("fix.settled") if settled else None, (undo,) if settled else ())


async def _reopen(visit: Visit, story_id: int) -> None:
    reopened = await visit.services.responses.reopen(story_id)
    await visit.toast(visit.texts("toast.undone" if reopened else "toast.undo_expired"))
    await _show(visit, story_id)


def _ask_again(visit: Visit) -> tuple[Row, ...]:
    return ((Button(visit.texts("button.fix_again"), encode("fix", "ask")),),)


def _to_story(visit: Visit, story_id: int) -> Row:
    return (Button(visit.texts("button.back"), encode("fix", "show", story_id)),)


_OF_STORY = {"show": _show, "merge": _offer_merge, "split": _offer_split, "settle": _settle, "reopen": _reopen}
_WITH_OTHER = {"join": _foresee_merge, "joined": _merge, "part": _foresee_split, "parted": _split, "undo": _undo}

COMMANDS = (Command("correct", correct),)
PRESSES = (Press("fix", press), Press("correct", press))  # the command may be offered as a button
QUESTIONS: dict[str, Handler] = {"fix.ask": answer_story, "fix.merge_ask": answer_other}
