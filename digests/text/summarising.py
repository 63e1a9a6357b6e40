"""Which sentences tell an article: the source's own teaser where the body bears it out, else verbatim ones.

Extraction weighs place in the text, words the text repeats, words of the title and what is not said yet (maximal
marginal relevance after Carbonell and Goldstein, 1998). A sentence that leans on another one ("Er", "Dies",
"Letzterer", "In this interview") is taken only right behind the one it leans on, questions and torn quotations never.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence, Set
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from digests.text.document import Kind, Paragraph
from digests.text.languages import UNKNOWN, detect
from digests.text.phrases import phrases
from digests.text.quotes import balanced
from digests.text.sentences import split_sentences
from digests.text.words import count_words, spaceless_signs, stem, words

TEASER = -1
"""Paragraph index of a sentence that stands in the source's own teaser."""

_SUPPORT = 0.6  # share of a teaser's content stems that the body must hold
_SENTENCE_SUPPORT = 0.5  # and of each of its sentences
_TEASER_WORDS = 8
_FEWEST_WORDS = 3
_LONG_TEASER_WORDS = 10  # a one-sentence teaser of this length says enough alone
_CONSIDERED = 60  # sentences; the tail of a long text never leads its summary
_SHORTEST, _LONGEST = 5, 60  # words of a sentence that may be shown
_ENDS = (".", "!", "…", "。", "！", "۔", "।")
_CLOSERS = "”“»«\"'’)]›‹"
_OPENERS = "„“”»«\"'‚‘’([›‹–-— "


@dataclass(frozen=True, slots=True)
class Pick:
    """A chosen sentence and its address: paragraph index (TEASER: the teaser) and sentence index in it."""

    text: str
    paragraph: int
    position: int


@dataclass(frozen=True, slots=True)
class _Candidate:
    pick: Pick
    content: frozenset[str]
    length: int  # words
    order: int  # place among all body sentences
    leans: bool  # needs the sentence before it


def summarise(
    title: str, paragraphs: Sequence[Paragraph], language: str, count: int, *, teaser: str | None = None
) -> list[Pick]:
    """At most `count` sentences that tell the article, in reading order; the teaser's own come first.

    A teaser of one short sentence is joined by one of the body. A body sentence that only repeats the title is left
    out when there are others.
    """
    opening = _teaser_picks(teaser, paragraphs, language)[:count] if teaser else []
    enough = len(opening) > 1 or sum(count_words(pick.text) for pick in opening) >= _LONG_TEASER_WORDS
    if opening and enough:
        return opening
    wanted = count if not opening else min(count, 2)
    return opening + _choose(title, paragraphs, language, wanted - len(opening), [pick.text for pick in opening])


def rank_sentences(
    title: str, paragraphs: Sequence[Paragraph], language: str, count: int, *, seen: Iterable[str] = ()
) -> list[Pick]:
    """At most `count` further body sentences that say something `seen` does not, in reading order."""
    return _choose(title, paragraphs, language, count, list(seen))


def same_statement(first: str, second: str, language: str) -> bool:
    """True when two sentences say the same: most content stems shared, and no number that differs."""
    one, two = content_stems(first, language), content_stems(second, language)
    if not one or not two:
        return first.strip() == second.strip()
    shared = len(one & two)
    if shared < 0.75 * min(len(one), len(two)) or shared < 0.5 * max(len(one), len(two)):
        return False
    numbers, others = _numbers(one), _numbers(two)
    return numbers == others or not numbers or not others


def novel(sentence: str, seen: Iterable[str], language: str) -> bool:
    """True when at least two fifths of the content stems of `sentence` stand in no sentence of `seen`."""
    content = content_stems(sentence, language)
    texts = list(seen)
    known = frozenset().union(*(content_stems(other, language) for other in texts))
    if not content or len(content - known) / len(content) < 0.4:
        return False
    return not any(same_statement(sentence, other, language) for other in texts)


@lru_cache(maxsize=20_000)
def content_stems(text: str, language: str) -> frozenset[str]:
    """The stems of the words that carry meaning: no stop words, no single letters.

    Of a script without spaces between words the pairs of neighbouring signs stand for them.
    """
    stopwords = phrases(language).stopwords
    found = {
        stem(word, language)
        for word in words(text)
        if (len(word) > 2 or word.isdigit() or word.isupper()) and word.lower() not in stopwords
    }
    signs = spaceless_signs(text)
    return frozenset(found.union(one + two for one, two in pairwise(signs)) if len(signs) > 1 else found)


def leans_on_context(sentence: str, language: str) -> bool:
    """True when the sentence begins with a word that points back ("Er", "Dies", "In diesem Interview", "However")."""
    own = phrases(language)
    opening = [word.lower() for word in words(sentence)[:4]]
    if not opening:
        return False
    if opening[0] in own.anaphora or opening[0] in own.connectives:
        return True
    if opening[0] == "es" and own.connectives.intersection(opening[1:4]):  # "Es war dann das erste ..."
        return True
    return any(word in own.demonstratives for word in opening[1:3])


def support(text: str, body: Set[str], language: str) -> float:
    """The share of the content stems of `text` that occur among the stems of the body."""
    content = content_stems(text, language)
    return len(content & body) / len(content) if content else 0.0


def _teaser_picks(teaser: str, paragraphs: Sequence[Paragraph], language: str) -> list[Pick]:
    """The teaser's complete sentences that the body bears out, when together they say enough in the article's language.

    Questions and datelines fall out. A teaser of one sentence may lack its full stop, as in many feeds, but not end on
    an ellipsis or in the middle of a phrase.
    """
    body: set[str] = set()
    for paragraph in paragraphs:
        if paragraph.kind is Kind.BODY:
            body |= content_stems(paragraph.text, language)
    picks: list[Pick] = []
    for index, text in enumerate(split_sentences(teaser, language)):
        if count_words(text) < _FEWEST_WORDS:
            continue  # a dateline ("Berlin.")
        whole = _complete(text) or (index == 0 and _unstopped(text, teaser, language))
        leans = leans_on_context(text, language) and (not picks or picks[-1].position != index - 1)
        if whole and not leans and balanced(text) and _borne_out(text, body, language):
            picks.append(Pick(text, TEASER, index))
    said = " ".join(pick.text for pick in picks)
    if (
        count_words(said) < _TEASER_WORDS
        or support(said, body, language) < _SUPPORT
        or (language != UNKNOWN and detect("", said) not in (language, UNKNOWN))
    ):
        return []
    return picks


def _borne_out(sentence: str, body: Set[str], language: str) -> bool:
    """True when the body holds every number of a teaser's sentence and half of its content."""
    content = content_stems(sentence, language)
    return _numbers(content) <= body and support(sentence, body, language) >= _SENTENCE_SUPPORT


def _unstopped(text: str, teaser: str, language: str) -> bool:
    """A lone teaser sentence whose full stop the editor left out: no ellipsis, no stop word at its end."""
    own = words(text)
    if len(own) < _TEASER_WORDS or text != " ".join(teaser.split()) or not text[-1].isalnum() or text[0].islower():
        return False
    return own[-1].lower() not in phrases(language).stopwords and "|" not in text


def _choose(title: str, paragraphs: Sequence[Paragraph], language: str, count: int, seen: Sequence[str]) -> list[Pick]:
    candidates = _candidates(paragraphs, language)[:_CONSIDERED]
    if count <= 0 or not candidates:
        return []
    said = {each.order for each in candidates if same_statement(each.pick.text, title, language)}
    # A title made from the lead tells nothing of what matters: whatever is like it would only say it again.
    scores = _scores(candidates, frozenset() if said else content_stems(title, language))
    fit = [each for each in candidates if _showable(each) and (not seen or novel(each.pick.text, seen, language))]
    fresh = [each for each in fit if each.order not in said]
    pool = fresh if len(fresh) >= count else fit
    chosen = _greedy(pool, scores, count)
    if not chosen and not seen:  # nothing stands alone: the best of what there is
        chosen = [max(candidates, key=lambda each: (_complete(each.pick.text), not each.leans, scores[each.order]))]
    return [each.pick for each in sorted(chosen, key=lambda each: each.order)]


def _greedy(pool: Sequence[_Candidate], scores: Sequence[float], count: int) -> list[_Candidate]:
    """The best sentence each round; what was chosen lowers its like, and carries what leans on it."""
    chosen: list[_Candidate] = []
    while len(chosen) < count:
        orders = {each.order for each in chosen}
        open_ = [each for each in pool if each.order not in orders and (not each.leans or each.order - 1 in orders)]
        if not open_:
            break
        chosen.append(max(open_, key=lambda each: scores[each.order] - 0.5 * _likeness(each, chosen)))
    return chosen


def _likeness(candidate: _Candidate, chosen: Sequence[_Candidate]) -> float:
    return max((_cosine(candidate.content, other.content) for other in chosen), default=0.0)


def _candidates(paragraphs: Sequence[Paragraph], language: str) -> list[_Candidate]:
    found: list[_Candidate] = []
    for index, paragraph in enumerate(paragraphs):
        if paragraph.kind is not Kind.BODY:
            continue
        for position, text in enumerate(paragraph.sentences):
            leans = leans_on_context(text, language)
            found.append(
                _Candidate(
                    Pick(text, index, position), content_stems(text, language), count_words(text), len(found), leans
                )
            )
    return found


def _scores(candidates: Sequence[_Candidate], title: frozenset[str]) -> list[float]:
    counts = Counter(term for each in candidates for term in each.content)
    weights = {term: math.log(1 + number) for term, number in counts.items() if number > 1}
    norm = math.sqrt(sum(weight**2 for weight in weights.values())) or 1.0
    scores: list[float] = []
    for each in candidates:
        size = math.sqrt(len(each.content)) or 1.0
        central = sum(weights.get(term, 0.0) for term in each.content) / (size * norm)
        score = math.exp(-0.35 * each.order) + 1.5 * (central + _cosine(each.content, title))
        scores.append(score - _flaws(each))
    return scores


def _flaws(candidate: _Candidate) -> float:
    """What makes a sentence a worse one: too short, too long, an opening quotation, first person."""
    text = candidate.pick.text
    flaws = 0.4 if candidate.length < 8 else 0.3 if candidate.length > 40 else 0.0
    if text[0] in '„“”»«"':
        flaws += 0.2
    return flaws + (0.25 if candidate.leans else 0.0)


def _showable(candidate: _Candidate) -> bool:
    text = candidate.pick.text
    return _SHORTEST <= candidate.length <= _LONGEST and _complete(text) and balanced(text)


def _complete(text: str) -> bool:
    """A whole statement: begins with a capital or a figure, ends with its full stop; no question, no ellipsis."""
    bare = text.rstrip(_CLOSERS + " ")
    start = text.lstrip(_OPENERS)[:1]
    return bool(start) and not start.islower() and bare.endswith(_ENDS) and not bare.endswith(("...", "…"))


def _cosine(one: frozenset[str], two: frozenset[str]) -> float:
    return len(one & two) / math.sqrt(len(one) * len(two)) if one and two else 0.0


def _numbers(content: frozenset[str]) -> frozenset[str]:
    return frozenset(term for term in content if term[:1].isdigit())
