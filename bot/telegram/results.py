"""Search results: compact, with the sentence that has the words, and the words in bold."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Sequence

from bot.i18n import Markup, escape
from bot.telegram.callbacks import encode
from bot.telegram.html import clip, fits, join
from bot.telegram.keyboards import Button, Row
from bot.telegram.messages import View
from bot.telegram.stories import HEADLINE_LIMIT, citations, sources_line
from digests.domain.digests import Item, Sentence
from digests.domain.topics import Catalogue
from digests.services.selecting import search_terms
from digests.text.words import LANGUAGES, WORD, stem, words

_PREFIX_FROM = 4
"""A stem of so many letters also finds longer words, as in the archive's index."""
_SENTENCES = 2
_SENTENCE_LIMIT = 500


def query_terms(query: str, catalogue: Catalogue) -> frozenset[str]:
    """The stems that the words of a query may stand for."""
    return frozenset[str]().union(*search_terms(query, catalogue))


def emphasised(text: str, terms: Collection[str], language: str) -> Markup:
    """`text` with the words in bold that a search for `terms` finds."""
    text = unicodedata.normalize("NFC", text)
    parts: list[str] = []
    position = 0
    for match in WORD.finditer(text):
        if _is_hit(match[0], terms, language):
            parts += [escape(text[position : match.start()]), f"<b>{escape(match[0])}</b>"]
            position = match.end()
    return Markup("".join([*parts, escape(text[position:])]))


def _is_hit(word: str, terms: Collection[str], language: str) -> bool:
    found = {stem(word, each) for each in (language, *LANGUAGES)}
    return any(one == term or (len(term) >= _PREFIX_FROM and one.startswith(term)) for one in found for term in terms)


def render_results(items: Sequence[Item], view: View, terms: Collection[str], head: str, first: int) -> Markup:
    """The stories as one message below `head` (HTML); each loses its second sentence where they do not fit all.

    `first` is the number of the first story.
    """
    html = Markup()
    for count in (_SENTENCES, 1, 0):
        told = [_result(item, view, terms, number, count) for number, item in enumerate(items, first)]
        html = join("\n\n", head, *told)
        if fits(html):
            break
    return html


def result_buttons(items: Sequence[Item], first: int) -> Row:
    """The numbers of the stories, each opens its card."""
    return tuple(Button(str(number), encode("story", item.story_id)) for number, item in enumerate(items, first))


def _result(item: Item, view: View, terms: Collection[str], number: int, count: int) -> Markup:
    return join(
        "\n",
        f"<b>{number} · {escape(clip(item.headline, HEADLINE_LIMIT))}</b>",
        join(" ", *(_told(sentence, item, terms) for sentence in _telling(item, terms, count))),
        sources_line(item, view),
    )


def _telling(item: Item, terms: Collection[str], count: int) -> Sequence[Sentence]:
    """The first sentences that have the words, in their order; the summary's where none has."""
    every = [*item.sentences, *item.details]
    having = [one for one in every if any(_is_hit(word, terms, item.language) for word in words(one.text))]
    return (having or every)[:count]


def _told(sentence: Sentence, item: Item, terms: Collection[str]) -> Markup:
    number = citations(item).get(sentence.article_id)
    text = emphasised(clip(sentence.text, _SENTENCE_LIMIT), terms, item.language)
    return Markup(f"{text} [{number}]" if number else text)
