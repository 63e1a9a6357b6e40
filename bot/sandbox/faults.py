"""Troubles on order: wrong answers, broken connections and delays for chosen calls."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

FaultKind = Literal["answer", "close", "truncate", "delay"]


@dataclass(slots=True)
class Fault:
    """What happens to the next `times` calls of a method (empty: any but getUpdates) to a chat (None: any).

    `answer` sends `status` and `body` instead; `close` cuts the connection; `truncate` cuts the answer in half; `delay`
    holds it for `seconds`, or until it is released. With `stored` the call is carried out first. `truncate` and
    `delay` always carry it out.
    """

    kind: FaultKind
    method: str = ""
    chat_id: int | None = None
    times: int = 1
    stored: bool = False
    status: int = 500
    body: str = ""
    content_type: str = "application/json"
    retry_after: int | None = None
    seconds: float | None = None
    met: int = 0
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def concerns(self, method: str, chat_id: str) -> bool:
        """Whether this call meets the fault."""
        if self.times <= 0 or (self.chat_id is not None and str(self.chat_id) != chat_id):
            return False
        return method == self.method.lower() if self.method else method != "getupdates"

    def answer_body(self) -> str:
        """The body to send: the given one, or Telegram's words for the status."""
        if self.body:
            return self.body
        reason = _REASONS.get(self.status, "Internal Server Error")
        extra = ""
        if self.retry_after is not None:
            reason = f"{reason}: retry after {self.retry_after}"
            extra = f',"parameters":{{"retry_after":{self.retry_after}}}'
        return f'{{"ok":false,"error_code":{self.status},"description":"{reason}"{extra}}}'

    async def hold(self) -> None:
        """Wait for the release or the end of the delay."""
        try:
            async with asyncio.timeout(self.seconds):
                await self.released.wait()
        except TimeoutError:
            return


_REASONS = {
    400: "Bad Request", 401: "Unauthorized", 403: "Forbidden", 404: "Not Found", 409: "Conflict",
    413: "Request Entity Too Large", 429: "Too Many Requests", 502: "Bad Gateway", 504: "Gateway Timeout",
}  # fmt: skip


class Faults:
    """The ordered troubles, first come first met."""

    def __init__(self) -> None:
        self._queue: list[Fault] = []

    def __iter__(self) -> Iterator[Fault]:
        return iter(self._queue)

    def add(self, fault: Fault) -> Fault:
        """Order a trouble."""
        self._queue.append(fault)
        return fault

    def meet(self, method: str, chat_id: str) -> Fault | None:
        """The trouble that this call runs into; it is used up by one."""
        for fault in self._queue:
            if fault.concerns(method, chat_id):
                fault.times -= 1
                fault.met += 1
                return fault
        return None

    def release(self) -> None:
        """Let every held answer go, now and in future."""
        for fault in self._queue:
            fault.released.set()

    def clear(self) -> None:
        """Release what is held and forget the rest."""
        self.release()
        self._queue.clear()
