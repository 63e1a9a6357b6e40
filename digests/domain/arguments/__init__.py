"""What readers type behind a command, in German, English and Ukrainian.

Every function is pure and either returns a value or raises ArgumentError, whatever the text. Case, umlaut spelling,
apostrophes, dashes and invisible characters do not matter, and nobody has to say in which language he types.
"""

from digests.domain.arguments.breaking import parse_breaking
from digests.domain.arguments.choices import (
    TopicChanges,
    parse_language,
    parse_length,
    parse_topic_changes,
    split_command,
)
from digests.domain.arguments.days import parse_days
from digests.domain.arguments.latest import LatestRequest, parse_latest
from digests.domain.arguments.pauses import OPEN_END, parse_pause
from digests.domain.arguments.places import WELL_KNOWN, city_name
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.questions import asked_about, asks_for_news
from digests.domain.arguments.times import OFF, clock_time, parse_times
from digests.domain.arguments.wishes import MuteRequest, parse_mute, parse_wish
from digests.domain.arguments.zones import parse_zone

__all__ = [
    "OFF",
    "OPEN_END",
    "WELL_KNOWN",
    "ArgumentError",
    "LatestRequest",
    "MuteRequest",
    "Problem",
    "TopicChanges",
    "asked_about",
    "asks_for_news",
    "city_name",
    "clock_time",
    "parse_breaking",
    "parse_days",
    "parse_language",
    "parse_latest",
    "parse_length",
    "parse_mute",
    "parse_pause",
    "parse_times",
    "parse_topic_changes",
    "parse_wish",
    "parse_zone",
    "split_command",
]
