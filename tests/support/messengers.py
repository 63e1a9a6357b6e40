"""A messenger that keeps what it is given and answers as a test says."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from digests.domain.delivery import Edited, Outcome, Parcel, Result

Answer = Outcome | Exception | Callable[[Parcel], Outcome]


@dataclass
class RecordingMessenger:
    """Answers in turn what was asked for each chat, afterwards always OK."""

    parcels: list[Parcel] = field(default_factory=list)
    edits: list[Parcel] = field(default_factory=list)
    answers: dict[int, deque[Answer]] = field(default_factory=dict)
    on_delivery: Callable[[Parcel], None] = lambda _: None

    def answer(self, chat_id: int, *answers: Answer) -> None:
        """Prepare the next answers for one chat."""
        self.answers.setdefault(chat_id, deque()).extend(answers)

    def to(self, chat_id: int) -> list[Parcel]:
        """What was handed over for one chat."""
        return [parcel for parcel in self.parcels if parcel.chat.id == chat_id]

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Keep the parcel and answer."""
        self.parcels.append(parcel)
        self.on_delivery(parcel)
        await asyncio.sleep(0)
        answers = self.answers.get(parcel.chat.id)
        answer = answers.popleft() if answers else Outcome(Result.OK, (len(self.parcels),))
        if isinstance(answer, Exception):
            raise answer
        return answer(parcel) if callable(answer) else answer

    async def amend(self, parcel: Parcel, sent_at: datetime, shown: Sequence[str]) -> Edited:  # noqa: ARG002
        """Keep the parcel and answer as for a delivery; each edit counts up what is shown."""
        self.edits.append(parcel)
        await asyncio.sleep(0)
        answers = self.answers.get(parcel.chat.id)
        answer = answers.popleft() if answers else Outcome(Result.OK, parcel.sent_parts)
        if isinstance(answer, Exception):
            raise answer
        return Edited(answer(parcel) if callable(answer) else answer, (f"{len(self.edits)}",))
