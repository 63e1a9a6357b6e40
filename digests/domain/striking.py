"""Sentences that an operator has struck because they are false: no article of the story says them any more."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace

from digests.domain.articles import Article, Story
from digests.text.document import Paragraph
from digests.text.sentences import split_sentences
from digests.text.summarising import same_statement
from digests.text.words import fold

KEY_LENGTH = 12
"""Characters that name a sentence in a button."""


def key_of(sentence: str) -> str:
    """A short name of a sentence, the same wherever it stands."""
    return hashlib.sha256(_plain(sentence).encode()).hexdigest()[:KEY_LENGTH]


def is_struck(sentence: str, struck: Collection[str], language: str) -> bool:
    """True for a struck sentence, and for one that says the same in hardly other words."""
    plain = _plain(sentence)
    return any(plain == _plain(each) or same_statement(sentence, each, language) for each in struck)


def without(article: Article, struck: Collection[str]) -> Article:
    """The article as it is told: without the struck sentences of its story. Others keep their paragraphs."""
    if not struck:
        return article

    def left(sentences: Collection[str]) -> tuple[str, ...]:
        return tuple(each for each in sentences if not is_struck(each, struck, article.language))

    paragraphs = tuple(Paragraph(each.kind, left(each.sentences)) for each in article.paragraphs)
    teaser = article.teaser
    if teaser:
        said = split_sentences(teaser, article.language)
        teaser = teaser if len(kept := left(said)) == len(said) else " ".join(kept) or None
    return replace(article, paragraphs=paragraphs, teaser=teaser)


def story_without(story: Story, struck: Collection[str]) -> Story:
    """The story with its articles as they are told."""
    if not struck:
        return story
    articles, former = (tuple(without(each, struck) for each in group) for group in (story.articles, story.former))
    return replace(story, articles=articles, former=former)


def _plain(sentence: str) -> str:
    return " ".join(fold(sentence).split())
