"""Reactions to digests and stories: which wish for more and which for less, and how one is taken back."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from digests.domain.preferences import MOST_STEPS, Preferences, Weighed, weighted

_VARIATION = "\ufe0f"
MORE = frozenset([*"👍❤🔥🥰👏🎉🤩🙏👌😍💯⚡🏆🍾💋🤝🤗🫡💘😘🆒", "❤\u200d🔥"])
LESS = frozenset("👎🤮💩🥱🖕😴")
"""All others, such as 😢 and 😱, speak of the news and not of what a reader wants to read."""


def step_of(emoji: Iterable[str]) -> int:
    """What the reactions on a message wish for: 1 more, -1 less, 0 neither or both."""
    given = {each.replace(_VARIATION, "") for each in emoji}
    return int(bool(given & MORE)) - int(bool(given & LESS))


@dataclass(frozen=True, slots=True)
class Step:
    """A step that a reaction has made: the weight with this key, before and after."""

    key: str
    before: int
    after: int


def made(preferences: Preferences, key: str, step: int) -> tuple[Preferences, Step]:
    """The preferences one step further, as far as steps go, and the step. Raises InputError for a wrong key."""
    before = steps_of(preferences, key)
    after = max(-MOST_STEPS, min(MOST_STEPS, before + step))
    return weighted(preferences, key, after), Step(key, before, after)


def taken_back(preferences: Preferences, step: Step) -> Preferences:
    """The preferences without the step. What the reader has changed himself since then stays as far as it can."""
    now, change = steps_of(preferences, step.key), step.after - step.before
    if now == step.after:
        return weighted(preferences, step.key, step.before)
    if now * change <= 0:  # he has reset it, or gone the other way: nothing of the step is left
        return preferences
    return weighted(preferences, step.key, now - change)


def steps_of(preferences: Preferences, key: str) -> int:
    """How many steps a key weighs; a source in any spelling."""
    wanted = key.casefold()
    return next((steps for each, steps in preferences.weights if each.casefold() == wanted), 0)


def favourite(keys: Iterable[str], preferences: Preferences) -> str | None:
    """Which of the keys of a story a reaction to it means: the first the reader has chosen, else the first."""
    kept = list(keys)
    own = {Weighed.TOPIC.key(slug) for slug in preferences.topics} | {
        Weighed.WORD.key(word) for word in preferences.words
    }
    return next((key for key in kept if key in own), kept[0] if kept else None)
