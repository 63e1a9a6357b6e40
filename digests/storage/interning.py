"""Equal preferences and equal schedules are one row each; this is where they are found or made."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, RowMapping, String, cast, delete, exists, func, select

from digests.domain.preferences import Length, Preferences
from digests.domain.schedule import Schedule
from digests.storage import models
from digests.storage.database import Transaction
from digests.storage.dialects import insert_on

_BETWEEN = " "
"""Between slugs, or numbers, that come as one text; neither has a space."""
_OWN = ("id", "fingerprint")
"""Columns of table `profile` that say nothing of what somebody wants."""


def insert_new(transaction: Transaction, model: type[models.Base]) -> Any:  # noqa: ANN401  # two dialects, two types
    """An INSERT that can say ON CONFLICT DO NOTHING, in the dialect of this transaction."""
    return insert_on(transaction.dialect, model)


@dataclass(frozen=True, slots=True)
class InterningStore:
    """Profiles and schedules."""

    transaction: Transaction

    async def profile(self, preferences: Preferences) -> int:
        """The id of the profile with these preferences, made when it is the first."""
        connection = self.transaction.connection
        by_fingerprint = select(models.Profile.id).where(models.Profile.fingerprint == preferences.fingerprint)
        found = await connection.scalar(by_fingerprint.with_for_update(read=True, key_share=True))  # no orphan now
        if found is not None:
            return int(found)
        values = {
            "fingerprint": preferences.fingerprint,
            "words": sorted(preferences.words),
            "mutes": sorted(preferences.mutes),
            "muted_sources": sorted(preferences.muted_sources),
            "languages": sorted(preferences.languages),
            "length": preferences.length.value,
            "minutes": preferences.minutes,
            "weights": dict(sorted(preferences.weights)),
        }
        statement = insert_new(self.transaction, models.Profile).values(values).on_conflict_do_nothing()
        await connection.execute(statement)
        profile_id = int((await connection.execute(by_fingerprint)).scalar_one())
        topics = select(models.Topic.id).where(models.Topic.slug.in_(preferences.topics))
        rows = [{"profile_id": profile_id, "topic_id": topic} for topic in await connection.scalars(topics)]
        if rows:
            link = insert_new(self.transaction, models.ProfileTopic).on_conflict_do_nothing()
            await connection.execute(link, rows)
        if stories := [{"profile_id": profile_id, "storyline_id": line} for line in sorted(preferences.stories)]:
            followed = insert_new(self.transaction, models.ProfileStory).on_conflict_do_nothing()
            await connection.execute(followed, stories)
        return profile_id

    async def preferences(self, profile_ids: Collection[int]) -> dict[int, Preferences]:
        """The preferences of these profiles, by id."""
        profile = models.Profile
        statement = select(profile.id, *profile_columns()).where(profile.id.in_(profile_ids))
        rows = (await self.transaction.connection.execute(statement)).mappings()
        return {row["id"]: read_preferences(row) for row in rows}

    async def schedule(self, schedule: Schedule, now: datetime) -> int:
        """The id of this schedule, made when it is the first; a new one begins with its next slot after `now`."""
        connection = self.transaction.connection
        key = {
            "time_zone": schedule.time_zone,
            "minutes": ",".join(map(str, schedule.minutes)),
            "weekdays": schedule.weekdays,
        }
        by_key = select(models.Schedule.id).filter_by(**key)
        found = await connection.scalar(by_key.with_for_update(read=True, key_share=True))  # no orphan now
        if found is not None:
            return int(found)
        first = schedule.next_slot(now)
        values = key | {"next_slot_at": first, "covered_upto": schedule.previous_slot(first)}
        await connection.execute(insert_new(self.transaction, models.Schedule).values(values).on_conflict_do_nothing())
        return int((await connection.execute(by_key)).scalar_one())

    async def drop_orphans(self) -> None:
        """Forget profiles that nobody has and no digest names, and schedules that nobody has and none was served by."""
        used = exists().where(models.Subscriber.profile_id == models.Profile.id)
        kept = exists().where(models.Digest.profile_id == models.Profile.id)
        await self.transaction.connection.execute(delete(models.Profile).where(~used, ~kept))
        followed = exists().where(models.Subscriber.schedule_id == models.Schedule.id)
        served = exists().where(
            models.Edition.schedule_id == models.Schedule.id, models.Delivery.edition_id == models.Edition.id
        )
        await self.transaction.connection.execute(delete(models.Schedule).where(~followed, ~served))


def profile_columns() -> list[ColumnElement[Any]]:
    """What `read_preferences` reads, for any statement that has table `profile`: one row for each profile."""
    profile, chosen, topic, line = models.Profile, models.ProfileTopic, models.Topic, models.ProfileStory
    topics = select(func.aggregate_strings(topic.slug, _BETWEEN)).join(chosen, chosen.topic_id == topic.id)
    stories = select(func.aggregate_strings(cast(line.storyline_id, String), _BETWEEN))
    columns = profile.__table__.columns
    told: dict[str, ColumnElement[Any]] = {each.name: each for each in columns if each.name not in _OWN}
    told["topics"] = topics.where(chosen.profile_id == profile.id).correlate(profile).scalar_subquery()
    told["stories"] = stories.where(line.profile_id == profile.id).correlate(profile).scalar_subquery()
    return [column.label(f"profile_{name}") for name, column in told.items()]


def read_preferences(row: RowMapping) -> Preferences:
    """The preferences of a row with `profile_columns`."""
    return Preferences(
        topics=frozenset(_several(row["profile_topics"])),
        words=frozenset(row["profile_words"]),
        mutes=frozenset(row["profile_mutes"]),
        muted_sources=frozenset(row["profile_muted_sources"]),
        languages=frozenset(row["profile_languages"]),
        length=Length(row["profile_length"]),
        minutes=row["profile_minutes"],
        weights=frozenset(row["profile_weights"].items()),
        stories=frozenset(map(int, _several(row["profile_stories"]))),
    )


def _several(joined: str | None) -> list[str]:
    return joined.split(_BETWEEN) if joined else []


def read_schedule(row: Mapping[str, Any] | RowMapping, zone: str = "time_zone") -> Schedule:
    """The schedule of a row; `zone` is the name of the column with its time zone."""
    return Schedule(row[zone], tuple(map(int, row["minutes"].split(","))), row["weekdays"])


async def store_topics(transaction: Transaction, topics: Collection[tuple[str, Mapping[str, str], str | None]]) -> None:
    """Make table `topic` say what the catalogue says: (slug, names by language, parent) each. Ids never change."""
    insert = insert_new(transaction, models.Topic)
    present = {"names": insert.excluded.names, "parent": insert.excluded.parent}
    rows = [{"slug": slug, "names": dict(names), "parent": parent} for slug, names, parent in topics]
    if rows:
        statement = insert.on_conflict_do_update(index_elements=["slug"], set_=present)
        await transaction.connection.execute(statement, rows)
