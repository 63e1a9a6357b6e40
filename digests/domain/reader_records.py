"""A subscriber with all that is his choice, as one JSON object: to be carried to another database, or another bot.

The format has a version; a file of an older one will be read for ever, one of a newer one is refused. Version 2 has
bans behind the readers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from digests.domain.preferences import Length, Preferences, weighted
from digests.domain.schedule import Schedule, load_zone
from digests.domain.subscribers import SETUP_DONE, Chat, NothingNew, Status
from digests.errors import InputError

FORMAT, VERSION = "depesche-readers", 2
KINDS = ("private", "group", "supergroup", "channel")
_LANGUAGE = re.compile(r"[a-z]{2,3}")
_LARGEST = 2**52  # Telegram's numbers have at most 52 bits
Value = TypeVar("Value")


@dataclass(frozen=True, slots=True)
class Manager:
    """Who has set up a group or channel."""

    user_id: int
    title: str
    since: datetime  # UTC


@dataclass(frozen=True, slots=True)
class SavedRecord:
    """A story as it stood when it was saved."""

    story_id: int
    saved_at: datetime  # UTC
    headline: str
    body: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReaderRecord:
    """A subscriber. Stories that he follows are not among it: their numbers mean nothing in another archive."""

    chat: Chat
    language: str
    time_zone: str
    zone_confirmed: bool
    setup_step: int
    status: Status
    paused_until: datetime | None  # UTC
    nothing_new: NothingNew
    silent: bool
    created_at: datetime  # UTC
    preferences: Preferences
    schedule: Schedule | None
    mute_ends: Mapping[str, datetime]
    managers: tuple[Manager, ...] = ()
    saved: tuple[SavedRecord, ...] = ()


@dataclass(frozen=True, slots=True)
class BanRecord:
    """A banned chat. Instants are UTC."""

    number: int
    at: datetime
    told_at: datetime | None  # when it had its one line
    reason: str | None
    before: Mapping[int, Status]  # what an end of the ban brings back, by forum topic


def header(now: datetime) -> dict[str, Any]:
    """The first line of a file."""
    return {"format": FORMAT, "version": VERSION, "exported_at": now.isoformat()}


def check_header(value: object) -> None:
    """Raise InputError unless a file that begins so can be read."""
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise InputError("line 1", f"expected the line that `export-readers` begins with, with format {FORMAT!r}")
    version = value.get("version")
    if not isinstance(version, int) or not 1 <= version <= VERSION:
        raise InputError(
            "line 1", f"this is version {version!r} of the format, known are 1 to {VERSION}; use a newer bot"
        )


def to_json(record: ReaderRecord) -> dict[str, Any]:
    """One line."""
    wishes, plan = record.preferences, record.schedule
    return {
        "chat_id": record.chat.id,
        "thread_id": record.chat.thread_id,
        "kind": record.chat.kind,
        "language": record.language,
        "time_zone": record.time_zone,
        "zone_confirmed": record.zone_confirmed,
        "setup_step": record.setup_step,
        "status": record.status.value,
        "paused_until": record.paused_until.isoformat() if record.paused_until else None,
        "nothing_new": record.nothing_new.value,
        "silent": record.silent,
        "created_at": record.created_at.isoformat(),
        "topics": sorted(wishes.topics),
        "words": sorted(wishes.words),
        "mutes": sorted(wishes.mutes),
        "muted_sources": sorted(wishes.muted_sources),
        "languages": sorted(wishes.languages),
        "length": wishes.length.value,
        "weights": dict(sorted(wishes.weights)),
        "schedule": _schedule_to_json(plan) if plan else None,
        "mute_ends": {key: at.isoformat() for key, at in sorted(record.mute_ends.items())},
        "managers": [
            {"user_id": each.user_id, "title": each.title, "since": each.since.isoformat()} for each in record.managers
        ],
        "saved": [
            {
                "story": each.story_id,
                "saved_at": each.saved_at.isoformat(),
                "headline": each.headline,
                "body": each.body,
            }
            for each in record.saved
        ],
    }


def ban_to_json(record: BanRecord) -> dict[str, Any]:
    """The line of a ban."""
    return {
        "banned": record.number,
        "at": record.at.isoformat(),
        "told_at": record.told_at.isoformat() if record.told_at else None,
        "reason": record.reason,
        "before": {str(thread): status.value for thread, status in sorted(record.before.items())},
    }


def is_ban(value: object) -> bool:
    """Whether a line is of a ban, not of a reader."""
    return isinstance(value, dict) and "banned" in value


def ban_from_json(value: object, place: str) -> BanRecord:
    """What `ban_to_json` has made. Raises InputError that names `place` and the field."""
    fields = _Fields(value if isinstance(value, dict) else {}, place)
    before = fields.get("before", dict, {})
    return BanRecord(
        fields.number("banned", -_LARGEST),
        fields.moment("at"),
        fields.moment("told_at") if fields.value.get("told_at") is not None else None,
        fields.get("reason", str) if fields.value.get("reason") is not None else None,
        fields.tried("before", lambda: {int(thread): Status(status) for thread, status in before.items()}),
    )


def _schedule_to_json(plan: Schedule) -> dict[str, Any]:
    return {"time_zone": plan.time_zone, "minutes": list(plan.minutes), "weekdays": plan.weekdays}


def from_json(value: object, place: str) -> ReaderRecord:
    """What `to_json` has made. Raises InputError that names `place` and the field."""
    if not isinstance(value, dict):
        raise InputError(place, "expected a JSON object, one reader a line")
    fields = _Fields(value, place)
    wishes = Preferences(
        topics=fields.texts("topics"),
        words=fields.texts("words"),
        mutes=fields.texts("mutes"),
        muted_sources=fields.texts("muted_sources"),
        languages=fields.texts("languages"),
        length=fields.one_of("length", Length),
    )
    wishes = fields.tried("weights", lambda: _weighed(wishes, fields.get("weights", dict, {})))
    return ReaderRecord(
        chat=Chat(fields.number("chat_id", -_LARGEST), fields.number("thread_id", 0), fields.choice("kind", KINDS)),
        language=fields.code("language"),
        time_zone=fields.zone("time_zone"),
        zone_confirmed=fields.get("zone_confirmed", bool),
        setup_step=fields.number("setup_step", 0, SETUP_DONE),
        status=fields.one_of("status", Status),
        paused_until=fields.moment("paused_until") if value.get("paused_until") is not None else None,
        nothing_new=fields.one_of("nothing_new", NothingNew),
        silent=fields.get("silent", bool),
        created_at=fields.moment("created_at"),
        preferences=wishes,
        schedule=fields.schedule("schedule"),
        mute_ends={key: _moment(at, place, "mute_ends") for key, at in fields.get("mute_ends", dict, {}).items()},
        managers=tuple(_manager(each, place) for each in fields.get("managers", list, [])),
        saved=tuple(_saved(each, place) for each in fields.get("saved", list, [])),
    )


def _weighed(wishes: Preferences, weights: Mapping[str, Any]) -> Preferences:
    for key, steps in weights.items():
        wishes = weighted(wishes, key, int(steps))
    return wishes


def _manager(value: object, place: str) -> Manager:
    fields = _Fields(value if isinstance(value, dict) else {}, f"{place}, managers")
    return Manager(fields.number("user_id", -_LARGEST), fields.get("title", str), fields.moment("since"))


def _saved(value: object, place: str) -> SavedRecord:
    fields = _Fields(value if isinstance(value, dict) else {}, f"{place}, saved")
    story = fields.number("story", -_LARGEST)
    return SavedRecord(story, fields.moment("saved_at"), fields.get("headline", str), fields.get("body", dict))


@dataclass(frozen=True, slots=True)
class _Fields:
    """Reads fields of one object; each raises InputError with its name."""

    value: Mapping[str, Any]
    place: str

    def fail(self, name: str, expected: str) -> InputError:
        return InputError(self.place, f"field {name}: expected {expected}")

    def get(self, name: str, kind: type[Value], default: Value | None = None) -> Value:
        found = self.value.get(name, default)
        if not isinstance(found, kind) or (kind is int and isinstance(found, bool)):
            raise self.fail(
                name, {"str": "a text", "bool": "true or false", "dict": "an object"}.get(kind.__name__, "a list")
            )
        if kind is str and "\0" in str(found):
            raise self.fail(name, "a text without the character 0")
        return found

    def number(self, name: str, least: int, most: int = _LARGEST) -> int:
        found = self.value.get(name)
        if not isinstance(found, int) or isinstance(found, bool) or not least <= found <= most:
            raise self.fail(name, f"a whole number from {least} to {most}")
        return found

    def texts(self, name: str) -> frozenset[str]:
        found = self.get(name, list, [])
        if not all(isinstance(each, str) and each.strip() and "\0" not in each for each in found):
            raise self.fail(name, "a list of texts")
        return frozenset(found)

    def choice(self, name: str, choices: tuple[str, ...]) -> str:
        found: str = self.get(name, str)
        if found not in choices:
            raise self.fail(name, f"one of {', '.join(choices)}")
        return found

    def one_of(self, name: str, kind: type[Value]) -> Value:
        choices = tuple(each.value for each in kind)  # type: ignore[attr-defined]
        return kind(self.choice(name, choices))  # type: ignore[call-arg]

    def code(self, name: str) -> str:
        found = self.get(name, str)
        if not _LANGUAGE.fullmatch(found):
            raise self.fail(name, "a code such as de, en or uk")
        return found

    def zone(self, name: str) -> str:
        found = self.get(name, str)
        self.tried(name, lambda: load_zone(found))
        return found

    def moment(self, name: str) -> datetime:
        return _moment(self.value.get(name), self.place, name)

    def schedule(self, name: str) -> Schedule | None:
        found = self.value.get(name)
        if found is None:
            return None
        inner = _Fields(self.get(name, dict), f"{self.place}, schedule")
        minutes = inner.get("minutes", list)
        if not all(isinstance(each, int) and not isinstance(each, bool) for each in minutes):
            raise inner.fail("minutes", "whole numbers")
        zone, weekdays = inner.zone("time_zone"), inner.number("weekdays", 1, 127)
        return self.tried(name, lambda: Schedule(zone, tuple(minutes), weekdays))

    def tried(self, name: str, make: Callable[[], Value]) -> Value:
        try:
            return make()
        except InputError as error:
            raise InputError(self.place, f"field {name}: {error}") from None
        except (TypeError, ValueError):
            raise self.fail(name, "what `export-readers` writes there") from None


def _moment(value: object, place: str, name: str) -> datetime:
    try:
        found = datetime.fromisoformat(str(value))
        if found.tzinfo is None:
            raise ValueError(name)
        return found.astimezone(UTC)
    except (ValueError, OverflowError):
        raise InputError(place, f"field {name}: expected a time as 2026-08-13T05:00:00+00:00") from None
