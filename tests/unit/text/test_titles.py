"""Titles bare of what sites and wires put around them."""

from __future__ import annotations

import pytest

from digests.text.titles import bare_title


@pytest.mark.parametrize(
    ("title", "bare"),
    [
        ("Wahl am See: Kern tritt an – SR – 30.01.2031", "Wahl am See: Kern tritt an"),
        ("Wahl am See | 3.2.2031", "Wahl am See"),
        ("Neue Fähre für Lindau - Seeblick.de", "Neue Fähre für Lindau"),
        ("New ferry for the lake | Lake News", "New ferry for the lake"),
        ("Fähre fährt wieder | Lindauer Seezeitung Online", "Fähre fährt wieder"),
        ("POL-LI: Boot am Ufer gestohlen", "Boot am Ufer gestohlen"),
        ("POL-LI: +++Boot am Ufer gestohlen+++", "Boot am Ufer gestohlen"),
        ("Boot am Ufer gestohlen (ots)", "Boot am Ufer gestohlen"),
    ],
)
def test_what_is_around_a_title_goes(title: str, bare: str) -> None:
    assert bare_title(title) == bare


@pytest.mark.parametrize(
    "title",
    [
        "Fähre – ein Jahr danach",
        "Rat beschließt Fähre - Bürger protestieren",
        "POL-LI: Boot",
        "News | Online",
        "Boot am Ufer | Lindau",
    ],
)
def test_what_belongs_to_a_title_stays(title: str) -> None:
    assert bare_title(title) == title
