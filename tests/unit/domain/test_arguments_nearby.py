"""Which zones are near a place."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.arguments.nearby import nearest_zones
from digests.domain.schedule import load_zone


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (52.52, 13.40, "Europe/Berlin"),
        (53.55, 9.99, "Europe/Berlin"),
        (48.21, 16.37, "Europe/Vienna"),
        (50.45, 30.52, "Europe/Kyiv"),
        (51.51, -0.13, "Europe/London"),
        (40.71, -74.01, "America/New_York"),
        (-33.87, 151.21, "Australia/Sydney"),
        (27.72, 85.32, "Asia/Kathmandu"),
        (-31.55, 159.08, "Australia/Lord_Howe"),
        (-16.9, -179.9, "Pacific/Fiji"),  # across the date line
    ],
)
def test_the_zone_of_a_place_comes_first(latitude: float, longitude: float, zone: str) -> None:
    assert nearest_zones(latitude, longitude)[0] == zone


def test_a_border_has_the_zones_of_both_sides() -> None:
    assert set(nearest_zones(47.57, 7.6)) >= {"Europe/Zurich"}
    assert "Europe/Kyiv" in nearest_zones(48.62, 22.29, 12)


@given(st.floats(-90, 90), st.floats(-180, 180), st.integers(1, 5))
def test_every_place_on_earth_has_zones(latitude: float, longitude: float, count: int) -> None:
    zones = nearest_zones(latitude, longitude, count)
    assert len(set(zones)) == count
    assert all(load_zone(zone) for zone in zones)


@given(st.floats(-90, 90))
def test_both_names_of_the_date_line_are_the_same_place(latitude: float) -> None:
    assert nearest_zones(latitude, 180)[0] in nearest_zones(latitude, -180, 2)
