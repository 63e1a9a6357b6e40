"""Articles and stories as decisions see them, apart from how they are stored."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from digests.text.document import Label, Paragraph


@dataclass(frozen=True, slots=True)
class RawArticle:
    """One text as a source handed it over, before any cleaning."""

    guid: str  # the source's own id: file name, feed guid
    text: str  # plain text, one line per block
    origin: str  # where it came from, for messages: "seeds/a.jsonl:3"
    source_key: str  # unique per source: feed URL, or "file:" and the folder's name
    source_title: str
    credit: str  # the name readers see as the source of this article
    url: str | None = None
    title: str | None = None
    teaser: str | None = None
    language: str | None = None  # ISO 639-1, as the source declares it
    published_at: datetime | None = None  # UTC
    topics: tuple[str, ...] = ()  # slugs or names the source itself gives
    headings: frozenset[str] = frozenset()  # lines of `text` that markup says are headings
    paywalled: bool = False  # the page declares itself not free
    backlog: bool = False  # stood there when its source was first read: news only of the time it was published
    author: str | None = None
    picture: str | None = None  # its address


@dataclass(frozen=True, slots=True)
class TopicMatch:
    """Why an article belongs to a topic: its score in (0, 1] and the words of the text that matched."""

    slug: str
    score: float
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Article:
    """A stored article, or an entry of a live blog (then `parent_id` is the article it stands in)."""

    id: int
    story_id: int
    credit: str
    title: str
    paragraphs: tuple[Paragraph, ...]
    language: str
    published_at: datetime  # UTC
    news_at: datetime  # UTC; when it counts as news for windows
    title_derived: bool = False
    dated: bool = True  # False: the source gave no date, `published_at` is the time of import
    teaser: str | None = None
    url: str | None = None
    labels: frozenset[Label] = field(default_factory=frozenset)
    parent_id: int | None = None
    duplicate_of: int | None = None  # the article this one mostly copies
    topics: Mapping[str, TopicMatch] = field(default_factory=dict)  # by slug
    author: str | None = None
    picture: str | None = None  # its address

    @property
    def mark(self) -> int:
        """Tells the article from others and from what it said before an edit; the same for as long as a process runs.

        Of everything but the topics, and the story it stands in.
        """
        said = (self.title, self.teaser, self.paragraphs, self.language, self.title_derived, self.author, self.picture)
        came = (self.id, self.credit, self.url, self.published_at, self.news_at, self.dated, self.parent_id)
        return hash((said, came, self.labels, self.duplicate_of))


@dataclass(frozen=True, slots=True)
class WrittenSentence:
    """A generated sentence and the articles that were found to say what it says, at least one."""

    text: str
    article_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Written:
    """A generated summary; `basis` tells the articles it was written from (see `written.basis_of`)."""

    basis: str
    sentences: tuple[WrittenSentence, ...]


@dataclass(frozen=True, slots=True)
class Story:
    """The articles and entries that report one event, in the order in which they became news."""

    id: int
    storyline_id: int
    first_at: datetime  # UTC
    last_at: datetime  # UTC
    lead_id: int  # the article whose headline stands for the story
    articles: tuple[Article, ...]
    former: tuple[Article, ...] = ()  # told under this story before they moved to another one
    written: Written | None = None  # a generated summary; None where the operator wants none
