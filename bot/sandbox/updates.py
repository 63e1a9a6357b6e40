"""A bot's update queue: numbered updates, confirmed by offset, for one poller at a time or a webhook."""

import asyncio
from bisect import bisect_left
from collections.abc import Callable
from typing import Any

from bot.sandbox.errors import conflict

Update = dict[str, Any]

ALL_KINDS = {
    "message", "edited_message", "channel_post", "edited_channel_post", "inline_query", "chosen_inline_result",
    "callback_query", "shipping_query", "pre_checkout_query", "poll", "poll_answer", "my_chat_member", "chat_member",
    "chat_join_request", "message_reaction", "message_reaction_count", "chat_boost", "removed_chat_boost",
    "business_connection", "business_message", "edited_business_message", "deleted_business_messages",
    "purchased_paid_media",
}  # fmt: skip
# Without `allowed_updates` Telegram keeps these back.
ON_REQUEST = {"chat_member", "message_reaction", "message_reaction_count"}
OTHER_POLLER = "terminated by other getUpdates request; make sure that only one bot instance is running"


def kind_of(update: Update) -> str:
    """The name of the field that carries the update."""
    return next(name for name in update if name != "update_id")


class UpdateQueue:
    """Updates in order, kept until the bot confirms them with a higher offset."""

    def __init__(self, first_id: int, changed: Callable[[], None]) -> None:
        self._changed = changed
        self._next_id = first_id
        self._waiting: list[Update] = []
        self._last_confirmed: list[Update] = []
        self._repeats: list[Update] = []
        self._poll: asyncio.Future[str] | None = None
        self.allowed: set[str] = ALL_KINDS - ON_REQUEST
        self._closed = False

    def __len__(self) -> int:
        return len(self._waiting)

    @property
    def next_id(self) -> int:
        """The number of the update that comes next."""
        return self._next_id

    @property
    def waiting(self) -> bool:
        """Whether a poll waits at this moment."""
        return self._poll is not None and not self._poll.done()

    def allow(self, kinds: object) -> None:
        """Take an `allowed_updates` list; an empty one means the default, unknown names are ignored."""
        if isinstance(kinds, list):
            self.allowed = ({str(kind) for kind in kinds} & ALL_KINDS) or ALL_KINDS - ON_REQUEST

    def put(self, kind: str, content: dict[str, Any]) -> Update | None:
        """Queue an update, unless the bot does not want its kind."""
        if kind not in self.allowed:
            return None
        update = {"update_id": self._next_id, kind: content}
        self._next_id += 1
        self._waiting.append(update)
        self._wake("update")
        return update

    def clear(self) -> None:
        """`drop_pending_updates`."""
        self._waiting.clear()

    def pending(self) -> list[Update]:
        """What is not confirmed yet, oldest first."""
        return list(self._waiting)

    def remove(self, update: Update) -> None:
        """Confirm one update, as a webhook's 2xx does."""
        self._waiting = [one for one in self._waiting if one["update_id"] != update["update_id"]]
        self._last_confirmed = [update]
        self._changed()

    def repeat_last(self) -> bool:
        """Hand out the newest confirmed update once more, with the same number."""
        last = self._last_confirmed or self._waiting[-1:]
        self._repeats += last
        self._wake("update")
        return bool(last)

    def interrupt(self) -> bool:
        """End a waiting poll as a second poller would; whether one waited."""
        return self._wake("other")

    def close(self) -> None:
        """The server stops: end a waiting poll and let no other one wait."""
        self._closed = True
        self._wake("closed")

    def _wake(self, reason: str) -> bool:
        poll = self._poll
        if poll is None or poll.done():
            return False
        poll.set_result(reason)
        return True

    def _confirm(self, offset: int) -> None:
        if offset == 0:
            return
        if offset < 0:
            count = max(len(self._waiting) + offset, 0)
        else:
            count = bisect_left(self._waiting, offset, key=lambda one: one["update_id"])
        self._last_confirmed = self._waiting[count - 1 : count] or self._last_confirmed
        del self._waiting[:count]
        self._changed()

    def _take(self, limit: int) -> list[Update]:
        if self._repeats:
            taken, self._repeats = self._repeats[:limit], self._repeats[limit:]
            return taken
        return self._waiting[:limit]

    async def poll(self, offset: int, limit: int, seconds: float) -> list[Update]:
        """One `getUpdates`. Raises ApiError 409 when another poll takes over while this one waits."""
        self.interrupt()
        self._confirm(offset)
        if (taken := self._take(limit)) or seconds <= 0 or self._closed:
            return taken
        mine = asyncio.get_running_loop().create_future()
        self._poll = mine
        self._changed()
        try:
            async with asyncio.timeout(seconds):
                reason = await mine
        except TimeoutError:
            return []
        finally:
            if self._poll is mine:
                self._poll = None
        if reason == "other":
            raise conflict(OTHER_POLLER)
        return self._take(limit)
