"""How well topics are found: `python -m tests.benchmarks.topics [TOPICS [PAGES]]`.

Rules: the desk of German news by the rules of seeds/topics.toml as they stand; each article's best match among the
topics of a desk decides, no match at all counts as wrong. Labels: the same by what a classifier learns from other
articles of the file, in five parts, three times; two classifiers of scikit-learn learn from the same articles.
Sections: for how many pages the address names a topic.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

import numpy as np

from digests.domain.examples import Example
from digests.domain.sections import section
from digests.domain.topics import Catalogue
from digests.domain.training import Sample, samples, train

CATALOGUE = Path(__file__).parents[2] / "seeds" / "topics.toml"
DATA = Path(__file__).parents[3] / "shared" / "data" / "topics_de.jsonl.gz"
PAGES = DATA.parent / "pages.jsonl.gz"
FLOOR, GOAL = 0.68, 0.78
PARTS, SEEDS = 5, (0, 1, 2)
CURVE = (50, 100, 200)
DESKS = {
    "Web": ("technology", "ai", "games"),
    "Panorama": (
        "crime", "terrorism", "disaster", "weather", "people", "society", "migration",
        "religion", "environment", "leisure",
    ),
    "Sport": ("sport", "football"),
    "Wirtschaft": ("economy", "stocks", "energy", "labour", "transport", "housing", "pensions"),
    "International": ("conflict", "world"),
    "Inland": ("politics", "elections", "education", "healthcare"),
    "Wissenschaft": ("science", "space", "climate", "health"),
    "Kultur": ("culture", "film", "music"),
    "Etat": ("media",),
}  # fmt: skip
ABROAD = {
    "ukraine",
    "russia",
    "usa",
    "eu",
    "nato",
    "middle-east",
    "china",
    "britain",
    "germany",
    "switzerland",
    "world",
}
HOME = "austria"  # where the newspaper of the data is at home


@dataclass(frozen=True)
class Row:
    """One result with its spread: over seeds where there are some, else 95 % by the number of articles."""

    measure: str
    value: float
    low: float
    high: float


Article = tuple[str, str, str]  # desk, title, text
Learner = Callable[[Sequence[int]], Callable[[Sequence[int]], list[str]]]


def desk(catalogue: Catalogue, title: str, text: str) -> str:
    """The desk whose topics fit best, or "none"; politics is foreign where a foreign topic says more than Austria."""
    desks = {slug: name for name, slugs in DESKS.items() for slug in slugs}
    scores = {match.slug: match.score for match in catalogue.match(title, text, "de")}
    best = max(scores.keys() & desks.keys(), key=lambda slug: (scores[slug], slug), default=None)
    if best is None:
        return "none"
    foreign = max((scores[slug] for slug in scores.keys() & ABROAD), default=0.0) > scores.get(HOME, 0.0)
    return "International" if desks[best] == "Inland" and foreign else desks[best]


def by_rules(articles: Sequence[Article], catalogue: Catalogue) -> tuple[list[Row], Counter[tuple[str, str]]]:
    """Accuracy without any label, whole and by halves, and the pairs of true desk and desk found."""
    found = [desk(catalogue, title, text) for _, title, text in articles]
    right = np.array([guess == label for guess, (label, _, _) in zip(found, articles, strict=True)])
    halves = (("rules", right), ("rules, even articles", right[::2]), ("rules, odd articles", right[1::2]))
    pairs = Counter((label, guess) for guess, (label, _, _) in zip(found, articles, strict=True))
    return [_by_count(name, values) for name, values in halves], pairs


def by_labels(articles: Sequence[Article], catalogue: Catalogue) -> list[Row]:
    """Accuracy of classifiers that learn from the other parts, and how it grows with the articles learnt from."""
    labels = [label for label, _, _ in articles]
    ready = samples([Example(label, title, text, "de") for label, title, text in articles], catalogue)
    learners: dict[str, Learner] = {
        "labels and rules": _own(ready, use_rules=True),
        "labels alone": _own(ready, use_rules=False),
        **_baselines(labels, [f"{title}. {text}" for _, title, text in articles]),
    }
    rows = []
    for name, learner in learners.items():
        for size in (None, *CURVE):
            shares = [_cross_validated(labels, learner, seed, size) for seed in SEEDS]
            measure = f"{name}, of {size}" if size else name
            rows.append(Row(measure, float(np.mean(shares)), min(shares), max(shares)))
    return rows


def by_address(path: Path) -> list[Row]:
    """For how many pages the address names a section."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        pages = [json.loads(line) for line in lines]
    named = np.array([section(page["url"]) is not None for page in pages])
    german = np.array([page["country"] in {"de", "at", "ch", "li", "lu"} for page in pages])
    return [_by_count("section named", named), _by_count("section named, German", named[german])]


def _own(ready: Sequence[Sample], *, use_rules: bool) -> Learner:
    def learn(seen: Sequence[int]) -> Callable[[Sequence[int]], list[str]]:
        model = train([ready[number] for number in seen], use_rules=use_rules)

        def guess(number: int) -> str:
            return model.topics[int(model.scores(ready[number].counts, ready[number].evidence).argmax())]

        return lambda unseen: [guess(number) for number in unseen]

    return learn


def _baselines(labels: Sequence[str], texts: Sequence[str]) -> dict[str, Learner]:
    from sklearn.feature_extraction.text import TfidfVectorizer  # it has none
    from sklearn.naive_bayes import ComplementNB
    from sklearn.pipeline import make_pipeline
    from sklearn.svm import LinearSVC

    def learner(kind: Callable[[], object]) -> Learner:
        def learn(seen: Sequence[int]) -> Callable[[Sequence[int]], list[str]]:
            fitted = make_pipeline(TfidfVectorizer(sublinear_tf=True), kind())
            fitted.fit([texts[number] for number in seen], [labels[number] for number in seen])
            return lambda unseen: list(fitted.predict([texts[number] for number in unseen]))

        return learn

    return {
        "LinearSVC on TF-IDF": learner(LinearSVC),
        "ComplementNB on TF-IDF": learner(lambda: ComplementNB(alpha=0.3)),
    }


def _cross_validated(labels: Sequence[str], learner: Learner, seed: int, size: int | None) -> float:
    """The share guessed rightly; with a size, each part learns from so many of the others only."""
    right = 0
    for seen, unseen in _parts(labels, seed):
        chosen = seen[:size] if size else seen
        right += sum(guess == labels[number] for guess, number in zip(learner(chosen)(unseen), unseen, strict=True))
    return right / len(labels)


def _parts(labels: Sequence[str], seed: int) -> Iterator[tuple[list[int], list[int]]]:
    """The numbers of articles to learn from and to guess, every desk dealt out evenly, in an order that keeps it so."""
    order = np.random.default_rng(seed).permutation(len(labels))
    by_desk = sorted(order.tolist(), key=lambda number: labels[number])
    bounds = [round(part * len(labels) / PARTS) for part in range(PARTS + 1)]
    dealt = [number for part in range(PARTS) for number in by_desk[part::PARTS]]
    for start, end in pairwise(bounds):
        rest = dealt[:start] + dealt[end:]
        yield sorted(rest, key=lambda number: _place(number, rest, labels)), dealt[start:end]


def _place(number: int, among: Sequence[int], labels: Sequence[str]) -> float:
    """Where an article stands among those of its desk, from 0 to 1."""
    own = [other for other in among if labels[other] == labels[number]]
    return (own.index(number) + 0.5) / len(own)


def _by_count(name: str, right: np.ndarray) -> Row:
    share = float(right.mean())
    spread = 1.96 * (share * (1 - share) / len(right)) ** 0.5
    return Row(name, share, share - spread, share + spread)


def read(path: Path) -> list[Article]:
    """The labelled articles of a file."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [(row["label"], *_split(row["text"])) for row in map(json.loads, lines)]


def _split(text: str) -> tuple[str, str]:
    """The data has no titles: its first sentence is the source's teaser line, which serves as one."""
    first, _, rest = text.partition(". ")
    return (first, rest) if rest else ("", text)


def _show(rows: Sequence[Row]) -> None:
    for row in rows:
        print(f"{row.measure:32} {row.value:.3f} ({row.low:.3f}-{row.high:.3f})")


def _show_desks(pairs: Counter[tuple[str, str]]) -> None:
    for name in DESKS:
        found = sum(count for (_, guess), count in pairs.items() if guess == name)
        true = sum(count for (label, _), count in pairs.items() if label == name)
        wrong = Counter({guess: count for (label, guess), count in pairs.items() if label == name and guess != name})
        shown = ", ".join(f"{guess} {count}" for guess, count in wrong.most_common(4))
        hit = pairs[name, name]
        print(
            f"{name:14} precision {hit / max(found, 1):.3f}  recall {hit / true:.3f}  of {true:3}   taken for {shown}"
        )


def main(topics: Path, pages: Path) -> int:
    """Print all figures; 1 when the rules miss their floor."""
    catalogue = Catalogue.parse(CATALOGUE.read_text(encoding="utf-8"), CATALOGUE.name)
    articles = read(topics)
    started = time.perf_counter()
    rows, pairs = by_rules(articles, catalogue)
    spent = time.perf_counter() - started
    _show_desks(pairs)
    _show(rows)
    print(f"floor {FLOOR}, goal {GOAL}; {1000 * spent / len(articles):.2f} ms per article")
    _show(by_labels(articles, catalogue))
    _show(by_address(pages))
    return int(rows[0].value < FLOOR)


if __name__ == "__main__":
    files = [Path(name) for name in sys.argv[1:3]] + [DATA, PAGES][len(sys.argv) - 1 :]
    for file in files:
        if not file.exists():
            sys.exit(f"{file} is missing; the benchmark needs the project's shared data beside the repository")
    sys.exit(main(*files))
