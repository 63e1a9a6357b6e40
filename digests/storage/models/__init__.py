"""The tables. All truth lives here, guarded by unique keys; an engine only wakes code up."""

from __future__ import annotations

from digests.storage.models.articles import (
    ArchiveWord,
    Article,
    ArticleRevision,
    Story,
    StoryChange,
    Storyline,
    WrittenSummary,
)
from digests.storage.models.base import Base
from digests.storage.models.deliveries import Delivery, Digest, Edition, RateBucket, Tick, UpdateReceipt
from digests.storage.models.operators import Notice
from digests.storage.models.readers import ChangeLog, Profile, ProfileTopic, Schedule, Subscriber
from digests.storage.models.sources import SeenEntry, Source, SourceDay
from digests.storage.models.topics import ArticleTopic, Topic, TopicModel

__all__ = [
    "ArchiveWord",
    "Article",
    "ArticleRevision",
    "ArticleTopic",
    "Base",
    "ChangeLog",
    "Delivery",
    "Digest",
    "Edition",
    "Notice",
    "Profile",
    "ProfileTopic",
    "RateBucket",
    "Schedule",
    "SeenEntry",
    "Source",
    "SourceDay",
    "Story",
    "StoryChange",
    "Storyline",
    "Subscriber",
    "Tick",
    "Topic",
    "TopicModel",
    "UpdateReceipt",
    "WrittenSummary",
]
