"""Which of several titles stands above a story: a plain one, in its source's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digests.domain.articles import Article
from digests.text.casing import unshouted

_BAIT = re.compile(
    r"\?\s*[«»“”\"']*$|\.\.\.\s*$|…\s*$|!{2,}|\?!|!\?"
    r"|^(?:darum|deshalb|deswegen|warum|wieso|weshalb|wie|was|wer|diese[rsn]?|das (?:ist|sind|steckt|passiert))\b"
    r"|^(?:why|how|what|this is|these (?:are )?|here(?:'|’)?s)\b"
    r"|^(?:чому|як|що|ось|так)\s"
    r"|^(?:die )?\d+ (?:dinge|tipps|tricks|gründe|fakten|things|tips|tricks|reasons|facts|речей|порад|причин)\b"
    r"|(?:nicht glauben|steckt dahinter|was dann (?:geschah|passierte)|won(?:'|’)t believe|happened next|will shock)",
    re.IGNORECASE,
)


def is_plain(title: str) -> bool:
    """True when a title says what happened: no question, no teasing, not all in capitals."""
    letters = [character for character in title if character.isalpha()]
    return bool(letters) and not all(letter.isupper() for letter in letters) and _BAIT.search(title.strip()) is None


def headline_of(articles: Sequence[Article]) -> str:
    """The headline of a story; `articles` come lead first.

    The first plain title wins, else the first a source gave at all; one derived from a lead comes last.
    """
    given = [article for article in articles if not article.title_derived]
    best = ([article for article in given if is_plain(article.title)] or given or list(articles))[0]
    return shown_title(best)


def shown_title(article: Article) -> str:
    """An article's title as readers see it: one in capitals is written as its text writes the words."""
    body = " ".join(paragraph.text for paragraph in article.paragraphs)
    return unshouted(article.title, body, article.language)
