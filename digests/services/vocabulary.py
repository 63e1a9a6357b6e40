"""Keeps the words of the archive up to date, article by article."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from digests.domain.vocabulary import told_words
from digests.storage.database import Transaction
from digests.storage.vocabulary import VocabularyStore

_REMEMBERED = 200_000
"""Words that a process knows to be stored; a day's news has fewer."""


@dataclass
class Vocabulary:
    """Stores the words of each article once a day; most of them are known by then."""

    _day: date = field(default=date.min, init=False)
    _stored: set[tuple[str, str]] = field(default_factory=set, init=False)

    async def note(self, transaction: Transaction, title: str, body: str, language: str, now: datetime) -> None:
        """Keep the words of an article that comes now (UTC)."""
        today = now.astimezone(UTC).date()
        if today != self._day or len(self._stored) > _REMEMBERED:
            self._day, self._stored = today, set()
        stored = self._stored
        fresh = [word for word in told_words(title, body, language) if (word.stem, language) not in stored]
        await VocabularyStore(transaction).add(fresh, language, today)
        transaction.after_commit(lambda: stored.update((word.stem, language) for word in fresh))
