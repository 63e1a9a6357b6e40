"""The words of the archive: how they are kept, and found by their beginning, end or sound."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import bindparam, delete, func, or_, select, text

from digests.domain.vocabulary import ToldWord
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.dialects import insert_on

_LAST = "\U0010ffff"
"""Comes after every letter: the end of all words with a beginning."""


@dataclass(frozen=True, slots=True)
class ArchiveWord:
    """A word of the archive: the stem it has in the index, the language of its articles, and how it is written."""

    stem: str
    language: str
    spelling: str


@dataclass(frozen=True, slots=True)
class VocabularyStore:
    """The table `archive_word`."""

    transaction: Transaction

    async def add(self, words: Iterable[ToldWord], language: str, day: date) -> None:
        """Keep words of an article in this language that came on this day (UTC)."""
        rows: list[dict[str, Any]] = [
            {
                "stem": word.stem,
                "language": language,
                "spelling": word.spelling,
                "backwards": word.stem[::-1],
                "sound": word.sound or None,
                "seen_on": day,
            }
            for word in words
        ]
        if rows:
            await self.transaction.connection.execute(_add(self.transaction.dialect), rows)

    async def forget(self, before: date) -> int:
        """Drop the words that no article has brought since `before`; how many."""
        word = models.ArchiveWord
        return (await self.transaction.connection.execute(delete(word).where(word.seen_on < before))).rowcount

    async def sounding(self, sound: str) -> list[ArchiveWord]:
        """The names that spell these sounds, in any script."""
        return await self._find(_by_sound(), sound=sound)

    async def ending(self, end: str, language: str, limit: int) -> list[ArchiveWord]:
        """Words of a language whose stems end with `end` and are longer, the latest first."""
        backwards = end[::-1]
        return await self._find(
            _by_end(), low=backwards, high=backwards + _LAST, end=backwards, language=language, count=limit
        )

    async def known(self, stems: Collection[str], language: str | None = None) -> list[ArchiveWord]:
        """Those of the stems that are words of the archive, in a language or in any."""
        word = models.ArchiveWord
        statement = select(word.stem, word.language, word.spelling).where(word.stem.in_(sorted(stems)))
        if language is not None:
            statement = statement.where(word.language == language)
        return [ArchiveWord(*row) for row in (await self.transaction.connection.execute(statement)).all()]

    async def like(self, beginning: str, end: str, lengths: tuple[int, int], limit: int) -> list[ArchiveWord]:
        """Words whose stems have this beginning or this end and a length between two, the latest first."""
        backwards = end[::-1]
        return await self._find(
            _by_likeness(),
            low=beginning,
            high=beginning + _LAST,
            low_back=backwards,
            high_back=backwards + _LAST,
            shortest=lengths[0],
            longest=lengths[1],
            count=limit,
        )

    async def credits(self) -> list[str]:
        """The names under which readers see sources, of all stored articles."""
        return list(await self.transaction.connection.scalars(_CREDITS))

    async def _find(self, statement: Any, **values: object) -> list[ArchiveWord]:  # noqa: ANN401 - of three columns
        return [ArchiveWord(*row) for row in (await self.transaction.connection.execute(statement, values)).all()]


# By steps through the index of credits: counting them would read every article.
_CREDITS = text(
    "WITH RECURSIVE step (credit) AS ("
    "SELECT min(credit) FROM article UNION ALL "
    "SELECT (SELECT min(credit) FROM article WHERE credit > step.credit) FROM step WHERE step.credit IS NOT NULL"
    ") SELECT credit FROM step WHERE credit IS NOT NULL"
)


@cache
def _add(dialect: str) -> Any:  # noqa: ANN401 - two dialects, two types
    """Adds words, and notes of known ones that they were seen again."""
    word = models.ArchiveWord
    statement = insert_on(dialect, word)
    return statement.on_conflict_do_update(
        index_elements=["stem", "language"],
        set_={"seen_on": statement.excluded.seen_on},
        where=word.seen_on < statement.excluded.seen_on,
    )


def _columns() -> Any:  # noqa: ANN401
    word = models.ArchiveWord
    return select(word.stem, word.language, word.spelling).order_by(word.seen_on.desc(), word.stem, word.language)


@cache
def _by_sound() -> Any:  # noqa: ANN401
    return _columns().where(models.ArchiveWord.sound == bindparam("sound")).limit(100)


@cache
def _by_end() -> Any:  # noqa: ANN401
    word = models.ArchiveWord
    between = (word.backwards >= bindparam("low"), word.backwards < bindparam("high"))
    longer = word.backwards != bindparam("end")
    return _columns().where(*between, longer, word.language == bindparam("language")).limit(bindparam("count"))


@cache
def _by_likeness() -> Any:  # noqa: ANN401
    word = models.ArchiveWord
    begins = (word.stem >= bindparam("low")) & (word.stem < bindparam("high"))
    ends = (word.backwards >= bindparam("low_back")) & (word.backwards < bindparam("high_back"))
    long_enough = func.length(word.stem).between(bindparam("shortest"), bindparam("longest"))
    return _columns().where(or_(begins, ends), long_enough).limit(bindparam("count"))
