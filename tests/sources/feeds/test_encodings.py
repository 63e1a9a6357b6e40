"""The header says one encoding, the prolog another, and the bytes are in a third."""

from __future__ import annotations

import gzip

import pytest

from digests.errors import InputError
from digests.sources.feeds import read_feed
from digests.sources.feeds.mending import LARGEST, unpacked
from tests.sources.feeds.making import URL, item, rss

TITLE = "Порт Одеси знову приймає кораблі з зерном"
WIDE = ("utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "utf-8-sig")
TABLES = ("windows-1251", "koi8-u", "iso-8859-5")


def title(encoding: str, declared: str, header: str | None) -> str | None:
    text = rss(item(guid="1", title=TITLE)).decode().replace("?>", f' encoding="{declared}"?>', 1)
    return read_feed(text.encode(encoding), URL, "text/xml", header).entries[0].title


@pytest.mark.parametrize("header", [None, "iso-8859-1", "utf-8", "no-such-table", "punycode"])
@pytest.mark.parametrize("encoding", [*WIDE, *TABLES, "utf-8"])
def test_what_the_document_declares_counts(encoding: str, header: str | None) -> None:
    assert title(encoding, encoding, header) == TITLE


@pytest.mark.parametrize("header", [None, "us-ascii", "utf-8"])
@pytest.mark.parametrize("encoding", [*WIDE, *TABLES])
def test_a_lying_prolog(encoding: str, header: str | None) -> None:
    assert title(encoding, "utf-8", header) == TITLE


@pytest.mark.parametrize("lie", ["iso-8859-1", "windows-1251", "koi8-r", "us-ascii", "utf-16", "shift_jis"])
def test_utf_8_is_utf_8_whatever_is_said(lie: str) -> None:
    assert title("utf-8", lie, lie) == TITLE


def test_western_names_of_tables_mean_the_windows_ones() -> None:
    body = rss(item(guid="1", title="„Größe“ – 5 €")).decode().encode("cp1252")
    for header in ("iso-8859-1", "latin1", "us-ascii", None):
        assert read_feed(body, URL, "text/xml", header).entries[0].title == "„Größe“ – 5 €"


def test_one_broken_byte_makes_no_page_of_another_table() -> None:
    body = rss(item(guid="1", title="Größe und Äpfel, Öl und Übermut, Süßes und Käse")).replace(b"mut", b"m\xfft")
    found = read_feed(body, URL).entries[0].title
    assert found is not None
    assert found.startswith("Größe und Äpfel, Öl")


@pytest.mark.parametrize("encoding", ["utf-16", "utf-8-sig", "utf-32"])
def test_a_json_feed_with_a_mark(encoding: str) -> None:
    body = '\n{"items": [{"id": "1", "title": "Київ"}]}'
    assert read_feed(body.encode(encoding), URL).entries[0].title == "Київ"


def test_packed_without_a_word_in_the_header() -> None:
    assert read_feed(gzip.compress(rss(item(guid="1", title="Eins"))), URL).entries[0].title == "Eins"


def test_packed_and_broken_off() -> None:
    items = "".join(item(guid=str(number), title=f"Nummer {number * 7919}") for number in range(400))
    packed = gzip.compress(rss(items))
    found = read_feed(packed[: len(packed) // 2], URL).entries
    assert 10 < len(found) < 400
    assert found[0].guid == "0"
    with pytest.raises(InputError, match="gzip"):
        read_feed(b"\x1f\x8b" + b"junk" * 9, URL)


def test_a_packed_bomb_is_unpacked_to_a_limit() -> None:
    bomb = gzip.compress(b"<rss>" + b" " * (LARGEST * 3))
    assert len(unpacked(bomb, URL)) == LARGEST
