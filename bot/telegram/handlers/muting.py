"""/mute and /unmute: words and sources to see nothing of, what that would have hidden, and until when it lasts."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from bot.i18n import Markup
from bot.telegram.callbacks import encode, mark
from bot.telegram.handlers.offers import DAY, button
from bot.telegram.handlers.wishes import PER_PAGE, QUOTED, example, list_button, page_of, refuse, word_button
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, pager, ticked, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.visit import Visit
from digests.domain.arguments import ArgumentError, MuteRequest, Problem, parse_mute, parse_wish
from digests.domain.headlines import story_title
from digests.domain.mutes import MUTES_AT_MOST, Mute, find_mute, mutes_of
from digests.domain.preferences import Weighed
from digests.domain.schedule import load_zone
from digests.domain.suggestions import key

LENGTHS = (7, 14)
"""Days that buttons offer; beside them stands "for good"."""
EXAMPLES = 3
"""Headlines that a rehearsal names."""
_HEADLINE = 90
_HOUR = timedelta(hours=1)


async def mute(visit: Visit) -> None:
    """/mute [word, "phrase" or quelle:name] [7d, 14d, immer]; without words the list."""
    if not visit.arguments.strip():
        await show_list(visit)
        return
    try:
        request = parse_mute(visit.arguments, visit.texts.language)
    except ArgumentError as error:
        await _explain(visit, error)
        return
    if request.source:
        await _mute_source(visit, request)
    elif not await _warned(visit, request.name, request.lasts):
        await mute_now(visit, Mute(Weighed.WORD, request.name), request.lasts)


async def unmute(visit: Visit) -> None:
    """/unmute [word, or number in the list]; else the list."""
    typed = visit.arguments.strip()
    source = typed.partition(":")[2] if typed.casefold().startswith(("quelle:", "source:", "джерело:")) else ""
    found = find_mute(visit.subscriber.preferences, source or typed)
    if found is not None:
        await _unmute(visit, found)
    else:
        unknown = visit.texts("mute.not_muted", word=clip(typed, QUOTED)) if typed else None
        await show_list(visit, note=unknown)


async def press_unmute(visit: Visit) -> None:
    """A button of the list."""
    found = _marked(visit, 0)
    if found is not None:
        await _unmute(visit, found)
    else:
        await show_list(visit)


async def press(visit: Visit) -> None:
    """A button that mutes, changes how long, or turns a page of the list."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("word", word, *_) if (fit := _fit(word, visit.texts.language)) is not None:
            await mute_now(visit, Mute(Weighed.WORD, fit), (visit.callback.number(2) or 0) * _HOUR or None)
        case ("source", sign, *_):
            names = {mark(each.name): each.name for each in await visit.services.credits.all()}
            if sign in names:
                lasts = (visit.callback.number(2) or 0) * _HOUR or None
                await mute_now(visit, Mute(Weighed.SOURCE, names[sign]), lasts)
            else:
                await show_list(visit)
        case ("for", _, *_) if (found := _marked(visit, 1)) is not None:
            await mute_now(visit, found, (visit.callback.number(2) or 0) * DAY or None)
        case ("ask",):
            await visit.ask(visit.texts("mute.ask"), visit.texts("placeholder.mute"))
        case _:
            await show_list(visit, visit.callback.number(1))


async def mute_now(visit: Visit, wanted: Mute, lasts: timedelta | None) -> None:
    """Mute it, and tell what that would have hidden of late and until when it holds."""
    before = visit.subscriber.preferences
    others = [each for each in mutes_of(before) if each.key.casefold() != wanted.key.casefold()]
    if len(others) >= MUTES_AT_MOST:
        full = visit.texts("mute.full", count=MUTES_AT_MOST)
        await visit.show(full, Keyboard.of([list_button(visit, "mute")]))
        return
    rehearsal = await visit.services.rehearsing.mute(before, wanted)
    change = await visit.services.subscriptions.mute(visit.chat, wanted, lasts)
    end = visit.now + lasts if lasts else None
    examples = [clip(story_title(story), _HEADLINE) for story in rehearsal.hidden[:EXAMPLES]]
    html = join(
        "\n",
        _saved(visit, wanted, end),
        _rehearsed(visit, len(rehearsal.hidden), rehearsal.stories),
        *(visit.texts("mute.example", headline=each) for each in examples),
    )
    await visit.confirm(change, html, _lengths(visit, wanted, lasts), (list_button(visit, "mute"),))


def _saved(visit: Visit, muted: Mute, end: datetime | None) -> str:
    if end is None:
        return visit.texts("mute.saved", what=name_of(visit, muted))
    return visit.texts("mute.saved_until", what=name_of(visit, muted), until=_date(visit, end))


def _rehearsed(visit: Visit, hidden: int, stories: int) -> str:
    if not stories:
        return visit.texts("mute.no_stories")
    if not hidden:
        return visit.texts.plural("mute.hides_none", stories)
    return visit.texts.plural("mute.hides", stories, hidden=hidden)


def name_of(visit: Visit, muted: Mute, *, within: bool = False) -> Markup:
    """How a mute is called: a word in quotation marks, a source by its name; `within` a sentence or at its head."""
    if muted.kind is Weighed.SOURCE:
        key = "mute.source_within" if within else "mute.source"
        return Markup(visit.texts(key, source=clip(muted.name, QUOTED)))
    return Markup(visit.texts("mute.word", word=clip(muted.name.strip('"'), QUOTED)))


def _lengths(visit: Visit, muted: Mute, lasts: timedelta | None) -> Row:
    """How long it may last otherwise; what it lasts is ticked."""
    texts, sign = visit.texts, mark(muted.key)
    days = [
        Button(
            ticked(texts.plural("button.pause_days", count), lasts == count * DAY), encode("mute", "for", sign, count)
        )
        for count in LENGTHS
    ]
    return (*days, Button(ticked(texts("button.mute_always"), lasts is None), encode("mute", "for", sign, 0)))


async def _mute_source(visit: Visit, request: MuteRequest) -> None:
    found = await visit.services.credits.find(request.name)
    if found is not None:
        await mute_now(visit, Mute(Weighed.SOURCE, found.name), request.lasts)
        return
    near = await visit.services.credits.nearest(request.name)
    hours = round((request.lasts or timedelta()) / _HOUR)
    buttons = [Button(each.name, encode("mute", "source", mark(each.name), hours)) for each in near]
    all_sources = Button(visit.texts("button.all_sources"), encode("sources"))
    text = visit.texts("sources.unknown", name=clip(request.name, QUOTED))
    await visit.reply(text, Keyboard.of(*in_rows(buttons, 1), [all_sources]))


async def _warned(visit: Visit, word: str, lasts: timedelta | None) -> bool:
    """Say so before a word is muted that the reader follows; False when he does not."""
    texts, own = visit.texts, visit.subscriber.preferences
    topic = visit.services.catalogue.named(word)
    anyway = word_button(texts("button.mute_anyway"), "mute", word, round((lasts or timedelta()) / _HOUR))
    if topic is not None and topic.slug in own.topics:
        leave = button(texts("button.leave_topic"), "unsubscribe", topic.slug)
        text = texts("mute.own_topic", word=clip(word, QUOTED))
    elif (followed := next((each for each in own.words if key(each) == key(word)), None)) is not None:
        leave = button(texts("button.unfollow_word", word=followed), "topics", "drop", mark(followed))
        text = texts("mute.own_word", word=clip(word, QUOTED))
    else:
        return False
    await visit.reply(text, Keyboard.of(leave, anyway))
    return True


async def _explain(visit: Visit, error: ArgumentError) -> None:
    """Why a word will not do; of a pattern, what the word in it would have hidden."""
    if error.problem is not Problem.PATTERN or not error.suggestions:
        await refuse(visit, error, "mute")
        return
    texts, word = visit.texts, error.suggestions[0]
    rehearsal = await visit.services.rehearsing.mute(visit.subscriber.preferences, Mute(Weighed.WORD, word))
    would = texts.plural("mute.would_hide", rehearsal.stories, word=word, hidden=len(rehearsal.hidden))
    do = word_button(texts("button.mute_word", word=word), "mute", word, 0)
    cancel = (Button(texts("button.cancel"), encode("close")),)
    await visit.reply(join(" ", texts("mute.pattern"), would), Keyboard.of(do, cancel))


async def _unmute(visit: Visit, muted: Mute) -> None:
    change = await visit.services.subscriptions.unmute(visit.chat, muted)
    text = visit.texts("mute.ended", what=name_of(visit, muted))
    await visit.confirm(change, text, (list_button(visit, "mute"),))


async def show_list(visit: Visit, page: int | None = None, note: str | None = None) -> None:
    """What is muted and until when, each with a button that ends it."""
    mutes, texts = mutes_of(visit.subscriber.preferences), visit.texts
    page, pages = page_of(page, len(mutes))
    first = page * PER_PAGE
    shown = mutes[first : first + PER_PAGE]
    title = texts.plural("mute.list", len(mutes)) if mutes else texts("mute.empty", example=example(visit, "mute"))
    lines = await named_with_ends(visit, shown)
    numbered = [texts("mute.entry", number=first + at, what=line) for at, line in enumerate(lines, 1)]
    drop = [Button(texts("button.drop_word", word=each.name), encode("unmute", mark(each.key))) for each in shown]
    turn = pager(texts, page, pages, verb="mute")
    ask = Button(texts("button.mute_new"), encode("mute", "ask"))
    sources = Button(texts("button.sources"), encode("sources"))
    keyboard = Keyboard.of(*in_rows(drop, 2), turn, [ask, sources], to_settings(texts))
    await visit.show(join("\n", note, title, *numbered), keyboard)


async def named_with_ends(visit: Visit, mutes: Iterable[Mute], *, within: bool = False) -> list[Markup]:
    """Mutes by name, each with its end if it has one; `within` a sentence or each at the head of a line."""
    ends = await visit.services.subscriptions.mute_ends(visit.subscriber)
    return [
        Markup(visit.texts("mute.until", what=what, until=_date(visit, ends[each.key]))) if each.key in ends else what
        for each in mutes
        for what in (name_of(visit, each, within=within),)
    ]


def _date(visit: Visit, end: datetime) -> str:
    return visit.texts.slot(end, load_zone(visit.subscriber.time_zone))


def _fit(word: str, language: str) -> str | None:
    """A word that a button carries, if it would do: anyone can send any data."""
    try:
        return parse_wish(word, language)
    except ArgumentError:
        return None


def _marked(visit: Visit, index: int) -> Mute | None:
    """The mute of this reader that the pressed button names."""
    sign = visit.callback.text(index) if visit.callback is not None else None
    return next((each for each in mutes_of(visit.subscriber.preferences) if mark(each.key) == sign), None)


COMMANDS = (
    Command("mute", mute, changes=True, costly=True),
    Command("unmute", unmute, changes=True),
)
PRESSES = (Press("mute", press, changes=True), Press("unmute", press_unmute, changes=True))
QUESTIONS: dict[str, Handler] = {"mute.ask": mute}
