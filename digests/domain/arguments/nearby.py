"""Which time zones are near a place, by the principal locations that the tz database names for its zones."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from math import asin, cos, radians, sin, sqrt

from digests.domain.arguments.places import available_zones

_PLACE = re.compile(r"(?P<latitude>[+-]\d+)(?P<longitude>[+-]\d+)")
_Point = tuple[float, float]  # latitude and longitude in degrees


def nearest_zones(latitude: float, longitude: float, count: int = 3) -> tuple[str, ...]:
    """The `count` zones whose principal location is nearest to a point given in degrees, nearest first.

    A city near a border may have its own zone at the second place, so offer several. Distances are great circles
    (haversine formula).
    """
    here = (latitude, longitude)
    return tuple(sorted(_locations(), key=lambda zone: _distance(here, _locations()[zone]))[:count])


@cache
def _locations() -> dict[str, _Point]:
    """Zone -> its principal location, from zone1970.tab: zones whose clocks have agreed since 1970 are one there."""
    text = files("tzdata.zoneinfo").joinpath("zone1970.tab").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {zone: _point(place) for _, place, zone, *_ in rows if zone in available_zones()}


def _point(place: str) -> _Point:
    match = _PLACE.fullmatch(place)
    if match is None:
        message = f"{place!r} in zone1970.tab is no place of the form +DDMM+DDDMM or +DDMMSS+DDDMMSS"
        raise ValueError(message)
    return _degrees(match["latitude"], 2), _degrees(match["longitude"], 3)


def _degrees(text: str, digits: int) -> float:
    """ISO 6709: a sign, `digits` digits of degrees, two of minutes, perhaps two of seconds."""
    sign, number = text[0], text[1:]
    size = int(number[:digits]) + int(number[digits : digits + 2]) / 60 + int(number[digits + 2 :] or 0) / 3600
    return -size if sign == "-" else size


def _distance(one: _Point, other: _Point) -> float:
    """The angle between two points as seen from the centre of the Earth, in radians."""
    latitude, longitude, its_latitude, its_longitude = map(radians, (*one, *other))
    height = sin((its_latitude - latitude) / 2) ** 2
    width = cos(latitude) * cos(its_latitude) * sin((its_longitude - longitude) / 2) ** 2
    return 2 * asin(min(1.0, sqrt(height + width)))
