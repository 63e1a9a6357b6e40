"""Measures the text layer on real pages: run `python -m tests.benchmarks.cleaning` from the repository's root.

The pages lie beside the repository in ../shared/data and are no part of it. F1 is over token 4-grams against the
publisher's own body, mean over pages; title, teaser and headings count neither way. Contamination is the share of
summary sentences that do not stand in the article.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

from digests.text.document import Document, Kind
from digests.text.markup import plain_lines, read_markup
from digests.text.reading import read_document
from digests.text.repair import normal_form
from digests.text.summarising import TEASER, summarise
from digests.text.words import words

PAGES = Path(__file__).resolve().parents[3] / "shared" / "data" / "pages.jsonl.gz"
GERMAN = frozenset({"de", "at", "ch", "li"})
Grams = Counter[tuple[str, ...]]


@dataclass(frozen=True)
class Page:
    """One page of the data with its publisher's own body."""

    id: str
    german: bool
    title: str
    teaser: str
    paragraphs: list[str]
    headings: list[str]
    html: str

    @property
    def gold(self) -> str:
        return "\n".join(self.paragraphs)


@dataclass(frozen=True)
class Result:
    """What one way of reading made of one page."""

    page: Page
    document: Document
    f1: float
    foreign: list[bool]  # per summary sentence
    seconds: float
    titled: bool


def pages() -> list[Page]:
    """The pages that have a body; ends the run with a clear word where the data is missing."""
    if not PAGES.exists():
        sys.exit(f"{PAGES} is missing; the benchmark needs the project's shared data beside the repository")
    found: list[Page] = []
    with gzip.open(PAGES, "rt", encoding="utf-8") as stream:
        for line in stream:
            row = json.loads(line)
            if row["paragraphs"]:
                names = ("paragraphs", "headings", "html")
                teaser = " ".join(row["teaser"] or [])
                german = row["country"] in GERMAN
                found.append(Page(row["id"], german, row["title"] or "", teaser, *(row[name] for name in names)))
    return found


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


def body(document: Document) -> list[str]:
    """All body paragraphs, those of entries too."""
    entries = [paragraph for entry in document.entries for paragraph in entry.paragraphs]
    return [paragraph.text for paragraph in (*document.paragraphs, *entries) if paragraph.kind is Kind.BODY]


def dump(page: Page) -> str:
    """The whole page as text."""
    return "\n".join(plain_lines(page.html))


def tail(page: Page) -> str:
    """As in the seeds: the title and everything from the first paragraph to the end of the page."""
    lines = plain_lines(page.html)
    start = normal_form(page.paragraphs[0])[:40]
    at = next((index for index, line in enumerate(lines) if start in normal_form(line)), 0)
    return "\n".join([page.title, *lines[at:]])


def measure(page: Page, read: Callable[[Page], Document]) -> Result:
    """Read one page in one way."""
    started = time.process_time()
    document = read(page)
    seconds = time.process_time() - started
    score = f1(grams(page.paragraphs), grams(body(document)), grams([page.title, page.teaser, *page.headings]))
    picks = summarise(document.title, document.paragraphs, document.language, 2)
    whole = normal_form(" ".join([page.title, page.teaser, *page.paragraphs]))
    foreign = [normal_form(pick.text) not in whole for pick in picks]
    titled = normal_form(document.title).lower() == normal_form(page.title).lower()
    return Result(page, document, score, foreign, seconds, titled)


def report(name: str, results: Sequence[Result]) -> None:
    """One line per part of the data, and the pages that went wrong."""
    for part, chosen in (
        ("German", [r for r in results if r.page.german]),
        ("other", [r for r in results if not r.page.german]),
    ):
        shown = [flag for result in chosen for flag in result.foreign]
        low = sum(result.f1 < 0.5 for result in chosen)
        marked = mean(bool(result.document.entries) for result in chosen)
        titled = mean(result.titled for result in chosen)
        print(
            f"{name:10} {part:7} F1 {mean(r.f1 for r in chosen):.3f}  below .5: {low:2}  contamination {mean(shown):.3f}  "
            f"{1000 * mean(r.seconds for r in chosen):6.1f} ms  title found {titled:.2f}  with entries {marked:.3f}"
        )


def read_html(page: Page) -> Document:
    """The way of a page from a feed or file."""
    found = read_markup(page.html)
    return read_document(found.text, title=found.title, language=found.language, headings=found.headings)


def rouge(gold: str, got: str, size: int = 1) -> float:
    """ROUGE-N F1 on lower-case tokens."""
    one, two = grams([gold], size), grams([got], size)
    return 2 * sum((one & two).values()) / max(1, sum(one.values()) + sum(two.values()))


def summaries(results: Sequence[Result]) -> None:
    """Extraction against the editor's teaser beside the first two sentences, and how often a teaser is used."""
    for german in (True, False):
        rows: list[tuple[float, float, float, float]] = []
        used: list[float] = []
        seconds = 0.0
        for result in results:
            document, page = result.document, result.page
            if page.german is not german or len(words(page.teaser)) < 8:
                continue
            started = time.process_time()
            picks = summarise(document.title, document.paragraphs, document.language, 2)
            seconds += time.process_time() - started
            mine = " ".join(pick.text for pick in picks)
            sentences = [
                s for p in document.paragraphs if p.kind is Kind.BODY for s in p.sentences if len(words(s)) >= 4
            ]
            lead = " ".join(sentences[:2])
            rows.append(
                (
                    rouge(page.teaser, mine),
                    rouge(page.teaser, lead),
                    rouge(page.teaser, mine, 2),
                    rouge(page.teaser, lead, 2),
                )
            )
            with_teaser = summarise(document.title, document.paragraphs, document.language, 2, teaser=page.teaser)
            if with_teaser and with_teaser[0].paragraph == TEASER:
                used.append(rouge(page.teaser, " ".join(pick.text for pick in with_teaser)))
        columns = [mean(column) for column in zip(*rows, strict=True)]
        print(
            f"summary {'German' if german else 'other':7} R1 {columns[0]:.3f} (lead-2 {columns[1]:.3f})  "
            f"R2 {columns[2]:.3f} (lead-2 {columns[3]:.3f})  teaser used {len(used)}/{len(rows)} R1 {mean(used or [0]):.3f}  "
            f"{1000 * seconds / len(rows):.1f} ms"
        )


def passages(found: Sequence[Page], *, loud: bool) -> None:
    """Foreign passages under a heading of their own, put into the middle of real articles."""
    hits: list[float] = []
    wrong: list[float] = []
    fit = [page for page in found if len(page.paragraphs) >= 6 and page.german]
    for page, other in zip(fit, [*fit[7:], *fit[:7]], strict=True):
        at = len(page.paragraphs) // 2
        foreign = other.paragraphs[:3]
        heading = other.title.upper() if loud else other.title
        text = "\n".join([page.title, *page.paragraphs[:at], heading, *foreign, *page.paragraphs[at:]])
        document = read_document(text)
        inside = normal_form(" ".join(p.text for entry in document.entries for p in entry.paragraphs))
        hits.append(mean(normal_form(paragraph)[:200] in inside for paragraph in foreign))
        wrong.append(mean(normal_form(paragraph)[:200] in inside for paragraph in page.paragraphs))
    print(
        f"passages under {'a capital' if loud else 'a plain'} heading: recall {mean(hits):.2f}, false marks {mean(wrong):.4f}"
    )


def main() -> None:
    """Print all figures."""
    found = pages()
    read_document("Ein erster Text lädt die Phrasen und das Modell für die Sprachen. Danach misst die Uhr nur Arbeit.")
    tails = {page.id: tail(page) for page in found}
    dumps = {page.id: dump(page) for page in found}
    report("seed-like", [measure(page, lambda each: read_document(tails[each.id])) for page in found])
    report("full dump", [measure(page, lambda each: read_document(dumps[each.id])) for page in found])
    htmls = [measure(page, read_html) for page in found]
    report("HTML", htmls)
    summaries(htmls)
    passages(found, loud=True)
    passages(found, loud=False)


if __name__ == "__main__":
    main()
