"""HTML to lines: trafilatura finds the main text; where it finds too little the whole page goes to the cleaner."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import takewhile
from typing import Protocol, cast

from digests.text.bylines import author
from digests.text.clocks import find_stamp
from digests.text.declared import Head, read_head
from digests.text.floods import without_flood
from digests.text.structured import Declared, Update, read_structured, state_markup
from digests.text.visible import shown_updates
from digests.text.whereabouts import absolute, own_address
from digests.text.words import words

_FEWEST_UPDATES = 3  # as of a ticker that only its times show
_TAG = re.compile(r"</?(?:p|br|div|li|h\d|a|b|i|em|strong|span)\b[^<>]*>", re.IGNORECASE)
_FEWEST_WORDS = 60  # below this trafilatura has missed the article
_BLOCKS = re.compile(
    r"(?:address|article|aside|blockquote|body|br|caption|center|d[dlt]|details|dialog|div|fieldset|figcaption|figure|"
    r"footer|form|h[1-6]|head|header|hr|html|item|lb|legend|li|list|main|nav|ol|option|p|pre|quote|section|select|"
    r"summary|table|tbody|td|tfoot|th|thead|title|tr|ul)"
)  # of HTML, and of trafilatura's own trees (head, item, list, quote, lb)
_SILENT = re.compile(r"(?:script|style|noscript|template|svg|math|head|iframe|object|button|input|textarea)")
_HEADING = re.compile(r"h[1-6]")
_SPACE = re.compile(r"\s+")
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MACHINERY = re.compile(r"<(/?)(script|style|svg)\b([^>]*)>", re.IGNORECASE)
_DATED = ("article:published_time", "datepublished", "og:published_time", "date", "dc.date.issued", "parsely-pub-date")
_PUBLISHED = re.compile(r"""\"datePublished"\s{0,4}:\s{0,4}"(\d{4}-\d\d-\d\dT[^"']{5,30})\"""")
_LATEST_SIGN = 2_000_000
_LANGUAGE = re.compile(r"<html\b[^>]*?\blang\s*=\s*[\"']?([a-zA-Z]{2,3})\b", re.IGNORECASE)


class _Element(Protocol):
    """What is needed of an lxml element."""

    tag: object  # comments and instructions have a function here
    text: str | None
    tail: str | None
    attrib: Mapping[str, str]

    def __reversed__(self) -> Iterator[_Element]: ...


class _Extracted(Protocol):
    """What is needed of trafilatura's document."""

    body: _Element | None
    title: str | None
    description: str | None
    url: str | None
    sitename: str | None
    date: str | None
    author: str | None


@dataclass(frozen=True, slots=True)
class Page:
    """What a page says: its main text, one block per line, and what its head declares."""

    text: str
    headings: frozenset[str] = frozenset()
    title: str | None = None
    teaser: str | None = None
    language: str | None = None
    url: str | None = None  # its own: as it declares where that can be, else where it was fetched
    site: str | None = None
    published_at: datetime | None = None  # UTC
    paywalled: bool = False  # the page declares itself not free
    author: str | None = None
    picture: str | None = None  # address of its main picture


def read_markup(html: str, *, url: str | None = None) -> Page:
    """The main text of a page or fragment that was fetched from `url`.

    Never raises: where no tree can be built the tags are cut out.
    """
    html = without_flood(_CONTROL.sub(" ", html))
    found = _extract(html, url)
    lines, headings = _lines_of(found.body) if found is not None and found.body is not None else ([], frozenset[str]())
    declared = read_structured(html)
    if _count(lines) < _FEWEST_WORDS:
        whole, whole_headings = _whole_page(html)
        if len(whole) > len(lines):
            lines, headings = whole, whole_headings
    in_script = _plain(declared.body or (state_markup(html) if _count(lines) < _FEWEST_WORDS else ""))
    if _stands_in_script(lines, in_script):
        lines, headings = in_script, frozenset()
    if len(declared.updates) >= _FEWEST_UPDATES:
        lines = _with_updates(lines, declared.updates)
    elif shown := shown_updates(html):
        lines = _with_updates(_before(shown[0], lines, html), shown)
    language = _LANGUAGE.search(html[:5000])
    head, site = read_head(html), _text(found, "sitename")
    names = declared.authors or head.authors or (_text(found, "author"),)
    return Page(
        text="\n".join(lines),
        headings=headings,
        title=_text(found, "title"),
        teaser=_text(found, "description"),
        language=language.group(1).lower() if language else None,
        url=own_address([*head.addresses, *declared.addresses], url, amp=head.amp),
        site=site,
        published_at=_published(html, head, declared, _text(found, "date")),
        paywalled=declared.paywalled or head.locked,
        author=author((" ".join(_plain(name)) if name else None for name in names), site),
        picture=next((each for link in (*head.pictures, *declared.pictures) if (each := absolute(link, url))), None),
    )


def plain_lines(html: str) -> list[str]:
    """The text of every block of the page in order, menus and all."""
    return _whole_page(without_flood(_CONTROL.sub(" ", html)))[0]


def _stands_in_script(lines: Sequence[str], in_script: Sequence[str]) -> bool:
    """True when the page shows next to nothing of the text it declares, or only what trafilatura took from there.

    trafilatura falls back to the declaration itself, but makes one paragraph of it.
    """
    shown, declared = _count(lines), _count(in_script)
    flattened = len(lines) == 1 < len(in_script) and shown <= 1.1 * declared
    return declared >= _FEWEST_WORDS and (shown < _FEWEST_WORDS or flattened)


def _count(lines: Iterable[str]) -> int:
    return len(words(" ".join(lines)))


def _plain(text: str) -> list[str]:
    """The lines of a declared text, which may hold markup."""
    if _TAG.search(text):
        return plain_lines(text)
    return [line for raw in text.split("\n") if (line := _SPACE.sub(" ", raw).strip())]


def _with_updates(lines: Sequence[str], updates: Sequence[Update]) -> list[str]:
    """The page's own lines up to its first update, then the declared updates, each under its time and heading."""
    woven: list[str] = []
    for update in updates:
        heading = " ".join(_plain(update.heading))
        woven += [line for line in (f"{update.at} {heading}".strip(), *_plain(update.body)) if line]
    known = {*woven, *(" ".join(_plain(update.heading)) for update in updates)}
    return [*takewhile(lambda line: line not in known and not find_stamp(line), lines), *woven]


def _before(update: Update, lines: Sequence[str], html: str) -> list[str]:
    """Those lines that stand on the page before an update: trafilatura may have moved or left out what follows."""
    first = {" ".join(_plain(update.heading)), *_plain(update.body)[:1]}
    before = set(takewhile(lambda line: line not in first, plain_lines(html)))
    return [line for line in lines if line in before and not find_stamp(line)]


def _without_machinery(html: str) -> str:
    """The page without programs, styles and drawings, most of its length, which trafilatura reads several times."""
    kept: list[str] = []
    start, inside = 0, ""
    for tag in _MACHINERY.finditer(html):
        name = tag[2].lower()
        if not inside and not tag[1] and "ld+json" not in tag[3].lower() and not tag[3].endswith("/"):
            kept.append(html[start : tag.start()])
            start, inside = tag.start(), name
        elif inside == name and tag[1]:
            start, inside = tag.end(), ""
    kept.append(html[start:])  # what was never closed stays
    return "".join(kept)


def _extract(html: str, url: str | None) -> _Extracted | None:
    """trafilatura's document, or None where it finds no text or fails on a broken tree."""
    import trafilatura

    if "<" not in html:
        return None
    try:
        found = trafilatura.bare_extraction(
            _without_machinery(html),
            url=url,
            include_comments=False,
            include_tables=False,
            include_images=False,
            with_metadata=True,
        )
    except Exception:  # any page may come: one that breaks the library is read as a whole instead
        return None
    return cast("_Extracted | None", found)


def _whole_page(html: str) -> tuple[list[str], frozenset[str]]:
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", recover=True, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        bare = re.sub(r"<[^<>]*>", "\n", html)
        return [line for raw in bare.split("\n") if (line := _SPACE.sub(" ", raw).strip())], frozenset()
    return _lines_of(root)


def _lines_of(root: _Element) -> tuple[list[str], frozenset[str]]:
    """One line per block of a tree, and which of them are headings."""
    lines: list[str] = []
    headings: set[str] = set()
    pending: list[str] = []
    in_heading = False
    for mark, text in _walk(root):
        if text:
            pending.append(text)
        if mark is None:
            continue
        line = _SPACE.sub(" ", "".join(pending)).strip()
        pending.clear()
        if line == "-":  # an item whose text stands in a block of its own
            pending.append("- ")
        elif line:
            lines.append(line)
            if in_heading:
                headings.add(line)
        in_heading = mark
    line = _SPACE.sub(" ", "".join(pending)).strip()
    return lines + ([line] if line else []), frozenset(headings)


def _walk(root: _Element) -> Iterator[tuple[bool | None, str]]:
    """Text pieces in document order; a mark that is not None ends a line and tells whether a heading begins."""
    stack: list[tuple[_Element, bool]] = [(root, False)]
    while stack:
        element, leaving = stack.pop()
        tag = element.tag if isinstance(element.tag, str) else ""
        block = bool(_BLOCKS.fullmatch(tag))
        heading = bool(_HEADING.fullmatch(tag)) or (tag == "head" and "rend" in element.attrib)
        if leaving:
            yield (False if block else None), ""
            if element.tail:
                yield None, element.tail
            continue
        silent = not tag or (bool(_SILENT.fullmatch(tag)) and not heading)
        if silent:
            if element.tail and element is not root:
                yield None, element.tail
            continue
        yield (heading if block else None), ""
        if tag == "item":
            yield None, "- "
        if element.text:
            yield None, element.text
        stack.append((element, True))
        stack.extend((child, False) for child in reversed(element))


def _text(found: _Extracted | None, name: str) -> str | None:
    value = getattr(found, name, None)
    return value.strip() or None if isinstance(value, str) else None


def _published(html: str, head: Head, declared: Declared, day: str | None) -> datetime | None:
    """The exact time where the page gives one, else the day at midnight UTC."""
    named = [text for name in _DATED for text in head.named.get(name, ())]
    exact = [text for text in (declared.published, *named) if "T" in text]
    if not exact:
        exact = _PUBLISHED.findall(html, 0, _LATEST_SIGN)[:1]
    for text in (*exact, declared.published, day):
        try:
            moment = datetime.fromisoformat(text) if text else None
            if moment is not None:
                return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).astimezone(UTC)
        except (ValueError, OverflowError):
            continue
    return None
