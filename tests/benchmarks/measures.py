"""What `quality` prints, measure by measure: each function calls one benchmark and gives its figures."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path

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


MEASURES: Mapping[str, Measure] = {
    "seeds": seeds,
    "verbatim": verbatim,
    "chain": chain,
}
"""By the name that `--only` takes, in the order of the table."""
