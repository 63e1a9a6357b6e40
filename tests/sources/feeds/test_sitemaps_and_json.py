"""News sitemaps, their indexes, and JSON Feeds with everything wrong."""

from __future__ import annotations

import gzip

import orjson
import pytest

from digests.errors import InputError
from digests.sources.discovery import SITEMAPS, indexed_sitemaps
from digests.sources.feeds import read_feed
from tests.sources.feeds.making import URL

SPACE = 'xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'


def index(*maps: tuple[str, str]) -> bytes:
    inside = "".join(f"<sitemap><loc>{loc}</loc><lastmod>{at}</lastmod></sitemap>" for loc, at in maps)
    return f'<?xml version="1.0"?><sitemapindex {SPACE}>{inside}</sitemapindex>'.encode()


MAPS = index(
    ("https://a.example/sitemap-images.xml", "2026-08-14"),
    ("https://a.example/sitemap-2019.xml", "2019-01-01"),
    ("https://a.example/sitemap-2026.xml", "2026-08-13"),
    ("/sitemap-news-1.xml.gz", "2026-08-12"),
    ("/sitemap-news-2.xml.gz", "2026-08-13T05:00:00Z"),
    ("javascript:x", "2026-08-15"),
)


def test_an_index_names_the_newest_sitemap_of_news() -> None:
    with pytest.raises(InputError, match=r"index of sitemaps.*https://abendbote\.example/sitemap-news-2\.xml\.gz"):
        read_feed(MAPS, URL)


def test_discovery_follows_few_sitemaps_the_likeliest_first() -> None:
    found = indexed_sitemaps(gzip.compress(MAPS), URL)
    assert [each.rsplit("/", 1)[1] for each in found] == [
        "sitemap-news-2.xml.gz",
        "sitemap-news-1.xml.gz",
        "sitemap-2026.xml",
    ]
    assert len(found) == SITEMAPS
    assert indexed_sitemaps(b"<html><body>x</body></html>", URL) == []
    assert indexed_sitemaps(index(), URL) == []


def test_a_sitemap_with_other_prefixes_and_stray_signs() -> None:
    body = f"""<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:n="http://www.google.com/schemas/sitemap-news/0.9"
    xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><s:url>
    <image:image><image:loc>https://a.example/p.jpg</image:loc></image:image><s:loc>https://a.example/1?a=1&b=2</s:loc>
    <n:news><n:publication><n:name>Bote</n:name><n:language>de-DE</n:language></n:publication>
    <n:title>Hafen & Mole</n:title><n:publication_date>2026-08-13T06:00:00+02:00</n:publication_date></n:news></s:url>
    {"<s:url><s:loc>"}"""
    (entry,) = read_feed(body.encode(), URL).entries
    assert (entry.url, entry.title, entry.language) == ("https://a.example/1?a=1&b=2", "Hafen & Mole", "de")
    assert entry.picture == "https://a.example/p.jpg"


def test_a_json_feed_with_wrong_types() -> None:
    item = {
        "id": 7.5,
        "url": ["x"],
        "external_url": "/7",
        "title": {"a": 1},
        "content_html": None,
        "content_text": "Eins <b> & zwei\nDrei",
        "summary": 4,
        "date_published": 1786593600,
        "tags": "Sport, Hafen",
        "authors": ["Ada", {"name": "Emmy"}, None, 4],
        "image": "/p.jpg",
        "language": "de-CH",
    }
    feed = read_feed(orjson.dumps({"version": 3, "title": [], "language": 4, "items": [item, 4, None, []]}), URL)
    (entry,) = feed.entries
    assert (feed.title, feed.faulty) == (None, 3)
    assert (entry.guid, entry.url, entry.text) == ("7.5", "https://abendbote.example/7", "Eins & zwei\nDrei")
    assert (entry.author, entry.language, entry.categories) == ("Ada, Emmy", "de", ("Sport", "Hafen"))
    assert entry.picture == "https://abendbote.example/p.jpg"
    assert entry.published_at is not None


def test_a_json_feed_that_breaks_off() -> None:
    body = orjson.dumps({"items": [{"id": str(number), "title": f"Nr. {number}"} for number in range(9)]})
    assert [entry.guid for entry in read_feed(body[:-20], URL).entries] == [str(number) for number in range(8)]
