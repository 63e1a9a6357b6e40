"""Measures summaries of two sentences against the editor's own teaser: `python -m tests.benchmarks.summaries`.

Extraction from the publisher's own body, teaser unseen, by ROUGE-1, -2 and -L (F1 on lower-case words, no stemming).
Beside it the first two sentences, the first three cut to the length of ours, and TextRank, LexRank and LSA of sumy on
the same sentences. p: how often the gain over lead-2 in ROUGE-1 would come by chance, by flipping its sign for all the
pages of a publisher together (10,000 times). Then how often the teaser itself is the summary, and whether it says
anything that the body does not bear out.
"""

from __future__ import annotations

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from statistics import fmean

from digests.text.document import Kind, Paragraph
from digests.text.languages import detect
from digests.text.reading_time import reading_seconds
from digests.text.sentences import split_sentences
from digests.text.summarising import TEASER, content_stems, summarise, support
from digests.text.words import words
from tests.benchmarks.data import MissingDataError, Page, clear_exit, pages
from tests.benchmarks.tables import table

SENTENCES = 2
FLIPS = 10_000
_TEASER_WORDS = 8
_LEAST_SUPPORT = 0.5
_SUMY = {"de": "german", "en": "english", "es": "spanish", "fr": "french", "it": "italian"}
PARTS: Mapping[str, Callable[[str], bool]] = {
    "German": lambda language: language == "de",
    "English": lambda language: language == "en",
    "further": lambda language: language not in ("de", "en"),
    "all but German": lambda language: language != "de",
}


@dataclass(frozen=True)
class Sample:
    """A page with its body cut into sentences."""

    page: Page
    language: str
    paragraphs: Sequence[Paragraph]

    @property
    def sentences(self) -> list[str]:
        return [text for part in self.paragraphs for text in part.sentences]


@dataclass(frozen=True)
class Row:
    """How one way of summarising does on one part of the pages; ROUGE as F1."""

    part: str
    way: str
    pages: int
    r1: float
    r2: float
    rl: float
    gain: float  # in ROUGE-1 over lead-2
    low: float  # of its 90 % interval, publishers resampled
    high: float
    p: float
    words: float
    seconds: float  # to read
    ms: float  # CPU, per page


@dataclass(frozen=True)
class TeaserRow:
    """How often the editor's teaser is the summary, and how true it is."""

    part: str
    pages: int
    used: int
    r1: float  # of the shown sentences against the teaser
    unsupported: int  # shown sentences of which the body holds less than half


Way = Callable[[Sample], Sequence[str]]


@cache
def samples() -> tuple[Sample, ...]:
    """The pages with a teaser of eight or more words. Raises MissingDataError."""
    found = []
    for page in pages():
        if len(words(page.teaser)) >= _TEASER_WORDS:
            language = detect(page.title, page.gold)
            cut = (split_sentences(text, language) for text in page.paragraphs)
            found.append(Sample(page, language, [Paragraph(Kind.BODY, tuple(each)) for each in cut if each]))
    return tuple(found)


def ours(sample: Sample) -> list[str]:
    """The product's own choice, without the teaser."""
    picks = summarise(sample.page.title, sample.paragraphs, sample.language, SENTENCES)
    return [pick.text for pick in picks]


def lead(sample: Sample, count: int = SENTENCES) -> list[str]:
    """The first sentences of at least four words."""
    return [text for text in sample.sentences if len(words(text)) >= 4][:count]


def lead_cut(sample: Sample) -> list[str]:
    """The first three sentences, cut to as many words as ours."""
    room = sum(len(text.split()) for text in ours(sample))
    return [" ".join(" ".join(lead(sample, 3)).split()[:room])]


def ways() -> Mapping[str, Way]:
    """Name -> way; ours comes last."""
    return {"lead-2": lead, "lead-3 cut": lead_cut, **_sumy(), "this": ours}


def _sumy() -> Mapping[str, Way]:
    try:
        from sumy.models.dom import ObjectDocumentModel, Sentence  # type: ignore[import-untyped]
        from sumy.models.dom import Paragraph as Section
        from sumy.nlp.stemmers import Stemmer, null_stemmer  # type: ignore[import-untyped]
        from sumy.summarizers.lex_rank import LexRankSummarizer  # type: ignore[import-untyped]
        from sumy.summarizers.lsa import LsaSummarizer  # type: ignore[import-untyped]
        from sumy.summarizers.text_rank import TextRankSummarizer  # type: ignore[import-untyped]
    except ImportError as error:
        raise MissingDataError(f"{error}; install the extra: pip install -e '.[bench]'") from error

    class Tokens:
        """Our words, since sumy's need files from the network."""

        def to_words(self, text: str) -> tuple[str, ...]:
            return tuple(words(text))

    def way(summarizer: Callable[..., Callable[[object, int], Sequence[object]]]) -> Way:
        def choose(sample: Sample) -> list[str]:
            stemmer = Stemmer(_SUMY[sample.language]) if sample.language in _SUMY else null_stemmer
            section = Section([Sentence(text, Tokens()) for text in sample.sentences])
            return [str(text) for text in summarizer(stemmer)(ObjectDocumentModel([section]), SENTENCES)]

        return choose

    return {"TextRank": way(TextRankSummarizer), "LexRank": way(LexRankSummarizer), "LSA": way(LsaSummarizer)}


def measure() -> list[Row]:
    """All parts by all ways. Raises MissingDataError."""
    chosen = {name: [_timed(way, sample) for sample in samples()] for name, way in ways().items()}
    return [
        _row(part, name, [at for at, sample in enumerate(samples()) if fits(sample.language)], chosen)
        for part, fits in PARTS.items()
        for name in chosen
    ]


def measure_teasers() -> list[TeaserRow]:
    """How the teaser does where the product sees it. Raises MissingDataError."""
    return [
        _teaser_row(part, [sample for sample in samples() if fits(sample.language)])
        for part, fits in PARTS.items()
        if part in ("German", "all but German")
    ]


def _timed(way: Way, sample: Sample) -> tuple[str, float]:
    started = time.process_time()
    said = " ".join(way(sample))
    return said, 1000 * (time.process_time() - started)


def _row(part: str, way: str, places: Sequence[int], chosen: Mapping[str, Sequence[tuple[str, float]]]) -> Row:
    said = [chosen[way][at][0] for at in places]
    gold = [samples()[at].page.teaser for at in places]
    scores = [rouge(teaser, text) for teaser, text in zip(gold, said, strict=True)]
    first = [rouge(teaser, chosen["lead-2"][at][0])[0] for teaser, at in zip(gold, places, strict=True)]
    gains = [score[0] - other for score, other in zip(scores, first, strict=True)]
    low, high = interval(gains, [samples()[at].page.publisher for at in places])
    r1, r2, rl = (fmean(column) for column in zip(*scores, strict=True))
    return Row(
        part=part,
        way=way,
        pages=len(places),
        r1=r1,
        r2=r2,
        rl=rl,
        gain=fmean(gains),
        low=low,
        high=high,
        p=chance(gains, [samples()[at].page.publisher for at in places]),
        words=fmean(len(words(text)) for text in said),
        seconds=fmean(reading_seconds(text, samples()[at].language) for text, at in zip(said, places, strict=True)),
        ms=fmean(chosen[way][at][1] for at in places),
    )


def _teaser_row(part: str, found: Sequence[Sample]) -> TeaserRow:
    scores: list[float] = []
    unsupported = 0
    for sample in found:
        picks = summarise(sample.page.title, sample.paragraphs, sample.language, SENTENCES, teaser=sample.page.teaser)
        if picks and picks[0].paragraph == TEASER:
            scores.append(rouge(sample.page.teaser, " ".join(pick.text for pick in picks))[0])
            body = content_stems(" ".join(sample.sentences), sample.language)
            told = [pick.text for pick in picks if pick.paragraph == TEASER]
            unsupported += sum(support(text, body, sample.language) < _LEAST_SUPPORT for text in told)
    return TeaserRow(part, len(found), len(scores), fmean(scores or [0.0]), unsupported)


def rouge(gold: str, said: str) -> tuple[float, float, float]:
    """ROUGE-1, ROUGE-2 and ROUGE-L as F1 (Lin, 2004)."""
    one, two = [word.lower() for word in words(gold)], [word.lower() for word in words(said)]
    total = len(one) + len(two)
    common = 2 * _longest_common(one, two) / total if total else 0.0
    return _overlap(one, two, 1), _overlap(one, two, 2), common


def _overlap(one: Sequence[str], two: Sequence[str], size: int) -> float:
    grams, others = (Counter(zip(*(text[at:] for at in range(size)), strict=False)) for text in (one, two))
    return 2 * sum((grams & others).values()) / max(1, grams.total() + others.total())


def _longest_common(one: Sequence[str], two: Sequence[str]) -> int:
    row = [0] * (len(two) + 1)
    for word in one:
        diagonal = 0
        for at, other in enumerate(two, 1):
            diagonal, row[at] = row[at], diagonal + 1 if word == other else max(row[at], row[at - 1])
    return row[-1]


def chance(gains: Sequence[float], groups: Sequence[str]) -> float:
    """p of a paired permutation test, two-sided; the pages of one group flip together."""
    sums = list(_by_group(gains, groups).values())
    lot = random.Random(1)
    asked = abs(sum(map(sum, sums)))
    hits = sum(abs(sum(sum(each) * lot.choice((1, -1)) for each in sums)) >= asked - 1e-9 for _ in range(FLIPS))
    return (hits + 1) / (FLIPS + 1)


def interval(gains: Sequence[float], groups: Sequence[str]) -> tuple[float, float]:
    """The middle 90 % of the mean gain when groups are drawn again and again (bootstrap)."""
    members = list(_by_group(gains, groups).values())
    lot = random.Random(1)
    drawn = ([gain for group in lot.choices(members, k=len(members)) for gain in group] for _ in range(2000))
    means = sorted(map(fmean, drawn))
    return means[100], means[1899]


def _by_group(gains: Sequence[float], groups: Sequence[str]) -> dict[str, list[float]]:
    by_group: defaultdict[str, list[float]] = defaultdict(list)
    for gain, group in zip(gains, groups, strict=True):
        by_group[group].append(gain)
    return by_group


def main() -> None:
    """Print all figures."""
    lines = [
        (row.part, row.way, str(row.pages), *(f"{value:.3f}" for value in (row.r1, row.r2, row.rl)),
         f"{row.gain:+.3f}", f"{row.low:+.3f} to {row.high:+.3f}", f"{row.p:.3f}", f"{row.words:.0f}",
         f"{row.seconds:.0f} s", f"{row.ms:.1f}")
        for row in measure()
    ]  # fmt: skip
    head = ("pages", "way", "number", "R1", "R2", "RL", "gain", "90 %", "p", "words", "read", "ms")
    print(table(lines, head=head))
    for row in measure_teasers():
        print(f"teaser, {row.part}: used {row.used} of {row.pages}, R1 {row.r1:.3f}, unsupported {row.unsupported}")


if __name__ == "__main__":
    with clear_exit():
        main()
