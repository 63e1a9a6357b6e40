"""Articles from files of every kind, good and bad; a bad one never stops the rest."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.sources import files
from digests.sources.files import read_files, short_credit
from tests.unit.text.samples import HARBOUR, SEEDS
from tests.unit.text.test_markup import PAGE

TEXT = "\n".join(HARBOUR)


def articles(*paths: Path) -> list[RawArticle]:
    found = list(read_files(paths))
    assert all(isinstance(each, RawArticle) for each in found), found
    return [each for each in found if isinstance(each, RawArticle)]


def problem(*paths: Path) -> InputError:
    [found] = read_files(paths)
    assert isinstance(found, InputError), found
    return found


def written(path: Path, content: str | bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def test_the_seeds() -> None:
    first, second = articles(SEEDS)[:2]
    assert first.guid == "000_6599306813d2483f.txt"
    assert (first.source_key, first.source_title, first.credit) == ("file:seeds", "seeds", "seeds 000")
    assert first.published_at is None
    assert second.text == (SEEDS / second.guid).read_text(encoding="utf-8")


def test_html(tmp_path: Path) -> None:
    [article] = articles(written(tmp_path / "seite.html", PAGE))
    assert article.title == "Neuer Anleger in Rostock"
    assert article.published_at == datetime(2026, 11, 20, 13, 35, tzinfo=UTC)
    assert "Fähren mit Batterien" in article.headings
    assert article.url == "https://kueste.example/anleger"


def test_markdown_with_front_matter(tmp_path: Path) -> None:
    front = "---\nurl: https://kueste.example/1\nlanguage: de\npublished_at: 2026-11-20\nsource: Küstenpost\n"
    front += "topics: [Hafen, Verkehr]\n---\n"
    content = f"{front}# Der Titel\n\n{HARBOUR[0]}\n\n## Kosten\n\n- **eins** [zwei](x)\n\n```\nx=1\n```\n"
    [article] = articles(written(tmp_path / "a.md", content))
    assert (article.title, article.credit, article.source_key) == ("Der Titel", "Küstenpost", "file:Küstenpost")
    assert article.text.split("\n") == [HARBOUR[0], "Kosten", "- eins zwei"]
    assert article.headings == {"Kosten"}
    assert article.topics == ("Hafen", "Verkehr")
    assert article.published_at == datetime(2026, 11, 20, tzinfo=UTC)


def test_markdown_without_front_matter(tmp_path: Path) -> None:
    [article] = articles(written(tmp_path / "a.markdown", f"Titel\n=====\n\n{HARBOUR[0]}\n"))
    assert (article.title, article.text) == ("Titel", HARBOUR[0])


def test_front_matter_of_other_programs_has_its_time(tmp_path: Path) -> None:
    front = "---\npublished: true\ndate: 2026-11-20 14:35:00 +01:00\n---\n"
    [article] = articles(written(tmp_path / "a.md", f"{front}# Der Titel\n\n{HARBOUR[0]}\n"))
    assert article.published_at == datetime(2026, 11, 20, 13, 35, tzinfo=UTC)


def test_bad_front_matter_names_the_field(tmp_path: Path) -> None:
    error = problem(written(tmp_path / "a.md", f"---\npublished_at: gestern\n---\n{HARBOUR[0]}"))
    assert error.place.endswith("a.md")
    assert "published_at" in error.problem


def test_json_lines(tmp_path: Path) -> None:
    full = {
        "url": "https://kueste.example/1", "title": "T", "text": TEXT, "language": "de-DE", "source": "Küstenpost",
        "published_at": "2026-11-20T14:35:00", "topics": ["Hafen"], "teaser": "Kurz.", "guid": 7, "extra": {},
    }  # fmt: skip
    lines = [json.dumps(full), "", json.dumps({"html": PAGE}), json.dumps({"text": TEXT, "title": None})]
    one, two, three = articles(written(tmp_path / "viele.jsonl", "\ufeff" + "\n".join(lines)))
    assert (one.guid, one.language, one.source_key, one.credit) == ("7", "de", "file:Küstenpost", "Küstenpost")
    assert one.published_at == datetime(2026, 11, 20, 14, 35, tzinfo=UTC)
    assert (one.topics, one.teaser) == (("Hafen",), "Kurz.")
    assert (two.title, two.url, two.guid != three.guid) == (
        "Neuer Anleger in Rostock",
        "https://kueste.example/anleger",
        True,
    )
    assert three.origin.endswith("viele.jsonl:4")
    assert (three.credit, three.source_key) == ("viele", f"file:{tmp_path.name}")
    assert [each.guid for each in articles(tmp_path / "viele.jsonl")] == [one.guid, two.guid, three.guid]


@pytest.mark.parametrize(
    ("fields", "wanted"),
    [
        ({"published": "2026-11-20T14:35:00+01:00"}, datetime(2026, 11, 20, 13, 35, tzinfo=UTC)),
        ({"date_published": "2026-11-20T14:35:00Z"}, datetime(2026, 11, 20, 14, 35, tzinfo=UTC)),
        ({"publishedAt": "2026-11-20 14:35"}, datetime(2026, 11, 20, 14, 35, tzinfo=UTC)),
        ({"pubDate": "Fri, 20 Nov 2026 14:35:00 +0100"}, datetime(2026, 11, 20, 13, 35, tzinfo=UTC)),
        ({"published": "true", "date": "2026-11-20"}, datetime(2026, 11, 20, tzinfo=UTC)),
        ({"published_at": "2026-11-20", "date": "2026-11-21"}, datetime(2026, 11, 20, tzinfo=UTC)),
        ({"published_at": None, "published": True, "date": 20261120, "pubDate": "bald"}, None),
    ],
)
def test_the_time_stands_under_the_names_that_others_use(
    tmp_path: Path, fields: dict[str, object], wanted: datetime | None
) -> None:
    [article] = articles(written(tmp_path / "a.jsonl", json.dumps({"text": TEXT} | fields)))
    assert article.published_at == wanted


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("{", "JSON"), ("[1]", "object"), ("{}", "text and html"), ('{"text": " "}', "text and html"),
        ('{"text": 5}', "field text"), ('{"text": "a", "title": []}', "field title"),
        ('{"text": "a", "url": "ftp://x"}', "field url"), ('{"text": "a", "url": "https://[x"}', "field url"),
        ('{"text": "a", "published_at": "bald"}', "field published_at"),
        ('{"text": "a", "published_at": 5}', "field published_at"),
        ('{"text": "a", "published_at": "0001-01-01T00:00:00+14:00"}', "field published_at"),
        ('{"text": "a", "topics": [1]}', "field topics"), ('{"text": "a", "topics": {}}', "field topics"),
        ('{"text": "a", "language": "Deutsch!"}', "field language"), ('{"text": "a", "guid": true}', "field guid"),
    ],
)  # fmt: skip
def test_a_bad_line_is_named_and_the_rest_goes_on(tmp_path: Path, line: str, word: str) -> None:
    good = json.dumps({"text": TEXT})
    before, bad, after = read_files([written(tmp_path / "a.jsonl", f"{good}\n{line}\n{good}")])
    assert isinstance(before, RawArticle)
    assert isinstance(after, RawArticle)
    assert isinstance(bad, InputError)
    assert bad.place.endswith("a.jsonl:2")
    assert word in bad.problem


def test_a_line_without_end_is_passed_over(tmp_path: Path) -> None:
    good = json.dumps({"text": TEXT})
    long, article = read_files([written(tmp_path / "a.jsonl", "x" * 4_100_000 + "\n" + good)])
    assert isinstance(long, InputError)
    assert "MB" in long.problem
    assert isinstance(article, RawArticle)


def test_standard_input() -> None:
    stream = io.BytesIO(json.dumps({"text": TEXT}).encode())
    [article] = read_files([Path("-")], standard_input=stream)
    assert isinstance(article, RawArticle)
    assert article.origin == "standard input:1"


@pytest.mark.parametrize(
    ("encode", "expected"),
    [
        (lambda: TEXT.encode("utf-8-sig"), TEXT),
        (lambda: TEXT.encode("utf-16"), TEXT),
        (lambda: TEXT.encode("cp1252"), TEXT),
        (lambda: "Київ отримав нові трамваї. Міський голова подякував усім.".encode("cp1251") * 3, None),
    ],
)
def test_encodings(tmp_path: Path, encode: Callable[[], bytes], expected: str | None) -> None:
    [article] = articles(written(tmp_path / "a.txt", encode()))
    assert article.text == expected if expected else article.text.startswith("Київ отримав")


def test_a_folder_is_walked_in_order(tmp_path: Path) -> None:
    for name in ("b.txt", "a.md", "sub/c.jsonl", ".hidden.txt", ".git/x.txt", "topics.toml", "feeds.opml"):
        written(tmp_path / name, json.dumps({"text": TEXT, "guid": "c"}) if name.endswith("jsonl") else TEXT)
    assert [article.guid for article in articles(tmp_path)] == ["a.md", "b.txt", "c"]
    assert {article.source_key for article in articles(tmp_path)} == {f"file:{tmp_path.name}"}


def test_links_that_leave_the_folder_are_refused(tmp_path: Path) -> None:
    written(tmp_path / "secret.txt", TEXT)
    written(tmp_path / "in" / "a.txt", TEXT)
    (tmp_path / "in" / "z.txt").symlink_to(tmp_path / "secret.txt")
    (tmp_path / "in" / "b.txt").symlink_to(tmp_path / "in" / "a.txt")
    (tmp_path / "in" / "y.txt").symlink_to(tmp_path / "nowhere.txt")
    first, second, dead, leaving = read_files([tmp_path / "in"])
    assert [each.guid for each in (first, second) if isinstance(each, RawArticle)] == ["a.txt", "b.txt"]
    assert isinstance(dead, InputError)
    assert isinstance(leaving, InputError)
    assert "leaves the folder" in leaving.problem


@pytest.mark.parametrize(
    ("name", "content", "word"),
    [
        ("a.txt", b"", "empty"), ("a.txt", b" \n\t ", "empty"), ("a.txt", b"\xef\xbb\xbf", "empty"),
        ("a.txt", bytes(range(256)), "binary"), ("a.txt", b"\x89PNG\r\n\x1a\n" + b"\x01\x02" * 50, "binary"),
        ("a.txt", b"\xff\xfea\x00\x00", "utf-16"), ("a.jsonl", b"", "empty"), ("a.html", b"<p></p>", "no text"),
        ("a.md", b"---\ntitle: x\n---\n", "no text"), ("a.toml", b"x = 1", ".toml"), ("a", b"x", "'a'"),
    ],
)  # fmt: skip
def test_bad_files(tmp_path: Path, name: str, content: bytes, word: str) -> None:
    error = problem(written(tmp_path / name, content))
    assert error.place == str(tmp_path / name)
    assert word in error.problem


def test_what_is_not_there(tmp_path: Path) -> None:
    assert "no such" in problem(tmp_path / "nothing.txt").problem
    (tmp_path / "empty").mkdir()
    assert "no file to read" in problem(tmp_path / "empty").problem


def test_a_bad_file_never_stops_the_rest(tmp_path: Path) -> None:
    written(tmp_path / "a.txt", b"\x00")
    written(tmp_path / "b.txt", TEXT)
    bad, good = read_files([tmp_path])
    assert isinstance(bad, InputError)
    assert isinstance(good, RawArticle)


def test_too_large(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "FILE_LIMIT", 100)
    assert "larger" in problem(written(tmp_path / "a.txt", TEXT)).problem


@pytest.mark.parametrize(
    ("stem", "credit"),
    [
        ("000_6599306813d2483f", "seeds 000"),
        ("6599306813d2483f", "seeds"),
        ("20260813 lage", "20260813 lage"),
        ("hafenpost_6599306813d2483f", "hafenpost"),
        ("rostocker hafen bekommt neuen anleger", "rostocker hafen bekommt…"),
        ("x" * 40, "x" * 23 + "…"),
    ],
)
def test_credits_fit_a_phone(stem: str, credit: str) -> None:
    assert short_credit(stem, "seeds") == credit
    assert len(short_credit(stem, "seeds")) <= 24


@settings(deadline=None)
@given(st.binary(max_size=300))
def test_any_bytes_on_standard_input(data: bytes) -> None:
    for found in read_files([Path("-")], standard_input=io.BytesIO(data)):
        assert isinstance(found, RawArticle | InputError)
