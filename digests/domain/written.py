"""Generated summaries: what a writer is given, which of its sentences may be shown, and for which item.

Whoever writes is not trusted, and the articles it reads are not either. A sentence is kept only when an article that
it names says the same (see `facts`), and when it is one plain sentence about the news in the story's language.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from digests.domain.articles import Article, Story, Written, WrittenSentence
from digests.domain.facts import check, told_by
from digests.domain.verdicts import Flaw, Verdict, best
from digests.domain.witnesses import copies
from digests.text.document import Kind
from digests.text.fitness import leans_on_context
from digests.text.languages import UNKNOWN, detect
from digests.text.quotes import balanced
from digests.text.sentences import split_sentences
from digests.text.summarising import same_statement
from digests.text.words import count_words, fold, words

SENTENCES = 3
"""Sentences of one summary: as many as the longest digest shows of a story."""
BUDGET = 7_000
"""Characters of all excerpts that a writer is given."""
EXCERPTS = 6
"""Articles that a summary is written from, the newest."""
_FEWEST, _MOST = 4, 45  # words of a sentence
_LONGEST = 320  # characters
_SURE_OF_LANGUAGE = 6  # words from which the language of a sentence can be told
_FOREIGN_SIGNS = re.compile(r"https?:|www\.|\S@\S|@\w|t\.me/|[<>{}\[\]|*_#`\\^~]|\bexcerpt\b", re.IGNORECASE)
_TALK = """
ich wir mein meine unser unsere uns mich du dein deine euch euer I we my our us me you your я ми мій моя наш наша нас
мене ти твій ваш ваша вас
"""
_TALKING = frozenset(fold(word) for word in _TALK.split())
_ASSISTANT = re.compile(
    r"\bals (?:ki|sprachmodell)\b|\b(?:as an ai|language model|instructions?|anweisung(?:en)?|prompt)\b|"
    r"мовна модель|інструкці",
    re.IGNORECASE,
)
_QUOTATION = re.compile('[„“”"«»][^„“”"«»]*[„“”"«»]')


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of an article in whole paragraphs, under the number by which a writer names it."""

    number: int
    article: Article
    text: str


@dataclass(frozen=True, slots=True)
class Task:
    """What a writer is asked for; `objections` are what was wrong with its last answer: (sentence, word)."""

    language: str
    sentences: int
    excerpts: tuple[Excerpt, ...]
    objections: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Draft:
    """A sentence as the writer gave it, with the numbers of the excerpts it names."""

    text: str
    numbers: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Refusal:
    """A drafted sentence that may not be shown, and why."""

    text: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Review:
    """Which drafted sentences may be shown. Without its first sentence a summary is none."""

    kept: tuple[WrittenSentence, ...]
    refused: tuple[Refusal, ...]


def tellers(story: Story) -> list[Article]:
    """The articles of a story in the language of its lead, lead first, then by time: what a summary is written from."""
    lead = next((article for article in story.articles if article.id == story.lead_id), story.articles[0])
    same = [article for article in story.articles if article.language == lead.language]
    return sorted(same, key=lambda article: (article.id != lead.id, article.news_at, article.id))


def basis_of(articles: Iterable[Article]) -> str:
    """A fingerprint of these articles and their texts, whatever their order."""
    digest = hashlib.sha256()
    for article in sorted(articles, key=lambda each: each.id):
        digest.update("\0".join((str(article.id), *told_by(article), "")).encode())
    return digest.hexdigest()


def fitting_summary(written: Written | None, articles: Sequence[Article], count: int) -> tuple[WrittenSentence, ...]:
    """The first `count` sentences of a summary, if it was written from exactly these articles; else none."""
    if written is None or not written.sentences or written.basis != basis_of(articles):
        return ()
    return written.sentences[:count]


def task_for(story: Story) -> Task:
    """What to ask a writer about a story. Copies are left out, the newest articles come first."""
    articles = tellers(story)
    repeated = copies(articles)
    originals = [article for article in articles if article.id not in repeated] or articles[:1]
    chosen = sorted(originals, key=lambda article: (article.news_at, article.id), reverse=True)[:EXCERPTS]
    room = BUDGET // len(chosen)
    excerpts = (Excerpt(number, article, _opening(article, room)) for number, article in enumerate(chosen, 1))
    return Task(articles[0].language, SENTENCES, tuple(excerpts))


def _opening(article: Article, room: int) -> str:
    """Title and first body sentences, in paragraphs, of at most `room` characters; at least the title."""
    lines, left = [article.title], room - len(article.title)
    for part in article.paragraphs:
        fitting: list[str] = []
        for text in part.sentences if part.kind is Kind.BODY else ():
            left -= len(text) + 1
            if left < 0:
                break
            fitting.append(text)
        if fitting:
            lines.append(" ".join(fitting))
        if left < 0:
            break
    return "\n".join(lines)


def review(drafts: Sequence[Draft], task: Task) -> Review:
    """Judge what a writer has answered. A draft of several sentences is judged sentence by sentence."""
    by_number = {excerpt.number: excerpt.article for excerpt in task.excerpts}
    kept: list[WrittenSentence] = []
    refused: list[Refusal] = []
    first = True
    for draft in drafts:
        for text in split_sentences(draft.text, task.language):
            cited = [by_number[number] for number in dict.fromkeys(draft.numbers) if number in by_number]
            verdict, supporters = _judge(text, cited, task.language)
            if verdict.supported and any(same_statement(text, each.text, task.language) for each in kept):
                verdict = Verdict(Flaw.REPEATED)
            if not verdict.supported:
                refused.append(Refusal(text, verdict))
            elif not first and not kept:
                refused.append(Refusal(text, Verdict(Flaw.ALONE)))
            else:
                kept.append(WrittenSentence(text, tuple(article.id for article in supporters)))
            first = False
    return Review(tuple(kept[: task.sentences]), tuple(refused))


def _judge(text: str, cited: Sequence[Article], language: str) -> tuple[Verdict, list[Article]]:
    """The verdict on a sentence, and which of the cited articles say it."""
    if not cited:
        return Verdict(Flaw.UNCITED), []
    flaw = _form(text, language)
    if flaw is not None:
        return Verdict(flaw), []
    verdicts = [(article, check(text, told_by(article), language)) for article in cited]
    return best(verdict for _, verdict in verdicts), [article for article, verdict in verdicts if verdict.supported]


def _form(text: str, language: str) -> Flaw | None:
    """What is wrong with a sentence whatever the articles say."""
    own_words = _QUOTATION.sub(" ", text)
    count = count_words(text)
    bare = text.rstrip("”“»«\"'’)")
    said = words(own_words)
    talks = any(fold(word) in _TALKING and word != "US" for word in said) or any(
        word in ("Sie", "Ihr", "Ihre") for word in said[1:]
    )
    problems = (
        (Flaw.MARKUP, bool(_FOREIGN_SIGNS.search(text)) or not text.isprintable()),
        (Flaw.LENGTH, not _FEWEST <= count <= _MOST or len(text) > _LONGEST),
        (Flaw.QUESTION, "?" in own_words),
        (Flaw.PERSON, talks or bool(_ASSISTANT.search(own_words))),
        (Flaw.UNFINISHED, not bare.endswith((".", "!")) or bare.endswith("...") or not balanced(text)),
        (Flaw.UNFINISHED, text.lstrip("„“”»«\"'‚‘’(")[:1].islower()),
        (Flaw.LEANING, leans_on_context(text, language)),
        (Flaw.LANGUAGE, count >= _SURE_OF_LANGUAGE and detect("", text) not in (language, UNKNOWN)),
    )
    return next((flaw for flaw, found in problems if found), None)
