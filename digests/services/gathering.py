"""Many small wishes at once, few transactions: what comes while a batch is under way makes up the next one."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Generic, TypeVar

Wish = TypeVar("Wish")
Answer = TypeVar("Answer")


@dataclass
class Gathering(Generic[Wish, Answer]):
    """Hands wishes to `work` in batches of `most`; it gives an answer for each, in their order.

    Whoever asks alone waits for nobody. When `work` raises, every asker of that batch gets its error.
    """

    work: Callable[[Sequence[Wish]], Awaitable[Sequence[Answer]]]
    most: int
    _waiting: list[tuple[Wish, asyncio.Future[Answer]]] = field(default_factory=list, init=False)
    _running: asyncio.Task[None] | None = field(default=None, init=False)

    async def ask(self, wish: Wish) -> Answer:
        """The answer to one wish, once its batch is done. Raises what its batch has failed at."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((wish, future))
        if self._running is None:
            self._running = asyncio.create_task(self._run())
        return await future

    async def _run(self) -> None:
        try:
            while self._waiting:
                batch, self._waiting = self._waiting[: self.most], self._waiting[self.most :]
                await self._serve(batch)
        finally:
            self._running = None

    async def _serve(self, batch: Sequence[tuple[Wish, asyncio.Future[Answer]]]) -> None:
        try:
            answers = await self.work([wish for wish, _ in batch])
        except Exception as error:  # it is theirs who have asked
            for _, future in batch:
                if not future.done():  # who was cancelled waits no longer
                    future.set_exception(error)
            return
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
