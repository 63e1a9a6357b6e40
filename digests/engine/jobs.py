"""Which job is done by which service."""

from __future__ import annotations

from collections.abc import Mapping

from digests.ports import Clockwork, Handler, Payload
from digests.services.delivering import Delivering
from digests.services.planning import Planning
from digests.services.upkeep import Upkeep


def handlers(planning: Planning, delivering: Delivering) -> Mapping[str, Handler]:
    """The handlers by job name. All are idempotent: a job may come twice."""

    async def prepare_edition(payload: Payload) -> None:
        await planning.prepare(payload["edition"])

    async def deliver(payload: Payload) -> None:
        await delivering.deliver(payload["edition"], payload["first"], payload["last"])

    return {"prepare_edition": prepare_edition, "deliver": deliver}


def clockwork(planning: Planning, upkeep: Upkeep) -> Clockwork:
    """What happens every minute, every five minutes and every night."""
    return Clockwork(minute=planning.plan_due, sweep=planning.sweep, nightly=upkeep.nightly)
