"""The tables. All truth lives here, guarded by unique keys; an engine only wakes code up."""

from __future__ import annotations

from digests.storage.models.articles import (
    ArchiveWord,
    Article,
    ArticleRevision,
    Story,
    StoryChange,
    Storyline,
    StruckSentence,
    SummaryRequest,
    WrittenSummary,
)
from digests.storage.models.base import Base
from digests.storage.models.bindings import BindingTrouble, ChatManager
from digests.storage.models.deliveries import (
    Amendment,
    AskedArticle,
    AskedDigest,
    BigSlot,
    Delivery,
    Digest,
    Edition,
    RateBucket,
    Tick,
    UpdateReceipt,
)
from digests.storage.models.keeping import Ban, Feedback, Pack, Report, SavedStory, ShownMessage
from digests.storage.models.operators import Announcement, Heartbeat, Notice, Outage, Tally
from digests.storage.models.readers import (
    ChangeLog,
    MuteEnd,
    Profile,
    ProfileStory,
    ProfileTopic,
    QuietStory,
    Schedule,
    Subscriber,
)
from digests.storage.models.sources import SeenEntry, Source, SourceDay
from digests.storage.models.topics import ArticleTopic, Topic, TopicFix, TopicModel

__all__ = [
    "Amendment",
    "Announcement",
    "ArchiveWord",
    "Article",
    "ArticleRevision",
    "ArticleTopic",
    "AskedArticle",
    "AskedDigest",
    "Ban",
    "Base",
    "BigSlot",
    "BindingTrouble",
    "ChangeLog",
    "ChatManager",
    "Delivery",
    "Digest",
    "Edition",
    "Feedback",
    "Heartbeat",
    "MuteEnd",
    "Notice",
    "Outage",
    "Pack",
    "Profile",
    "ProfileStory",
    "ProfileTopic",
    "QuietStory",
    "RateBucket",
    "Report",
    "SavedStory",
    "Schedule",
    "SeenEntry",
    "ShownMessage",
    "Source",
    "SourceDay",
    "Story",
    "StoryChange",
    "Storyline",
    "StruckSentence",
    "Subscriber",
    "SummaryRequest",
    "Tally",
    "Tick",
    "Topic",
    "TopicFix",
    "TopicModel",
    "UpdateReceipt",
    "WrittenSummary",
]
