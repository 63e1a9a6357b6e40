"""A reader's saved stories as files: a page to read anywhere, and JSON for programs."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import orjson

from bot.i18n import Markup, escape
from bot.telegram.html import join, link
from bot.telegram.messages import View
from bot.telegram.stories import citations, cited
from digests.domain.digests import Item, Sentence, SourceNote
from digests.domain.keeping import Saved

_STYLE = (
    "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem}"
    "h2{margin:2.5rem 0 .25rem}small{color:#666}"
)


def saved_page(stories: Sequence[Saved], view: View) -> bytes:
    """One page of HTML that needs nothing else; all foreign text escaped."""
    title = escape(view.texts("saved.file_title"))
    articles = "\n".join(_article(each, view) for each in stories)
    return (
        f'<!DOCTYPE html>\n<html lang="{view.texts.language}">\n<head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{title}</title><style>{_STYLE}</style></head>\n'
        f"<body>\n<h1>{title}</h1>\n{articles}\n</body>\n</html>\n"
    ).encode()


def _article(saved: Saved, view: View) -> Markup:
    item, numbers = saved.item, citations(saved.item)
    text = join("\n", *(Markup(f"<p>{cited(sentence, numbers)}</p>") for sentence in _sentences(item)))
    sources = join("\n", *(_source(note, numbers.get(note.article_id), view) for note in item.sources))
    when = view.texts("saved.file_date", date=view.texts.full_date(saved.saved_at, view.zone))
    return Markup(
        f'<article lang="{escape(item.language)}">\n<h2>{escape(item.headline)}</h2>\n<small>{when}</small>\n'
        f"{text}\n<ul>\n{sources}\n</ul>\n</article>"
    )


def _source(note: SourceNote, number: int | None, view: View) -> Markup:
    marker = f"[{number}] " if number else ""
    date = escape(view.texts.full_date(note.published_at, view.zone))
    return Markup(f"<li>{marker}{link(note.name, note.url)}, {date}</li>")


def _sentences(item: Item) -> tuple[Sentence, ...]:
    return (*item.sentences, *item.details)


def saved_json(stories: Sequence[Saved]) -> bytes:
    """A list of stories, each with its sentences and the sources that they stand in."""
    return orjson.dumps([_story(each) for each in stories], option=orjson.OPT_INDENT_2)


def _story(saved: Saved) -> dict[str, Any]:
    item = saved.item
    places = {note.article_id: index for index, note in enumerate(item.sources)}
    return {
        "headline": item.headline,
        "saved_at": saved.saved_at,
        "language": item.language,
        "first_at": item.first_at,
        "last_at": item.last_at,
        "sentences": [{"text": each.text, "source": places.get(each.article_id)} for each in _sentences(item)],
        "sources": [
            {"name": note.name, "url": note.url, "published_at": note.published_at if note.dated else None}
            for note in item.sources
        ],
    }
