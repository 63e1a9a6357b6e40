"""Who picks a channel or group at this moment: its set-up follows by itself, so nobody need be invited to it."""

from __future__ import annotations

from datetime import datetime, timedelta

LASTS = timedelta(minutes=10)
"""From the moment at which the buttons to pick a chat were shown."""


class Pickers:
    """People who have these buttons before them. Known to this process alone: another one invites once too often."""

    def __init__(self) -> None:
        """Nobody picks."""
        self._since: dict[int, datetime] = {}

    def begin(self, user_id: int, now: datetime) -> None:
        """Somebody was shown the buttons."""
        self._since = {user: since for user, since in self._since.items() if now - since < LASTS}
        self._since[user_id] = now

    def picks(self, user_id: int, now: datetime) -> bool:
        """Whether he still may be picking."""
        since = self._since.get(user_id)
        return since is not None and now - since < LASTS
