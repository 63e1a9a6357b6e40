"""Counts, lengths, languages, topic changes and commands as readers type them; and that no text breaks anything."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from digests.domain.arguments import (
    ArgumentError,
    LatestRequest,
    Problem,
    TopicChanges,
    parse_breaking,
    parse_days,
    parse_language,
    parse_latest,
    parse_length,
    parse_pause,
    parse_times,
    parse_topic_changes,
    parse_zone,
    split_command,
)
from digests.domain.preferences import Length
from digests.domain.quiet import NO_QUIET, Quiet

NOW = datetime(2026, 8, 13, 21, 14, tzinfo=ZoneInfo("Europe/Berlin"))
MIDNIGHT = datetime(2026, 8, 12, 22, tzinfo=UTC)


def ago(**units: int) -> datetime:
    return NOW.astimezone(UTC) - timedelta(**units)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("", LatestRequest()),
        ("3", LatestRequest(3)),
        ("+3", LatestRequest(3)),
        ("10", LatestRequest(10)),
        ("50", LatestRequest(10, capped=True)),
        ("9" * 5000, LatestRequest(10, capped=True)),
        ("3 sport", LatestRequest(3, words="sport")),
        ("Sport 3", LatestRequest(3, words="Sport")),
        ("top 3", LatestRequest(3)),
        ("abc", LatestRequest(words="abc")),
        ("Deutsche  Bahn", LatestRequest(words="Deutsche Bahn")),
        ("heute", LatestRequest(since=MIDNIGHT)),
        ("today", LatestRequest(since=MIDNIGHT)),
        ("сьогодні 3 спорт", LatestRequest(3, MIDNIGHT, "спорт")),
        ("gestern", LatestRequest(since=MIDNIGHT - timedelta(days=1))),
        ("24h", LatestRequest(since=ago(hours=24))),
        ("3d sport", LatestRequest(since=ago(days=3), words="sport")),
        ("sport 3 Tage 2", LatestRequest(2, ago(days=3), "sport")),
        ("last 3 days", LatestRequest(since=ago(days=3))),
        ("2 wochen", LatestRequest(since=ago(days=14))),
        ("99999999999d", LatestRequest(since=ago(days=366))),
    ],
)
def test_latest(typed: str, expected: LatestRequest) -> None:
    assert parse_latest(typed, NOW) == expected


@pytest.mark.parametrize(("typed", "quoted"), [("0", "0"), ("-3", "-3"), ("−3", "−3"), ("sport 0", "0"), ("0d", "0d")])
def test_latest_needs_at_least_one(typed: str, quoted: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_latest(typed, NOW)
    assert (refused.value.problem, refused.value.typed) == (Problem.TOO_FEW, quoted)
    assert all(parse_latest(suggestion, NOW) for suggestion in refused.value.suggestions)


@given(st.integers(1, 10), st.sampled_from(["", "24h", "heute", "3 дні"]), st.sampled_from(["", "Sport", "новини"]))
def test_latest_in_any_order(count: int, period: str, topic: str) -> None:
    forward = parse_latest(f"{topic} {period} {count}", NOW)
    assert forward == parse_latest(f"{period} {topic} {count}", NOW)
    assert (forward.count, forward.words, forward.since is not None) == (count, topic, bool(period))


@pytest.mark.parametrize(
    ("length", "names"),
    [
        (Length.SHORT, "kurz, Kurz, short, коротко, 1min, 2 min, 2 Minuten, 2 хвилини"),
        (Length.NORMAL, "normal, NORMAL, звичайна, 3min, 4 minutes, 3-min, 3"),
        (Length.LONG, "lang, länger, laenger, ausführlich, long, довго, 5min, 10 хв"),
    ],
)
def test_lengths(length: Length, names: str) -> None:
    assert {parse_length(name)[0] for name in names.split(", ")} == {length}


def test_lengths_in_minutes() -> None:
    typed = ("3min", "10 хв", "15", "kurz")
    assert [parse_length(each)[1] for each in typed] == [3, 10, 15, None]


@pytest.mark.parametrize(
    ("typed", "problem"),
    [
        ("", Problem.MISSING),
        ("0min", Problem.IMPOSSIBLE),
        ("16min", Problem.IMPOSSIBLE),
        ("riesig", Problem.UNREADABLE),
    ],
)
def test_lengths_refused(typed: str, problem: Problem) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_length(typed)
    assert refused.value.problem is problem
    assert [parse_length(suggestion) for suggestion in refused.value.suggestions] == [(each, None) for each in Length]


@pytest.mark.parametrize(
    ("meant", "typed"),
    [
        (True, "an, An!, ein, on, yes, увімк"),
        (False, "aus, nein, off, no more, вимк, keine mehr"),
        (NO_QUIET, "ohne Ruhe, keine Ruhezeit, rund um die Uhr, no quiet hours, always, без тиші"),
        (
            Quiet(22 * 60, 7 * 60),
            "22-7, 22 - 7, 22–7 Uhr, 22:00 bis 07:00, von 22 bis 7 Uhr, Ruhe 22-7, Ruhezeit: 22:00-7:00, "
            "10pm to 7am, from 22 to 7, quiet 22-7, between 10pm and 7am, з 22 до 7, тиша 22-7",
        ),
        (Quiet(23 * 60 + 30, 6 * 60 + 15), "23:30-6:15, 23.30 bis 6.15"),
        (Quiet(0, 6 * 60), "0-6, mitternacht bis 6, midnight to 6"),
    ],
)
def test_breaking_news_and_quiet_hours(meant: bool | Quiet, typed: str) -> None:
    assert [each for each in typed.split(", ") if parse_breaking(each) != meant] == []


@pytest.mark.parametrize(
    ("typed", "problem", "quoted"),
    [
        ("", Problem.MISSING, ""),
        ("25-7", Problem.IMPOSSIBLE, "25"),
        ("22", Problem.UNREADABLE, "22"),
        ("22-7-9", Problem.UNREADABLE, "22-7-9"),
        ("22 23-7", Problem.UNREADABLE, "22 23-7"),
        ("vielleicht", Problem.UNREADABLE, "vielleicht"),
        ("bis 7", Problem.UNREADABLE, "bis 7"),
    ],
)
def test_quiet_hours_refused(typed: str, problem: Problem, quoted: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_breaking(typed)
    assert (refused.value.problem, refused.value.typed) == (problem, quoted)
    assert all(isinstance(parse_breaking(suggestion), Quiet) for suggestion in refused.value.suggestions)


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("de", "de, DE, Deutsch, German, німецька, de_AT, німецькою"),
        ("en", "en, English, englisch, англійська, en-US"),
        ("uk", "uk, ua, Українська, Ukrainian, ukrainisch, українською, по-українськи"),
    ],
)
def test_languages(code: str, names: str) -> None:
    assert {parse_language(name) for name in names.split(", ")} == {code}


@pytest.mark.parametrize(("typed", "problem"), [("", Problem.MISSING), ("fr", Problem.UNREADABLE)])
def test_languages_refused(typed: str, problem: Problem) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_language(typed)
    assert (refused.value.problem, refused.value.suggestions) == (problem, ("de", "en", "uk"))


@pytest.mark.parametrize(
    ("typed", "add", "remove"),
    [
        ("+sport -kultur", ("sport",), ("kultur",)),
        ("+ Sport, Kultur −Wirtschaft", ("Sport", "Kultur"), ("Wirtschaft",)),
        ("+klima energie -deutsche bahn", ("klima energie",), ("deutsche bahn",)),
        ("sport, kultur", ("sport", "kultur"), ()),
        ("+sport+kultur", ("sport", "kultur"), ()),
        ("+e-auto -covid-19", ("e-auto",), ("covid-19",)),
        ("+sport -Sport", (), ("Sport",)),
    ],
)
def test_topic_changes(typed: str, add: tuple[str, ...], remove: tuple[str, ...]) -> None:
    assert parse_topic_changes(typed) == TopicChanges(add, remove)


@pytest.mark.parametrize("typed", ["", "+", "- ,", "!"])
def test_topic_changes_without_a_name(typed: str) -> None:
    with pytest.raises(ArgumentError) as refused:
        parse_topic_changes(typed)
    assert refused.value.problem is Problem.MISSING


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("/Zeit 7", ("zeit", "7")),
        ("/länge kurz", ("lange", "kurz")),
        ("/laenge@DepescheBot  kurz ", ("lange", "kurz")),
        ("/ZEIT", ("zeit", "")),
        ("/search zwei\nZeilen", ("search", "zwei\nZeilen")),
        ("hallo", None),
        ("/", None),
        ("24/7", None),
    ],
)
def test_commands(typed: str, expected: tuple[str, str] | None) -> None:
    assert split_command(typed) == expected


PARSERS: list[Callable[[str], object]] = [
    parse_times,
    parse_days,
    parse_length,
    parse_language,
    parse_topic_changes,
    split_command,
    partial(parse_latest, now=NOW),
    partial(parse_pause, now=NOW),
    partial(parse_zone, now=NOW),
]
PIECES = """
7 07:00 25:00 99 -3 +2 uhr am pm halb viertel vor nach bis until до 31.02. 15.08. 2026-02-30 3d 0w aug märz mo fr -
– täglich außer щодня пн п’ятниця berlin wien cest kurz 3min de heute , ; / + . ' ½ ٣ ² \u200b ß İ
"""
pieces = st.sampled_from(PIECES.split())
wild = st.one_of(
    st.text(max_size=40), st.lists(pieces, max_size=7).map(" ".join), st.lists(pieces, max_size=7).map("".join)
)


@pytest.mark.parametrize("parse", PARSERS)
@settings(max_examples=250, deadline=None)
@example("9" * 5000)
@example("9999-99-99")
@example("\ud800")
@given(typed=wild)
def test_no_text_breaks_anything(parse: Callable[[str], object], typed: str) -> None:
    try:
        parse(typed)
    except ArgumentError as refused:
        for suggestion in refused.suggestions:
            if refused.problem not in (Problem.OFFSET, Problem.ABBREVIATION):
                parse(suggestion)
