"""Streaming stories: B3 on labelled events in five orders, average precision on article pairs, speed and memory.

    python -m tests.benchmarks.stories [--quick]

Reads ../shared/data beside the repository; says what is missing. With the extras `semantic` and `semantic-best` it
measures the same with embeddings (the second takes ten minutes); `--quick` leaves those and the largest window out.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from functools import cache
from statistics import fmean

import numpy as np

from digests.domain.formats import is_format
from digests.domain.regrouping import repair
from digests.domain.stories import Newcomer, StoryIndex
from digests.domain.terms import terms
from digests.errors import SettingsError
from digests.text.embeddings import NAMES, Embedder
from digests.text.embeddings import load as load_embedder
from digests.text.reading import read_document
from tests.benchmarks.data import clear_exit, rows
from tests.benchmarks.story_baselines import average_link, similarities, single_pass, with_suitable_threshold
from tests.benchmarks.tables import Figure

ORDERS = 5
NEW = 1_000_000
"""Ids of stories that a repair opens begin here."""
START = datetime(2026, 1, 1, tzinfo=UTC)
EXTRAS = {"fast": "semantic", "best": "semantic-best"}
WINDOWS = (1_000, 10_000, 100_000)
_RESAMPLINGS = 500


def newcomer(title: str, text: str, at: datetime = START, language: str = "en", source: str = "") -> Newcomer:
    """A text as the index wants it."""
    return Newcomer(title, terms(title, text.split("\n")), language, source or title, at)


def embedders() -> Iterator[Embedder]:
    """Those that are installed, cheapest first; a line for each that is not."""
    for name in NAMES:
        try:
            yield load_embedder(name)
        except SettingsError as error:
            print(f"not measured with {EXTRAS[name]}: {error}")


@cache
def _vector(name: str, title: str, text: str) -> np.ndarray:
    lead: np.ndarray = load_embedder(name).embed([f"{title}. {text}" if title else text])[0]
    return lead


def with_vector(report: Newcomer, text: str, embedder: Embedder | None) -> Newcomer:
    """The report with its embedding, where the embedder knows its language."""
    if embedder is None or report.language not in embedder.languages:
        return report
    return replace(report, vector=_vector(embedder.name, report.title, text))


def cluster(reports: Sequence[Newcomer], embedder: Embedder | None = None, *, repaired: bool = False) -> list[int]:
    """The story of each report, when they stream in as they stand; with second thoughts after each one."""
    index = StoryIndex(embedder)
    stories: list[int] = []
    for number, report in enumerate(reports):
        verdict = index.assign(report)
        story = number if verdict.story_id is None else verdict.story_id
        index.add(number, report, story, story if verdict.storyline_id is None else verdict.storyline_id)
        stories.append(story)
        component = index.component(number) if repaired else None
        for change in repair(component) if component else ():
            target = NEW + change.items[0] if change.join is None else change.join
            for item in change.items:
                stories[item] = target
                index.move(item, target, target)
    return stories


def b_cubed(gold: Sequence[Hashable], found: Sequence[Hashable]) -> tuple[float, float, float]:
    """F1, precision and recall after Bagga and Baldwin (1998)."""
    by_gold: defaultdict[Hashable, set[int]] = defaultdict(set)
    by_found: defaultdict[Hashable, set[int]] = defaultdict(set)
    for number, (event, story) in enumerate(zip(gold, found, strict=True)):
        by_gold[event].add(number)
        by_found[story].add(number)
    common = [(len(by_gold[e] & by_found[s]), e, s) for e, s in zip(gold, found, strict=True)]
    precision = fmean(count / len(by_found[story]) for count, _, story in common)
    recall = fmean(count / len(by_gold[event]) for count, event, _ in common)
    return 2 * precision * recall / (precision + recall), precision, recall


def average_precision(scores: Sequence[float], labels: Sequence[bool]) -> float:
    """Mean precision at each true pair, best score first."""
    ranked = sorted(zip(scores, labels, strict=True), key=lambda pair: -pair[0])
    hits, total = 0, 0.0
    for rank, (_, label) in enumerate(ranked, 1):
        if label:
            hits += 1
            total += hits / rank
    return total / hits


def measure_events(embedder: Embedder | None = None, *, repaired: bool = False) -> Figure:
    """B3 of labelled events, the mean of five orders. Raises MissingDataError."""
    known = rows("stories_en")
    reports = [
        with_vector(newcomer(row["title"], row["text"], source=str(number)), row["text"], embedder)
        for number, row in enumerate(known)
    ]
    results = []
    for seed in range(ORDERS):
        order = random.Random(seed).sample(range(len(known)), len(known))
        found = cluster([reports[place] for place in order], embedder, repaired=repaired)
        results.append(b_cubed([known[place]["event"] for place in order], found))
    scores = [result[0] for result in results]
    name = "stories, B3" + (", with repairs" if repaired else "") + (f", {EXTRAS[embedder.name]}" if embedder else "")
    orders = " ".join(f"{score:.3f}" for score in scores)
    data = f"{len(known)} texts; P {fmean(r[1] for r in results):.3f} R {fmean(r[2] for r in results):.3f}; {orders}"
    return Figure(name, fmean(scores), data, (min(scores), max(scores)), _event_baselines(), f"{ORDERS} orders")


def measure_strangers() -> Figure:
    """Stories of several reports made of articles from years, of which hardly two tell of one event.

    All come at once, so each is compared with each. Raises MissingDataError.
    """
    known = [read_document(row["text"], language="de") for row in rows("topics_de")]
    texts = ["\n".join(paragraph.text for paragraph in document.paragraphs) for document in known]
    reports = [
        newcomer(document.title, text, language="de", source=str(number))
        for number, (document, text) in enumerate(zip(known, texts, strict=True))
    ]
    found = []
    for seed in range(ORDERS):
        order = random.Random(seed).sample(range(len(known)), len(known))
        sizes = Counter(cluster([reports[place] for place in order], repaired=True))
        found.append(sum(size > 1 for size in sizes.values()))
    data = f"of {len(known)} German articles; {' '.join(map(str, found))}"
    return Figure(
        "stories, groups of strangers", fmean(found), data, (min(found), max(found)), spread_of=f"{ORDERS} orders"
    )


@cache
def _event_baselines() -> dict[str, float]:
    known = rows("stories_en")
    found: dict[str, list[float]] = {"TF-IDF, all at once": [], "TF-IDF, streaming": []}
    for seed in range(ORDERS):
        order = random.Random(seed).sample(known, len(known))
        events = [row["event"] for row in order]
        cosines = similarities([f"{row['title']}\n{row['text']}" for row in order])
        for name, clustering in zip(found, (average_link, single_pass), strict=True):
            score = with_suitable_threshold(cosines, events, clustering, lambda e, f: b_cubed(e, f)[0])
            found[name].append(score)
    return {name: fmean(scores) for name, scores in found.items()}


@dataclass(frozen=True)
class _Pair:
    one: Newcomer
    other: Newcomer
    same: bool
    texts: tuple[str, str]


@cache
def pairs(first: str, second: str, *, cleaned: bool = True) -> tuple[_Pair, ...]:
    """Article pairs of two languages, each text an outlet of its own. They come as scraped, without titles.

    Cleaned: the product finds title and body. Raw: what a text begins with stands in for its title.
    """
    found = []
    for number, row in enumerate(rows("pairs")):
        if {row["language1"], row["language2"]} != {first, second}:
            continue
        made = [_scraped(row[f"text{side}"], row[f"language{side}"], f"{number}-{side}", cleaned) for side in (1, 2)]
        (one, text), (other, second_text) = made
        found.append(_Pair(one, other, row["overall"] <= 2, (text, second_text)))
    return tuple(found)


def _scraped(text: str, language: str, source: str, cleaned: bool) -> tuple[Newcomer, str]:
    if not cleaned:
        return newcomer(text[:80], text, START, language, source), text
    document = read_document(text, language=language)
    parts = [*document.paragraphs, *(part for entry in document.entries for part in entry.paragraphs)]
    body = "\n".join(part.text for part in parts)
    return newcomer(document.title, body, START, language, source), body


def measure_pairs(first: str, second: str, embedder: Embedder | None = None, *, cleaned: bool = True) -> Figure:
    """Does the similarity of two texts tell whether they report the same? Raises MissingDataError."""
    known = pairs(first, second, cleaned=cleaned)
    index = StoryIndex(embedder)
    reports = [
        (with_vector(pair.one, pair.texts[0], embedder), with_vector(pair.other, pair.texts[1], embedder))
        for pair in known
    ]
    for number, report in enumerate(report for pair in reports for report in pair):
        index.add(number, report, number, number)
    scores = [index.similarity(one, other) for one, other in reports]
    labels = [pair.same for pair in known]
    languages = "German pairs" if (first, second) == ("de", "de") else f"{first}-{second} pairs"
    name = f"same story, {languages}" + ("" if cleaned else ", raw")
    if embedder:
        name = f"same story, with {EXTRAS[embedder.name]}" + ("" if first == second else f", {languages}")
    cosines = similarities([text for pair in known for text in pair.texts])
    plain = [float(cosines[2 * number, 2 * number + 1]) for number in range(len(known))]
    beside = {"TF-IDF of words": average_precision(plain, labels)}
    data = f"{len(known)} pairs, {sum(labels)} same"
    spread = _bootstrap(scores, labels)
    return Figure(f"{name}, AP", average_precision(scores, labels), data, spread, beside, "90 % of resamplings")


def _bootstrap(scores: Sequence[float], labels: Sequence[bool]) -> tuple[float, float]:
    """The range in which nine tenths of average precisions on resampled pairs lie."""
    chance = random.Random(0)
    drawn = []
    for _ in range(_RESAMPLINGS):
        picked = chance.choices(range(len(scores)), k=len(scores))
        if any(labels[place] for place in picked):
            drawn.append(average_precision([scores[p] for p in picked], [labels[p] for p in picked]))
    drawn.sort()
    return drawn[len(drawn) // 20], drawn[-len(drawn) // 20]


def measure_formats() -> Figure:
    """Stories of two texts or more with a recurring format in them, counted over all texts that have titles."""
    known = [newcomer(row["title"], row["text"], source=str(n)) for n, row in enumerate(rows("stories_en"))]
    known += [report for pair in pairs("de", "de") for report in (pair.one, pair.other)]
    stories = cluster(known)
    sizes = {story: stories.count(story) for story in set(stories)}
    formats = [report.title for report, story in zip(known, stories, strict=True) if is_format(report.title)]
    glued = sum(is_format(report.title) and sizes[story] > 1 for report, story in zip(known, stories, strict=True))
    return Figure("stories, clusters of a recurring format", glued, f"{len(known)} titles, {len(formats)} of formats")


def measure_speed(windows: Sequence[int] = WINDOWS, more: int = 1_000) -> Iterator[Figure]:
    """Speed and growth of memory with ever more reports in the window: real texts, a third of the words replaced."""
    texts = [row["text"] for row in rows("stories_en")]
    texts += [row[f"text{side}"] for row in rows("pairs") for side in (1, 2)]
    chance = random.Random(0)
    vocabulary = sorted({word for text in texts for word in text.split()})
    words = [text.split()[:300] for text in texts]
    index = StoryIndex()
    begun, before = 0, _resident()
    for window in windows:
        spent = repairing = 0.0
        for number in range(begun, window + more):
            drawn = [chance.choice(vocabulary) if chance.random() < 1 / 3 else word for word in chance.choice(words)]
            at = START + timedelta(seconds=number)
            report = newcomer(" ".join(drawn[:9]), " ".join(drawn[9:]), at, source=str(number))
            started = time.process_time()
            verdict = index.assign(report)
            story = number if verdict.story_id is None else verdict.story_id
            index.add(number, report, story, story if verdict.storyline_id is None else verdict.storyline_id)
            index.forget(at)
            done = time.process_time()
            if number >= window:
                spent += done - started
                component = index.component(number)
                repair(component) if component else ()
                repairing += time.process_time() - done
        begun = window + more
        size = f"{window // 1000}k"
        data = f"{more} reports, terms not counted; {more / (spent + repairing):,.0f} with a repair after each"
        yield Figure(f"stories, per CPU second at {size}", more / spent, data)
        yield Figure(f"stories, memory at {size}, MB", _resident() - before, "growth of the process")


def _resident() -> float:
    """The most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(quick: bool = False) -> Iterator[Figure]:
    """All figures. What is missing is said in a line."""
    yield from measure_speed(WINDOWS[:2] if quick else WINDOWS)
    yield measure_formats()
    yield measure_events()
    yield measure_events(repaired=True)
    yield measure_strangers()
    for cleaned in (False, True):
        yield measure_pairs("de", "de", cleaned=cleaned)
    yield measure_pairs("de", "en")
    for embedder in embedders():
        if quick and embedder.name == "best":
            continue
        yield measure_pairs("de", "de", embedder)
        yield measure_pairs("de", "en", embedder)
        yield measure_events(embedder, repaired=True)


def main() -> None:
    """Print every figure as soon as it is known, with what stands beside it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="without semantic-best and the largest window")
    quick = parser.parse_args().quick
    for figure in measure(quick):
        spread = f"{figure.spread[0]:.3f}-{figure.spread[1]:.3f} ({figure.spread_of})" if figure.spread else ""
        beside = ", ".join(f"{name} {value:.3f}" for name, value in figure.baselines.items())
        value = f"{figure.value:,.3f}" if figure.value < 2 else f"{figure.value:,.0f}"
        print(
            "; ".join(part for part in (f"{figure.measure}: {value}", spread, beside, figure.data) if part), flush=True
        )


if __name__ == "__main__":
    with clear_exit():
        main()
