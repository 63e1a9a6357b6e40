"""Feeds, lists, pages and files that mean harm: bombs, floods, depths, scripts, links. See docs/security.md."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.sources.decoding import decode
from digests.sources.discovery import declared_feeds
from digests.sources.feeds import read_feed
from digests.sources.feeds.cutting import without_bombs
from digests.sources.files import read_files
from digests.sources.opml import Outline, read_opml
from digests.text.floods import without_flood
from digests.text.markup import plain_lines, read_markup

URL = "https://abendbote.example/feed"
DEPTH = 100_000
LAUGHS = "<!DOCTYPE x [<!ENTITY a0 'haha haha haha haha haha'>" + "".join(
    f"<!ENTITY a{level} '{f'&a{level - 1};' * 10}'>" for level in range(1, 12)
)
BOMBS = {
    "billion laughs": LAUGHS + "]>",
    "quadratic": f"<!DOCTYPE x [<!ENTITY a11 '{'ha' * 50_000}'>]>",
    "system": "<!DOCTYPE x [<!ENTITY a11 SYSTEM 'file://{secret}'>]>",
    "public": "<!DOCTYPE x [<!ENTITY a11 PUBLIC 'a' 'file://{secret}'>]>",
    "parameter": "<!DOCTYPE x [<!ENTITY % p SYSTEM 'file://{secret}'> %p; <!ENTITY a11 'x'>]>",
    "parameter in parameter": "<!DOCTYPE x [<!ENTITY % p '&#60;!ENTITY a11 SYSTEM \"file://{secret}\">'> %p;]>",
    "external subset": "<!DOCTYPE x SYSTEM 'file://{secret}'>",
}
ENCODINGS = ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-7"]
BODIES: dict[str, str] = {
    "rss": (
        "<rss version='2.0'><channel><title>T</title><item><guid>1</guid><title>Hafen {use}</title></item></channel>"
        "</rss>"
    ),
    "sitemap": (
        "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9' xmlns:n='http://www.google.com/schemas/n'><url>"
        "<loc>https://a.example/1</loc><n:news><n:title>Hafen {use}</n:title></n:news></url></urlset>"
    ),
    "opml": "<opml version='2.0'><body><outline text='Hafen {use}' xmlUrl='https://a.example/f'/></body></opml>",
}


def said(kind: str, body: bytes) -> str:
    """All that is read from a body; nothing when it is refused."""
    try:
        return repr(list(read_opml(body, "x.opml")) if kind == "opml" else read_feed(body, URL))
    except InputError:
        return ""


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("bomb", BOMBS)
@pytest.mark.parametrize("kind", BODIES)
def test_entities_neither_multiply_nor_read_files(tmp_path: Path, kind: str, bomb: str, encoding: str) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("hush", encoding="utf-8")
    head = f"<?xml version='1.0' encoding='{encoding.removesuffix('-sig')}'?>"
    prolog = BOMBS[bomb].replace("{secret}", str(secret))
    text = head + prolog + BODIES[kind].replace("{use}", "&a11;" * 200)
    found = said(kind, text.encode(encoding))
    assert "hush" not in found
    assert len(found) < 200_000


@pytest.mark.parametrize("kind", BODIES)
def test_a_bomb_behind_a_long_comment(kind: str) -> None:
    text = f"<?xml version='1.0'?><!--{'x' * 70_000}-->" + BOMBS["billion laughs"]
    assert len(said(kind, (text + BODIES[kind].replace("{use}", "&a11;")).encode())) < 200_000


@pytest.mark.parametrize("piece", [b"<!ENTITY a ", b"<!ENTITY a '", b'<!ENTITY a "b" ', b"<!ENTITY % a "])
def test_entities_that_never_end_are_searched_in_one_pass(piece: bytes) -> None:
    flood = piece * 200_000
    assert len(without_bombs(flood)) <= len(flood)


@pytest.mark.parametrize(
    "body",
    [
        b"<rss><channel><item>" + b"<a>" * DEPTH + b"x" + b"</a>" * DEPTH + b"</item></channel></rss>",
        b"<urlset>" + b"<url>" * DEPTH + b"</url>" * DEPTH + b"</urlset>",
        b'{"items":' + b"[" * DEPTH + b"]" * DEPTH + b"}",
        b"<rss><channel><item><description>" + b"&lt;div&gt;" * DEPTH + b"</description></item></channel></rss>",
    ],
    ids=["rss", "sitemap", "json", "description"],
)
def test_feeds_of_any_depth(body: bytes) -> None:
    try:
        feed = read_feed(body, URL)
    except InputError:
        return
    assert feed.title is None


@pytest.mark.parametrize("tag", ["div", "b", "ul><li", "table><tr><td", "blockquote"])
def test_pages_of_any_depth(tag: str) -> None:
    assert "<" not in read_markup(f"<html><body><p>Hafen</p>{f'<{tag}>' * DEPTH}tief").text


def test_lists_of_any_depth() -> None:
    deep = b"<outline text='x'>" * DEPTH + b"<outline xmlUrl='https://a.example/'/>" + b"</outline>" * DEPTH
    assert all(isinstance(each, Outline | InputError) for each in read_opml(b"<opml><body>" + deep, "x.opml"))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_feed_with_a_flood_of_attributes_is_refused(encoding: str) -> None:
    flood = " ".join(f"a{number}='>'" for number in range(DEPTH))
    body = f"<?xml version='1.0'?><rss><channel><item {flood}><title>t</title></item></channel></rss>"
    with pytest.raises(InputError, match="more than 1000 attributes"):
        read_feed(body.encode(encoding), URL)


ATTRIBUTES: dict[str, Callable[[int], str]] = {
    "quoted": lambda number: f'a{number}=">"',
    "single": lambda number: f"a{number} = '<'",
    "unquoted": lambda number: f'a{number}=x"y',
    "bare": lambda number: f"a{number}",
    "slashes": lambda number: f"/a{number}",
}


@pytest.mark.parametrize("shape", ATTRIBUTES)
@pytest.mark.parametrize("before", ["", "<!-- <a ' -->", "<script>x = '<a \"';</script>"])
def test_a_page_with_a_flood_of_attributes_ends_there(shape: str, before: str) -> None:
    flood = " ".join(ATTRIBUTES[shape](number) for number in range(DEPTH))
    html = f"<html><body><p>Hafen</p>{before}<p {flood}>Ende</p></body></html>"
    assert len(without_flood(html)) < 1000
    assert read_markup(html).text == "Hafen"
    assert plain_lines(html) == ["Hafen"]
    assert declared_feeds(html, URL) == []


def test_a_page_with_a_flood_of_elements_ends_there() -> None:
    flood = f"<p>Hafen</p>{'<p><a>' * 200_000}"
    assert len(without_flood(flood)) < len(flood) / 3
    assert read_markup(flood).text == "Hafen"


def test_pages_as_they_are_keep_all_their_tags() -> None:
    html = "".join(f"<p class='x y' id={number} data-x='>'>Satz {number} a=b</p>" for number in range(5000))
    assert without_flood(html) == html


@pytest.mark.parametrize("piece", ["<p ", "<", "&", "<a b=", "<script>", '<script>"', "<!--", "</p", "<p><a "])
def test_markup_that_never_ends_is_read_in_one_pass(piece: str) -> None:
    read_markup(piece * 200_000)
    article = f'{{"@type": "Article", "articleBody": "{(piece * 200_000).translate({34: None})}"}}'
    read_markup(f'<script type="application/ld+json">{article}</script>')


@pytest.mark.parametrize("encoding", ["punycode", "idna", "undefined", "utf-7", "zlib"])
def test_declared_encodings_that_are_traps_are_not_believed(encoding: str) -> None:
    data = f'<meta charset="{encoding}">'.encode() + b"\xfcber-" + b"a" * 300_000
    assert "über" in decode(data, "x.html")
    head = f'<?xml version="1.0" encoding="{encoding}"?>'.encode()
    (entry,) = read_feed(head + BODIES["rss"].replace("{use}", "x-" + "a" * 300_000).encode(), URL).entries
    assert (entry.title or "").startswith("Hafen x-")


HARM = (
    "<script>alert('hush')</script><style>p{x:hush}</style><iframe src='javascript:hush'>hush</iframe>"
    "<svg onload=hush()><p>hush</p></svg><img src=x onerror='hush()'><p onclick=hush()>Der Hafen öffnet.</p>"
    "<a href='javascript:hush()'>Mehr</a>"
)


def test_markup_goes_at_the_door() -> None:
    quoted = HARM.replace("&", "&amp;").replace("<", "&lt;")
    item = (
        f"<item><guid>1</guid><link>javascript:hush()</link><title>{quoted}</title><description>{quoted}</description>"
        f"<category>{quoted}</category><author>{quoted}</author></item>"
    )
    feed = read_feed(f"<rss version='2.0'><channel><title>{quoted}</title>{item}</channel></rss>".encode(), URL)
    for shown in (repr(feed), repr(read_markup(f"<html><body>{HARM}</body></html>")), repr(plain_lines(HARM))):
        assert "Der Hafen öffnet." in shown
        for trace in ("hush", "<", "javascript:"):
            assert trace not in shown.replace("frozenset", "")
    assert feed.entries[0].url is None


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.txt").write_text("hush, das ist geheim und bleibt es auch", encoding="utf-8")
    inside = tmp_path / "inside"
    (inside / "sub").mkdir(parents=True)
    return inside


def read(folder: Path) -> list[RawArticle | InputError]:
    return list(read_files([folder]))


def test_links_out_of_a_folder_are_not_followed(folder: Path) -> None:
    (folder / "a.txt").symlink_to(folder.parent / "outside" / "secret.txt")
    (folder / "b.txt").symlink_to("sub/../../outside/secret.txt")
    (folder / "chain").symlink_to(folder.parent / "outside")
    (folder / "c.txt").symlink_to("chain/secret.txt")  # the link that leaves stands in the middle
    (folder / "sub" / "d.txt").symlink_to("../chain/secret.txt")
    (folder / "environ.txt").symlink_to("/proc/self/environ")
    found = read(folder)
    assert len(found) == 5
    assert all(isinstance(each, InputError) and "leaves the folder" in each.problem for each in found)


def test_a_folder_that_contains_itself_ends(folder: Path) -> None:
    (folder / "sub" / "again").symlink_to(folder)
    (folder / "loop.txt").symlink_to("loop.txt")
    (found,) = read(folder)
    assert isinstance(found, InputError)


def test_pipes_and_sockets_are_not_opened(folder: Path) -> None:
    os.mkfifo(folder / "a.txt")
    (folder / "b.txt").symlink_to("/dev/zero")
    (folder / "null.txt").symlink_to("a.txt")
    found = [*read(folder), *read_files([folder / "a.txt"])]
    assert len(found) == 4
    assert all(isinstance(each, InputError) for each in found)
