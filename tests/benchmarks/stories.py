"""Streaming stories: B3 on labelled events in five orders, average precision on article pairs, and speed.

    python -m tests.benchmarks.stories

Reads ../shared/data beside the repository; says what is missing.
"""

from __future__ import annotations

import gzip
import json
import random
import time
from collections import defaultdict
from collections.abc import Hashable, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import fmean
from typing import Any

from digests.domain.regrouping import repair
from digests.domain.stories import Newcomer, StoryIndex
from digests.domain.terms import terms
from digests.text.reading import read_document

DATA = Path(__file__).resolve().parents[3] / "shared" / "data"
ORDERS = 5
NEW = 1_000_000
"""Ids of stories that a repair opens begin here."""
START = datetime(2026, 1, 1, tzinfo=UTC)


def load(name: str) -> list[dict[str, Any]]:
    """The rows of one data file; none, with a word about it, when it is not there."""
    path = DATA / name
    if not path.exists():
        print(f"missing: {path}")
        return []
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def newcomer(title: str, text: str, at: datetime, language: str = "en", source: str = "") -> Newcomer:
    """A text as the index wants it."""
    return Newcomer(title, terms(title, text.split("\n")), language, source or title, at)


def _cleaned(text: str, language: str) -> Newcomer:
    """The pairs come as scraped, without titles: the product's own cleaning finds title and body."""
    document = read_document(text, language=language)
    parts = [*document.paragraphs, *(part for entry in document.entries for part in entry.paragraphs)]
    return newcomer(document.title, "\n".join(part.text for part in parts), START, language)


def _raw(text: str, language: str) -> Newcomer:
    """What a text begins with stands in for its title."""
    return newcomer(text[:80], text, START, language)


def cluster(reports: Sequence[Newcomer], *, repaired: bool = False) -> list[int]:
    """The story of each report, when they stream in as they stand; with second thoughts after each one."""
    index = StoryIndex()
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


def measure_events() -> None:
    """B3 in five orders, and how fast."""
    rows = load("stories_en.jsonl.gz")
    if not rows:
        return
    for repaired in (False, True):
        results = []
        for seed in range(ORDERS):
            order = random.Random(seed).sample(rows, len(rows))
            reports = [newcomer(row["title"], row["text"], START) for row in order]
            results.append(b_cubed([row["event"] for row in order], cluster(reports, repaired=repaired)))
        print("events B3, with repairs:" if repaired else "events B3:")
        for name, values in zip(("F1", "precision", "recall"), zip(*results, strict=True), strict=True):
            print(f"    {name:9} {fmean(values):.3f}  [{' '.join(f'{value:.3f}' for value in values)}]")


def measure_pairs(first: str, second: str) -> None:
    """Does the similarity of two texts tell whether they report the same?"""
    rows = [row for row in load("pairs.jsonl.gz") if {row["language1"], row["language2"]} == {first, second}]
    if not rows:
        return
    labels = [row["overall"] <= 2 for row in rows]
    for kind, made in (("raw", _raw), ("cleaned", _cleaned)):
        index = StoryIndex()
        reports = [[made(row[f"text{side}"], row[f"language{side}"]) for side in (1, 2)] for row in rows]
        for number, report in enumerate(report for pair in reports for report in pair):
            index.add(number, report, number, number)
        scores = [index.similarity(one, other) for one, other in reports]
        low, high = _bootstrap(scores, labels)
        print(
            f"pairs {first}-{second}, {kind}: AP {average_precision(scores, labels):.3f} [{low:.3f}-{high:.3f}] "
            f"({len(rows)} pairs, {sum(labels)} same)"
        )


def _bootstrap(scores: Sequence[float], labels: Sequence[bool], rounds: int = 500) -> tuple[float, float]:
    """The range in which nine tenths of average precisions on resampled pairs lie."""
    chance = random.Random(0)
    drawn = []
    for _ in range(rounds):
        picked = chance.choices(range(len(scores)), k=len(scores))
        if any(labels[place] for place in picked):
            drawn.append(average_precision([scores[p] for p in picked], [labels[p] for p in picked]))
    drawn.sort()
    return drawn[len(drawn) // 20], drawn[-len(drawn) // 20]


def measure_speed(kept: int = 10_000, more: int = 1_000) -> None:
    """Reports per second with `kept` of them in the window: real texts, a third of their words replaced at random."""
    texts = [row["text"] for row in load("stories_en.jsonl.gz")]
    texts += [row[f"text{side}"] for row in load("pairs.jsonl.gz") for side in (1, 2)]
    if not texts:
        return
    chance = random.Random(0)
    vocabulary = sorted({word for text in texts for word in text.split()})
    index = StoryIndex()
    spent = repairing = 0.0
    for number in range(kept + more):
        words = chance.choice(texts).split()[:300]
        words = [chance.choice(vocabulary) if chance.random() < 1 / 3 else word for word in words]
        at = START + timedelta(seconds=20 * number)
        report = newcomer(" ".join(words[:9]), " ".join(words[9:]), at, source=str(number))
        started = time.process_time()
        verdict = index.assign(report)
        story = number if verdict.story_id is None else verdict.story_id
        index.add(number, report, story, story if verdict.storyline_id is None else verdict.storyline_id)
        index.forget(at)
        done = time.process_time()
        if number >= kept:
            spent += done - started
            component = index.component(number)
            repair(component) if component else ()
            repairing += time.process_time() - done
    print(f"speed: {more / spent:.0f} reports per CPU second with {kept} in the window (terms not counted)")
    print(f"speed: {more / (spent + repairing):.0f} with repairs after each one")


if __name__ == "__main__":
    measure_events()
    measure_pairs("de", "de")
    measure_pairs("de", "en")
    measure_speed()
