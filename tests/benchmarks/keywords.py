"""Free words against editors' keywords: `python -m tests.benchmarks.keywords [FILE]`.

Every keyword that an editor gave a page is typed as a free word; all pages in the language of one that carries it are
ranked by the match. Average precision says how far in front the pages stand that carry it. Most keywords stand on one
page of the data only, many name what the text says in other words or not at all, so that a perfect score is out of
reach. Words of the publisher's own housekeeping are left out, and what stands on each page of one publisher.
"""

from __future__ import annotations

import gzip
import json
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from digests.domain.matching import WordTopic
from digests.domain.suggestions import key
from digests.domain.text_index import TextIndex
from digests.domain.topics import Catalogue
from digests.text.languages import detect
from digests.text.words import fold, words

DATA = Path(__file__).parents[3] / "shared" / "data" / "pages.jsonl.gz"
CATALOGUE = Path(__file__).parents[2] / "seeds" / "topics.toml"
FLOOR, GOAL = 0.44, 0.55
_HOUSEKEEPING = set(
    """allgemein article artikel audio bilder content exclusive explainer feature features general generals grafik
    important main nachrichten news newsletter podcast premium schwerpunkt special standard texttospeech topnews video
    videos wired zahlen""".split()  # noqa: SIM905
)
_FEWEST = 3  # pages of a language, else there is nothing to rank
_DRAWS = 1_000
Ranking = Callable[[str], "np.ndarray[tuple[int], np.dtype[np.float64]]"]


@dataclass(frozen=True)
class Page:
    """A page with its editors' keywords."""

    publisher: str
    index: TextIndex
    keywords: tuple[str, ...]


@dataclass(frozen=True)
class Row:
    """One result: mean average precision over keywords with a bootstrap interval."""

    measure: str
    value: float
    low: float
    high: float
    keywords: int


def measure(path: Path) -> list[Row]:
    """Free words and two baselines, for German pages, English pages and all languages."""
    catalogue = Catalogue.parse(CATALOGUE.read_text(encoding="utf-8"), CATALOGUE.name)
    rows = []
    found: dict[str, dict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for language, pages in sorted(_groups(path).items()):
        ways: dict[str, Ranking] = {
            "free words": _free_words(pages, catalogue),
            "topics or free words": _as_typed(pages, catalogue),
            "exact words": _exact(pages),
            "TF-IDF cosine": _cosine(pages),
        }
        for keyword, carrying in _keywords(pages):
            for name, rank in ways.items():
                value = average_precision(rank(keyword), carrying)
                for group in ("all", language):
                    found[group][name].append(value)
    for group in ("all", "de", "en"):
        for name, values in found[group].items():
            low, high = _interval(values)
            rows.append(Row(f"{name}, {group}", float(np.mean(values)), low, high, len(values)))
    return rows


def average_precision(scores: np.ndarray, wanted: np.ndarray) -> float:
    """Average precision; pages of one score stand at one rank, as if the wanted ones among them came last."""
    order = np.argsort(-scores, kind="stable")
    scores, wanted = scores[order], wanted[order]
    ends = np.flatnonzero(np.append(scores[1:] != scores[:-1], True))
    hits = np.cumsum(wanted)[ends]
    gained = np.diff(hits, prepend=0)
    return float((gained * hits / (ends + 1)).sum() / max(wanted.sum(), 1))


def _groups(path: Path) -> dict[str, list[Page]]:
    """The pages that have keywords, by language."""
    groups: dict[str, list[Page]] = defaultdict(list)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        for line in lines:
            row = json.loads(line)
            title, text = row["title"] or "", "\n".join(row["paragraphs"] or [])
            language = detect(title, text)
            keywords = tuple(dict.fromkeys(row["topics"] or ()))
            groups[language].append(Page(row["publisher"], TextIndex(title, text, language), keywords))
    return {language: pages for language, pages in groups.items() if len(pages) >= _FEWEST}


def _keywords(pages: Sequence[Page]) -> Iterator[tuple[str, np.ndarray]]:
    """Each keyword once, in its first spelling, and which pages carry it."""
    spelled: dict[str, str] = {}
    for page in pages:
        for keyword in page.keywords:
            spelled.setdefault(key(keyword), keyword)
    per_publisher = Counter(page.publisher for page in pages)
    carried = [{key(keyword) for keyword in page.keywords} for page in pages]
    for known, keyword in spelled.items():
        if not known or known.isdigit() or key(keyword) in _HOUSEKEEPING or not words(keyword):
            continue
        carrying = np.array([known in own for own in carried])
        owners = Counter(page.publisher for page, has in zip(pages, carrying, strict=True) if has)
        if len(owners) == 1 and 1 < per_publisher[next(iter(owners))] == owners.total():
            continue
        yield keyword, carrying


def _free_words(pages: Sequence[Page], catalogue: Catalogue) -> Ranking:
    def rank(keyword: str) -> np.ndarray:
        topic = WordTopic(keyword, catalogue.related(keyword))
        matches = [topic.match(page.index) for page in pages]
        return np.array([match.score if match else 0.0 for match in matches])

    return rank


def _as_typed(pages: Sequence[Page], catalogue: Catalogue) -> Ranking:
    """As the product takes what is typed: the catalogue's topic of that name, else a free word."""
    matches = [{match.slug: match.score for match in catalogue.match_index(page.index)} for page in pages]
    free = _free_words(pages, catalogue)

    def rank(keyword: str) -> np.ndarray:
        topic = catalogue.find(keyword)
        return np.array([own.get(topic.slug, 0.0) for own in matches]) if topic else free(keyword)

    return rank


def _exact(pages: Sequence[Page]) -> Ranking:
    """How often all words of the keyword stand in the text as they are written."""
    counts = [Counter(map(fold, page.index.tokens)) for page in pages]
    return lambda keyword: np.array([min(own[fold(word)] for word in words(keyword)) for own in counts], float)


def _cosine(pages: Sequence[Page]) -> Ranking:
    from sklearn.feature_extraction.text import TfidfVectorizer  # it has none

    vectorizer = TfidfVectorizer(sublinear_tf=True, token_pattern=r"(?u)\b\w+\b")  # noqa: S106
    table = vectorizer.fit_transform(" ".join(page.index.tokens) for page in pages)
    return lambda keyword: np.asarray((table @ vectorizer.transform([keyword]).T).todense()).ravel()


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """95 % of the means of samples drawn with replacement."""
    drawn = np.random.default_rng(0).choice(np.array(values), (_DRAWS, len(values))).mean(axis=1)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(low), float(high)


def main(path: Path) -> int:
    """Print mean average precision; 1 when free words miss the floor."""
    rows = measure(path)
    for row in rows:
        print(f"{row.measure:24} AP {row.value:.3f} ({row.low:.3f}-{row.high:.3f}), {row.keywords} keywords")
    print(f"floor {FLOOR}, goal {GOAL}")
    return int(rows[0].value < FLOOR)


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not data.exists():
        sys.exit(f"{data} is missing; the benchmark needs the project's shared data beside the repository")
    sys.exit(main(data))
