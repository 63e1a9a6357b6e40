"""The section of a web address."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain import sections
from digests.domain.sections import section
from digests.domain.topics import Catalogue

SEEDS = Path(__file__).parents[3] / "seeds"
CATALOGUE = Catalogue.parse((SEEDS / "topics.toml").read_text(encoding="utf-8"), "seeds/topics.toml")


@pytest.mark.parametrize(
    ("url", "slugs", "words"),
    [
        ("https://zeitung.example/wirtschaft/zins-steigt-123.html", ("economy",), ("wirtschaft",)),
        ("https://zeitung.example/aktuell/politik/ausland/a-1", ("politics", "world"), ("politik", "ausland")),
        ("https://zeitung.example/politik/deutschland/a-1", ("politics", "germany"), ("politik", "deutschland")),
        ("https://zeitung.example/de/Sport/Fu%C3%9Fball/sieg.html", ("sport", "football"), ("sport", "fussball")),
        ("https://zeitung.example/sport/fussball/sieg.html?ref=x", ("sport", "football"), ("sport", "fussball")),
        ("https://zeitung.example/news/boerse/dax", ("economy", "stocks"), ("boerse",)),
        ("https://zeitung.example/kultur/beitrag/2024/04/premiere.html", ("culture",), ("kultur",)),
        ("https://paper.example/world-news/flood-in-the-valley", ("world",), ("world-news",)),
        (
            "https://paper.example/world/middle-east/talks-2024-03-07/",
            ("world", "middle-east"),
            ("world", "middle-east"),
        ),
        ("https://wetter.zeitung.example/vorhersage/morgen", ("weather",), ("wetter",)),
        ("https://politics.paper.com.cn/n1/2024/0424/c1.html", ("politics",), ("politics",)),
        ("https://sport.paper.com.cn/n1/2024/0424/c1.html", ("sport",), ("sport",)),
        ("https://gazeta.example/політика/стаття", ("politics",), ("політика",)),
        ("https://gazeta.example/%D1%81%D0%BF%D0%BE%D1%80%D1%82/match", ("sport",), ("спорт",)),
        ("https://paper.example/football/2024/final", ("sport", "football"), ("football",)),
    ],
)
def test_named(url: str, slugs: tuple[str, ...], words: tuple[str, ...]) -> None:
    found = section(url)
    assert found is not None
    assert found.slugs == slugs
    assert tuple(dict.fromkeys(word for _, word in found.named)) == words


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "no address",
        "https://zeitung.example/",
        "https://zeitung.example/wirtschaft",  # the last part is the article
        "https://zeitung.example/welt/sturm-im-hafen.html",  # a miscellany
        "https://www.welt.example/a/b",
        "https://sport.example/a/b",  # the site's own name
        "https://people.com.cn/n1/c1.html",
        "https://zeitung.example/hamburg/politik-im-rathaus-wird-teurer/1.html",  # words of a headline
        "https://zeitung.example/transport-fiel-aus/1.html",
        "https://paper.example/culture-council/articles/what-films-teach",  # advertising
        "https://paper.example/us/storm.html",
        "https://paper.example/it/tempesta.html",
        "https://paper.example/2024/05/01/storm.html",
        "https://[broken/politik/x",
        "https://zeitung.example/a/b/c/d/e/f/g/sport/x.html",  # far too deep to be a section
    ],
)
def test_unnamed(url: str | None) -> None:
    assert section(url) is None


def test_american_football_is_another_game() -> None:
    found = section("https://paper.example/sports/football/final-won.html")
    assert found is not None
    assert found.slugs == ("sport",)


def test_every_section_is_a_topic_of_the_catalogue() -> None:
    for words in sections.WORDS.values():
        assert words
    assert {slug for slugs in sections.WORDS for slug in slugs.split()} <= {topic.slug for topic in CATALOGUE}


def test_no_word_stands_for_two_sections() -> None:
    written = [word for words in sections.WORDS.values() for word in words.split()]
    assert len(written) == len(set(written))


@given(st.one_of(st.text(), st.text().map("https://example.org/{}/x".format), st.from_regex(r"https?://\S+")))
def test_any_address_may_come(url: str) -> None:
    found = section(url)
    if found:
        assert found.slugs
        assert all(word for _, word in found.named)
