"""What pages declare in JSON-LD: live blogs, paywalls, and texts that stand in scripts only."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.text.document import Label
from digests.text.markup import read_markup
from digests.text.reading import Origin, read_document
from digests.text.structured import read_structured
from tests.unit.text.samples import CHESS, HARBOUR

UPDATES = [
    {"@type": "BlogPosting", "headline": "Rat stimmt zu", "articleBody": f"<p>{HARBOUR[0]}</p><p>{HARBOUR[1]}</p>",
     "datePublished": "2026-03-12T10:05:00+01:00"},
    {"@type": "BlogPosting", "headline": "Reederei äußert sich", "articleBody": HARBOUR[3],
     "datePublished": "2026-03-12T08:40:00Z"},
    {"@type": "BlogPosting", "headline": "Der Rat tagt", "articleBody": HARBOUR[4],
     "datePublished": "2026-03-12T09:15:00+01:00"},
]  # fmt: skip


def page(thing: object, body: str = "", *, raw: str | None = None) -> str:
    script = raw if raw is not None else json.dumps(thing)
    return (
        "<html lang='de'><head><title>Anleger</title>"
        f'<script type="application/ld+json">{script}</script></head><body>{body}</body></html>'
    )


def test_a_live_blog_is_read_from_its_declaration() -> None:
    live = {"@context": "https://schema.org", "@type": "LiveBlogPosting", "liveBlogUpdate": UPDATES}
    body = f"<article><h1>Anleger</h1><p>{CHESS[0]} {CHESS[1]} {CHESS[2]}</p><p>{HARBOUR[0]}</p></article>"
    found = read_markup(page({"@graph": [{"@type": "WebSite"}, live]}, body))
    document = read_document(found.text, title="Liveblog zum Anleger", headings=found.headings)
    assert [entry.heading for entry in document.entries] == [update["headline"] for update in UPDATES]
    assert [entry.at for entry in document.entries] == [
        datetime(2026, 3, 12, 9, 5, tzinfo=UTC), datetime(2026, 3, 12, 8, 40, tzinfo=UTC),
        datetime(2026, 3, 12, 8, 15, tzinfo=UTC),
    ]  # fmt: skip
    assert [part.text for part in document.entries[0].paragraphs] == list(HARBOUR[:2])
    assert CHESS[0] in document.paragraphs[0].text
    assert HARBOUR[0] not in " ".join(part.text for part in document.paragraphs)
    assert Label.LIVE_BLOG in document.labels


def test_a_text_that_stands_in_a_script_only() -> None:
    body = "\n".join([*HARBOUR, *CHESS])
    found = read_markup(page([{"@type": ["NewsArticle"], "articleBody": body}], "<p>Bitte warten</p>"))
    assert found.text.split("\n") == [*HARBOUR, *CHESS]


@pytest.mark.parametrize("depth", [1, 2])
def test_a_text_that_a_script_keeps_as_its_state(depth: int) -> None:
    state: object = {"content": "".join(f'<p class="text">{line}</p>' for line in (*HARBOUR, *CHESS))}
    for _ in range(depth - 1):
        state = [1, json.dumps(state).replace("<", "\\u003c")]
    script = json.dumps(state).replace("<", "\\u003c")
    found = read_markup(f"<html><body><p>Bitte warten</p><script>window.state = {script}</script></body></html>")
    assert found.text.split("\n") == [*HARBOUR, *CHESS]


def test_a_declared_teaser_does_not_replace_the_text_of_the_page() -> None:
    paragraphs = "".join(f"<p>{line}</p>" for line in (*HARBOUR, *CHESS))
    found = read_markup(page({"@type": "NewsArticle", "articleBody": HARBOUR[0]}, f"<article>{paragraphs}</article>"))
    assert CHESS[2] in found.text


@pytest.mark.parametrize(
    ("declared", "paywalled"),
    [(False, True), ("False", True), ("false", True), (True, False), ("True", False), (None, False)],
)
def test_a_declared_paywall(declared: object, paywalled: bool) -> None:
    found = read_markup(page({"@type": "NewsArticle", "isAccessibleForFree": declared}, f"<p>{HARBOUR[0]}</p>"))
    assert found.paywalled is paywalled
    document = read_document(found.text, origin=Origin(paywalled=found.paywalled))
    assert (Label.PAYWALLED in document.labels) is paywalled


def test_only_the_articles_declaration_counts() -> None:
    assert not read_structured(page({"@type": "VideoObject", "isAccessibleForFree": False})).paywalled


@pytest.mark.parametrize(
    "raw", ["", "{", "[[[[[[[[[[]]]]]]]]]]", "null", "3", '{"@type": 5}', "[" * 50_000, '{"@graph": {}}']
)
def test_broken_declarations_say_nothing(raw: str) -> None:
    found = read_structured(page(None, raw=raw))
    assert (found.body, found.paywalled, found.updates) == ("", False, ())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["@type", "@graph", "liveBlogUpdate", "headline", "articleBody"]), inner, max_size=4
        )
    ),
    max_leaves=20,
)


@settings(deadline=None, max_examples=60)
@given(JSON)
def test_any_declaration(thing: object) -> None:
    read_structured(page(thing))
