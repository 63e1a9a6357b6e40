"""Time zones as readers name them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.arguments import ArgumentError, Problem, city_name, parse_zone
from digests.domain.arguments.places import available_zones, canonical, real_zones

WINTER = datetime(2026, 11, 22, 12, tzinfo=UTC)
SUMMER = datetime(2026, 7, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("zone", "names"),
    [
        (
            "Europe/Berlin",
            "Berlin, berlin, Europe/Berlin, europe/berlin, Берлін, Deutschland, Німеччина, München, in Berlin",
        ),
        ("Europe/Berlin", "Muenchen, Köln, Koeln, Hamburg"),
        ("Europe/Vienna", "Wien, Vienna, Відень, Österreich"),
        ("Europe/Zurich", "Zürich, Zuerich, zurich, Цюрих, Genf, Женева, Schweiz"),
        ("Europe/Kyiv", "Kiew, Kyjiw, Kyiv, Kiev, Київ, Europe/Kiev, Ukraine, Україна, Lwiw, Львів"),
        ("Europe/Rome", "Rom, Rome, Рим, Mailand, Milan, Мілан"),
        ("Europe/Moscow", "Moskau, Moscow, Москва"),
        ("America/New_York", "New York, new-york, Нью-Йорк, US/Eastern, NYC"),
        ("Europe/London", "London, Лондон, England, UK"),
        ("Asia/Kolkata", "Asia/Calcutta, Kolkata, Kalkutta, Колката"),
        ("America/Argentina/Buenos_Aires", "Buenos Aires, America/Buenos_Aires"),
        ("America/Sao_Paulo", "São Paulo, Sao Paulo"),
        ("Asia/Tbilisi", "Georgien, Грузія"),
        ("UTC", "UTC, Etc/UTC"),
    ],
)
def test_places(zone: str, names: str) -> None:
    assert {name: parse_zone(name, WINTER) for name in names.split(", ")} == dict.fromkeys(names.split(", "), zone)


@pytest.mark.parametrize("typed", ["Berlin, Deutschland", "Berlin Germany", "Hamburg, Germany", "Берлін, Німеччина"])
def test_a_city_with_its_country(typed: str) -> None:
    assert parse_zone(typed, WINTER) == "Europe/Berlin"


def refused(typed: str, now: datetime = WINTER) -> ArgumentError:
    with pytest.raises(ArgumentError) as caught:
        parse_zone(typed, now)
    return caught.value


@pytest.mark.parametrize("typed", ["CEST", "mez", "MESZ", "CET"])
def test_an_abbreviation_asks_for_a_city(typed: str) -> None:
    error = refused(typed)
    assert (error.problem, error.typed) == (Problem.ABBREVIATION, typed)
    assert error.suggestions == ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich")


def test_every_abbreviation_has_cities_to_offer() -> None:
    for typed in "EET GMT BST MSK EST PDT CST MST IST JST KST AEST NZDT WEZ".split():  # noqa: SIM905
        error = refused(typed)
        assert error.problem is Problem.ABBREVIATION
        assert all(parse_zone(suggestion, WINTER) == suggestion for suggestion in error.suggestions)


@pytest.mark.parametrize("typed", ["+2", "UTC+2", "GMT +2", "+02:00", "+0200", "2"])
def test_an_offset_lists_who_has_it_now(typed: str) -> None:
    winter, summer = refused(typed, WINTER), refused(typed, SUMMER)
    assert winter.problem is summer.problem is Problem.OFFSET
    assert winter.suggestions[0] == "Europe/Kyiv"
    assert summer.suggestions[:3] == ("Europe/Berlin", "Europe/Vienna", "Europe/Zurich")


@settings(deadline=None)  # the first look-up reads every zone
@given(st.sampled_from(real_zones()), st.datetimes(datetime(2000, 1, 1), datetime(2037, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_offset_of_any_zone_is_found(zone: str, now: datetime) -> None:
    offset = now.astimezone(ZoneInfo(zone)).utcoffset()
    assert offset is not None
    minutes = int(offset / timedelta(minutes=1))
    typed = f"{'-' if minutes < 0 else '+'}{abs(minutes) // 60:02d}:{abs(minutes) % 60:02d}"
    error = refused(typed, now)
    assert error.problem is Problem.OFFSET
    assert all(now.astimezone(ZoneInfo(found)).utcoffset() == offset for found in error.suggestions)


@pytest.mark.parametrize("typed", ["+15", "-13", "+13:37", "+2:99"])
def test_an_offset_nobody_has(typed: str) -> None:
    error = refused(typed)
    assert (error.problem, error.typed) == (Problem.IMPOSSIBLE, typed)
    assert error.suggestions


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Berln", "Europe/Berlin"),
        ("Frankfrut", "Europe/Berlin"),
        ("Londn", "Europe/London"),
        ("Zürch", "Europe/Zurich"),
        ("Киіїв", "Europe/Kyiv"),
        ("Amsterd", "Europe/Amsterdam"),
    ],
)
def test_a_slip_offers_the_nearest_names(typed: str, expected: str) -> None:
    error = refused(typed)
    assert (error.problem, error.typed) == (Problem.UNREADABLE, typed)
    assert expected in error.suggestions[:2]


def test_nonsense_offers_large_cities() -> None:
    assert refused("qqqqwwww").suggestions[0] == "Europe/Berlin"
    assert refused("x" * 4096).problem is Problem.UNREADABLE
    assert refused(" ").problem is Problem.MISSING


def test_a_country_with_many_zones_asks_which() -> None:
    error = refused("USA")
    assert error.problem is Problem.AMBIGUOUS
    assert error.suggestions[:3] == ("America/New_York", "America/Chicago", "America/Denver")


def test_a_city_of_another_country_is_not_taken() -> None:
    assert refused("Paris, USA").problem is Problem.UNREADABLE


def test_every_iana_name_leads_to_the_zone_with_the_same_clock() -> None:
    for name in available_zones():
        if "/" in name and not name.startswith("Etc/"):
            found = parse_zone(name, WINTER)
            assert found == canonical(name)
            for now in (WINTER, SUMMER):
                assert now.astimezone(ZoneInfo(found)).utcoffset() == now.astimezone(ZoneInfo(name)).utcoffset()


def understood(typed: str) -> tuple[str, ...]:
    try:
        return (parse_zone(typed, WINTER),)
    except ArgumentError:
        return ()


def test_city_names_for_buttons_are_understood() -> None:
    for zone in real_zones():
        for language in ("de", "en", "uk"):
            name = city_name(zone, language)
            assert understood(name) == (zone,) or zone in refused(name).suggestions, "a name two zones share"
    assert [city_name("Europe/Kyiv", language) for language in ("de", "en", "uk")] == ["Kiew", "Kyiv", "Київ"]
