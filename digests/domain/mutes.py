"""What a reader wants to see nothing of: words and sources, for good or until a day. A change gives new preferences."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from digests.domain.preferences import Preferences, Weighed
from digests.domain.suggestions import key

MUTES_AT_MOST = 50
"""Words and sources that one reader may mute: each is looked for in every article that comes into question."""


@dataclass(frozen=True, slots=True)
class Mute:
    """A muted word (as typed, a phrase in its quotation marks) or a muted source (by its credit)."""

    kind: Weighed  # WORD or SOURCE
    name: str

    @property
    def key(self) -> str:
        """What it is stored under: "word:krieg", "source:Ticker24"."""
        return self.kind.key(self.name)


def mutes_of(preferences: Preferences) -> tuple[Mute, ...]:
    """All mutes in the order in which lists show and number them: words, then sources, by name."""
    words = (Mute(Weighed.WORD, name) for name in _sorted(preferences.mutes))
    sources = (Mute(Weighed.SOURCE, name) for name in _sorted(preferences.muted_sources))
    return (*words, *sources)


def with_mute(preferences: Preferences, mute: Mute) -> Preferences:
    """The preferences with one more mute; the same name in other letters gives way."""
    return _with_names(preferences, mute.kind, {*_names(without_mute(preferences, mute), mute.kind), mute.name})


def without_mute(preferences: Preferences, mute: Mute) -> Preferences:
    """The preferences without a mute, however it is spelt; as they were when there is none."""
    kept = {name for name in _names(preferences, mute.kind) if name.casefold() != mute.name.casefold()}
    return _with_names(preferences, mute.kind, kept)


def find_mute(preferences: Preferences, typed: str) -> Mute | None:
    """The mute that somebody means who types its number in the list, or its name in any spelling."""
    mutes, wanted = mutes_of(preferences), key(typed)
    if typed.strip().isdecimal() and 0 < int(typed.strip()[:9]) <= len(mutes):
        return mutes[int(typed) - 1]
    return next((mute for mute in mutes if wanted and key(mute.name) == wanted), None)


def _names(preferences: Preferences, kind: Weighed) -> frozenset[str]:
    return preferences.muted_sources if kind is Weighed.SOURCE else preferences.mutes


def _with_names(preferences: Preferences, kind: Weighed, names: Iterable[str]) -> Preferences:
    if kind is Weighed.SOURCE:
        return replace(preferences, muted_sources=frozenset(names))
    return replace(preferences, mutes=frozenset(names))


def _sorted(names: Iterable[str]) -> list[str]:
    return sorted(names, key=lambda name: (key(name), name))
