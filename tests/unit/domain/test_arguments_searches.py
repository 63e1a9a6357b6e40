"""What /search reads: words, phrases, what is left out, filters and periods; each query can be read from its text."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.arguments import ArgumentError, Problem
from digests.domain.arguments.searches import (
    PartKind,
    Query,
    check_words,
    languages_of,
    parse_search,
    period_of,
)

BERLIN = ZoneInfo("Europe/Berlin")
NOW = datetime(2026, 8, 13, 6, 0, tzinfo=BERLIN)  # a Thursday
HOUR = timedelta(hours=1)
DAY = timedelta(days=1)


def day(month: int, number: int, year: int = 2026) -> datetime:
    return datetime(year, month, number, tzinfo=BERLIN)


def parts(text: str) -> list[tuple[str, str]]:
    return [(part.kind.value, part.value) for part in parse_search(text, NOW).parts]


@pytest.mark.parametrize(
    ("text", "words", "since", "until"),
    [
        ("Getreide Hafen", "Getreide Hafen", None, None),
        ("Getreide 7d", "Getreide", NOW - 7 * DAY, None),
        ("7d Getreide", "Getreide", NOW - 7 * DAY, None),
        ("Getreide 2w", "Getreide", NOW - 14 * DAY, None),
        ("  Getreide   Hafen  24h ", "Getreide Hafen", NOW - 24 * HOUR, None),
        ("Getreide heute", "Getreide", day(8, 13), day(8, 14)),
        ("Getreide gestern", "Getreide", day(8, 12), day(8, 13)),
        ("зерно вчора", "зерно", day(8, 12), day(8, 13)),
        ("Getreide letzte 3 Tage", "Getreide", NOW - 3 * DAY, None),
        ("grain last 3 days", "grain", NOW - 3 * DAY, None),
        ("Getreide seit 01.08.", "Getreide", day(8, 1), None),
        ("seit 01.11. Getreide", "Getreide", day(11, 1, 2025), None),
        ("Getreide seit gestern", "Getreide", day(8, 12), None),
        ("Getreide seit Montag", "Getreide", day(8, 10), None),
        ("Getreide bis Montag", "Getreide", None, day(8, 11)),
        ("Getreide vom 01.08. bis 05.08.", "Getreide", day(8, 1), day(8, 6)),
        ("grain since 1 August until 2026-08-05", "grain", day(8, 1), day(8, 6)),
        ("зерно від 01.08. до 05.08.", "зерно", day(8, 1), day(8, 6)),
        ("Getreide am 1.8.", "Getreide", day(8, 1), day(8, 2)),
        ("Getreide 2026-08-01", "Getreide", day(8, 1), day(8, 2)),
        ("Getreide November", "Getreide", day(11, 1, 2025), day(12, 1, 2025)),
        ("Getreide im August", "Getreide", day(8, 1), day(9, 1)),
        ("Getreide Juli 2025", "Getreide", day(7, 1, 2025), day(8, 1, 2025)),
        ("Zwei Wochen im Juli", "Zwei Wochen", day(7, 1), day(8, 1)),
        ("Getreide bis 2025", "Getreide", None, day(1, 1)),
        ("Formel 1", "Formel 1", None, None),
        ("Haushalt 2027", "Haushalt 2027", None, None),
        ("Theresa May", "Theresa May", None, None),
        ("Zwei Wochen nach Juli", "Zwei Wochen nach", day(7, 1), day(8, 1)),
        ("Getreide seit Jahren", "Getreide seit Jahren", None, None),
        ("von Berlin bis Rom", "von Berlin bis Rom", None, None),
        ("heute Getreide", "heute Getreide", None, None),
        ('Getreide "heute"', "Getreide heute", None, None),
        ("7d", "7d", None, None),
        ("heute", "heute", None, None),
        ("Getreide 0d", "Getreide 0d", None, None),
        ("", "", None, None),
    ],
)
def test_words_and_period(text: str, words: str, since: datetime | None, until: datetime | None) -> None:
    query = parse_search(text, NOW)
    assert " ".join(part.value for part in query.wanted) == words
    period = period_of(query, NOW)
    assert (period.since, period.until) == (since, until)


@pytest.mark.parametrize("quoted", ['"Tag der Arbeit"', "„Tag der Arbeit“", "“Tag der Arbeit”", "«Tag der Arbeit»",
                                    "»Tag der Arbeit«", "„Tag  der Arbeit”"])  # fmt: skip
def test_quotation_marks_make_a_phrase(quoted: str) -> None:
    assert parts(f"Berlin {quoted} 2020") == [("word", "Berlin"), ("phrase", "Tag der Arbeit"), ("word", "2020")]
    assert parts(f"-{quoted} Berlin") == [("without", "Tag der Arbeit"), ("word", "Berlin")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rente -Koalition", [("word", "Rente"), ("without", "Koalition")]),
        ("Rente –Koalition", [("word", "Rente"), ("without", "Koalition")]),
        ("U-Bahn - Unfall", [("word", "U-Bahn"), ("word", "-"), ("word", "Unfall")]),
        ("Hafen quelle:Ticker24", [("word", "Hafen"), ("source", "Ticker24")]),
        ("Hafen Quelle: „Der Bote“", [("word", "Hafen"), ("source", "Der Bote")]),
        ("port source:x topic:y language:en", [("word", "port"), ("source", "x"), ("topic", "y"), ("language", "en")]),
        ("порт джерело:x тема:y мова:uk", [("word", "порт"), ("source", "x"), ("topic", "y"), ("language", "uk")]),
        ("quelle:x 7d", [("source", "x"), ("period", "7d")]),
        ("quelle:", [("source", "")]),
        ("https://bote.example/a Hafen", [("word", "https://bote.example/a"), ("word", "Hafen")]),
        ('ein "offenes Zitat', [("word", "ein"), ("word", "offenes"), ("word", "Zitat")]),
        ("1.000.000 Euro", [("word", "1.000.000"), ("word", "Euro")]),
    ],
)
def test_signs_and_keys(text: str, expected: list[tuple[str, str]]) -> None:
    assert parts(text) == expected


@pytest.mark.parametrize(
    ("text", "problem", "typed"),
    [
        ("Hafen seit 31.02.", Problem.NO_SUCH_DATE, "seit 31.02."),
        ("Hafen am 31.06.", Problem.NO_SUCH_DATE, "am 31.06."),
        ("Hafen seit 05.08. bis 01.08.", Problem.IMPOSSIBLE, "bis 01.08."),
        ("Hafen sprache:klingonisch", Problem.UNREADABLE, "sprache:klingonisch"),
        ("Hafen language:", Problem.MISSING, "language:"),
        ("-Hafen", Problem.MISSING, "-Hafen"),
        ("a ?!", Problem.TOO_FEW, "a ?!"),
        ("", Problem.TOO_FEW, ""),
    ],
)
def test_what_is_wrong_is_quoted(text: str, problem: Problem, typed: str) -> None:
    query = parse_search(text, NOW)
    with pytest.raises(ArgumentError) as caught:  # noqa: PT012 - the first of three that refuses
        check_words(query)
        languages_of(query)
        period_of(query, NOW)
    assert (caught.value.problem, caught.value.typed) == (problem, typed)


def test_languages_by_code_and_by_name() -> None:
    query = parse_search("Hafen sprache:Ukrainisch language:fr", NOW)
    assert languages_of(query) == {"uk", "fr"}


def test_parts_are_replaced_and_left_out() -> None:
    query = parse_search('Hafen "zweite Runde" quelle:Bote 7d', NOW)
    assert query.replaced(0, "Haven") == 'Haven "zweite Runde" quelle:Bote 7d'
    assert query.replaced(1) == "Hafen quelle:Bote 7d"


def test_a_long_query_loses_words_before_filters() -> None:
    query = parse_search("eins zwei drei vier quelle:Bote 7d", NOW)
    assert query.fitting(26).text == "eins zwei quelle:Bote 7d"
    assert query.fitting(1000) == query
    assert parse_search("x" * 10_000, NOW).fitting(100).text == "x" * 100


PIECES = st.one_of(
    st.text(max_size=8),
    st.sampled_from(["7d", "heute", "seit", "bis", "01.11.", "31.02.", "November", "im", "quelle:", "thema:Ukraine",
                     "sprache:de", "-", "-x", '"', "„", "“", "«a b»", ":", "Rente", "🙂", "שלום", "\u202e", "2025"]),
)  # fmt: skip
TEXTS = st.lists(PIECES, max_size=10).map(" ".join)


@pytest.mark.parametrize("text", ['quelle:"0', 'quelle:"" 0', 'quelle:" Rente', "thema:„ Rente", "Rente quelle:"])
def test_a_filter_without_a_value_takes_no_word_that_stands_behind_it(text: str) -> None:
    query = parse_search(text, NOW)
    assert "" in [part.value for part in query.filters]
    assert parse_search(query.text, NOW) == query


@given(TEXTS)
def test_any_query_is_read_from_its_own_text(text: str) -> None:
    query = parse_search(text, NOW)
    assert parse_search(query.text, NOW).parts == query.parts


@given(TEXTS, st.integers(1, 60))
def test_any_query_is_brought_to_a_length_and_still_read(text: str, limit: int) -> None:
    fitting = parse_search(text, NOW).fitting(limit)
    assert len(fitting.text) <= limit
    again = parse_search(fitting.text, NOW)
    assert set(words_of(again)) <= set(text.translate(dict.fromkeys(map(ord, '"„“«»'), " ")))


def words_of(query: Query) -> str:
    return "".join(part.value for part in query.of(PartKind.WORD)).replace(" ", "")


@given(TEXTS)
def test_nothing_but_refusals_comes_of_any_text(text: str) -> None:
    query = parse_search(text, NOW.astimezone(UTC))
    refused = []
    for check in (check_words, languages_of, lambda query: period_of(query, NOW)):
        try:
            check(query)
        except ArgumentError as error:
            refused.append(error.typed)
    assert all(typed == query.text or typed in [part.text for part in query.parts] for typed in refused)
