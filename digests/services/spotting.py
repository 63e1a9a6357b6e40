"""Sees while articles are stored which stories may be breaking news now, and has them looked at at once.

Cheap and generous: one query for a batch of articles. Whether a story breaks is decided by `Breaking.check`.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from digests.domain.breaking import RULES, Rules
from digests.ports import Clock, Job, JobQueue
from digests.storage.breaking import BreakingStore
from digests.storage.database import Transaction


def check(story_id: int) -> Job:
    """Looks at one story, before anything else that waits: it is news now."""
    return Job("check_breaking", {"story": story_id}, key=f"breaking:{story_id}", priority=9)


@dataclass(frozen=True, slots=True)
class Spotting:
    """Hands out the checks within the transaction that stores the articles."""

    queue: JobQueue
    clock: Clock
    rules: Rules = RULES

    async def spot(self, transaction: Transaction, story_ids: Collection[int]) -> None:
        """Have those of these stories checked that have enough sources by now; articles have come to them."""
        if not story_ids:
            return
        since = self.clock.now() - 2 * self.rules.within  # a story breaks until so long after its last source
        found = await BreakingStore(transaction).growing(story_ids, since, self.rules.sources)
        await self.queue.enqueue_all([check(story_id) for story_id in found], within=transaction)
