"""Summaries against the editor's own teaser: `python -m tests.benchmarks.extraction`.

Two sentences are extracted from the publisher's own body, so that no teaser inside the text flatters the choice;
beside them the first two sentences and three methods of sumy choose from the same sentences. ROUGE against one teaser
is a weak judge: it sees words, not sense. Differences are tested by drawing publishers anew.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean
from typing import Any

from digests.text.document import Kind, Paragraph
from digests.text.languages import detect
from digests.text.sentences import split_sentences
from digests.text.summarising import TEASER, content_stems, summarise, support
from digests.text.words import words
from tests.benchmarks.cleaning import grams
from tests.benchmarks.data import MissingDataError, Page, clear_exit, pages
from tests.benchmarks.tables import table

SENTENCES = 2
SUPPORT = 0.6
"""Share of a teaser's content stems that must occur in the body."""
_FEWEST_WORDS = 8  # of a teaser that can judge
_DRAWS = 2_000
Choice = Callable[["Sample"], str]


@dataclass(frozen=True)
class Sample:
    """A page with its body cut into sentences."""

    page: Page
    language: str
    paragraphs: Sequence[Paragraph]

    @property
    def sentences(self) -> list[str]:
        return [text for paragraph in self.paragraphs for text in paragraph.sentences if len(words(text)) >= 4]


@dataclass(frozen=True)
class Row:
    """One way on one part of the pages: mean F1 of ROUGE, and the chance of being no better than lead-2."""

    way: str
    part: str  # "German", "other"
    pages: int
    r1: float
    r2: float
    rl: float
    ms: float  # CPU per page
    p: float  # of R1


@dataclass(frozen=True)
class Teasers:
    """What becomes of pages whose editor wrote a teaser."""

    part: str
    pages: int
    used: int
    r1: float  # of those used
    unsupported: int  # shown sentences of which the body does not hold enough


@cache
def samples(part: str) -> tuple[Sample, ...]:
    """The pages of a part whose teaser is long enough to judge by. Raises MissingDataError."""
    chosen = [
        page for page in pages() if page.german is (part == "German") and len(words(page.teaser)) >= _FEWEST_WORDS
    ]
    return tuple(_sample(page) for page in chosen)


def _sample(page: Page) -> Sample:
    language = detect(page.title, page.gold)
    cut = (split_sentences(text, language) for text in page.paragraphs)
    return Sample(page, language, [Paragraph(Kind.BODY, tuple(sentences)) for sentences in cut if sentences])


def rouge(gold: str, got: str, size: int) -> float:
    """ROUGE-N F1 on lower-case words."""
    one, two = grams([gold], size), grams([got], size)
    return 2 * (one & two).total() / max(1, one.total() + two.total())


def rouge_l(gold: str, got: str) -> float:
    """ROUGE-L F1: the longest common subsequence of lower-case words."""
    one, two = ([word.lower() for word in words(text)] for text in (gold, got))
    row = [0] * (len(two) + 1)
    for first in one:
        before = 0
        for place, second in enumerate(two, 1):
            before, row[place] = row[place], before + 1 if first == second else max(row[place], row[place - 1])
    return 2 * row[-1] / max(1, len(one) + len(two))


def ours(sample: Sample) -> str:
    """Without the teaser."""
    return _joined(pick.text for pick in summarise(sample.page.title, sample.paragraphs, sample.language, SENTENCES))


def lead(sample: Sample) -> str:
    """The first sentences."""
    return _joined(sample.sentences[:SENTENCES])


def _joined(texts: Any) -> str:  # noqa: ANN401 - any iterable of texts
    return " ".join(texts)


def ways() -> Mapping[str, Choice]:
    """All ways by name, ours first. Raises MissingDataError without sumy."""
    try:
        from sumy.models.dom import ObjectDocumentModel, Sentence
        from sumy.models.dom import Paragraph as Block
        from sumy.summarizers.lex_rank import LexRankSummarizer
        from sumy.summarizers.lsa import LsaSummarizer
        from sumy.summarizers.text_rank import TextRankSummarizer
    except ImportError as error:
        raise MissingDataError(f"{error}; install the extra: pip install -e '.[bench]'") from error

    class Cutter:
        """sumy's own needs files of nltk; the words are the same for all ways."""

        def to_words(self, text: str) -> tuple[str, ...]:
            return tuple(word.lower() for word in words(text))

    def by(summarizer: Any) -> Choice:  # noqa: ANN401 - sumy has no types
        def choose(sample: Sample) -> str:
            document = ObjectDocumentModel([Block([Sentence(text, Cutter()) for text in sample.sentences])])
            return _joined(str(sentence) for sentence in summarizer(document, SENTENCES))

        return choose

    peers = {"TextRank": TextRankSummarizer, "LexRank": LexRankSummarizer, "LSA": LsaSummarizer}
    return {"this": ours, "lead-2": lead} | {name: by(made()) for name, made in peers.items()}


def measure(part: str) -> list[Row]:
    """Every way on one part of the pages. Raises MissingDataError."""
    found = samples(part)
    ours(found[0])  # loads phrases
    first = [rouge(sample.page.teaser, lead(sample), 1) for sample in found]
    return [_row(way, part, choose, first) for way, choose in ways().items()]


def _row(way: str, part: str, choose: Choice, first: Sequence[float]) -> Row:
    found, began = samples(part), time.process_time()
    chosen = [(sample.page.teaser, choose(sample)) for sample in found]
    seconds = time.process_time() - began
    r1 = [rouge(teaser, text, 1) for teaser, text in chosen]
    gains: dict[str, list[float]] = {}
    for sample, own, other in zip(found, r1, first, strict=True):
        gains.setdefault(sample.page.publisher, []).append(own - other)
    return Row(
        way=way,
        part=part,
        pages=len(found),
        r1=fmean(r1),
        r2=fmean(rouge(teaser, text, 2) for teaser, text in chosen),
        rl=fmean(rouge_l(teaser, text) for teaser, text in chosen),
        ms=1000 * seconds / len(found),
        p=_no_better(list(gains.values())),
    )


def _no_better(gains: Sequence[Sequence[float]]) -> float:
    """How often the mean gain is not above zero when publishers are drawn anew."""
    chance = random.Random(1)
    draws = (chance.choices(gains, k=len(gains)) for _ in range(_DRAWS))
    return sum(fmean(gain for house in drawn for gain in house) <= 0 for drawn in draws) / _DRAWS


def teasers(part: str) -> Teasers:
    """How many teasers are shown, how near they stay to the editor's text, and what the body does not bear out."""
    used: list[float] = []
    unsupported = 0
    for sample in samples(part):
        title, teaser = sample.page.title, sample.page.teaser
        picks = summarise(title, sample.paragraphs, sample.language, SENTENCES, teaser=teaser)
        shown = [pick.text for pick in picks if pick.paragraph == TEASER]
        if shown:
            body = content_stems(sample.page.gold, sample.language)
            used.append(rouge(teaser, _joined(pick.text for pick in picks), 1))
            unsupported += support(_joined(shown), body, sample.language) < SUPPORT
    return Teasers(part, len(samples(part)), len(used), fmean(used) if used else 0.0, unsupported)


def main() -> None:
    """Print all figures."""
    for part in ("German", "other"):
        rows = measure(part)
        print(f"{part}: {rows[0].pages} pages, two sentences")
        lines = [
            (row.way, *(f"{value:.3f}" for value in (row.r1, row.r2, row.rl, row.p)), f"{row.ms:.1f}") for row in rows
        ]
        print(table(lines, head=("way", "R1", "R2", "RL", "p", "ms")))
        told = teasers(part)
        print(f"teaser used on {told.used} of {told.pages}: R1 {told.r1:.3f}, unsupported {told.unsupported}\n")


if __name__ == "__main__":
    with clear_exit():
        main()
