"""Lists of feeds as OPML 2.0 (opml.org/spec2.opml), the format that feed readers exchange. Folders are topics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from digests.domain.sources import Source, SourceKind
from digests.domain.topics import Catalogue
from digests.errors import InputError
from digests.sources.feeds.cutting import without_bombs
from digests.sources.feeds.values import absolute


@dataclass(frozen=True, slots=True)
class Outline:
    """One feed of a list."""

    url: str
    title: str | None = None
    topics: tuple[str, ...] = ()  # names of the folders around it, and its categories
    language: str | None = None


def read_opml(data: bytes, place: str) -> Iterator[Outline | InputError]:
    """The feeds of a list, each address once; what is no feed's address comes as an error and the rest goes on.

    Raises InputError when it is no OPML at all.
    """
    from lxml import etree  # type: ignore[import-untyped]

    parser = etree.XMLParser(recover=True, resolve_entities=False, no_network=True, huge_tree=False)
    try:
        root = etree.fromstring(without_bombs(data), parser)
    except etree.XMLSyntaxError:
        root = None
    body = root.find("{*}body") if root is not None and etree.QName(root).localname == "opml" else None
    if body is None:
        raise InputError(place, "this is no OPML; expected <opml> with a <body> of outlines")
    seen: set[str] = set()
    for element, folders in _outlines(body):
        address = element.get("xmlUrl")
        url = absolute("", address)
        if url is None:
            name = element.get("title") or element.get("text") or "an outline"
            yield InputError(f"{place}:{element.sourceline}", f"{name}: {address!r} is no address of a feed")
        elif url not in seen:
            seen.add(url)
            title = " ".join((element.get("title") or element.get("text") or "").split())
            named = [*folders, *(element.get("category") or "").split(",")]
            topics = tuple(dict.fromkeys(bare for name in named if (bare := name.strip(" /"))))
            yield Outline(url, title or None, topics, (element.get("language") or "").split("-")[0].lower() or None)


def listed_source(outline: Outline, catalogue: Catalogue) -> Source:
    """A feed of a list as a source. Folders that are no topics are left out: they are somebody's own order."""
    topics = [topic.slug for name in outline.topics if (topic := catalogue.find(name))]
    title = outline.title or outline.url
    return Source(0, SourceKind.FEED, outline.url, title, outline.language, tuple(dict.fromkeys(topics)))


def outlines(sources: Iterable[Source]) -> list[Outline]:
    """The feeds among sources, as a list has them."""
    feeds = (source for source in sources if source.kind is SourceKind.FEED)
    return [Outline(feed.url, feed.title, feed.topics, feed.language) for feed in feeds]


def write_opml(outlines: Iterable[Outline], title: str) -> bytes:
    """A list of feeds; each stands in the folder of its first topic, further ones are its categories."""
    from lxml import etree

    root = etree.Element("opml", version="2.0")
    etree.SubElement(etree.SubElement(root, "head"), "title").text = title
    body = etree.SubElement(root, "body")
    folders: dict[str, Any] = {}
    for outline in outlines:
        first, rest = outline.topics[:1], outline.topics[1:]
        for name in first:
            if name not in folders:
                folders[name] = etree.SubElement(body, "outline", text=name, title=name)
        name = outline.title or outline.url
        optional = {"category": ",".join(rest), "language": outline.language}
        kept = {key: value for key, value in optional.items() if value}
        parent = folders[first[0]] if first else body
        etree.SubElement(parent, "outline", type="rss", text=name, title=name, xmlUrl=outline.url, **kept)
    data: bytes = etree.tostring(root, xml_declaration=True, encoding="utf-8", pretty_print=True)
    return data


def _outlines(body: Any) -> Iterator[tuple[Any, tuple[str, ...]]]:  # noqa: ANN401 - lxml has no types
    """Feeds with the names of the folders around them, in order; lists may be nested too deep for recursion."""
    stack: list[tuple[Any, tuple[str, ...]]] = [(child, ()) for child in reversed(body)]
    while stack:
        element, folders = stack.pop()
        if not isinstance(element.tag, str):
            continue
        if element.get("xmlUrl") is not None:
            yield element, folders
            continue
        name = " ".join((element.get("text") or element.get("title") or "").split())
        inside = (*folders, name) if name else folders
        stack.extend((child, inside) for child in reversed(element))
