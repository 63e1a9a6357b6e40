"""The sources as readers choose among them: by the name under which articles come, with what they bring."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from digests.domain.suggestions import key, nearest
from digests.ports import Clock
from digests.services.remembering import Remembered
from digests.storage.credits import CreditStore, Flow, Latest
from digests.storage.database import Database

WEEK = timedelta(days=7)
KEPT_FOR = timedelta(minutes=5)
"""Counts may be so old: every tap on a page of the list shows them."""


@dataclass(frozen=True, slots=True)
class Credit:
    """A source under its most usual spelling."""

    name: str
    spellings: tuple[str, ...]
    weekly: int  # articles of the last seven days
    languages: tuple[str, ...]  # the usual one first
    last_at: datetime  # UTC; when its latest article was news


@dataclass
class Credits:
    """Lists and finds sources by their credits."""

    database: Database
    clock: Clock
    _counted: Remembered[list[Credit]] = field(init=False)

    def __post_init__(self) -> None:
        """Begin without counts."""
        self._counted = Remembered(self._count, KEPT_FOR)

    async def all(self) -> list[Credit]:
        """Every source with articles in the archive, the busiest of this week first; counted every few minutes."""
        return await self._counted.get(self.clock.now())

    async def _count(self, now: datetime) -> list[Credit]:
        async with self.database.read() as transaction:
            return _joined(await CreditStore(transaction).flows(now - WEEK))

    async def find(self, name: str) -> Credit | None:
        """The source of this name: however it is spelt, or the only one that begins so."""
        every, wanted = await self.all(), key(name)
        exact = next((each for each in every if wanted and key(each.name) == wanted), None)
        if exact is not None or len(wanted) < 3:
            return exact
        begun = [each for each in every if key(each.name).startswith(wanted)]
        return begun[0] if len(begun) == 1 else None

    async def nearest(self, name: str, count: int = 3) -> list[Credit]:
        """Did-you-mean: up to `count` sources whose names are spelt nearly so, best first."""
        by_name = {each.name: each for each in await self.all()}
        return [by_name[near] for near in nearest(name, by_name, count)]

    async def latest(self, credit: Credit) -> Latest | None:
        """The last article of a source; None when the archive has just lost it."""
        async with self.database.read() as transaction:
            return await CreditStore(transaction).latest(credit.spellings, credit.last_at)


def _joined(flows: Iterable[Flow]) -> list[Credit]:
    """Spellings that differ in case only are one source, as for mutes and weights."""
    by_name: defaultdict[str, list[Flow]] = defaultdict(list)
    for flow in flows:
        by_name[flow.credit.casefold()].append(flow)
    found = [_credit(each) for each in by_name.values()]
    return sorted(found, key=lambda each: (-each.weekly, key(each.name), each.name))


def _credit(flows: Iterable[Flow]) -> Credit:
    flows = sorted(flows, key=lambda flow: (-flow.fresh, -flow.last_at.timestamp()))
    return Credit(
        name=flows[0].credit,
        spellings=tuple(dict.fromkeys(flow.credit for flow in flows)),
        weekly=sum(flow.fresh for flow in flows),
        languages=tuple(dict.fromkeys(flow.language for flow in flows if flow.language != "und")),
        last_at=max(flow.last_at for flow in flows),
    )
