"""Ranking: what comes first among labelled events, which items tell the same, and what composing costs.

    python -m tests.benchmarks.ranking [order] [speed]

Reads ../shared/data beside the repository; says what is missing.
"""

from __future__ import annotations

import random
import time
from datetime import timedelta
from statistics import median

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.composing import compose
from digests.domain.digests import Window
from digests.domain.preferences import Length, Preferences
from digests.text.document import Kind, Paragraph
from digests.text.sentences import split_sentences
from digests.text.summarising import content_stems
from tests.benchmarks.stories import load
from tests.support.builders import NOON, article, story

DAY = timedelta(days=1)
WINDOW = Window(NOON - DAY, NOON)
STORIES, PROFILES, ROUNDS = 1_000, 100, 3
TOPICS = tuple(f"topic-{number}" for number in range(30))
UPDATES = 0.3
"""Share of stories that began before the window."""


def measure_speed() -> None:
    """Milliseconds of CPU per digest: many stories for many profiles, and the first one alone (nothing stemmed yet)."""
    rows = load("stories_en.jsonl.gz")
    if not rows:
        return
    stories = _newsroom([(row["title"], row["text"]) for row in rows], random.Random(0))
    chance = random.Random(1)
    wishes = [
        Preferences(topics=frozenset(chance.sample(TOPICS, chance.randint(2, 8))), length=chance.choice(list(Length)))
        for _ in range(PROFILES)
    ]
    found = []
    for _ in range(ROUNDS):
        content_stems.cache_clear()
        started = time.process_time()
        compose(Preferences(), WINDOW, stories, now=NOON)
        first = time.process_time() - started
        content_stems.cache_clear()
        started = time.process_time()
        for wish in wishes:
            compose(wish, WINDOW, stories, now=NOON)
        found.append((first * 1000, (time.process_time() - started) * 1000 / PROFILES))
    alone, each = (median(values) for values in zip(*found, strict=True))
    spread = " ".join(f"{value:.1f}" for _, value in found)
    print(f"compose, {STORIES} stories: {each:.1f} ms a digest of {PROFILES} profiles [{spread}], {alone:.0f} ms alone")


def _newsroom(texts: list[tuple[str, str]], chance: random.Random) -> list[Story]:
    """Stories of one to eight reports each; a third of the words replaced at random, so that no two are alike."""
    vocabulary = sorted({word for _, text in texts for word in text.split()})

    def report(topics: list[str], at: timedelta, number: int) -> Article:
        title, text = chance.choice(texts)
        words = [chance.choice(vocabulary) if chance.random() < 1 / 3 else word for word in text.split()[:300]]
        sentences = split_sentences(" ".join(words), "en")
        parts = tuple(
            Paragraph(Kind.BODY, tuple(sentences[start : start + 2])) for start in range(0, len(sentences), 2)
        )
        matches = {slug: TopicMatch(slug, chance.uniform(0.3, 1.0), ()) for slug in topics}
        return article(title, parts, credit=f"Outlet {number}", language="en", at=NOON - at, topics=matches)

    stories = []
    for _ in range(STORIES):
        topics = chance.sample(TOPICS, chance.randint(1, 3))
        sources = min(8, int(chance.expovariate(0.5)) + 1)
        articles = [report(topics, timedelta(hours=chance.uniform(0, 24)), number) for number in range(sources)]
        if chance.random() < UPDATES:
            articles.append(report(topics, timedelta(hours=chance.uniform(25, 72)), sources))
        stories.append(story(*articles))
    return stories


if __name__ == "__main__":
    measure_speed()
