"""Search results: compact, with the sentence that has the words, and the words in bold."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from bot.i18n import Markup, Texts, escape
from bot.telegram.callbacks import encode
from bot.telegram.html import clip, fits, join
from bot.telegram.keyboards import Button, Row
from bot.telegram.messages import View
from bot.telegram.stories import HEADLINE_LIMIT, citations, sources_line
from digests.domain.digests import Item, Sentence
from digests.domain.hits import Hits

_SENTENCES = 2
_SENTENCE_LIMIT = 500


def quoted(query: str, texts: Texts) -> Markup:
    """A query as a title names it: in bold, in quotation marks unless it has some itself. The bold is the query."""
    return Markup(f"<b>{escape(query)}</b>" if '"' in query else texts("search.quoted", query=query))


def emphasised(text: str, hits: Hits, language: str) -> Markup:
    """`text` with the words in bold that a search has found, whole words also where a part was typed."""
    text = unicodedata.normalize("NFC", text)
    parts: list[str] = []
    position = 0
    for span in hits.spans(text, language):
        parts += [escape(text[position : span.start]), f"<b>{escape(text[span.start : span.end])}</b>"]
        position = span.end
    return Markup("".join([*parts, escape(text[position:])]))


def render_results(items: Sequence[Item], view: View, hits: Hits, head: str, first: int) -> Markup:
    """The stories as one message below `head` (HTML); each loses its second sentence where they do not fit all.

    `first` is the number of the first story.
    """
    html = Markup()
    for count in (_SENTENCES, 1, 0):
        told = [_result(item, view, hits, number, count) for number, item in enumerate(items, first)]
        html = join("\n\n", head, *told)
        if fits(html):
            break
    return html


def result_buttons(items: Sequence[Item], first: int) -> Row:
    """The numbers of the stories, each opens its card."""
    return tuple(Button(str(number), encode("story", item.story_id)) for number, item in enumerate(items, first))


def _result(item: Item, view: View, hits: Hits, number: int, count: int) -> Markup:
    return join(
        "\n",
        f"<b>{number} · {escape(clip(item.headline, HEADLINE_LIMIT))}</b>",
        join(" ", *(_told(sentence, item, hits) for sentence in item.sentences[:count])),
        sources_line(item, view),
    )


def _told(sentence: Sentence, item: Item, hits: Hits) -> Markup:
    number = citations(item).get(sentence.article_id)
    languages = {note.article_id: note.language for note in item.sources}
    language = languages.get(sentence.article_id, item.language)
    text = emphasised(clip(sentence.text, _SENTENCE_LIMIT), hits, language)
    return Markup(f"{text} [{number}]" if number else text)
