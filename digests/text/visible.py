"""Updates of a live blog that only the page's structure shows: elements side by side, each with its own time."""

from __future__ import annotations

import re
from collections import defaultdict
from typing import Any

from digests.text.structured import Update
from digests.text.words import words

_MACHINE_TIME = re.compile(r"<time\b[^>]*?\bdatetime\s*=", re.IGNORECASE)
_SHOWN_TIME = re.compile(r">\s*\d{1,2}[.:]\d\d(?:\s+(?:Uhr|h))?\s*<")
_CLOCK = re.compile(r"(?:[01]?\d|2[0-3])[.:][0-5]\d(?:\s+(?:Uhr|h))?")
_MARKS = ("time", "span", "div", "p", "strong", "b", "small", "em")  # elements that hold nothing but a time
_FEWEST = 3
_LIVE = re.compile(r"live|ticker|liveblog|onlineblog|наживо|онлайн", re.IGNORECASE)
_NOT_NEWS = re.compile(r"comment|kommentar|related|teaser|recommend|sidebar|archive", re.IGNORECASE)
_EXACT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d")
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_FEWEST_WORDS = 12  # of an update, in the mean
_MOST_LINKED = 0.5  # share of words in links; lists of other articles have more
_HIGHEST = 6  # levels from a time up to its update


def shown_updates(html: str) -> tuple[Update, ...]:
    """The updates in the page's order; none where the page shows no live blog."""
    marks = len(_MACHINE_TIME.findall(html)) + len(_SHOWN_TIME.findall(html))
    if marks < _FEWEST or not _LIVE.search(html[:200_000]):
        return ()
    from lxml import etree  # type: ignore[import-untyped]
    from lxml import html as lxml_html

    parser = lxml_html.HTMLParser(encoding="utf-8", recover=True, remove_comments=True)
    try:
        root = lxml_html.document_fromstring(html.encode("utf-8", "replace"), parser=parser)
    except (etree.LxmlError, ValueError, AssertionError):
        return ()
    lists: defaultdict[Any, dict[Any, str]] = defaultdict(dict)
    for mark in root.iter(*_MARKS):
        element, at = mark, _time(mark)
        if not at:
            continue
        for _ in range(_HIGHEST):
            parent = element.getparent()
            if parent is None:
                break
            lists[parent].setdefault(element, at)
            element = parent
    best = max((each for each in lists.items() if _is_live(*each)), key=lambda each: len(each[1]), default=None)
    return tuple(_update(element, at) for element, at in best[1].items()) if best else ()


def _time(element: Any) -> str:  # noqa: ANN401 - lxml has no types
    """The time that an element stands for, exact where it can be; empty for others."""
    exact = (element.get("datetime") or "").strip() if element.tag == "time" else ""
    if _EXACT.match(exact):
        return exact
    shown = " ".join((element.text or "").split()) if len(element) == 0 else ""
    return shown if _CLOCK.fullmatch(shown) else ""


def _is_live(parent: Any, found: dict[Any, str]) -> bool:  # noqa: ANN401
    if len(found) < _FEWEST or len(set(found.values())) < _FEWEST:
        return False
    around = [parent, *parent.iterancestors(), *found]
    names = " ".join(f"{each.get('class', '')} {each.get('id', '')}" for each in around)
    titles = " ".join("".join(each.itertext()) for each in parent.getroottree().iter("title", "h1"))
    if _NOT_NEWS.search(names) or not _LIVE.search(f"{names} {titles}"):
        return False
    said = [len(words(element.text_content())) for element in found]
    linked = sum(len(words(link.text_content())) for element in found for link in element.iter("a"))
    return sum(said) >= _FEWEST_WORDS * len(said) and linked <= _MOST_LINKED * sum(said)


def _update(element: Any, at: str) -> Update:  # noqa: ANN401
    from lxml import html as lxml_html

    heading = next((each.text_content() for each in element.iter(*_HEADINGS)), "")
    for each in [*element.iter(*_MARKS, *_HEADINGS)]:
        if each is not element and (each.tag == "time" or _time(each) or each.text_content() == heading):
            each.drop_tree()
    return Update(" ".join(heading.split()), lxml_html.tostring(element, encoding="unicode", with_tail=False), at)
