"""Articles and stories: what ingesting writes and what reading loads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any

from sqlalchemy import (
    Executable,
    RowMapping,
    and_,
    delete,
    exists,
    func,
    select,
    true,
    update,
)

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.striking import story_without
from digests.storage import models, statements
from digests.storage.bodies import BodyStore
from digests.storage.database import Transaction
from digests.storage.interning import insert_new
from digests.storage.strikes import StrikeStore
from digests.storage.topic_fixes import TopicFixStore
from digests.text.document import Label, Paragraph

_AT_ONCE = 500
"""Stories loaded by one query: databases bound how many values a statement may name."""


@dataclass(frozen=True, slots=True)
class KnownArticle:
    """An article that is already stored under the same identity."""

    id: int
    guid: str
    content_key: str
    story_id: int
    title: str
    news_at: datetime  # UTC
    source_id: int


@dataclass(frozen=True, slots=True)
class ArticleStore:
    """Writes articles and loads them with their stories."""

    transaction: Transaction

    async def alone(self) -> None:
        """Wait until no other transaction stores articles, and be the only one: what has come before is then seen."""
        await self.transaction.alone("articles")

    async def source(self, url: str, kind: str, title: str, now: datetime) -> int:
        """The id of the source with this address, made when it is new."""
        found = await self.transaction.connection.scalar(statements.SOURCE_BY_URL, {"url": url})
        if found is None:
            row = {"url": url, "kind": kind, "title": title, "labels": [], "failures": 0, "created_at": now}
            await self.transaction.connection.execute(
                insert_new(self.transaction, models.Source).values(row).on_conflict_do_nothing()
            )
            stored = await self.transaction.connection.execute(statements.SOURCE_BY_URL, {"url": url})
            found = stored.scalar_one()
        return int(found)

    async def find(self, url_key: str, source_id: int, guid: str, content_key: str) -> KnownArticle | None:
        """The stored article with this address, or one of this source with this guid or exactly this content."""
        names = {"url_key": url_key, "source_id": source_id, "guid": guid, "content_key": content_key}
        row = (await self.transaction.connection.execute(statements.FIND_ARTICLE, names)).one_or_none()
        return KnownArticle(*row) if row else None

    async def entries(self, parent_id: int) -> list[KnownArticle]:
        """The entries of a live blog."""
        statement = (
            select(*statements.KNOWN_COLUMNS).where(models.Article.parent_id == parent_id).order_by(models.Article.id)
        )
        return [KnownArticle(*row) for row in (await self.transaction.connection.execute(statement)).all()]

    async def stand(self, article_id: int | None, story_id: int | None, storyline_id: int | None) -> bool:
        """True when all of these are (still) there; None stands for nothing."""
        article, story, line = models.Article.id, models.Story.id, models.Storyline.id
        named = [
            exists().where(column == wanted)
            for column, wanted in ((article, article_id), (story, story_id), (line, storyline_id))
            if wanted is not None
        ]
        if not named:
            return True
        return bool(await self.transaction.connection.scalar(select(and_(true(), *named))))

    async def add(self, values: Mapping[str, Any]) -> int:
        """Store an article; its id."""
        return int((await self.transaction.connection.execute(statements.ADD_ARTICLE, dict(values))).scalar_one())

    async def update(self, article_id: int, values: Mapping[str, Any]) -> None:
        """Set columns of an article."""
        statement = update(models.Article).where(models.Article.id == article_id).values(dict(values))
        await self.transaction.connection.execute(statement)

    async def set_topics(
        self, article_id: int, news_at: datetime, matches: Iterable[TopicMatch], *, fresh: bool = False
    ) -> None:
        """Say to which topics an article belongs; unknown ones are passed over.

        What was said before is forgotten; of a `fresh` article nothing was.
        """
        connection, link = self.transaction.connection, models.ArticleTopic
        if not fresh:
            await connection.execute(delete(link).where(link.article_id == article_id))
        whose = {"its_article": article_id, "its_time": news_at}
        rows = [
            whose | {"slug": match.slug, "its_score": match.score, "its_words": list(match.words)} for match in matches
        ]
        if rows:
            await connection.execute(statements.ADD_TOPIC, rows)
        await TopicFixStore(self.transaction).keep(article_id, news_at)

    async def open_story(self, at: datetime, storyline_id: int | None) -> tuple[int, int]:
        """Begin a story, in a new storyline unless one is given: (story id, storyline id)."""
        connection = self.transaction.connection
        if storyline_id is None:
            times = {"first_at": at, "last_at": at}
            storyline_id = int((await connection.execute(statements.OPEN_STORYLINE, times)).scalar_one())
        values = {"storyline_id": storyline_id, "first_at": at, "last_at": at, "article_count": 0, "source_count": 0}
        return int((await connection.execute(statements.OPEN_STORY, values)).scalar_one()), storyline_id

    async def begin_story(self, story_id: int, article_id: int, at: datetime) -> None:
        """Put its first article into a story that was opened for it: what `refresh_story` would find, without looking.

        Its storyline reaches to `at`, when the article was news (UTC).
        """
        await self.transaction.connection.execute(statements.BEGIN_STORY, {"story": story_id, "article": article_id})
        reach = {"story": story_id, "first": at, "last": at}
        await self.transaction.connection.execute(statements.STRETCH_STORYLINE, reach)

    async def refresh_story(self, story_id: int) -> bool:
        """Recount a story's articles, sources and times, and its storyline's; True when it has its first article.

        An emptied story keeps its times and its lead, should its articles come back.
        """
        connection, story = self.transaction.connection, models.Story
        counted = await connection.execute(statements.COUNT_STORY, {"story": story_id})
        articles, sources, first, last = counted.one()
        if not articles:
            emptied = update(story).where(story.id == story_id).values(article_count=0, source_count=0)
            await connection.execute(emptied)
            return False
        reach = {"story": story_id, "first": first, "last": last}
        await connection.execute(statements.REFRESH_STORY, reach | {"articles": articles, "sources": sources})
        await connection.execute(statements.STRETCH_STORYLINE, reach)
        return bool(articles == 1)

    async def load_stories(self, story_ids: Collection[int]) -> list[Story]:
        """These stories with all their articles and topics, ready for composing."""
        ids = sorted(story_ids)
        parts = [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
        return [story for part in parts for story in await self._load_some(part)]

    async def article(self, article_id: int) -> Article | None:
        """One article or entry; None when there is none with this id."""
        link = models.Article
        story_id = await self.transaction.connection.scalar(select(link.story_id).where(link.id == article_id))
        stories = await self.load_stories([story_id] if story_id is not None else [])
        return next((each for story in stories for each in story.articles if each.id == article_id), None)

    async def _load_some(self, story_ids: Sequence[int]) -> list[Story]:
        rows = await self._all(statements.LOAD_ARTICLES, {"stories": story_ids})
        articles: dict[int, list[Article]] = {}
        for each in await read_articles(self.transaction, rows, await self._topics(story_ids)):
            articles.setdefault(each.story_id, []).append(each)
        former, struck = await self._former(story_ids), await StrikeStore(self.transaction).among(story_ids)
        stories = [
            Story(
                id=row["id"],
                storyline_id=row["storyline_id"],
                first_at=row["first_at"],
                last_at=row["last_at"],
                lead_id=row["lead_article_id"],
                articles=tuple(articles[row["id"]]),
                former=tuple(former.get(row["id"], ())),
            )
            for row in await self._all(statements.LOAD_STORIES, {"stories": list(articles)})
        ]
        return [story_without(story, struck.get(story.id, ())) for story in stories]

    async def _former(self, story_ids: Sequence[int]) -> dict[int, list[Article]]:
        """The articles that have moved from these stories to others, by the story that they left."""
        article, left = models.Article, dict[int, set[int]]()
        for row in await self._all(statements.LOAD_LEFT, {"stories": story_ids}):
            left.setdefault(row["left_story_id"], set()).update(row["article_ids"])
        if not left:
            return {}
        gone = article.id.in_(sorted(set[int]().union(*left.values())))
        rows = await self._all(select(*statements.ARTICLE_COLUMNS).where(gone).order_by(article.news_at, article.id))
        moved = await read_articles(self.transaction, rows)
        return {
            story_id: [each for each in moved if each.id in ids and each.story_id != story_id]
            for story_id, ids in left.items()
        }

    async def storyline(self, storyline_id: int, limit: int = 10) -> list[Story]:
        """The newest stories of a storyline, oldest first."""
        story = models.Story
        told = select(story.id).where(story.storyline_id == storyline_id, story.article_count > 0)
        ids = told.order_by(story.last_at.desc()).limit(limit)
        stories = await self.load_stories(list(await self.transaction.connection.scalars(ids)))
        return sorted(stories, key=lambda story: (story.first_at, story.id))

    async def recent_lines(self, source_key: str, articles: int) -> list[set[str]]:
        """The lines of each of a source's last `articles` articles, dropped ones too; copies left out."""
        article = models.Article
        source = select(models.Source.id).where(models.Source.url == source_key).scalar_subquery()
        recent = (
            select(article.body, article.dropped)
            .where(article.source_id == source, article.parent_id.is_(None), article.duplicate_of.is_(None))
            .order_by(article.id.desc())
            .limit(articles)
        )
        rows = (await self.transaction.connection.execute(recent)).all()
        return [{" ".join(said) for _, said in row.body} | {line for _, line in row.dropped} for row in rows]

    async def counts(self) -> tuple[int, int, int]:
        """How many articles, stories and storylines with several stories there are."""
        article, story = models.Article, models.Story
        told = story.article_count > 0
        lines = select(story.storyline_id).where(told).group_by(story.storyline_id).having(func.count() > 1).subquery()
        statement = select(
            select(func.count()).select_from(article).where(article.parent_id.is_(None)).scalar_subquery(),
            select(func.count()).select_from(story).where(told).scalar_subquery(),
            select(func.count()).select_from(lines).scalar_subquery(),
        )
        articles, stories, storylines = (await self.transaction.connection.execute(statement)).one()
        return articles, stories, storylines

    async def fetched_since(self, since: datetime) -> int:
        """How many articles have come in since then; entries of live blogs are not counted."""
        article = models.Article
        statement = select(func.count()).where(article.parent_id.is_(None), article.fetched_at > since)
        return int(await self.transaction.connection.scalar(statement) or 0)

    async def first_at(self) -> datetime | None:
        """When the oldest stored article was news (UTC)."""
        first: datetime | None = await self.transaction.connection.scalar(select(func.min(models.Article.news_at)))
        return first

    async def _topics(self, story_ids: Sequence[int]) -> dict[int, dict[str, TopicMatch]]:
        """The topics of the articles of these stories, by article and slug."""
        found: dict[int, dict[str, TopicMatch]] = {}
        rows = await self.transaction.connection.execute(statements.LOAD_TOPICS, {"stories": story_ids})
        for article_id, slug, score, words in rows:
            found.setdefault(article_id, {})[slug] = TopicMatch(slug, score, tuple(words))
        return found

    async def _all(self, statement: Executable, values: Mapping[str, Any] | None = None) -> Sequence[RowMapping]:
        rows: Sequence[RowMapping] = (await self.transaction.connection.execute(statement, values)).mappings().all()
        return rows


async def read_articles(
    transaction: Transaction,
    rows: Sequence[RowMapping],
    topics: Mapping[int, Mapping[str, TopicMatch]] = MappingProxyType({}),
) -> list[Article]:
    """Rows of ARTICLE_COLUMNS as decisions see them, with their `topics` by id; those deleted meanwhile left out."""
    bodies = await BodyStore(transaction).of(rows)
    return [_article(row, bodies[row["id"]], topics.get(row["id"], {})) for row in rows if row["id"] in bodies]


def _article(row: RowMapping, body: tuple[Paragraph, ...], topics: Mapping[str, TopicMatch]) -> Article:
    return Article(
        id=row["id"],
        story_id=row["story_id"],
        credit=row["credit"],
        title=row["title"],
        paragraphs=body,
        language=row["language"],
        published_at=row["published_at"],
        news_at=row["news_at"],
        title_derived=row["title_derived"],
        dated=row["dated"],
        teaser=row["teaser"],
        url=row["url"],
        labels=frozenset(map(Label, row["labels"])),
        parent_id=row["parent_id"],
        duplicate_of=row["duplicate_of"],
        topics=topics,
        author=row["author"],
        picture=row["picture_url"],
    )
