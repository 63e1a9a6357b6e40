"""How often somebody may have what costs much: digests composed for him, searches, files."""

from __future__ import annotations

from collections import OrderedDict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digests.domain.subscribers import Chat

COSTLY_PER_MINUTE = 12
"""In a private chat: who looks around taps every few seconds, and wrong words count as well as right ones."""
PAUSE_IN_GROUPS = timedelta(seconds=30)
"""Between two answers to costly wishes in one group, whoever has them."""
_MINUTE = timedelta(minutes=1)
_PACES = {"private": (COSTLY_PER_MINUTE, _MINUTE), "inline": (40, _MINUTE)}
"""How many costly wishes in which time, by kind of chat; in groups and channels fewer."""


@dataclass
class Cooldowns:
    """The costly wishes of each chat, as far back as they count; a chat that has had none for a minute is forgotten."""

    _recent: OrderedDict[tuple[bool, int], deque[datetime]] = field(default_factory=OrderedDict)

    def wait(self, chat: Chat, now: datetime) -> int:
        """Seconds until another costly wish is heard; 0 when it is heard now (UTC), and then it counts."""
        many, span = _PACES.get(chat.kind, (1, PAUSE_IN_GROUPS))
        self._forget(now)
        recent = self._recent.setdefault((chat.kind == "inline", chat.id), deque())
        while recent and now - recent[0] >= span:
            recent.popleft()
        if len(recent) >= many:
            return max(1, round((recent[0] + span - now).total_seconds()))
        recent.append(now)
        self._recent.move_to_end((chat.kind == "inline", chat.id))
        return 0

    def _forget(self, now: datetime) -> None:
        """Let go of those whose last wish is too long ago to count, who stand first."""
        while self._recent and now - next(iter(self._recent.values()))[-1] >= _MINUTE:
            self._recent.popitem(last=False)
