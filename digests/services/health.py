"""Asking the database how the service is."""

from __future__ import annotations

import asyncio
from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy.exc import SQLAlchemyError

from digests.domain.health import Circumstances, Health, Reason, State, Trouble, Vital, judge
from digests.domain.sources import SourceState
from digests.errors import SchemaError
from digests.ports import Clock
from digests.storage import schema
from digests.storage.database import Database
from digests.storage.sources import SourceStore
from digests.storage.vitals import VitalStore

ANSWER_WITHIN = 5.0
"""Seconds (real ones) in which the database must answer."""
_READ = (SourceState.OK, SourceState.NEW, SourceState.FAILING, SourceState.RETIRED)


@dataclass(frozen=True, slots=True)
class Healthcare:
    """Looks at the whole service, or at one host of it."""

    database: Database
    clock: Clock

    async def look(self, host: str | None = None, role: str | None = None) -> Health:
        """How the service is now; `host` and `role` name the processes that must live. Never raises."""
        try:
            async with asyncio.timeout(ANSWER_WITHIN):
                await schema.check(self.database)
                return await self._judged(host, role)
        except SchemaError as error:
            return Health(State.FAILED, (Reason(Trouble.SCHEMA, str(error)),))
        except (SQLAlchemyError, OSError) as error:  # TimeoutError among them
            said = f"the database does not answer ({type(error).__name__})"
            return Health(State.FAILED, (Reason(Trouble.DATABASE, said),))

    async def _judged(self, host: str | None, role: str | None) -> Health:
        now = self.clock.now()
        async with self.database.read() as transaction:
            store = VitalStore(transaction)
            vitals = await store.all(host)
            if host is not None and any(each.role != "web" for each in vitals):
                # on PostgreSQL another host may have taken the last minutes
                everywhere = [each.ticked_at for each in await store.all() if each.ticked_at is not None]
                latest = max(everywhere, default=None)
                vitals = [_ticked(each, latest) for each in vitals]
            states = Counter(source.state for source in await SourceStore(transaction).all())
            lag = await store.lag(now)
        read = sum(states[state] for state in _READ)
        failing = states[SourceState.FAILING] + states[SourceState.RETIRED]
        return judge(vitals, Circumstances(lag, read, failing), now, role)


def _ticked(vital: Vital, latest: datetime | None) -> Vital:
    return vital if vital.role == "web" else replace(vital, ticked_at=latest)
