"""How often somebody may have what costs much: digests composed for him, searches, files."""

from __future__ import annotations

from collections import defaultdict, deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digests.domain.subscribers import Chat

COSTLY_PER_MINUTE = 12
"""In a private chat: who looks around taps every few seconds, and wrong words count as well as right ones."""
PAUSE_IN_GROUPS = timedelta(seconds=30)
"""Between two answers to costly wishes in one group, whoever has them."""
_PACES = {"private": (COSTLY_PER_MINUTE, timedelta(minutes=1)), "inline": (40, timedelta(minutes=1))}
"""How many costly wishes in which time, by kind of chat; in groups and channels fewer."""


@dataclass
class Cooldowns:
    """The costly wishes of each chat, as far back as they count."""

    _recent: defaultdict[tuple[bool, int], deque[datetime]] = field(default_factory=lambda: defaultdict(deque))

    def wait(self, chat: Chat, now: datetime) -> int:
        """Seconds until another costly wish is heard; 0 when it is heard now (UTC), and then it counts."""
        many, span = _PACES.get(chat.kind, (1, PAUSE_IN_GROUPS))
        recent = self._recent[chat.kind == "inline", chat.id]
        while recent and now - recent[0] >= span:
            recent.popleft()
        if len(recent) >= many:
            return max(1, round((recent[0] + span - now).total_seconds()))
        recent.append(now)
        return 0
