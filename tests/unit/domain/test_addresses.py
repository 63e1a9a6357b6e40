"""One address for one article."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.addresses import canonical

ARTICLE = "https://www.abendbote.example/wirtschaft/hafen-oeffnet-1234.html"
QUERY = "https://abendbote.example/story.php?id=77"

SAME = [
    "http://abendbote.example/wirtschaft/hafen-oeffnet-1234.html",
    "HTTPS://WWW.Abendbote.Example:443/wirtschaft/hafen-oeffnet-1234.html#kommentare",
    "https://m.abendbote.example/wirtschaft/hafen-oeffnet-1234.html",
    "https://amp.abendbote.example/wirtschaft/hafen-oeffnet-1234.amp.html",
    "https://www.abendbote.example/wirtschaft/hafen-oeffnet-1234-amp.html",
    "https://www.abendbote.example/wirtschaft/hafen-oeffnet-1234,druck.html",
    "https://www.abendbote.example/wirtschaft/hafen-oeffnet-1234-seite-2.html",
    "https://www.abendbote.example/wirtschaft/./x/../hafen-oeffnet-1234.html?utm_source=rss&utm_medium=feed",
    "https://www.abendbote.example//wirtschaft/hafen-oeffnet-1234.html?fbclid=x&page=2&amp=1&outputType=amp",
    "https://www.abendbote.example/wirtschaft/hafen%2Doeffnet-1234.html;jsessionid=A1B2?ref=homepage",
    "https://www-abendbote-example.cdn.ampproject.org/c/s/www.abendbote.example/wirtschaft/hafen-oeffnet-1234.html",
    "https://www.google.com/amp/s/www.abendbote.example/wirtschaft/hafen-oeffnet-1234.html",
    "https://www.google.com/url?rct=j&url=https%3A%2F%2Fwww.abendbote.example%2Fwirtschaft%2Fhafen-oeffnet-1234.html&ct=ga",
    "https://www.google.de/url?q=https://abendbote.example/wirtschaft/hafen-oeffnet-1234.html",
    "https://l.facebook.com/l.php?u=https%3A%2F%2Fm.abendbote.example%2Fwirtschaft%2Fhafen-oeffnet-1234.html&h=A",
    "https://www.abendbote.example/amp/wirtschaft/hafen-oeffnet-1234.html",
    "https://www.abendbote.example/wirtschaft/amp/hafen-oeffnet-1234.html",
    "https://www.abendbote.example/print/wirtschaft/hafen-oeffnet-1234.html",
    "https://lite.abendbote.example/wirtschaft/hafen-oeffnet-1234.html#ref=rss",
    "https://www.abendbote.example/wirtschaft/hafen-oeffnet-1234.html?maca=de-rss&at_medium=x&source=rss&srsltid=1",
]


@pytest.mark.parametrize("variant", SAME)
def test_variants_of_one_article(variant: str) -> None:
    assert canonical(variant) == canonical(ARTICLE)


@pytest.mark.parametrize(
    "variant",
    [
        "https://abendbote.example/story.php?id=77&utm_campaign=x",
        "https://abendbote.example/story.php?sid=ab9&id=77",
        "https://abendbote.example/story.php?view=print&id=77",
    ],
)
def test_what_names_the_article_in_a_query_stays(variant: str) -> None:
    assert canonical(variant) == canonical(QUERY)


@pytest.mark.parametrize(
    "other",
    [
        "https://abendbote.example/story.php?id=78",
        "https://abendbote.example/story.php?id=77&view=liveblog",
        "https://abendbote.example/story.php",
        "https://abendbote.example/story.php?id=77&page=hafen",
        "https://abendbote.example/story.php?id=77&sid=1234",
        "https://abendbote.example:8443/story.php?id=77",
        "https://english.abendbote.example/story.php?id=77",
    ],
)
def test_other_articles_stay_other(other: str) -> None:
    assert canonical(other) != canonical(QUERY)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("https://a.example/?p=12", "https://a.example/?p=13"),
        ("https://a.example/?p=12345", "https://a.example/"),
        ("https://a.example/suche?page=2", "https://a.example/suche?page=3"),
        ("https://a.example/news?id=5", "https://a.example/news?id=6"),
        ("https://a.example/artikel?source=20261", "https://a.example/artikel?source=20262"),
        ("https://a.example/amp/hafen", "https://a.example/hafen"),
        ("https://www.google.com/url?q=nothing", "https://www.google.com/url?q=other"),
        ("https://a.example/hafen-1", "https://a.example/Hafen-1"),
    ],
)
def test_no_false_merges(one: str, other: str) -> None:
    assert canonical(one) != canonical(other)


def test_wrappers_without_end() -> None:
    address = "https://a.example/hafen-1"
    for _ in range(12):
        address = f"https://www.google.com/url?q={quote(address, safe='')}"
    assert canonical(address) is not None


_SLUG = st.from_regex(r"[a-z]{2,9}(-[a-z]{2,9}){1,4}-[0-9]{3,8}(\.html)?", fullmatch=True)
_FOLDER = st.sampled_from(["", "/politik", "/amp/politik", "/2026/11/28", "/de/news"])


@given(_FOLDER, _SLUG, _SLUG, st.sampled_from(["", "?page=2", "?utm_source=x", "#a", "?ref=rss&id=4"]))
def test_two_articles_never_become_one(folder: str, one: str, other: str, tail: str) -> None:
    first, second = (canonical(f"https://a.example{folder}/{slug}{tail}") for slug in (one, other))
    assert (first == second) == (one == other)
    assert first is not None
    assert canonical(f"https:{first}") == first


def test_paths_that_only_look_like_views() -> None:
    found = {
        canonical(f"https://a.example/{path}") for path in ("amp", "print", "2024/11/m", "seite-2", "camp", "blueprint")
    }
    assert len(found) == 6


def test_hosts_that_only_look_mobile() -> None:
    assert canonical("https://m.de/x") != canonical("https://de/x")
    assert canonical("https://de.m.wikinews.org/wiki/X") == canonical("https://de.wikinews.org/wiki/X")


def test_names_of_other_scripts_have_one_form() -> None:
    assert canonical("https://правда.example/новина") == canonical(
        "https://xn--80aafi6cg.example/%D0%BD%D0%BE%D0%B2%D0%B8%D0%BD%D0%B0"
    )


@pytest.mark.parametrize(
    "wrong", ["", "abc", "ftp://a.example/x", "http://", "http://[::1", "http://a:b/", "mailto:a@b"]
)
def test_no_addresses(wrong: str) -> None:
    assert canonical(wrong) is None


@given(st.text(max_size=80), st.text(max_size=40))
def test_it_is_final_and_never_raises(path: str, query: str) -> None:
    once = canonical(f"https://a.example/{path}?{query}")
    if once is not None:
        assert canonical(f"https:{once}") == once
