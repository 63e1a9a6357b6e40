"""What `quality` prints, measure by measure: each function calls one benchmark and gives its figures."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

from tests.benchmarks import data
from tests.benchmarks.data import MissingDataError
from tests.benchmarks.tables import Figure

ROOT = Path(__file__).parents[2]
Measure = Callable[[bool], Iterable[Figure]]


def seeds(_quick: bool) -> Iterator[Figure]:
    """Section by section what must come of the two seed articles, by the tests that say it."""
    command = [sys.executable, "-m", "pytest", "-n", "0", "-p", "no:randomly", "tests/services/test_seeds.py"]
    ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    counts = {word: int(number) for number, word in re.findall(r"(\d+) (passed|failed|error)", ran.stdout)}
    total = sum(counts.values())
    if not total:
        raise MissingDataError(f"tests/services/test_seeds.py could not be run: {ran.stdout[-200:]}{ran.stderr[-200:]}")
    yield Figure(
        "seeds: assertions that hold", counts.get("passed", 0) / total, f"{total} tests on SQLite and PostgreSQL"
    )


def verbatim(quick: bool) -> Iterator[Figure]:
    """Every sentence of many digests is looked up in the article it names."""
    from tests.benchmarks.sample_digests import shown_and_unsupported

    shown, unsupported, digests = asyncio.run(shown_and_unsupported(30 if quick else 200))
    share = 1 - len(unsupported) / shown
    yield Figure(
        "shown sentences verbatim in their article", share, f"{shown:,} sentences of {digests} digests of all the data"
    )
    for sentence in unsupported[:5]:
        print(f"    not in its article: {sentence[:100]}", file=sys.stderr)


def chain(quick: bool) -> Iterator[Figure]:
    """The cost of storing an article among ten thousand others."""
    from tests.benchmarks import chain as benchmark

    raws = benchmark.texts()
    for kind in ("sqlite",) if quick else ("sqlite", "postgresql"):
        for size in (0,) if quick else (0, 10_000):
            cost = asyncio.run(benchmark.cost_of(kind, size, raws))
            best = kind == "sqlite" and size == 0
            name = "whole chain, CPU ms per article" + ("" if best else f", {kind}, {size:,} stored")
            yield Figure(name, cost.cpu, f"{benchmark.MEASURED} scraped texts: {benchmark.stage_line(cost)}")


_INPUTS = {"seed-like": "as scraped", "full dump": "whole page", "HTML": "HTML"}
_PEERS_SHOWN = 3


def cleaning(quick: bool) -> Iterator[Figure]:
    """Reading pages as they are scraped, as a whole and as HTML, beside other libraries."""
    from tests.benchmarks import cleaning as benchmark

    own = benchmark.measure()
    others = [] if quick else benchmark.baselines()
    for row in own:
        place, data = f"{_INPUTS[row.input]}, ", f"{row.pages} {row.part} pages"
        peers = [each for each in others if (each.input, each.part) == (row.input, row.part)]
        best = sorted(peers, key=lambda each: -each.f1)[:_PEERS_SHOWN]
        yield Figure(
            f"{place}F1, {row.part}",
            row.f1,
            data,
            (row.low, row.high),
            {each.way: each.f1 for each in best},
            "95 % of resamplings by publisher",
        )
        if row.part == "German":
            yield Figure(f"{place}German pages below .5", row.bad, data, None, {each.way: each.bad for each in best})
            if row.input != "HTML":
                furniture = {each.way: each.contamination for each in best}
                yield Figure(f"{place}contamination", row.contamination, data, None, furniture)
        else:
            yield Figure(f"{place}contamination, other", row.contamination, data)
        yield Figure(f"{place}ms, {row.part}", row.ms, data, None, {each.way: each.ms for each in best})
        yield Figure(
            f"{place}ms, 95th of 100, {row.part}", row.ms_95, data, None, {each.way: each.ms_95 for each in best}
        )


def passages(_quick: bool) -> Iterator[Figure]:
    """Foreign passages put into the middle of real articles."""
    from tests.benchmarks import cleaning as benchmark

    wrong = 0.0
    for loud, heading in ((True, "capital"), (False, "plain")):
        recall, false = benchmark.passages(loud=loud)
        wrong = max(wrong, false)
        yield Figure(f"foreign passage, recall, {heading} heading", recall, "German pages of six paragraphs or more")
    yield Figure("foreign passage, false marks", wrong, "German pages of six paragraphs or more, the worse of both")


def extraction(_quick: bool) -> Iterator[Figure]:
    """Summaries against editors' teasers."""
    from tests.benchmarks import extraction as benchmark

    below = 0
    for part in ("German", "other"):
        rows = {row.way: row for row in benchmark.measure(part)}
        own, told = rows.pop("this"), benchmark.teasers(part)
        below += own.r1 < rows["lead-2"].r1
        place = f"{own.pages} {part} pages with a teaser"
        yield Figure(f"extraction, R1, {part}", own.r1, place, None, {way: row.r1 for way, row in rows.items()})
        yield Figure(f"extraction, RL, {part}", own.rl, place, None, {way: row.rl for way, row in rows.items()})
        yield Figure(f"extraction, p of being no better than lead-2, {part}", own.p, f"{place}, publishers drawn anew")
        yield Figure(f"extraction, ms, {part}", own.ms, place, None, {way: row.ms for way, row in rows.items()})
        used = f"{told.used} of {place}"
        yield Figure(f"teaser where there is one, R1, {part}", told.r1, used)
        yield Figure(f"teaser, unsupported ones shown, {part}", told.unsupported, used)
    yield Figure("extraction, sets below lead-2", below, "German and other pages")


def stories(quick: bool) -> Iterator[Figure]:
    """Streaming stories, pairs with and without embeddings, speed and memory of the index."""
    from tests.benchmarks import stories as benchmark

    yield from benchmark.measure_speed(
        benchmark.WINDOWS[: 1 if quick else 2]
    )  # first, as memory is that of the process
    yield benchmark.measure_formats()
    yield benchmark.measure_events()
    yield benchmark.measure_events(repaired=True)
    yield benchmark.measure_strangers()
    yield benchmark.measure_pairs("de", "de")
    for embedder in benchmark.embedders():
        if not quick or embedder.name != "best":
            yield benchmark.measure_pairs("de", "de", embedder)


def near_duplicates(_quick: bool) -> Iterator[Figure]:
    """Copies edited in eight ways."""
    from tests.benchmarks import near_duplicates as benchmark

    rows = {row.way: row for row in benchmark.measure()}
    own = rows.pop("this")
    place = f"{own.texts} texts, eight edits of each"
    yield Figure("near-duplicates, F1", own.f1, place, None, {way: row.f1 for way, row in rows.items()})
    yield Figure(
        "near-duplicates, precision", own.precision, place, None, {w: row.precision for w, row in rows.items()}
    )
    speeds = {way: row.per_second for way, row in rows.items()}
    yield Figure("near-duplicates, per CPU second", own.per_second, place, None, speeds)


def topics(quick: bool) -> Iterator[Figure]:
    """The desk of German articles by the rules alone, and with the labels of an operator."""
    from digests.domain.topics import Catalogue
    from tests.benchmarks import topics as benchmark

    articles = [(row["label"], *benchmark._split(row["text"])) for row in data.rows("topics_de")]
    catalogue = Catalogue.parse(benchmark.CATALOGUE.read_text(encoding="utf-8"), benchmark.CATALOGUE.name)
    (rules, *_), _ = benchmark.by_rules(articles, catalogue)
    told = f"{len(articles)} articles of 9 desks"
    yield Figure("topics, no labels, accuracy", rules.value, told, (rules.low, rules.high), {}, "95 % by number")
    if not quick:
        learnt = {row.measure: row for row in benchmark.by_labels(articles, catalogue)}
        own = learnt["labels and rules"]
        others = {name: row.value for name, row in learnt.items() if " of " not in name and row is not own}
        told += ", learnt from four fifths"
        yield Figure("topics, with labels, accuracy", own.value, told, (own.low, own.high), others, "3 seeds")


def languages(_quick: bool) -> Iterator[Figure]:
    """Beside py3langid with our languages and lingua."""
    from tests.benchmarks import languages as benchmark

    rows = benchmark.measure()
    for kind in benchmark.KINDS:
        ways = {row.way: row for row in rows if row.kind == kind}
        own = ways.pop("this")
        others = {way: row.right for way, row in ways.items()}
        yield Figure(f"language of {kind}", own.right, f"{own.texts:,} texts, {own.per_second:,.0f}/s", None, others)


def keywords(_quick: bool) -> Iterator[Figure]:
    """Editors' keywords typed as free words."""
    from tests.benchmarks import keywords as benchmark

    rows = {row.measure: row for row in benchmark.measure(benchmark.DATA)}
    for group in ("all", "de", "en"):
        own = rows[f"free words, {group}"]
        others = {name: row.value for name, row in rows.items() if name.endswith(f", {group}") and row is not own}
        yield Figure(
            "free words, AP" + ("" if group == "all" else f", {group}"),
            own.value,
            f"{own.keywords} keywords of 117 pages",
            (own.low, own.high),
            {name.removesuffix(f", {group}"): value for name, value in others.items()},
            "95 % of resamplings",
        )


MEASURES: Mapping[str, Measure] = {
    "seeds": seeds,
    "stories": stories,
    "cleaning": cleaning,
    "passages": passages,
    "extraction": extraction,
    "near-duplicates": near_duplicates,
    "topics": topics,
    "keywords": keywords,
    "languages": languages,
    "verbatim": verbatim,
    "chain": chain,
}
"""By the name that `--only` takes, in the order of the table."""
