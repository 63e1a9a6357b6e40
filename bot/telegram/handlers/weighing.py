"""More of this, less of that: small steps that a reader sees, changes and resets. They live in the preferences."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.telegram.callbacks import encode, mark
from bot.telegram.handlers.wishes import page_of
from bot.telegram.html import clip, join
from bot.telegram.keyboards import BUTTON_LIMIT, Button, Keyboard, Row, in_rows, pager, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.taste import stories_in
from bot.telegram.visit import Visit
from bot.telegram.widths import room, width
from digests.domain.digests import Item
from digests.domain.preferences import MOST_STEPS, Weighed, weight_key, weighted
from digests.domain.ranking import STEP
from digests.domain.reactions import steps_of as steps_of_key
from digests.domain.suggestions import key

OFFERED_TOPICS = 4
OFFERED_SOURCES = 4
PER_PAGE = 6
_SCREEN = "on"
_NAME = 60
_LETTERS = {"t": Weighed.TOPIC, "w": Weighed.WORD, "s": Weighed.SOURCE}
_LETTER_OF = {kind: letter for letter, kind in _LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Target:
    """What a weight is about."""

    kind: Weighed
    name: str  # slug, word or credit

    @property
    def key(self) -> str:
        """The key of its weight."""
        return self.kind.key(self.name)


def steps_of(visit: Visit, kind: Weighed, name: str) -> int:
    """How many steps something weighs for this reader; sources in any spelling."""
    return steps_of_key(visit.subscriber.preferences, kind.key(name))


def weigh_button(visit: Visit, step: int, kind: Weighed, name: str, text: str | None = None) -> Button:
    """A button that lets something count a step more or less, and tells what that means."""
    text = text or visit.texts("button.counts_more" if step > 0 else "button.counts_less")
    return Button(text, encode("weigh", step, *reference_of(Target(kind, name))))


async def more(visit: Visit) -> None:
    """The button "Mehr davon": of what?"""
    await _ask(visit, 1)


async def less(visit: Visit) -> None:
    """The button "Weniger": of what?"""
    await _ask(visit, -1)


async def _ask(visit: Visit, step: int) -> None:
    """The topics, words and sources of the stories that the pressed button names, in a new message."""
    visit.fresh = True
    texts, callback = visit.texts, visit.callback
    ids = stories_in(callback.arguments) if callback is not None else []
    items = await visit.services.reading.items(ids, visit.subscriber.preferences)
    if not items:
        await visit.reply(texts("story.gone"))
        return
    targets = targets_of(items, visit)
    buttons = [weigh_button(visit, step, each.kind, each.name, label_of(visit, each)) for each in targets]
    close = Button(texts("button.cancel"), encode("close"))
    question = texts("weigh.more_of" if step > 0 else "weigh.less_of")
    await visit.reply(question, Keyboard.of(*in_rows(buttons, 2), [_all_button(visit), close]))


def targets_of(items: Sequence[Item], visit: Visit) -> list[Target]:
    """What stories have in common, the most frequent first: a few topics and words, a few sources."""
    matches = Counter(match.slug for item in items for match in item.topics)
    sources = Counter(name for item in items for name in dict.fromkeys(note.name for note in item.sources))
    topics = [
        Target(Weighed.TOPIC if slug in visit.services.catalogue else Weighed.WORD, slug)
        for slug, _ in matches.most_common(OFFERED_TOPICS)
    ]
    return [*topics, *(Target(Weighed.SOURCE, name) for name, _ in sources.most_common(OFFERED_SOURCES))]


async def weigh(visit: Visit) -> None:
    """A step up or down, or ("0") back to nothing; told in place, or on the screen of all weights."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    step, target = visit.callback.number(0) or 0, await named_target(visit, 1)
    on_screen = visit.callback.text(3) == _SCREEN
    if target is None or abs(step) > 1:
        await show_weights(visit)
        return
    before = steps_of(visit, target.kind, target.name)
    wanted = before + step if step else 0
    if abs(wanted) > MOST_STEPS or wanted == before:
        none = visit.texts("toast.weight_none")
        await visit.toast(visit.texts("toast.weight_bound", steps=signed(before)) if step else none)
        return
    change = await visit.services.subscriptions.set_preferences(
        visit.chat, lambda wish: weighted(wish, target.key, steps_of_key(wish, target.key) + step if step else 0)
    )
    visit.subscriber = change.subscriber
    undo = visit.undo_button(change)
    if on_screen:
        await show_weights(visit, visit.callback.number(4), effect(visit, target), undo)
        return
    again = weigh_button(visit, step, target.kind, target.name, visit.texts("button.once_more")) if step else None
    leave = _leaving(visit, target) if step < 0 else ()
    await visit.confirm(change, effect(visit, target), (*([again] if again else []), _all_button(visit)), leave)


def _leaving(visit: Visit, target: Target) -> Row:
    """Beside "less of a topic" stands leaving it altogether."""
    if target.kind is Weighed.TOPIC and target.name in visit.subscriber.preferences.topics:
        text = visit.texts("button.unsubscribe_topic", topic=visit.view.topic(target.name))
        return (Button(text, encode("unsubscribe", target.name)),)
    return ()


def effect(visit: Visit, target: Target) -> str:
    """ "Sport zählt weniger: −1 (möglich ist −3 bis +3)" and what that does to its stories."""
    steps, what = steps_of(visit, target.kind, target.name), name_of(visit, target)
    if not steps:
        return visit.texts("weigh.reset", what=what)
    text, percent = "weigh.more" if steps > 0 else "weigh.less", round(100 * STEP**steps)
    return visit.texts(text, what=what, steps=signed(steps), most=MOST_STEPS, percent=percent)


async def weights(visit: Visit) -> None:
    """The screen of all weights, a page of it, or everything back to nothing."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    if visit.callback.text(0) == "reset":
        change = await visit.services.subscriptions.set_preferences(
            visit.chat, lambda wish: replace(wish, weights=frozenset())
        )
        visit.subscriber = change.subscriber
        await show_weights(visit, None, visit.texts("weigh.all_reset"), visit.undo_button(change))
    else:
        await show_weights(visit, visit.callback.number(1))


async def show_weights(
    visit: Visit, page: int | None = None, note: str | None = None, undo: Button | None = None
) -> None:
    """What counts more or less, and the reader's topics and words that do not yet; `note` (HTML) stands above."""
    texts, own = visit.texts, visit.subscriber.preferences
    targets = _all_targets(visit)
    page, pages = page_of(page, len(targets), PER_PAGE)
    rows = [row for each in targets[page * PER_PAGE : (page + 1) * PER_PAGE] for row in _rows(visit, each, page)]
    reset = [Button(texts("button.reset_weights"), encode("weights", "reset"))] if own.weights else []
    ways = (Button(texts("button.all_sources"), encode("sources")), *to_settings(texts))
    title = texts("weigh.title", most=MOST_STEPS) if targets else texts("weigh.nothing")
    turn = pager(texts, page, pages, verb="weights")
    first = [undo] if undo else []
    await visit.show(join("\n\n", note, title), Keyboard.of(*rows, turn, reset, first, ways))


def _all_targets(visit: Visit) -> list[Target]:
    """Everything weighed, by how much, then the reader's other topics and words by name."""
    own = visit.subscriber.preferences
    known = [Target(*weight_key(each)) for each, _ in sorted(own.weights, key=lambda pair: (-abs(pair[1]), pair[0]))]
    others = [
        *(Target(Weighed.TOPIC, slug) for slug in own.topics),
        *(Target(Weighed.WORD, word) for word in own.words),
    ]
    others.sort(key=lambda each: key(name_of(visit, each)))
    return [*known, *(each for each in others if each not in known)]


def _rows(visit: Visit, target: Target, page: int) -> tuple[Row, ...]:
    """[−] [Sport: −1] [+]; the middle one takes the weight off, and stands above the others where its name is long."""
    reference = reference_of(target)
    steps = steps_of(visit, target.kind, target.name)
    label = f"{clip(name_of(visit, target), BUTTON_LIMIT - 12)}: {signed(steps)}"
    less, none, more = (
        Button(text, encode("weigh", step, *reference, _SCREEN, page))
        for step, text in ((-1, "−"), (0, label), (1, "+"))
    )
    return ((less, none, more),) if width(label) <= room(3) else ((none,), (less, more))


def reference_of(target: Target) -> tuple[str, str]:
    """What names a target in a button: topics by slug, words and sources by a sign, since they may be long."""
    return _LETTER_OF[target.kind], target.name if target.kind is Weighed.TOPIC else mark(target.name)


async def named_target(visit: Visit, at: int) -> Target | None:
    """What the pressed button names from its argument `at` on; None when there is no such thing for this reader."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    kind, sign = _LETTERS.get(visit.callback.text(at) or ""), visit.callback.text(at + 1)
    own = visit.subscriber.preferences
    if kind is Weighed.TOPIC:
        weighed = Weighed.TOPIC.key(sign or "") in dict(own.weights)
        return Target(kind, sign) if sign and (sign in visit.services.catalogue or weighed) else None
    if kind is None:
        return None
    names = [name for each, name in (weight_key(weight) for weight, _ in own.weights) if each is kind]
    if kind is Weighed.WORD:
        names += own.words
    else:
        names += [spelling for each in await visit.services.credits.all() for spelling in each.spellings]
    return next((Target(kind, name) for name in names if mark(name) == sign), None)


def name_of(visit: Visit, target: Target) -> str:
    """What a target is called in the reader's language."""
    return clip(visit.view.topic(target.name) if target.kind is Weighed.TOPIC else target.name, _NAME)


def label_of(visit: Visit, target: Target) -> str:
    """A target as a button: sources say that they are one."""
    name = name_of(visit, target)
    return visit.texts("button.source_named", source=name) if target.kind is Weighed.SOURCE else name


def signed(steps: int) -> str:
    """ "+2", "−1" with a proper minus, "0"."""
    return f"{steps:+}".replace("-", "−") if steps else "0"


def _all_button(visit: Visit) -> Button:
    return Button(visit.texts("button.weights"), encode("weights"))


COMMANDS: tuple[Command, ...] = ()
PRESSES: tuple[Press, ...] = (
    Press("more", more, changes=True, costly=True),
    Press("less", less, changes=True, costly=True),
    Press("weigh", weigh, changes=True),
    Press("weights", weights, changes=True),
)
QUESTIONS: dict[str, Handler] = {}
