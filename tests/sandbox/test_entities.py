"""Telegram's HTML: text and entities in UTF-16 units, and the wording of its errors."""

import html

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.sandbox.entities import MAX_ENTITIES, cut, detect, parse_html, tidy, units
from bot.sandbox.errors import ApiError


def shape(source: str) -> list[tuple[str, str]]:
    """The type and the covered text of each entity."""
    text, entities = parse_html(source)
    return [(one["type"], cut(text, one["offset"], one["length"])) for one in entities]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("<b>a</b><strong>b</strong>", [("bold", "a"), ("bold", "b")]),
        ("<i>a</i><em>b</em>", [("italic", "a"), ("italic", "b")]),
        ("<u>a</u><ins>b</ins>", [("underline", "a"), ("underline", "b")]),
        ("<s>a</s><del>b</del><strike>c</strike>", [("strikethrough", one) for one in "abc"]),
        ("<tg-spoiler>a</tg-spoiler><span class='tg-spoiler'>b</span>", [("spoiler", "a"), ("spoiler", "b")]),
        ("<b>a<i>b</i></b>", [("bold", "ab"), ("italic", "b")]),
        ("<B>a</B>", [("bold", "a")]),
        ("😀<b>😀ä</b>", [("bold", "😀ä")]),
        ("<blockquote>a</blockquote>", [("blockquote", "a")]),
        ("<blockquote expandable>a <b>b</b></blockquote>", [("expandable_blockquote", "a b"), ("bold", "b")]),
        ("<code>a</code><pre>b</pre>", [("code", "a"), ("pre", "b")]),
        ("<pre><code class='language-python'>a</code></pre>", [("pre", "a")]),
        ("<code>a <b>b</b></code>", [("code", "a b")]),
        ("<b>a <code>b</code> c</b>", [("bold", "a "), ("code", "b"), ("bold", " c")]),
        ("<blockquote>a<blockquote>b</blockquote></blockquote>", [("blockquote", "ab")]),
        ("<b></b>a", []),
        ("  <b> a </b> ", [("bold", "a")]),
        ("<tg-emoji emoji-id='5'>👍</tg-emoji>", [("custom_emoji", "👍")]),
        ("<tg-time unix='1700000000' format='t'>jetzt</tg-time>", [("date_time", "jetzt")]),
        ("<a href='ftp://x'>a</a>", []),
        ("<b>a</>", [("bold", "a")]),
    ],
)
def test_tags_become_entities(source: str, expected: list[tuple[str, str]]) -> None:
    assert shape(source) == expected


def test_offsets_count_utf16_units() -> None:
    text, (bold,) = parse_html("🕊ä <b>🕊</b>")
    assert text == "🕊ä 🕊"
    assert (bold["offset"], bold["length"]) == (4, 2)


def test_links_and_languages_carry_their_argument() -> None:
    _, entities = parse_html(
        "<a href=\"https://e.org/?a=1&amp;b=2\">x</a> <a href='tg://user?id=7'>y</a> <a>e.org/z</a> "
        '<pre><code class="language-py">1</code></pre>'
    )
    assert entities[0]["url"] == "https://e.org/?a=1&b=2"
    assert entities[1]["user"]["id"] == 7
    assert entities[2]["url"] == "http://e.org/z"
    assert entities[3]["language"] == "py"


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("a &lt;b&gt; &amp; &quot;c&quot;", 'a <b> & "c"'),
        ("&#228;&#x1F600;", "ä😀"),
        ("&nbsp; &copy; &", "&nbsp; &copy; &"),
        ("&#0; &#xD800; &#99999999;", "&#0; &#xD800; &#99999999;"),
        ("a > b", "a > b"),
        ("a\r\nb\x07c", "a\nb c"),
    ],
)
def test_references(source: str, text: str) -> None:
    assert parse_html(source) == (text, [])


@pytest.mark.parametrize(
    ("source", "reason"),
    [
        ("<b>a", 'Can\'t find end tag corresponding to start tag "b"'),
        ("ä<h1>a</h1>", 'Unsupported start tag "h1" at byte offset 2'),
        ("a < b", 'Unsupported start tag "" at byte offset 2'),
        ("<b", "Unclosed start tag at byte offset 0"),
        ("<a href='x", "Unclosed start tag at byte offset 0"),
        ("<a href", "Unclosed start tag at byte offset 0"),
        ("</b>", "Unexpected end tag at byte offset 0"),
        ("<b>a</b", "Unclosed end tag at byte offset 4"),
        ("<b><i>a</b></i>", 'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"'),
        ("<a ='x'>a</a>", 'Empty attribute name in the tag "a" at byte offset 0'),
        ("<a href=x/y>a</a>", "Unexpected end of name token at byte offset 8"),
        ("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
        ("<tg-emoji>a</tg-emoji>", "Invalid custom emoji identifier specified"),
        ("<tg-time unix='x'>a</tg-time>", "Invalid unix time specified"),
        ("<tg-time unix='1' format='td'>a</tg-time>", "Invalid date-time format specified"),
    ],
)
def test_errors_in_telegrams_words(source: str, reason: str) -> None:
    with pytest.raises(ApiError) as caught:
        parse_html(source)
    assert caught.value.description == f"Bad Request: can't parse entities: {reason}"


def test_what_telegram_finds_by_itself() -> None:
    text = "/start@my_bot siehe https://e.org/a. #ukraine und @name, a/b, mail@e.org"
    found = [(one["type"], cut(text, one["offset"], one["length"])) for one in detect(text, [])]
    assert found == [
        ("bot_command", "/start@my_bot"),
        ("url", "https://e.org/a"),
        ("hashtag", "#ukraine"),
        ("mention", "@name"),
    ]
    linked = [{"type": "text_link", "offset": 0, "length": units(text), "url": "http://e.org/"}]
    assert detect(text, linked) == linked


def test_more_than_a_hundred_entities_are_dropped() -> None:
    assert len(parse_html("<b>a</b> " * 150)[1]) == MAX_ENTITIES


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
MARKED = st.recursive(
    TEXT.map(html.escape),
    lambda inner: st.tuples(st.sampled_from(["b", "i", "u", "s", "tg-spoiler"]), st.lists(inner, max_size=3)).map(
        lambda pair: f"<{pair[0]}>{''.join(pair[1])}</{pair[0]}>"
    ),
    max_leaves=12,
)


@given(MARKED)
def test_balanced_html_parses_and_every_entity_lies_in_the_text(source: str) -> None:
    text, entities = parse_html(source)
    assert text == text.strip()
    for entity in entities:
        assert entity["length"] > 0
        assert 0 <= entity["offset"] < entity["offset"] + entity["length"] <= units(text)
        assert units(cut(text, entity["offset"], entity["length"])) == entity["length"]


@given(TEXT, TEXT)
def test_a_marked_part_covers_exactly_itself(before: str, inside: str) -> None:
    marked, wanted = f"x{inside}x", tidy(f"x{inside}x", [])[0]
    text, entities = parse_html(f"x{html.escape(before)}<b>{html.escape(marked)}</b>")
    assert [cut(text, one["offset"], one["length"]) for one in entities] == [wanted]


@given(st.text(alphabet=st.sampled_from("<>/=&;#'\" abpre\n\tx1"), max_size=60))
def test_anything_else_is_parsed_or_refused(source: str) -> None:
    refused: ApiError | None = None
    text, entities = parse_html("")
    try:
        text, entities = parse_html(source)
    except ApiError as error:
        refused = error
    assert refused is None or refused.description.startswith("Bad Request: can't parse entities: ")
    assert all(one["offset"] + one["length"] <= units(text) for one in entities)
