"""What operators tell readers while something is wrong."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Outage:
    """A word in the operators' own words; times are UTC."""

    id: int
    message: str
    begun_at: datetime | None = None  # None: a draft
    ended_at: datetime | None = None

    @property
    def is_draft(self) -> bool:
        """True until it is shown to readers."""
        return self.begun_at is None

    @property
    def holds(self) -> bool:
        """True while readers see it."""
        return self.begun_at is not None and self.ended_at is None
