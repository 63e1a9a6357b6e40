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
from digests.text.summarising import summarise
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
    titled: bool  # exactly
    close: bool  # four fifths of the words of the shorter one


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
    return Result(page, document, score, foreign, seconds, titled, _close(document.title, page.title))


def _close(title: str, other: str) -> bool:
    """The same headline with or without its kicker: publishers declare another form than they print."""
    one, two = grams([title], 1), grams([other.replace("\xad", "")], 1)
    fewest = min(one.total(), two.total())
    return fewest > 2 and (one & two).total() >= 0.8 * fewest


def report(way: str, results: Sequence[Result]) -> None:
    """One line per part of the data."""
    for german in (True, False):
        chosen = [result for result in results if result.page.german is german]
        shown = [flag for result in chosen for flag in result.foreign]
        print(
            f"{way:10} {name(german):7} F1 {mean(result.f1 for result in chosen):.3f}"
            f"  below .5: {sum(result.f1 < 0.5 for result in chosen):2}"
            f"  contamination {mean(shown):.3f}"
            f"  {1000 * mean(result.seconds for result in chosen):5.1f} ms"
            f"  title exact {mean(result.titled for result in chosen):.2f}"
            f"  close {mean(result.close for result in chosen):.2f}"
            f"  with entries {mean(bool(result.document.entries) for result in chosen):.3f}"
        )


def read_html(page: Page) -> Document:
    """The way of a page from a feed or file."""
    found = read_markup(page.html)
    return read_document(found.text, title=found.title, language=found.language, headings=found.headings)


def name(german: bool) -> str:
    """The part of the data."""
    return "German" if german else "other"


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
    heading = "capital" if loud else "plain"
    print(f"foreign passages, {heading} heading: recall {mean(hits):.2f}, false marks {mean(wrong):.4f}")


def main() -> None:
    """Print all figures."""
    found = pages()
    read_document("Ein erster Text lädt die Phrasen und das Modell für die Sprachen. Danach misst die Uhr nur Arbeit.")
    tails = {page.id: tail(page) for page in found}
    dumps = {page.id: dump(page) for page in found}
    report("seed-like", [measure(page, lambda each: read_document(tails[each.id])) for page in found])
    report("full dump", [measure(page, lambda each: read_document(dumps[each.id])) for page in found])
    report("HTML", [measure(page, read_html) for page in found])
    passages(found, loud=True)
    passages(found, loud=False)


if __name__ == "__main__":
    main()
