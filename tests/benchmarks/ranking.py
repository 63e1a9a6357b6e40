"""Ranking: what comes first among labelled events, which items tell the same, and what composing costs.

    python -m tests.benchmarks.ranking

Reads ../shared/data beside the repository; says what is missing.
"""

from __future__ import annotations

import math
import random
import time
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from datetime import timedelta
from itertools import combinations
from statistics import fmean, median

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.composing import compose
from digests.domain.digests import Digest, Item, Window
from digests.domain.preferences import Length, Preferences
from digests.domain.ranking import HALF_LIFE, half_life
from digests.domain.repeats import tells_again
from digests.domain.topics import Catalogue
from digests.services.matching import Matcher
from digests.text.document import Kind, Paragraph
from digests.text.reading import read_document
from digests.text.sentences import split_sentences
from digests.text.summarising import content_stems
from tests.benchmarks import data
from tests.benchmarks.stories import cluster, newcomer
from tests.support.builders import NOON, article, story

DAY = timedelta(days=1)
WINDOW = Window(NOON - DAY, NOON)
STORIES, PROFILES, ROUNDS = 1_000, 100, 3
TOPICS = tuple(f"topic-{number}" for number in range(30))
UPDATES = 0.3
"""Share of stories that began before the window."""
SHUFFLES = 20
EVERYTHING = 10_000


def measure_order() -> None:
    """Events as stories whose reports come at random hours of a day: do those with many sources stand above?"""
    rows = data.rows("stories_en")
    if not rows:
        return
    events: defaultdict[str, list[tuple[str, list[str]]]] = defaultdict(list)
    for row in rows:
        events[row["event"]].append((row["title"], row["text"].split("\n")))
    found: defaultdict[str, list[float]] = defaultdict(list)
    for seed in range(SHUFFLES):
        chance = random.Random(seed)
        hours = {event: chance.uniform(0, 20) for event in events}  # when its last report came
        for name, ages in (("all at once", dict.fromkeys(events, 0.0)), ("over a day", hours)):
            stories = [_event(reports, ages[event]) for event, reports in events.items()]
            items = compose(Preferences(), WINDOW, stories, now=NOON, limit=EVERYTHING, every=True).items
            ranked = sorted(items, key=lambda item: -item.score)
            counts = [float(item.witnesses) for item in ranked]
            found[f"{name}: mean sources of the first 10"].append(fmean(counts[:10]))
            found[f"{name}: tau of rank and sources"].append(_tau([-place for place in range(len(counts))], counts))
            found[f"{name}: mean hours of the first 10"].append(fmean(_hours(item) for item in ranked[:10]))
    sizes = [len({title for title, _ in reports}) for reports in events.values()]
    print(f"order of {len(events)} events, {fmean(sizes):.1f} sources each, {max(sizes)} at most:")
    for name, values in found.items():
        print(f"    {name:42} {fmean(values):.2f}  [{min(values):.2f}-{max(values):.2f}]")
    week = half_life(Window(NOON - 7 * DAY, NOON))
    print(
        f"    a second source is worth {HALF_LIFE / timedelta(hours=1):.0f} h of a day's digest, "
        f"{week / timedelta(hours=1):.0f} h of a week's; two steps of weight as much"
    )


def measure_repeats() -> None:
    """How often are reports of one event, and of different ones, taken for the same news?"""
    rows = data.rows("stories_en")
    pairs = data.rows("pairs")
    if not rows or not pairs:
        return
    items = [_told([article(row["title"], row["text"].split("\n"), language="en")]) for row in rows]
    events = [row["event"] for row in rows]
    _print_repeats("events, single reports", events, items)
    for seed in range(5):
        order = random.Random(seed).sample(range(len(rows)), len(rows))
        reports = [newcomer(rows[place]["title"], rows[place]["text"], NOON) for place in order]
        groups: defaultdict[int, list[int]] = defaultdict(list)
        for place, number in zip(order, cluster(reports, repaired=True), strict=True):
            groups[number].append(place)
        main = [Counter(events[place] for place in group).most_common(1)[0][0] for group in groups.values()]
        made = [_told([_report(rows[place]) for place in group]) for group in groups.values()]
        _print_repeats(f"events as clustered, order {seed}", main, made)
    for language in ("de", "en"):
        marks: Counter[tuple[bool, bool]] = Counter()
        for row in pairs:
            if {row["language1"], row["language2"]} == {language}:
                one, other = (_told([_scraped(row[f"text{side}"], language)]) for side in (1, 2))
                marks[row["overall"] <= 2, _either(one, other)] += 1
        print(
            f"repeats in pairs {language}: {_share(marks, same=True)} the same, {_share(marks, same=False)} different"
        )


def _print_repeats(name: str, events: Sequence[Hashable], items: Sequence[Item]) -> None:
    marks = Counter(
        (events[one] == events[two], _either(items[one], items[two])) for one, two in combinations(range(len(items)), 2)
    )
    print(f"repeats in {name}: {_share(marks, same=True)} of one event, {_share(marks, same=False)} of two")


def _share(marks: Counter[tuple[bool, bool]], *, same: bool) -> str:
    return f"{marks[same, True]} of {marks[same, True] + marks[same, False]}"


def _either(one: Item, other: Item) -> bool:
    return tells_again(one, other) or tells_again(other, one)


def _report(row: dict[str, str]) -> Article:
    return article(row["title"], row["text"].split("\n"), credit=row["title"], language="en")


def _scraped(text: str, language: str) -> Article:
    document = read_document(text, language=language)
    return article(document.title, document.paragraphs, language=language)


def _told(articles: Iterable[Article]) -> Item:
    (item,) = _everything([story(*articles)]).items
    return item


def _everything(stories: Sequence[Story]) -> Digest:
    return compose(Preferences(), WINDOW, stories, now=NOON, limit=EVERYTHING, every=True)


def _event(reports: Sequence[tuple[str, list[str]]], age: float) -> Story:
    at = NOON - timedelta(hours=age)
    return story(*(article(title, body, credit=title, language="en", at=at) for title, body in reports))


def _hours(item: Item) -> float:
    return (NOON - item.last_at) / timedelta(hours=1)


def _tau(one: Sequence[float], other: Sequence[float]) -> float:
    """Kendall's tau-b, where `one` has no ties."""
    agree = ties = total = 0
    for first, second in combinations(range(len(one)), 2):
        sign = (one[first] - one[second]) * (other[first] - other[second])
        agree += (sign > 0) - (sign < 0)
        ties += other[first] == other[second]
        total += 1
    return agree / math.sqrt(total * (total - ties))


def measure_speed() -> None:
    """Milliseconds of CPU per digest: many stories for many profiles, and for one who follows nothing, alone."""
    rows = data.rows("stories_en")
    if not rows:
        return
    stories = _newsroom([(row["title"], row["text"]) for row in rows], random.Random(0))
    chance = random.Random(1)
    wishes = [
        Preferences(topics=frozenset(chance.sample(TOPICS, chance.randint(2, 8))), length=chance.choice(list(Length)))
        for _ in range(PROFILES)
    ]
    catalogue = Catalogue(())
    found = []
    for _ in range(ROUNDS):
        content_stems.cache_clear()
        started = time.process_time()
        Matcher(catalogue).compose(Preferences(), WINDOW, stories, NOON)
        first = time.process_time() - started
        content_stems.cache_clear()
        started = time.process_time()
        matcher = Matcher(catalogue)
        for wish in wishes:
            matcher.compose(wish, WINDOW, stories, NOON)
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
    measure_order()
    measure_repeats()
    measure_speed()
