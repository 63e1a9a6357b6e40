"""What the services need from outside. Each port has at least two real implementations."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Protocol

from digests.domain.bindings import Trouble
from digests.domain.delivery import Edited, Outcome, Parcel
from digests.domain.notices import Notice
from digests.domain.sources import Harvest, Source
from digests.domain.subscribers import Chat
from digests.domain.written import Draft, Task
from digests.storage.database import Transaction
from digests.text.markup import Page


class Clock(Protocol):
    """The time, and waiting for it."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Come back after so many seconds of this clock."""
        ...


class SystemClock:
    """The machine's clock."""

    def now(self) -> datetime:
        """The present instant in UTC."""
        return datetime.now(UTC)

    async def sleep(self, seconds: float) -> None:
        """Come back after so many seconds."""
        await asyncio.sleep(seconds)


class Messenger(Protocol):
    """Carries digests to subscribers and says what became of them. Never raises for what the carrier answers."""

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Send the next message of the parcel, one and no more; MORE when others follow."""
        ...


class Editor(Protocol):
    """Changes messages that have arrived. Never raises for what the carrier answers."""

    async def amend(self, parcel: Parcel, sent_at: datetime, shown: Sequence[str]) -> Edited:
        """Edit the next message of a parcel that has arrived and reads otherwise now, one and no more.

        Its `original` was sent at `sent_at` (UTC); `shown` is what its messages have been edited to since (see
        `Edited`). MORE when others follow; OK without asking the carrier when readers would see no other text.
        """
        ...


class SourceReader(Protocol):
    """Reads sources and pages, whatever they are and however they misbehave."""

    async def read(self, source: Source) -> Harvest:
        """What a source says now. Raises FetchError, also when what it says is not what it should be."""
        ...

    async def page(self, url: str) -> Page:
        """The page of an article. Raises FetchError."""
        ...

    async def find(self, url: str) -> tuple[Source, Harvest]:
        """The source at an address, or the one that the page there names, and what it says; its id is 0.

        Further feeds that the page names are the harvest's `others`.

        Raises FetchError.
        """
        ...


class Operators(Protocol):
    """The people who run the service."""

    async def tell(self, notices: Sequence[Notice]) -> bool:
        """Tell them; False when nobody could be reached, so that it is tried again. Never raises for that."""
        ...


class Announcer(Protocol):
    """Carries a message of the operators to one reader."""

    async def announce(self, chat: Chat, language: str, message: str, *, silent: bool) -> Outcome:
        """Send it as one message, with a frame in the reader's language. Never raises for what Telegram says."""
        ...


class Managers(Protocol):
    """The people who have set up groups and channels."""

    async def tell(self, trouble: Trouble) -> bool:
        """Tell one of them; False when it is worth another try. Never raises for who cannot be reached."""
        ...


class Writer(Protocol):
    """Writes summaries; what it writes is checked before anybody sees it."""

    @property
    def model(self) -> str:
        """Who writes, for the operator."""
        ...

    async def write(self, task: Task) -> Sequence[Draft]:
        """Sentences for a task, none when its answer made no sense. Raises WriterError when it cannot be reached."""
        ...


Payload = Mapping[str, Any]
Handler = Callable[[Payload], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class Job:
    """Work to be done soon. While a job with the same key waits, another one is dropped.

    One that comes when the first has begun waits until that has ended, unless it may run `beside` it.
    """

    name: str
    payload: Payload
    key: str
    priority: int = 0  # higher goes first
    beside: bool = False
    bulk: bool = False  # may take long: one worker of each process is kept free of such jobs


@dataclass(frozen=True, slots=True)
class Clockwork:
    """The three periodic calls, each given the instant (UTC) it stands for."""

    minute: Callable[[datetime], Awaitable[None]]
    sweep: Callable[[datetime], Awaitable[None]]
    nightly: Callable[[datetime], Awaitable[None]]


class JobQueue(Protocol):
    """Hands jobs to handlers at least once; holds no truth of its own."""

    async def enqueue(self, job: Job, *, within: Transaction | None = None) -> None:
        """Hand over a job; with `within` it counts only once that transaction is committed."""
        ...

    async def enqueue_all(self, jobs: Sequence[Job], *, within: Transaction | None = None) -> None:
        """Hand over many jobs as cheaply as can be, in this order."""
        ...

    async def withdraw(self, keys: Collection[str], *, within: Transaction) -> None:
        """Take back the jobs with these keys that still wait, as their work is done; once `within` is committed."""
        ...

    async def run(self, handlers: Mapping[str, Handler], clockwork: Clockwork, until: asyncio.Event) -> None:
        """Work until `until` is set, then finish what has been begun and return."""
        ...

    async def ready(self) -> None:
        """Come back once `run` takes jobs: whatever it needs for that answers."""
        ...
