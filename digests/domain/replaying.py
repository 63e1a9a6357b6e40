"""What is different between a digest as it was, and as it would be composed today."""

from __future__ import annotations

from dataclasses import dataclass

from digests.domain.digests import Digest, Item


@dataclass(frozen=True, slots=True)
class Changes:
    """Headlines of stories that came, went, or are told otherwise; and whether their order is another."""

    added: tuple[str, ...] = ()
    removed: tuple[str, ...] = ()
    changed: tuple[tuple[str, str], ...] = ()  # (headline, what is another: state, headline, sentences, sources)
    reordered: bool = False

    def __bool__(self) -> bool:
        return bool(self.added or self.removed or self.changed or self.reordered)


def compare(before: Digest, now: Digest) -> Changes:
    """How `now` differs from `before`, story by story."""
    old = {item.story_id: item for item in _items(before)}
    new = {item.story_id: item for item in _items(now)}
    both = [story for story in new if story in old]
    return Changes(
        added=tuple(new[story].headline for story in new if story not in old),
        removed=tuple(old[story].headline for story in old if story not in new),
        changed=tuple((new[story].headline, what) for story in both if (what := _told(old[story], new[story]))),
        reordered=both != [story for story in old if story in new],
    )


def _items(digest: Digest) -> list[Item]:
    return [item for group in digest.groups for item in group.items]


def _told(old: Item, new: Item) -> str:
    differs = {
        "headline": old.headline != new.headline,
        "state": old.state is not new.state,
        "sentences": [each.text for each in old.sentences] != [each.text for each in new.sentences],
        "details": [each.text for each in old.details] != [each.text for each in new.details],
        "sources": {note.name for note in old.sources} != {note.name for note in new.sources},
        "summary": [each.text for each in old.written] != [each.text for each in new.written],
    }
    return ", ".join(name for name, other in differs.items() if other)
