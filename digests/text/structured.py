"""What a page says of itself in schema.org's words (JSON-LD): its text, whether it is free, a live blog's updates."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

_SCRIPT = re.compile(r"<script\b", re.IGNORECASE)
_COMMENT = re.compile(r"^\s*(?:<!--|//<!\[CDATA\[)|(?:-->|//\]\]>)\s*$")
_ARTICLE = re.compile(r"(?:Article|BlogPosting|Report|Review)$")
_LIVE = "LiveBlogPosting"
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+\\?(?:"|$)', re.DOTALL)  # an unclosed one goes to the end, in one pass
_PARAGRAPH = re.compile(r"</p>", re.IGNORECASE)
_FEWEST_LETTERS = 400
_FEWEST_PARAGRAPHS = 3
_DEEPEST = 6  # levels of lists and graphs
_CLASS = re.compile(r"[.#]([\w-]+)")


@dataclass(frozen=True, slots=True)
class Update:
    """One update of a live blog as declared; `at` is ISO 8601 or empty, `body` may hold HTML."""

    heading: str
    body: str
    at: str


@dataclass(frozen=True, slots=True)
class Declared:
    """What the page declares; empty where it says nothing."""

    body: str = ""
    paywalled: bool = False
    updates: tuple[Update, ...] = ()
    authors: tuple[str, ...] = ()
    pictures: tuple[str, ...] = ()  # addresses, as they stand there
    addresses: tuple[str, ...] = ()  # what may be the page's own
    published: str = ""  # ISO 8601


def read_structured(html: str) -> Declared:
    """The declarations of a page. Scripts that are no JSON say nothing."""
    things = [
        thing for head, script in _scripts(html) if "ld+json" in head for thing in _things(_parsed(script), _DEEPEST)
    ]
    articles = [thing for thing in things if any(_ARTICLE.search(kind) or kind == _LIVE for kind in _kinds(thing))]
    bodies = [_text(article, "articleBody") for article in articles]
    updates = [update for thing in things if _LIVE in _kinds(thing) for update in _updates(thing)]
    return Declared(
        body=max(bodies, key=len, default=""),
        paywalled=any(_is_locked(article, html) for article in articles),
        updates=tuple(updates),
        authors=tuple(_names(articles[0].get("author"))) if articles else (),
        pictures=tuple(_links(articles[0].get("image"))) if articles else (),
        addresses=tuple(address for each in articles[:1] for address in _own_addresses(each)),
        published=next((date for each in articles if (date := _text(each, "datePublished"))), ""),
    )


def _is_locked(article: Mapping[str, object], html: str) -> bool:
    """True when the article, or a part of it that the page has, is not free (Google's "paywalled content")."""
    if _says_no(article.get("isAccessibleForFree")):
        return True
    parts = article.get("hasPart")
    for part in parts if isinstance(parts, list) else [parts]:
        if isinstance(part, dict) and _says_no(part.get("isAccessibleForFree")):
            selectors = part.get("cssSelector")
            names = _CLASS.findall(
                " ".join(map(str, selectors)) if isinstance(selectors, list) else str(selectors or "")
            )
            if not names or any(re.search(rf"[\"'\s]{re.escape(name)}[\"'\s]", html) for name in names):
                return True
    return False


def _says_no(value: object) -> bool:
    return str(value if value is not None else "").lower().rsplit("/", 1)[-1] == "false"


def _names(value: object, levels: int = 2) -> Iterator[str]:
    if isinstance(value, str) and "://" not in value:
        yield value
    elif isinstance(value, dict) and "Organization" not in str(value.get("@type")):
        yield from _names(value.get("name"), levels)
    elif isinstance(value, list) and levels:
        for each in value:
            yield from _names(each, levels - 1)


def _links(value: object, levels: int = 2) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from _links(value.get("url") or value.get("contentUrl"), 1)
    elif isinstance(value, list) and levels:
        for each in value:
            yield from _links(each, levels - 1)


def _own_addresses(article: Mapping[str, object]) -> Iterator[str]:
    page = article.get("mainEntityOfPage")
    for value in (page.get("@id") if isinstance(page, dict) else page, article.get("url")):
        if isinstance(value, str) and "://" in value:
            yield value


def state_markup(html: str) -> str:
    """The longest piece of markup that stands in a script as a string, as pages made by JavaScript keep their text.

    Empty where none has three paragraphs.
    """
    scripts = (script for _, script in _scripts(html))
    best = max((text for script in scripts for text in _strings(script, levels=2)), key=len, default="")
    return best if len(_PARAGRAPH.findall(best)) >= _FEWEST_PARAGRAPHS else ""


def _strings(script: str, levels: int) -> Iterator[str]:
    """The string literals that hold markup; scripts also keep JSON in a string, and markup in that."""
    for literal in _STRING.findall(script):
        text = _parsed(literal) if len(literal) >= _FEWEST_LETTERS and "\\" in literal else None
        if isinstance(text, str) and _PARAGRAPH.search(text):
            yield text
        elif isinstance(text, str) and levels > 1:
            yield from _strings(text, levels - 1)


def _scripts(html: str) -> Iterator[tuple[str, str]]:
    """Attributes and text of every script; cut, not searched, so that unclosed ones cost no more than others."""
    for part in _SCRIPT.split(html)[1:]:
        head, _, rest = part.partition(">")
        yield head.lower(), rest.partition("</script")[0]


def _parsed(script: str) -> object:
    try:
        return json.loads(_COMMENT.sub("", script), strict=False)
    except (ValueError, RecursionError):
        return None


def _things(value: object, levels: int) -> Iterator[Mapping[str, object]]:
    """Every object of a script that stands at its top, in a list or in a graph."""
    if isinstance(value, list) and levels:
        for each in value:
            yield from _things(each, levels - 1)
    elif isinstance(value, dict):
        yield value
        if levels:
            yield from _things(value.get("@graph"), levels - 1)
            yield from _things(value.get("mainEntity"), levels - 1)


def _kinds(thing: Mapping[str, object]) -> list[str]:
    kinds = thing.get("@type")
    return [kind for kind in (kinds if isinstance(kinds, list) else [kinds]) if isinstance(kind, str)]


def _updates(thing: Mapping[str, object]) -> Iterator[Update]:
    found = thing.get("liveBlogUpdate")
    for each in found if isinstance(found, list) else [found]:
        if isinstance(each, dict):
            heading, body = _text(each, "headline") or _text(each, "name"), _text(each, "articleBody")
            if heading or body:
                yield Update(heading, body, _text(each, "datePublished"))


def _text(thing: Mapping[str, object], name: str) -> str:
    value = thing.get(name)
    return value.strip() if isinstance(value, str) else ""
