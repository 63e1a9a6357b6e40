"""Statements that run for every article that comes in, or for every answer, built once.

Building a statement costs SQLAlchemy five times what SQLite needs to run it, and an article takes fifteen.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import BigInteger, bindparam, case, exists, func, insert, select, update

from digests.storage import models

_article, _story, _line = models.Article, models.Story, models.Storyline
_moment = _article.news_at.type
_id = BigInteger()

KNOWN_COLUMNS = (
    _article.id,
    _article.guid,
    _article.content_key,
    _article.story_id,
    _article.title,
    _article.news_at,
    _article.source_id,
)

_of_source = _article.source_id == bindparam("source_id", type_=_id)
_addressed = _article.url_key == bindparam("url_key")
_named = _of_source & (_article.guid == bindparam("guid"))
_alike = _of_source & (_article.content_key == bindparam("content_key"))

FIND_ARTICLE = (
    select(*KNOWN_COLUMNS)
    .where(_addressed | _named | _alike, _article.parent_id.is_(None))
    .order_by(_addressed.desc(), _named.desc())
    .limit(1)
)
"""The article with a `url_key`, else one of `source_id` with `guid`, else one of it with `content_key`."""

ADD_ARTICLE = insert(_article).returning(_article.id)
OPEN_STORYLINE = insert(_line).returning(_line.id)
OPEN_STORY = insert(_story).returning(_story.id)

_original = _article.duplicate_of.is_(None)
_mine = _article.story_id == bindparam("story", type_=_id)

COUNT_STORY = select(
    func.count(),
    func.count(func.distinct(_article.credit)).filter(_original),
    func.min(_article.news_at),
    func.max(_article.news_at),
).where(_mine)
"""Articles, independent credits, first and last time of `story`."""

_leads = exists().where(_article.id == _story.lead_article_id, _mine)
_first_original = (
    select(_article.id).where(_mine).order_by(~_original, _article.news_at, _article.id).limit(1).scalar_subquery()
)

REFRESH_STORY = (
    update(_story)
    .where(_story.id == bindparam("story", type_=_id))
    .values(
        article_count=bindparam("articles"),
        source_count=bindparam("sources"),
        first_at=bindparam("first", type_=_moment),
        last_at=bindparam("last", type_=_moment),
        lead_article_id=case((_leads, _story.lead_article_id), else_=_first_original),
    )
)
"""Write what was counted; its lead stays while it stands in the story, else the first original leads."""

BEGIN_STORY = (
    update(_story)
    .where(_story.id == bindparam("story", type_=_id))
    .values(article_count=1, source_count=1, lead_article_id=bindparam("article", type_=_id))
)
"""Let `article` be the first of `story`, which was opened for it."""

_begin, _end = bindparam("first", type_=_moment), bindparam("last", type_=_moment)
_line_of_story = select(_story.storyline_id).where(_story.id == bindparam("story", type_=_id)).scalar_subquery()

STRETCH_STORYLINE = (
    update(_line)
    .where(_line.id == _line_of_story, (_line.first_at > _begin) | (_line.last_at < _end))
    .values(
        first_at=case((_line.first_at > _begin, _begin), else_=_line.first_at),
        last_at=case((_line.last_at < _end, _end), else_=_line.last_at),
    )
)
"""Let the storyline of `story` reach from `first` to `last` at least."""

_remembered = (
    select(
        _article.id,
        models.Source.url.label("source_key"),
        _article.parent_id,
        _article.story_id,
        _story.storyline_id,
        _article.title,
        _article.body,
        _article.language,
        _article.news_at,
        _article.fingerprint,
        _article.duplicate_of,
        _article.labels,
        _article.vector,
    )
    .join(models.Source, models.Source.id == _article.source_id)
    .join(_story, _story.id == _article.story_id)
)
RECENT_ARTICLES = (
    _remembered.where(_article.id > bindparam("after", type_=_id), _article.news_at > bindparam("since", type_=_moment))
    .order_by(_article.id.desc())
    .limit(bindparam("count"))
)
"""The newest `count` articles above id `after` that were news after `since`, newest first."""
_of_stories = _article.story_id.in_(bindparam("stories", expanding=True, type_=_id))
ARTICLES_OF_STORIES = _remembered.where(_of_stories).order_by(_article.news_at, _article.id)
"""The articles of `stories` as the memory of ingesting has them, oldest first."""

BODY_KEY = (_article.id, _article.content_key, _article.fetched_at)
"""What tells a body from those of other articles, of earlier versions, and of those that had the number before."""
ARTICLE_COLUMNS = (
    *(*BODY_KEY, _article.story_id, _article.parent_id, _article.duplicate_of, _article.credit, _article.title),
    *(_article.title_derived, _article.teaser, _article.language, _article.published_at, _article.dated),
    *(_article.news_at, _article.labels, _article.url, _article.author, _article.picture_url),
)
"""What decisions see of an article beside its body; the other columns are as long again, and take as long."""
LOAD_ARTICLES = select(*ARTICLE_COLUMNS).where(_of_stories).order_by(_article.news_at, _article.id)
"""The articles of `stories`, oldest first."""
LOAD_BODIES = select(*BODY_KEY, _article.body).where(_article.id.in_(bindparam("articles", expanding=True, type_=_id)))
"""What `articles` say."""
LOAD_STORIES = (
    select(_story.id, _story.storyline_id, _story.first_at, _story.last_at, _story.lead_article_id)
    .where(_story.id.in_(bindparam("stories", expanding=True, type_=_id)))
    .order_by(_story.id)
)
_change = models.StoryChange
LOAD_LEFT = select(_change.left_story_id, _change.article_ids).where(
    _change.left_story_id.in_(bindparam("stories", expanding=True, type_=_id))
)
"""The articles that have moved from `stories` to others."""

CHANGES_AFTER = (
    select(models.StoryChange.__table__)
    .where(models.StoryChange.id > bindparam("after", type_=_id))
    .order_by(models.StoryChange.id)
)
SOURCE_BY_URL = select(models.Source.id).where(models.Source.url == bindparam("url"))

_link = models.ArticleTopic
LOAD_TOPICS = (
    select(_link.article_id, models.Topic.slug, _link.score, _link.words)
    .join(models.Topic, models.Topic.id == _link.topic_id)
    .join(_article, _article.id == _link.article_id)
    .where(_of_stories)
)
"""The topics of the articles of `stories`."""
_linked: dict[Any, Any] = {
    _link.topic_id: models.Topic.id,
    _link.article_id: bindparam("its_article", type_=_id),
    _link.news_at: bindparam("its_time", type_=_link.news_at.type),
    _link.score: bindparam("its_score", type_=_link.score.type),
    _link.words: bindparam("its_words", type_=_link.words.type),
}
ADD_TOPIC = insert(_link).from_select(
    list(_linked), select(*_linked.values()).where(models.Topic.slug == bindparam("slug"))
)
"""Put an article under the topic with a `slug`, if there is one."""
