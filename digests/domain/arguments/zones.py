"""Time zones as people name them: a city, a country, an IANA name; offsets and abbreviations get a question back."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache

from digests.domain.arguments.places import WELL_KNOWN, place_key, places, real_zones
from digests.domain.arguments.problems import ArgumentError, Problem
from digests.domain.arguments.spelling import number, plain
from digests.domain.schedule import load_zone
from digests.domain.suggestions import CUTOFF, nearest

_OFFSET = re.compile(r"(?:utc|gmt|utz)? ?(?P<sign>[+-]|± ?)? ?(?P<hours>\d{1,2})(?:[:.]?(?P<minutes>\d{2}))?(?: ?h)?")
_EASTMOST = timedelta(hours=14)
_WESTMOST = timedelta(hours=-12)
_CENTRAL = ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich")
_EASTERN = ("Europe/Kyiv", "Europe/Bucharest", "Europe/Helsinki")
_BRITISH = ("Europe/London", "Europe/Lisbon", "Europe/Dublin")
_ABBREVIATIONS = {
    **dict.fromkeys(("cet", "cest", "mez", "mesz", "met", "mest"), _CENTRAL),
    **dict.fromkeys(("eet", "eest", "oez", "oesz"), _EASTERN),
    **dict.fromkeys(("gmt", "wet", "west", "wez", "wesz"), _BRITISH),
    "bst": ("Europe/London", "Asia/Dhaka"),
    "msk": ("Europe/Moscow", "Europe/Minsk", "Europe/Istanbul"),
    **dict.fromkeys(("est", "edt", "et"), ("America/New_York", "America/Toronto", "America/Panama")),
    **dict.fromkeys(("cst", "cdt", "ct"), ("America/Chicago", "America/Winnipeg", "Asia/Shanghai")),
    **dict.fromkeys(("mst", "mdt", "mt"), ("America/Denver", "America/Phoenix", "America/Edmonton")),
    **dict.fromkeys(("pst", "pdt", "pt"), ("America/Los_Angeles", "America/Vancouver", "America/Tijuana")),
    "ist": ("Asia/Kolkata", "Europe/Dublin", "Asia/Jerusalem"),
    "jst": ("Asia/Tokyo",), "kst": ("Asia/Seoul",), "hkt": ("Asia/Hong_Kong",), "sgt": ("Asia/Singapore",),
    **dict.fromkeys(("aest", "aedt"), ("Australia/Sydney", "Australia/Melbourne", "Australia/Brisbane")),
    "awst": ("Australia/Perth",), **dict.fromkeys(("acst", "acdt"), ("Australia/Adelaide", "Australia/Darwin")),
    **dict.fromkeys(("nzst", "nzdt"), ("Pacific/Auckland",)),
}  # fmt: skip
_LEADING_WORDS = re.compile(r"^(?:zeitzone|timezone|time zone|часовий пояс|in|у|в|aus|from|stadt|city|місто) +(?=\S)")
_CHOICES = 8
_LONGEST_NAME = 64


def parse_zone(text: str, now: datetime) -> str:
    """The IANA time zone a place is in, under the name of today (Kiew, Europe/Kiev -> Europe/Kyiv).

    Raises ArgumentError; the suggestions are IANA names: MISSING; OFFSET with the zones that have it at `now` (aware);
    ABBREVIATION with those it may stand for; AMBIGUOUS when several places or zones are called so; IMPOSSIBLE for an
    offset nobody has; UNREADABLE with the nearest names.
    """
    normal = _LEADING_WORDS.sub("", plain(text))
    if not normal:
        raise ArgumentError(Problem.MISSING, suggestions=WELL_KNOWN[:_CHOICES])
    if offset := _OFFSET.fullmatch(normal):
        raise _offset_problem(offset, text.strip(), now)
    if meant := _ABBREVIATIONS.get(text.strip(" /.").casefold()):
        raise ArgumentError(Problem.ABBREVIATION, text.strip(), meant)
    zones = _zones_called(normal)
    if len(zones) == 1:
        return zones[0]
    if zones:
        raise ArgumentError(Problem.AMBIGUOUS, text.strip(), _known_first(zones)[:_CHOICES])
    raise ArgumentError(Problem.UNREADABLE, text.strip(), _nearest_zones(normal) or WELL_KNOWN[:_CHOICES])


def _zones_called(name: str) -> tuple[str, ...]:
    """The zones of "Berlin", or of "Berlin, Germany" when the country says the same as the city."""
    if zones := places().get(place_key(name)):
        return zones
    for head, _, tail in (name.partition(","), name.rpartition(" ")):
        country = places().get(place_key(tail), ())
        if both := tuple(zone for zone in places().get(place_key(head), ()) if zone in country):
            return both
    return ()


def _offset_problem(match: re.Match[str], typed: str, now: datetime) -> ArgumentError:
    size = timedelta(hours=number(match["hours"]), minutes=number(match["minutes"] or "0"))
    offset = -size if match["sign"] == "-" else size
    zones = tuple(zone for zone in real_zones() if now.astimezone(load_zone(zone)).utcoffset() == offset)
    if not _WESTMOST <= offset <= _EASTMOST or not zones:
        return ArgumentError(Problem.IMPOSSIBLE, typed, WELL_KNOWN[:_CHOICES])
    return ArgumentError(Problem.OFFSET, typed, zones[:_CHOICES])


def _known_first(zones: Iterable[str]) -> tuple[str, ...]:
    """In the order of `real_zones`."""
    return tuple(sorted(zones, key=lambda zone: _rank().get(zone, len(_rank()))))


@cache
def _rank() -> dict[str, int]:
    return {zone: rank for rank, zone in enumerate(real_zones())}


def _nearest_zones(name: str) -> tuple[str, ...]:
    if len(name) > _LONGEST_NAME:
        return ()
    wanted = place_key(name)
    found = (
        zone for near in nearest(wanted, _candidates(wanted), count=5) for zone in _known_first(places()[near])[:2]
    )
    return tuple(dict.fromkeys(found))[:5]


def _candidates(wanted: str) -> list[str]:
    """The names that can be near at all: an edit changes at most two of the letters that occur."""
    letters = frozenset(wanted)
    return [
        name
        for name, has in _letters().items()
        if len(letters ^ has) <= 2 * CUTOFF * max(len(name), len(wanted)) or name.startswith(wanted)
    ]


@cache
def _letters() -> dict[str, frozenset[str]]:
    return {name: frozenset(name) for name in places()}
