"""What readers are told of a time at which so many read that they cannot all be served at once."""

from __future__ import annotations

from bot.telegram.visit import Visit
from digests.domain.schedule import load_zone


async def crowd_note(visit: Visit) -> str | None:
    """When the reader's next digest is about to come, where that is later than its slot; None else."""
    schedule = visit.subscriber.schedule
    if schedule is None:
        return None
    slot = schedule.next_slot(visit.now)
    at = await visit.services.big_slots.served_at(visit.chat, slot)
    if at == slot:
        return None
    zone = load_zone(schedule.time_zone)
    return visit.texts("time.crowded", slot=visit.texts.time(slot, zone), at=visit.texts.time(at, zone))
