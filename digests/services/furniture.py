"""What a source says in article after article, learnt from its last ones."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from digests.storage.articles import ArticleStore
from digests.storage.database import Database, Transaction
from digests.text.document import Document
from digests.text.furniture import learn_furniture

LEARN_FROM = 60
"""Furniture is learnt from so many of a source's last articles."""
REPEATED_IN = 3
"""A line that stands in so many of them is furniture."""
ANEW_AFTER = 0.1
"""It is learnt anew when this share of the articles it was learnt from has come since: reading sixty takes longer than
reading one."""


@dataclass(frozen=True, slots=True)
class _Learnt:
    lines: frozenset[str]
    articles: int  # that it was learnt from
    since: int = 0  # articles that have come since

    def is_old(self, coming: int = 0) -> bool:
        """True when it has to be learnt anew, now or after so many more articles."""
        return self.since + coming > self.articles * ANEW_AFTER


@dataclass(slots=True)
class Window:
    """A source's last articles, while some of it are taken in."""

    source_key: str
    learnt: _Learnt | None
    articles: deque[AbstractSet[str]] | None = None  # the lines of each, oldest first; None: only the tables know

    @property
    def is_wanting(self) -> bool:
        """True when the next article needs what only the tables know."""
        return self.articles is None and (self.learnt is None or self.learnt.is_old())

    def next(self) -> frozenset[str]:
        """The forms of the lines that the source repeats, for the next article of it that is read."""
        if self.learnt is None or self.learnt.is_old():
            articles = self.articles or ()
            self.learnt = _Learnt(learn_furniture(articles, REPEATED_IN), len(articles))
        self.learnt = replace(self.learnt, since=self.learnt.since + 1)
        return self.learnt.lines

    def add(self, document: Document) -> None:
        """An article has come that is no copy."""
        if self.articles is not None:
            said = {" ".join(paragraph.sentences) for paragraph in document.paragraphs}
            self.articles.append(said | {line.text for line in document.dropped})

    def forget(self) -> None:
        """An article in the window has been edited: what they say is read again when it is needed."""
        self.articles = None

    def copy(self) -> Window:
        """One to go on with, should what comes be taken in as it is."""
        return replace(self, articles=None if self.articles is None else deque(self.articles, LEARN_FROM))


@dataclass
class Furniture:
    """Remembers what was learnt; the tables hold what it is learnt from."""

    database: Database
    _learnt: dict[str, _Learnt] = field(default_factory=dict, init=False)

    async def of(self, source_key: str) -> frozenset[str]:
        """The forms of the lines that a source repeats, for the next article of it that is read."""
        (window,) = (await self.windows({source_key: 1})).values()
        lines = window.next()
        self.keep([window])
        return lines

    async def windows(self, coming: Mapping[str, int]) -> dict[str, Window]:
        """What is known of sources of which so many articles are coming, by their keys."""
        found = {key: Window(key, self._learnt.get(key)) for key in coming}
        wanting = [each for key, each in found.items() if not each.learnt or each.learnt.is_old(coming[key] - 1)]
        if wanting:
            async with self.database.read() as transaction:
                for window in wanting:
                    await self.fill(transaction, window)
        return found

    async def fill(self, transaction: Transaction, window: Window) -> None:
        """Read a source's last articles from the tables."""
        articles = await ArticleStore(transaction).recent_lines(window.source_key, LEARN_FROM)
        window.articles = deque(reversed(articles), LEARN_FROM)

    def keep(self, windows: Iterable[Window]) -> None:
        """Remember what was learnt for the articles that come next."""
        self._learnt |= {window.source_key: window.learnt for window in windows if window.learnt}
