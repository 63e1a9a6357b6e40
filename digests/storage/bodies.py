"""What articles say. A body never changes without its key, so it is read once, however many readers it is shown to."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import RowMapping

from digests.storage import statements
from digests.storage.database import Transaction
from digests.text.document import Kind, Paragraph

_AT_ONCE = 500
"""Bodies read by one query: databases bound how many values a statement may name."""


@dataclass(frozen=True, slots=True)
class BodyStore:
    """Finds bodies: in what this process remembers, else in the table."""

    transaction: Transaction

    async def of(self, rows: Sequence[RowMapping]) -> dict[int, tuple[Paragraph, ...]]:
        """The paragraphs of the articles of these rows, which have the columns of BODY_KEY, by the article's id."""
        memory = self.transaction.bodies
        known = memory.find(map(_key, rows))
        found = {id_: body for (id_, *_), body in known.items()}
        unknown = [row["id"] for row in rows if row["id"] not in found]
        for start in range(0, len(unknown), _AT_ONCE):
            these = {"articles": unknown[start : start + _AT_ONCE]}
            read = await self.transaction.connection.execute(statements.LOAD_BODIES, these)
            new = {_key(row): body_from_json(row["body"]) for row in read.mappings()}
            memory.keep(new)
            found |= {id_: body for (id_, *_), body in new.items()}
        return found


def _key(row: RowMapping) -> tuple[Any, ...]:
    return tuple(row[column.key] for column in statements.BODY_KEY)


def body_to_json(paragraphs: Iterable[Paragraph]) -> list[Any]:
    """Paragraphs as they are stored: [[kind, [sentence, ...]], ...]."""
    return [[paragraph.kind.value, list(paragraph.sentences)] for paragraph in paragraphs]


def body_from_json(body: Iterable[Any]) -> tuple[Paragraph, ...]:
    """The paragraphs of a stored body."""
    return tuple(Paragraph(Kind(kind), tuple(sentences)) for kind, sentences in body)
