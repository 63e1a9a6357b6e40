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
    _working: asyncio.Lock = field(default_factory=asyncio.Lock, init=False)

    async def ask(self, wish: Wish) -> Answer:
        """The answer to one wish, once its batch is done. Raises what its batch has failed at."""
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        self._waiting.append((wish, future))
        try:
            async with self._working:  # whoever comes first works for all who wait
                while not future.done():
                    await self._serve()
        finally:
            future.cancel()  # of one who has given up nothing is left to do
        return future.result()

    async def _serve(self) -> None:
        wanted = [(wish, future) for wish, future in self._waiting if not future.done()]
        batch, self._waiting = wanted[: self.most], wanted[self.most :]
        try:
            answers = await self.work([wish for wish, _ in batch])
        except Exception as error:  # it is theirs who have asked
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        except BaseException:
            self._waiting = batch + self._waiting  # who works is stopped: the next one does it
            raise
        for (_, future), answer in zip(batch, answers, strict=True):
            if not future.done():
                future.set_result(answer)
