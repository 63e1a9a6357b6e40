"""What an item says: verbatim sentences of the story's articles, each with its address, none said twice."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from itertools import islice

from digests.domain.articles import Article
from digests.domain.digests import TITLE, Sentence, SourceNote
from digests.domain.figures import Figure, figures
from digests.domain.headlines import headline_of
from digests.domain.witnesses import copies
from digests.text.document import Kind
from digests.text.fitness import is_statement, leans_on_context
from digests.text.summarising import (
    NEW_SHARE,
    Pick,
    content_stems,
    novel,
    rank_sentences,
    same_statement,
    summarise,
)

DETAIL_SHARE = 0.6
"""Share of content stems that must be new in a further report's sentence: its lead mostly says the event once more."""
ENOUGH_NEWS = 3
"""New sentences of an update beyond which they are not counted: as many as the longest summary has."""
_LEADING = 4  # first sentences of a report: what is new in it stands here, what follows is mostly background
_LEAD_SHARE = 0.5  # new content of a report's title or beginning: in other words than known ones it is anyway
_FACT_STEMS = 7  # new content stems from which the one new sentence of a copy is more than a side remark
_REPEATED = 0.5  # share of a detail's content that one told sentence may have


@dataclass(slots=True)
class _Tale:
    """Sentences as they are gathered; `known` is what the reader has read before."""

    language: str
    known: list[str]
    told: list[Sentence] = field(default_factory=list)

    @property
    def seen(self) -> list[str]:
        return [*self.known, *(sentence.text for sentence in self.told)]

    def tell(self, article: Article, picks: Iterable[Pick], *, detail: bool = False) -> None:
        def fresh(pick: Pick) -> bool:
            return not any(self._repeats(pick.text, sentence.text, detail=detail) for sentence in self.told)

        for pick in _kept(picks, article.language, fresh):
            self.told.append(Sentence(pick.text, article.id, pick.paragraph, pick.position))

    def _repeats(self, text: str, told: str, *, detail: bool) -> bool:
        """The same statement; in details also one with half of its content, unless it has a number of its own."""
        if same_statement(text, told, self.language):
            return True
        content, other = content_stems(text, self.language), content_stems(told, self.language)
        new = content - other
        return detail and len(new) <= (1 - _REPEATED) * len(content) and not any(stem[:1].isdigit() for stem in new)


def tell_new(articles: Sequence[Article], count: int, details: int) -> tuple[list[Sentence], list[Sentence]]:
    """Summary and details of a story the reader does not know; `articles` come lead first.

    The lead tells the story. Others fill up what it cannot, and bring what it does not say to the details.
    """
    lead, *others = _in_one_language(articles)
    tale = _Tale(lead.language, [])
    headline = headline_of([lead])  # made of the text where the title teases: then the summary need not repeat it
    tale.tell(lead, summarise(headline, lead.paragraphs, lead.language, count, teaser=lead.teaser))
    _fill(tale, others, count, each=count)
    if not tale.told:
        tale.told.append(_title_sentence(lead))
    summary = tale.told[:count]
    _fill(tale, others, len(tale.told) + details, each=1, new=DETAIL_SHARE, detail=True)
    _fill(tale, [lead, *others], len(summary) + details, each=details, detail=True)
    return summary, tale.told[len(summary) :][:details]


def tell_update(
    older: Sequence[Article], newer: Sequence[Article], count: int, details: int
) -> tuple[list[Sentence], list[Sentence]]:
    """What `newer` articles (latest first) say that no sentence of `older` ones says; empty when that is nothing.

    A count that has changed comes first ("15 dead" where 12 were known), then what the latest article that leads with
    something new would say of itself, and then what else there is. A report whose beginning is known is not heard.
    """
    if not newer:
        return [], []
    speaking = _news_bearing(older, _in_one_language(newer))
    if not speaking:
        return [], []
    tale = _Tale(speaking[0].language, [text for article in older for text in _texts(article)])
    counted = _figures(tale.language, tale.known)
    for article in speaking:
        if not tale.told:
            tale.tell(article, list(_changed_counts(article, counted))[:1])
    tale.tell(speaking[0], _opening(speaking[0], count - len(tale.told), tale.seen))
    _fill(tale, speaking, count, each=count)
    _fill(tale, speaking[1:], count + details, each=1, detail=True)
    _fill(tale, speaking, count + details, each=details, detail=True)
    if not tale.told:
        tale.told = [_title_sentence(article) for article in speaking if _is_news_by_title(article, tale.known)][:1]
    return tale.told[:count], tale.told[count:]


def count_news(older: Sequence[Article], newer: Sequence[Article]) -> int:
    """How many sentences of `newer` (latest first) say what neither `older` ones nor those before them say.

    At most ENOUGH_NEWS. 0 when `tell_update` has nothing to tell, at a fraction of its cost; rarely more where it has
    nothing either: looks for enough words that are not known (the first half of what makes a sentence new), else for a
    changed count.
    """
    if not newer:
        return 0
    speaking = _news_bearing(older, _in_one_language(newer))
    if not speaking:
        return 0
    language = speaking[0].language
    told = set[str]().union(*(content_stems(text, language) for article in older for text in _texts(article)))
    found = 0
    for text in (text for article in speaking for text in _texts(article)):
        content = content_stems(text, language)
        if len(content - told) >= NEW_SHARE * len(content) > 0:
            found += 1
            told |= content
            if found == ENOUGH_NEWS:
                break
    if found:
        return found
    counted = _figures(language, (text for article in older for text in _texts(article)))
    return int(any(any(_changed_counts(article, counted)) for article in speaking))


def source_notes(
    articles: Sequence[Article], shown: Sequence[Sentence], cited: Iterable[int] = ()
) -> tuple[SourceNote, ...]:
    """Who reports: first the articles whose sentences are shown, in that order, then further sources by time.

    `cited` are ids of articles that a generated summary names, after those of verbatim sentences. A source that is
    named already is not named again; a copy of another one here is marked.
    """
    by_id = {article.id: article for article in articles}
    ids = dict.fromkeys((*(sentence.article_id for sentence in shown), *cited))
    speaking = [by_id[article_id] for article_id in ids]
    named = {article.credit.casefold() for article in speaking}
    others: list[Article] = []
    repeated = copies(articles)
    for article in sorted(articles, key=lambda each: (each.id in repeated, each.news_at, each.id)):
        if article.credit.casefold() not in named:
            named.add(article.credit.casefold())
            others.append(article)
    others.sort(key=lambda each: (each.news_at, each.id))
    return tuple(_note(article, copy=article.id in repeated) for article in [*speaking, *others])


def _note(article: Article, *, copy: bool) -> SourceNote:
    return SourceNote(
        article_id=article.id,
        name=article.credit,
        published_at=article.published_at,
        dated=article.dated,
        language=article.language,
        labels=article.labels,
        url=article.url,
        copy=copy,
    )


def _news_bearing(older: Sequence[Article], newer: Sequence[Article]) -> list[Article]:
    """Those of `newer` that give a changed count or say something new in title, teaser or beginning.

    In a copy or a longer version of a known text it may stand anywhere, but one sentence must then be more than a side
    remark, or bear a new number.
    """
    language = newer[0].language
    texts = frozenset(text for article in older for text in _texts(article))
    known = frozenset[str]().union(*(content_stems(text, language) for text in texts))
    bearing = {each.id for each in newer if _bears_news(each, texts, known)}
    if len(bearing) < len(newer):  # figures cost more than words do
        counted = _figures(language, texts)
        bearing |= {each.id for each in newer if each.id not in bearing and any(_changed_counts(each, counted))}
    return [each for each in newer if each.id in bearing]


def _bears_news(article: Article, texts: Set[str], known: Set[str]) -> bool:
    body = _body(article)
    repeats = article.duplicate_of is not None or sum(text in texts for text in body) > len(body) / 2
    least = NEW_SHARE if repeats else _LEAD_SHARE
    found: list[Set[str]] = []
    for text in (article.title, article.teaser or "", *(body if repeats else body[:_LEADING])):
        content = content_stems(text, article.language)
        new = content - known
        numbered = any(stem[:1].isdigit() for stem in new)
        if len(new) >= (NEW_SHARE if numbered else least) * len(content) > 0:
            found.append(new)
    if not repeats or len(found) > 1:
        return bool(found)
    return any(len(new) >= _FACT_STEMS or any(stem[:1].isdigit() for stem in new) for new in found)


def _opening(article: Article, count: int, seen: Sequence[str]) -> list[Pick]:
    """What the article's own summary says that is new: its teaser, else its beginning."""
    told = summarise(article.title, article.paragraphs[:_LEADING], article.language, ENOUGH_NEWS, teaser=article.teaser)
    kept = _kept(told, article.language, lambda pick: novel(pick.text, seen, article.language))
    return list(islice(kept, max(0, count)))


def _kept(picks: Iterable[Pick], language: str, wanted: Callable[[Pick], bool]) -> Iterator[Pick]:
    """The picks of a summary that are wanted, without what leans on one that is not ("She told ...")."""
    dropped = False
    for pick in picks:
        dropped = (dropped and leans_on_context(pick.text, language)) or not wanted(pick)
        if not dropped:
            yield pick


def _fill(
    tale: _Tale,
    articles: Iterable[Article],
    total: int,
    each: int,
    new: float = NEW_SHARE,
    *,
    detail: bool = False,
) -> None:
    """Add up to `each` sentences per article that say something new, until there are `total`."""
    for article in articles:
        missing = min(each, total - len(tale.told))
        if missing > 0:
            picks = _further(article, missing, tale.seen, new)
            tale.tell(article, picks, detail=detail)


def _further(article: Article, count: int, seen: Sequence[str], new: float) -> list[Pick]:
    return rank_sentences(article.title, article.paragraphs, article.language, count, seen=seen, new=new)


def _figures(language: str, texts: Iterable[str]) -> list[Figure]:
    return [figure for text in texts for figure in figures(text, language)]


def _changed_counts(article: Article, known: Sequence[Figure]) -> Iterator[Pick]:
    """Sentences that stand alone and give a count that is known, with a number that is not."""
    if not known:
        return
    for index, paragraph in enumerate(article.paragraphs):
        for position, text in enumerate(paragraph.sentences if paragraph.kind is Kind.BODY else ()):
            changed = any(_is_changed(figure, known) for figure in figures(text, article.language))
            if changed and is_statement(text) and not leans_on_context(text, article.language):
                yield Pick(text, index, position)


def _is_changed(figure: Figure, known: Iterable[Figure]) -> bool:
    same = [other for other in known if figure.counts_the_same(other)]
    return bool(same) and all(figure.supersedes(other) for other in same)


def _in_one_language(articles: Sequence[Article]) -> list[Article]:
    """An item speaks the language of its first article; the others are named as sources."""
    return [article for article in articles if article.language == articles[0].language]


def _texts(article: Article) -> list[str]:
    return [*_body(article), article.title]


def _body(article: Article) -> list[str]:
    return [text for paragraph in article.paragraphs if paragraph.kind is Kind.BODY for text in paragraph.sentences]


def _title_sentence(article: Article) -> Sentence:
    return Sentence(article.title, article.id, TITLE, 0)


def _is_news_by_title(article: Article, known: Sequence[str]) -> bool:
    """A report without a body, as feeds have them, may still say something new."""
    has_body = any(paragraph.kind is Kind.BODY for paragraph in article.paragraphs)
    return not has_body and novel(article.title, known, article.language)
