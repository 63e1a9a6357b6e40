"""A reaction to a digest or story: the same step as "more of this" and "less", and undone when it is taken back.

In private chats only: of a group Telegram tells them to bots that administer it, and no member's is the group's wish.
"""

from __future__ import annotations

from collections.abc import Sequence

from telegram import ReactionTypeEmoji

from bot.i18n import escape
from bot.telegram.callbacks import encode, parse_number, short_number
from bot.telegram.handlers.weighing import (
    Target,
    effect,
    label_of,
    name_of,
    named_target,
    reference_of,
    signed,
    targets_of,
)
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard, closing, in_rows, to_settings
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import STORIES_PER_ROW
from bot.telegram.stories import HEADLINE_LIMIT
from bot.telegram.visit import Visit
from digests.domain.digests import Item
from digests.domain.preferences import weight_key
from digests.domain.reactions import favourite, step_of
from digests.services.reacting import Reacted
from digests.storage.reactions import Shown

_OTHERS = 4
"""Other things of the story that the answer offers, should the reader have meant one of them."""
_HEADLINE = min(HEADLINE_LIMIT, 90)


async def react(visit: Visit) -> None:
    """Somebody has put a reaction on a message, changed it or taken it away."""
    change = visit.update.message_reaction
    assert change is not None, "called for reactions only"  # noqa: S101
    reactions = visit.services.reactions
    shown = await reactions.find(visit.subscriber, change.message_id)
    if shown is None:
        return  # another message than one with stories, or too old a one
    step = step_of(each.emoji for each in change.new_reaction if isinstance(each, ReactionTypeEmoji))
    items = await _items(visit, shown)
    alone = items[0] if len(shown.story_ids) == 1 and items else None
    key = _meant(visit, alone) if alone else None
    reacted = await reactions.react(visit.chat, change.message_id, step, change.date, key)
    if reacted is None:
        return
    visit.subscriber = reacted.subscriber
    if not reacted.shown.step:
        if reacted.shown.answer_id is None:
            return
        html, keyboard = _taken_back(visit, reacted), Keyboard.of(to_settings(visit.texts))
    elif not items:
        html, keyboard = visit.texts("story.gone"), None
    elif alone is not None and reacted.shown.weighed is not None:
        html, keyboard = _effect(visit, reacted), _keyboard(visit, reacted, alone)
    else:
        html, keyboard = _question(visit, reacted, items)
    answer = await visit.put(html, keyboard, reacted.shown.answer_id)
    await reactions.answered(visit.subscriber, change.message_id, answer)


async def choose(visit: Visit) -> None:
    """Which story a reaction to a digest means, what of a story, or (no story named) that it shall change nothing."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    reactions = visit.services.reactions
    message_id = parse_number(visit.callback.text(0) or "") or 0
    story_id = parse_number(visit.callback.text(1) or "")
    shown = await reactions.find(visit.subscriber, message_id)
    items = await _items(visit, shown) if shown is not None and story_id is not None else []
    item = next((each for each in items if each.story_id == story_id), None)
    if item is None and story_id is not None:
        await visit.toast(visit.texts("toast.reaction_gone"))
        return
    key = None
    if item is not None:
        target = await named_target(visit, 2) if visit.callback.text(2) else None
        key = target.key if target is not None else _meant(visit, item)
    reacted = await reactions.choose(visit.chat, message_id, key)
    if reacted is None:
        await visit.toast(visit.texts("toast.reaction_gone"))
        return
    visit.subscriber = reacted.subscriber
    if item is None or reacted.shown.weighed is None:
        await visit.show(_taken_back(visit, reacted), Keyboard.of(to_settings(visit.texts)))
    else:
        await visit.show(_effect(visit, reacted), _keyboard(visit, reacted, item))


async def _items(visit: Visit, shown: Shown) -> list[Item]:
    """The stories of a message that are still there, in its order."""
    order = {story_id: place for place, story_id in enumerate(shown.story_ids)}
    found = await visit.services.reading.items(shown.story_ids, visit.subscriber.preferences)
    return sorted(found, key=lambda item: order.get(item.story_id, len(order)))


def _meant(visit: Visit, item: Item) -> str | None:
    """What a reaction to a story weighs: a topic or word that the reader follows, else what the story is about."""
    return favourite((each.key for each in targets_of([item], visit)), visit.subscriber.preferences)


def _question(visit: Visit, reacted: Reacted, items: Sequence[Item]) -> tuple[str, Keyboard | None]:
    """Which of the stories? Numbered as in the digest."""
    key = "reaction.more_of_which" if reacted.shown.step > 0 else "reaction.less_of_which"
    numbered = list(zip(_numbers(reacted.shown, items), items, strict=True))
    lines = (f"{number}. {escape(clip(item.headline, _HEADLINE))}" for number, item in numbered)
    message = short_number(reacted.shown.message_id)
    numbers = [
        Button(str(number), encode("reaction", message, short_number(item.story_id))) for number, item in numbered
    ]
    html = "\n\n".join([visit.texts(key), "\n".join(lines)])
    return html, Keyboard.of(*in_rows(numbers, STORIES_PER_ROW), closing(visit.texts))


def _numbers(shown: Shown, items: Sequence[Item]) -> list[int]:
    """The numbers that stories have in the digest; of one that was merged into another since, by its place here."""
    places = {story_id: number for number, story_id in enumerate(shown.story_ids, shown.first)}
    return [places.get(item.story_id, shown.first + place) for place, item in enumerate(items)]


def _effect(visit: Visit, reacted: Reacted) -> str:
    """ "Ukraine zählt mehr: +1 von +3. ..." and how it is undone."""
    step = reacted.shown.weighed
    assert step is not None, "it has weighed something"  # noqa: S101
    target = Target(*weight_key(step.key))
    if step.before == step.after:
        return visit.texts("reaction.bound", what=name_of(visit, target), steps=signed(step.after))
    return join("\n", effect(visit, target), visit.texts("reaction.hint"))


def _taken_back(visit: Visit, reacted: Reacted) -> str:
    if reacted.undone is None:
        return visit.texts("reaction.nothing")
    target = Target(*weight_key(reacted.undone.key))
    steps = dict(reacted.subscriber.preferences.weights).get(target.key, 0)
    return visit.texts("reaction.undone", what=name_of(visit, target), steps=signed(steps))


def _keyboard(visit: Visit, reacted: Reacted, item: Item) -> Keyboard | None:
    """What else of the story could have been meant, and the ways to undo and to all weights."""
    step, texts = reacted.shown.weighed, visit.texts
    message, story = short_number(reacted.shown.message_id), short_number(item.story_id)
    others = [each for each in targets_of([item], visit) if step is None or each.key != step.key][:_OTHERS]
    buttons = [
        Button(
            texts("button.rather", what=label_of(visit, each)), encode("reaction", message, story, *reference_of(each))
        )
        for each in others
    ]
    undo = Button(texts("button.undo"), encode("reaction", message))
    return Keyboard.of(*in_rows(buttons, 2), [Button(texts("button.adjust"), encode("open", "weights")), undo])


COMMANDS: tuple[Command, ...] = ()
PRESSES: tuple[Press, ...] = (Press("reaction", choose, changes=True),)
QUESTIONS: dict[str, Handler] = {}
