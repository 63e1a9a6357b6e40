"""What a digest that has gone out should say now: its sources have corrected themselves, or its stories were put right.

A digest is compared with what the tables say at present, so that it does not matter how often or when that is done:
what is right already stays as it is, word for word. Additions are no corrections; they come as updates.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from digests.domain.articles import Article, WrittenSentence
from digests.domain.differences import differences
from digests.domain.digests import TEASER, TITLE, Claim, Correction, Difference, Digest, Fault, Item, Sentence
from digests.domain.figures import Figure, figures
from digests.domain.headlines import headline_of
from digests.domain.revisions import Version, compare
from digests.domain.striking import is_struck
from digests.domain.telling import tell_new
from digests.text.document import Kind, Paragraph
from digests.text.fitness import is_statement, leans_on_context
from digests.text.sentences import split_sentences
from digests.text.summarising import content_stems

_ALIKE = 0.5
"""Share of all their content stems that a rewritten sentence has in common with what it was."""


@dataclass(frozen=True, slots=True)
class Standing:
    """Articles as they stand in the tables, and what those of them that were edited said before, oldest first."""

    articles: Mapping[int, Article]
    former: Mapping[int, Sequence[Version]] = field(default_factory=dict)
    struck: Mapping[int, Collection[str]] = field(default_factory=dict)  # by story: sentences that operators struck


def amended(digest: Digest, standing: Standing, touched: Collection[int], at: datetime) -> Digest:
    """The digest as it should read, corrected `at` (UTC); an equal one when nothing that readers see was wrong.

    Only items with one of the `touched` articles are looked at. What the archive has lost is left as it was told.
    """
    items = list(digest.items)
    looked_at = [place for place, item in enumerate(items) if _names(item, touched)]
    for place in looked_at:
        items[place] = _Amending(items[place], standing, at).result()
    for place in looked_at:
        _told_twice(digest.items, items, place, at)
    return digest.with_items(items)


def quoted(digest: Digest) -> list[int]:
    """The articles that a digest names as its sources: with edits of others it has nothing to do."""
    return sorted({note.article_id for item in digest.items for note in item.sources})


def _names(item: Item, touched: Collection[int]) -> bool:
    return any(note.article_id in touched for note in item.sources)


def _told_twice(before: Sequence[Item], items: list[Item], place: int, at: datetime) -> None:
    """Mark the later one of two items when the one at `place` has moved and turns out to tell the other's story."""
    story_id = items[place].story_id
    if story_id == before[place].story_id:
        return
    for other in (number for number, item in enumerate(items) if number != place and item.story_id == story_id):
        first, second = sorted((place, other))
        items[second] = _marked(items[second], [Fault.SAME], [], at, same_as=first + 1)


def _marked(
    item: Item, faults: Iterable[Fault], counted: Iterable[str], at: datetime, same_as: int | None = None
) -> Item:
    """The item with its mark, which also tells what was put right before."""
    last = item.correction
    found = {*faults, *(last.faults if last else ())}
    named = dict.fromkeys([*(last.counted if last else ()), *counted])
    same_as = same_as or (last.same_as if last else None)
    return replace(
        item, correction=Correction(at, tuple(each for each in Fault if each in found), tuple(named), same_as)
    )


class _Amending:
    """Puts one item right."""

    def __init__(self, item: Item, standing: Standing, at: datetime) -> None:
        self._item, self._standing, self._at = item, standing, at
        self._faults: set[Fault] = set()
        self._counted: list[str] = []
        lead = standing.articles.get(item.sentences[0].article_id)
        self._home = lead.story_id if lead else item.story_id

    def result(self) -> Item:
        """The item, with a mark where a reader sees another text now."""
        item = self._item
        sentences = self._all(item.sentences)
        details = [each for each in self._all(item.details) if each.text not in {told.text for told in sentences}]
        if not sentences:
            sentences = self._retold(len(item.sentences))
            details = [each for each in details if each.text not in {told.text for told in sentences}]
        sources = tuple(note for note in item.sources if not self._left(note.article_id))
        if len(sources) < len(item.sources):
            self._faults.add(Fault.SOURCES)
        changed = replace(
            item,
            story_id=self._home,
            headline=self._headline(),
            sentences=tuple(sentences),
            details=tuple(details),
            sources=sources,
        )
        changed = replace(changed, differences=self._differences(changed), written=self._written())
        return _marked(changed, self._faults, self._counted, self._at) if self._faults else changed

    def _left(self, article_id: int) -> bool:
        """True for an article that belongs to another story now."""
        article = self._standing.articles.get(article_id)
        return article is not None and article.story_id != self._home

    def _all(self, sentences: Iterable[Sentence]) -> list[Sentence]:
        found: list[Sentence] = []
        for sentence in sentences:
            now = self._sentence(sentence)
            if now is not None and now.text not in {each.text for each in found}:
                found.append(now)
        return found

    def _sentence(self, sentence: Sentence) -> Sentence | None:
        """The sentence as it reads now; None when it was withdrawn or belongs to another story."""
        article = self._standing.articles.get(sentence.article_id)
        if self._left(sentence.article_id):
            self._faults.add(Fault.SOURCES)
            return None
        if article is None or article.id not in self._standing.former:
            return sentence
        return self._title(sentence, article) if sentence.paragraph == TITLE else self._reworded(sentence, article)

    def _reworded(self, sentence: Sentence, article: Article) -> Sentence | None:
        revision = compare(_only(sentence.text), Version("", _said(article)), article.language)
        if revision is None or not (revision.changes or revision.gone):
            return sentence
        if revision.changes:
            return self._recounted(sentence, revision.changes[0][1], article)
        self._faults.add(Fault.TEXT)
        rewritten = _most_alike(sentence.text, article)
        return _placed(rewritten, article) if rewritten else None

    def _title(self, sentence: Sentence, article: Article) -> Sentence:
        if _same_title(sentence.text, article.title, article.language):
            return sentence
        self._faults.add(Fault.HEADLINE)
        return replace(sentence, text=article.title)

    def _recounted(self, sentence: Sentence, now: str, article: Article) -> Sentence:
        self._faults.add(Fault.NUMBERS)
        self._counted += _what_changed(sentence.text, now, article.language)
        return _placed(now, article)

    def _retold(self, count: int) -> list[Sentence]:
        """What the story's first article says now, when nothing is left of what was told of it."""
        articles = self._standing.articles
        here = [articles[note.article_id] for note in self._item.sources if note.article_id in articles]
        told, _ = tell_new([each for each in here if each.story_id == self._home], count, 0)
        return told

    def _headline(self) -> str:
        """Another one where the article that gave it has another title now."""
        shown = self._item.headline
        for note in self._item.sources:
            article = self._standing.articles.get(note.article_id)
            if article is None or self._left(article.id):
                continue
            for version in self._standing.former.get(article.id, ()):
                before = replace(article, title=version.title, paragraphs=version.paragraphs)
                now = headline_of([article])
                if headline_of([before]) == shown and not _same_title(shown, now, article.language):
                    self._faults.add(Fault.HEADLINE)
                    return now
        return shown

    def _differences(self, item: Item) -> tuple[Difference, ...]:
        """Without those that a source has taken back; with its new number where the sources still disagree."""
        found: list[Difference] = []
        for told in self._item.differences:
            if all(self._still_says(claim) for claim in told.claims):
                found.append(told)
                continue
            self._faults.add(Fault.NUMBERS)
            self._counted.append(told.subject)
            found += [each for each in differences(self._here(item)) if each.subject == told.subject][:1]
        return tuple(found)

    def _still_says(self, claim: Claim) -> bool:
        article = self._standing.articles.get(claim.article_id)
        if article is None or (article.id not in self._standing.former and not self._left(article.id)):
            return True
        texts = (article.title, *(text for each in _said(article) for text in each.sentences))
        return not self._left(article.id) and any(claim.figure in text for text in texts)

    def _here(self, item: Item) -> list[Article]:
        articles = self._standing.articles
        found = [articles[note.article_id] for note in item.sources if note.article_id in articles]
        return [each for each in found if each.story_id == self._home and each.language == item.language]

    def _written(self) -> tuple[WrittenSentence, ...]:
        """The generated summary while the articles that it names say what they said."""
        struck = self._standing.struck.get(self._home, ())
        if any(is_struck(each.text, struck, self._item.language) for each in self._item.written):
            self._faults.add(Fault.TEXT)
            return ()
        cited = {id_ for sentence in self._item.written for id_ in sentence.article_ids}
        if not any(self._left(id_) or self._is_rewritten(id_) for id_ in cited):
            return self._item.written
        self._faults.add(Fault.TEXT)
        return ()

    def _is_rewritten(self, article_id: int) -> bool:
        article = self._standing.articles.get(article_id)
        if article is None:
            return False
        now = Version("", _said(article))
        revisions = (
            compare(Version("", version.paragraphs), now, article.language)
            for version in self._standing.former.get(article_id, ())
        )
        return any(revision and (revision.changes or revision.gone) for revision in revisions)


def _only(text: str) -> Version:
    return Version("", (Paragraph(Kind.BODY, (text,)),))


def _said(article: Article) -> tuple[Paragraph, ...]:
    """Its paragraphs and its teaser, from which digests quote, too."""
    if not article.teaser:
        return article.paragraphs
    return (*article.paragraphs, Paragraph(Kind.BODY, tuple(split_sentences(article.teaser, article.language))))


def _same_title(one: str, other: str, language: str) -> bool:
    return compare(Version(one, ()), Version(other, ()), language) is None


def _addressed(article: Article) -> Iterator[tuple[str, int, int]]:
    """What an article says, sentence by sentence, each with its address."""
    for index, paragraph in enumerate(_said(article)):
        place = index if index < len(article.paragraphs) else TEASER
        for position, text in enumerate(paragraph.sentences if paragraph.kind is Kind.BODY else ()):
            yield text, place, position


def _placed(text: str, article: Article) -> Sentence:
    """A sentence of the article with its address."""
    for said, place, position in _addressed(article):
        if said == text:
            return Sentence(text, article.id, place, position)
    return Sentence(text, article.id, TITLE, 0)


def _most_alike(text: str, article: Article) -> str | None:
    """The sentence that a rewritten one has become; None when there is none like it that can stand alone."""
    content = content_stems(text, article.language)
    best, found = _ALIKE, None
    for said, _, _ in _addressed(article):
        other = content_stems(said, article.language)
        share = len(content & other) / max(1, len(content | other))
        if share >= best and is_statement(said) and not leans_on_context(said, article.language):
            best, found = share, said
    return found


def _what_changed(before: str, now: str, language: str) -> Iterator[str]:
    """What the numbers count that are others now, in the words of the sentence; nothing where that is not clear."""
    known: list[Figure] = list(figures(before, language))
    for figure in figures(now, language):
        same = [other for other in known if other.kind == figure.kind]
        if figure.noun and same and all(other.value != figure.value for other in same):
            yield figure.noun
