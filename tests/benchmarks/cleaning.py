"""Measures the reading of real pages: run `python -m tests.benchmarks.cleaning` from the repository's root.

The pages lie beside the repository in ../shared/data and are no part of it. F1 is over token 4-grams against the
publisher's own body, mean over pages; title, teaser and headings count neither way. Contamination is the share of
summary sentences that do not stand in the article. Other libraries read the same pages in the same run.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import mean

from digests.text.document import Document, Kind, Label, Paragraph
from digests.text.languages import detect
from digests.text.markup import plain_lines, read_markup
from digests.text.reading import Origin, read_document
from digests.text.repair import normal_form
from digests.text.sentences import split_sentences
from digests.text.summarising import summarise
from digests.text.words import words
from tests.benchmarks.data import MissingDataError, Page, clear_exit, pages
from tests.benchmarks.extractors import Extract, as_html, extractors

INPUTS = ("seed-like", "full dump", "HTML")
Grams = Counter[tuple[str, ...]]
_DRAWS = 1_000
_WARM_UP_PAGE = (
    "<html><head><title>Hafen</title></head><body><div class='date'>Stand: 12. August 2026</div>"
    "<p>Kurz.</p></body></html>"
)
_WARM_UP = (
    "Ein erster Text lädt die Phrasen und das Modell für die Sprachen. Danach misst die Uhr nur noch die Arbeit.",
    "The first text loads the phrases and the model of the languages, and after that only work is on the clock.",
    "这里是新闻的第一段文字，用来加载语言模型和各种语言的短语表，以便之后只测量真正的工作时间。",
)


@dataclass(frozen=True)
class Reading:
    """What one way of reading made of one page."""

    page: Page
    title: str
    paragraphs: tuple[str, ...]  # body only
    f1: float
    foreign: tuple[bool, ...]  # per summary sentence: stands nowhere in the article
    seconds: float  # CPU
    labels: frozenset[Label] = frozenset()


@dataclass(frozen=True)
class Row:
    """One way on one part of the pages. `low` and `high`: 95 % of resamplings by publisher."""

    way: str
    input: str  # one of INPUTS
    part: str  # "German", "other"
    pages: int
    f1: float
    low: float
    high: float
    bad: int  # pages below F1 .5
    contamination: float
    ms: float  # CPU per page
    ms_95: float
    title: float  # share of titles as declared, with or without a kicker


def grams(texts: Iterable[str], size: int = 4) -> Grams:
    """Token n-grams, none across two texts; short texts count as one gram."""
    found: Grams = Counter()
    for text in texts:
        tokens = [word.lower() for word in words(text)]
        last = max(1, len(tokens) - size + 1)
        found.update(tuple(tokens[at : at + size]) for at in range(last) if tokens)
    return found


def f1(gold: Grams, got: Grams, neutral: Grams) -> float:
    """Harmonic mean of precision and recall; grams that are only neutral do not count against precision."""
    counted: Grams = Counter({gram: number for gram, number in got.items() if gram in gold or gram not in neutral})
    hit = sum((gold & counted).values())
    return 2 * hit / max(1, sum(gold.values()) + sum(counted.values()))


def text_of(page: Page, kind: str) -> str:
    """A page as plain text: all of it, or, like the seeds, its title and all from the first paragraph to its end."""
    lines = plain_lines(page.html)
    if kind == "full dump":
        return "\n".join(lines)
    start = normal_form(page.paragraphs[0])[:40]
    at = next((index for index, line in enumerate(lines) if start in normal_form(line)), 0)
    return "\n".join([page.title, *lines[at:]])


def read_by_product(page: Page, text: str | None) -> Document:
    """The product's way with a plain text, or with the page's HTML."""
    if text is not None:
        return read_document(text)
    found = read_markup(page.html)
    return read_document(
        found.text,
        title=found.title,
        language=found.language,
        headings=found.headings,
        origin=Origin(page.url, found.paywalled, found.published_at),
    )


def read_by(extract: Extract) -> Callable[[Page, str | None], Document]:
    """The way of a library; every page is given in its own language, and a plain text as the plainest of pages."""

    def read(page: Page, text: str | None) -> Document:
        language = detect(page.title, page.gold)
        found = extract(page.html if text is None else as_html(text), language)
        paragraphs = [Paragraph(Kind.BODY, tuple(split_sentences(line, language))) for line in found if line.strip()]
        return Document(page.title, False, language, tuple(each for each in paragraphs if each.sentences))

    return read


def measured(page: Page, text: str | None, read: Callable[[Page, str | None], Document]) -> Reading:
    """Read one page in one way and compare."""
    started = time.process_time()
    document = read(page, text)
    seconds = time.process_time() - started
    entries = [paragraph for entry in document.entries for paragraph in entry.paragraphs]
    body = tuple(each.text for each in (*document.paragraphs, *entries) if each.kind is Kind.BODY)
    neutral = grams([page.title, page.teaser, *page.headings])
    picks = summarise(document.title, document.paragraphs, document.language, 2)
    whole = normal_form(" ".join([page.title, page.teaser, *page.paragraphs]))
    foreign = tuple(normal_form(pick.text) not in whole for pick in picks)
    score = f1(grams(page.paragraphs), grams(body), neutral)
    return Reading(page, document.title, body, score, foreign, seconds, document.labels)


def rows_of(way: str, kind: str, found: Sequence[Reading]) -> list[Row]:
    """One row per part of the pages."""
    rows = []
    for part in ("German", "other"):
        chosen = [each for each in found if each.page.german is (part == "German")]
        if not chosen:
            continue
        low, high = _spread(chosen)
        seconds = sorted(each.seconds for each in chosen)
        rows.append(
            Row(
                way=way,
                input=kind,
                part=part,
                pages=len(chosen),
                f1=mean(each.f1 for each in chosen),
                low=low,
                high=high,
                bad=sum(each.f1 < 0.5 for each in chosen),
                contamination=mean([flag for each in chosen for flag in each.foreign] or [False]),
                ms=1000 * mean(seconds),
                ms_95=1000 * seconds[int(0.95 * len(seconds))],
                title=mean(_close(each.title, each.page.title) for each in chosen),
            )
        )
    return rows


def _spread(found: Sequence[Reading]) -> tuple[float, float]:
    """Of mean F1, when publishers are drawn anew: pages of one publisher fail together."""
    houses: dict[str, list[float]] = {}
    for each in found:
        houses.setdefault(each.page.publisher, []).append(each.f1)
    draw = random.Random(1)
    values = list(houses.values())
    means = sorted(
        mean(score for house in draw.choices(values, k=len(values)) for score in house) for _ in range(_DRAWS)
    )
    return means[int(0.025 * _DRAWS)], means[int(0.975 * _DRAWS)]


def _close(title: str, other: str) -> bool:
    """The same headline with or without its kicker: publishers declare another form than they print."""
    one, two = grams([title], 1), grams([other.replace("\xad", "")], 1)
    fewest = min(one.total(), two.total())
    return fewest > 2 and (one & two).total() >= 0.8 * fewest


def read_all(found: Sequence[Page]) -> Mapping[str, list[Reading]]:
    """The product's reading of every page from every input. Models and phrases are loaded before the clock runs."""
    for text in _WARM_UP:
        read_document(text)
    read_markup(_WARM_UP_PAGE)  # dates and stop words of all languages, which trafilatura loads when first needed
    texts = {kind: {page.id: text_of(page, kind) for page in found} for kind in INPUTS[:2]}
    return {
        kind: [measured(page, texts.get(kind, {}).get(page.id), read_by_product) for page in found] for kind in INPUTS
    }


def measure() -> list[Row]:
    """The product's rows. Raises MissingDataError."""
    return [row for kind, found in read_all(pages()).items() for row in rows_of("this", kind, found)]


def baselines() -> list[Row]:
    """The rows of other libraries; prints a line for each that is not installed. Raises MissingDataError."""
    rows: list[Row] = []
    for way, extract in extractors():
        if isinstance(extract, MissingDataError):
            print(extract)
            continue
        read = read_by(extract)
        for kind in INPUTS:
            texts = [None if kind == "HTML" else text_of(page, kind) for page in pages()]
            found = [measured(page, text, read) for page, text in zip(pages(), texts, strict=True)]
            rows += rows_of(way, kind, found)
    return rows


def label_counts(found: Sequence[Reading]) -> dict[Label, list[str]]:
    """Which pages carry which label; whether rightly only a reader can say."""
    return {label: [each.page.id for each in found if label in each.labels] for label in Label}


def passages(*, loud: bool) -> tuple[float, float]:
    """Recall and false marks of foreign passages put under a heading into the middle of real German articles."""
    hits: list[float] = []
    wrong: list[float] = []
    fit = [page for page in pages() if len(page.paragraphs) >= 6 and page.german]
    for page, other in zip(fit, [*fit[7:], *fit[:7]], strict=True):
        at = len(page.paragraphs) // 2
        foreign = other.paragraphs[:3]
        heading = other.title.upper() if loud else other.title
        text = "\n".join([page.title, *page.paragraphs[:at], heading, *foreign, *page.paragraphs[at:]])
        document = read_document(text)
        inside = normal_form(" ".join(each.text for entry in document.entries for each in entry.paragraphs))
        hits.append(mean(normal_form(paragraph)[:200] in inside for paragraph in foreign))
        wrong.append(mean(normal_form(paragraph)[:200] in inside for paragraph in page.paragraphs))
    return mean(hits), mean(wrong)


def print_row(row: Row) -> None:
    """One line."""
    print(
        f"{row.way:17} {row.input:9} {row.part:6} F1 {row.f1:.3f} [{row.low:.3f}, {row.high:.3f}]  bad {row.bad:2}"
        f"  contamination {row.contamination:.3f}  {row.ms:5.1f} ms, p95 {row.ms_95:5.1f}  title {row.title:.2f}"
    )


def main() -> None:
    """Print all figures."""
    with clear_exit():
        found = read_all(pages())
        for kind in INPUTS:
            for row in rows_of("this", kind, found[kind]):
                print_row(row)
        for label, ids in label_counts(found["HTML"]).items():
            print(f"label {label}: {len(ids)} pages {' '.join(ids)}")
        for loud in (True, False):
            recall, wrong = passages(loud=loud)
            print(f"foreign passages, {'capital' if loud else 'plain'} heading: recall {recall:.2f}, false {wrong:.4f}")
        for row in baselines():
            print_row(row)


if __name__ == "__main__":
    main()
