"""Dates as feeds write them: RFC 822 with all its faults, ISO 8601, German and American ones, seconds since 1970."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone

EARLIEST, LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2200, 1, 1, tzinfo=UTC)
"""A date outside is a mistake: no date then."""
_MONTHS = {
    name: number
    for number, names in enumerate(
        (
            "jan januar january jänner jän січ січня янв января",
            "feb februar february feber лют лютого фев февраля",
            "mar mär mrz märz march mrt бер березня мар марта",
            "apr april кві квітня апр апреля",
            "may mai тра травня мая",
            "jun juni june чер червня июн июня",
            "jul juli july лип липня июл июля",
            "aug august сер серпня авг августа",
            "sep sept september вер вересня сен сентября",
            "oct okt oktober october жов жовтня окт октября",
            "nov november лис листопада ноя ноября",
            "dec dez dezember december гру грудня дек декабря",
        ),
        1,
    )
    for name in names.split()
}
_ZONES = {  # hours from UTC
    **dict.fromkeys(("z", "gmt", "ut", "utc", "wet"), 0.0),
    **dict.fromkeys(("cet", "mez", "met", "west", "bst"), 1.0),
    **dict.fromkeys(("cest", "mesz", "mest", "eet", "oez"), 2.0),
    **dict.fromkeys(("eest", "oesz", "msk"), 3.0),
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
_CLOCK = (
    r"(?:[\sT,]+(?:um\s+)?(?P<hour>\d{1,2})[:.h](?P<minute>\d\d)(?:[:.](?P<second>\d\d)(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = (
    r"\s*(?:Uhr|Hrs|год\.?)?\s*\(?(?:(?:GMT|UTC)?(?P<sign>[+\u2212-])\s?(?P<hours>\d{1,2}):?(?P<minutes>\d\d)?"
    r"|(?P<zone>[A-Za-z]{1,5}))?\)?(?:\s*\([^)]*\))?"
)
_FORMS = tuple(
    re.compile(rf"(?:[^\W\d_]{{2,12}}\.?,?\s+)?{day}{_CLOCK}{_ZONE}", re.IGNORECASE)
    for day in (
        r"(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})",
        r"(?P<year>\d{4})(?P<month>\d\d)(?P<day>\d\d)",
        r"(?P<day>\d{1,2})\.\s?(?P<month>\d{1,2})\.\s?(?P<year>\d{4}|\d\d)",
        r"(?P<day>\d{1,2})(?:st|nd|rd|th)?\.?[\s-]+(?P<name>[^\W\d_]{3,12})\.?,?[\s-]+(?P<year>\d{4}|\d\d)",
        r"(?P<name>[^\W\d_]{3,12})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})",
    )
)
_EPOCH = re.compile(r"(\d{9,10}|\d{12,13})(?:\.\d+)?")


def moment(value: object) -> datetime | None:
    """The time that a feed's value says, in UTC; one without a zone is taken as UTC. None when it says none."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        value = str(int(value)) if abs(value) < 1e14 else ""
    if not isinstance(value, str) or not (text := " ".join(value[:100].split())):
        return None
    try:
        if number := _EPOCH.fullmatch(text):
            seconds = int(number[1])
            return sane(datetime.fromtimestamp(seconds / 1000 if seconds > 99_999_999_999 else seconds, UTC))
        return sane(next((_dated(found) for form in _FORMS if (found := form.fullmatch(text))), None))
    except (ValueError, OverflowError, OSError):
        return None


def sane(when: datetime | None) -> datetime | None:
    """A date that can be one."""
    return when.astimezone(UTC) if when is not None and when.tzinfo and EARLIEST <= when < LATEST else None


def _dated(found: re.Match[str]) -> datetime | None:
    parts = found.groupdict()
    name = parts.get("name")
    month = _MONTHS.get(name.lower().rstrip(".")) if name else int(parts["month"])
    if month is None:
        return None
    year = int(parts["year"]) + (2000 if len(parts["year"]) == 2 else 0)
    hour, second = int(parts["hour"] or 0), int(parts["second"] or 0)
    if parts["half"]:
        hour = hour % 12 + (12 if parts["half"].lower().startswith("p") else 0)
    day = datetime(year, month, int(parts["day"]), tzinfo=UTC)
    clock = timedelta(hours=hour, minutes=int(parts["minute"] or 0), seconds=min(second, 59))  # 60: a leap second
    if clock > timedelta(days=1):  # 24:00 is the day's end
        return None
    return (day + clock).replace(tzinfo=_zone(parts))


def _zone(parts: dict[str, str | None]) -> timezone:
    if parts["hours"] is None:
        return timezone(timedelta(hours=_ZONES.get((parts["zone"] or "").lower(), 0)))
    shift = timedelta(hours=int(parts["hours"]), minutes=int(parts["minutes"] or 0))
    return timezone(shift if parts["sign"] == "+" else -shift)
