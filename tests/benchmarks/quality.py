"""All yardsticks in one run: ours, its spread, what stands beside it, floor, goal and verdict.

    python -m tests.benchmarks.quality [--quick] [--only NAME]... [--json FILE]

Reads the measuring data beside the repository. A measure whose data or package is missing says so in a line and the
rest goes on; the exit code is 1 when a floor is missed or a measure could not be taken.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import structlog

from tests.benchmarks.data import MissingDataError
from tests.benchmarks.measures import MEASURES
from tests.benchmarks.tables import Aim, Verdict, judged, printed

AIMS: Mapping[str, Aim] = {
    "seeds: assertions that hold": Aim(1, 1),
    "HTML, F1, German": Aim(0.955, 0.965),
    "HTML, F1, other": Aim(0.945, 0.955),
    "HTML, ms, 95th of 100, German": Aim(None, 150, at_most=True),
    "as scraped, F1, German": Aim(0.930, 0.955),
    "as scraped, F1, other": Aim(0.890, 0.920),
    "as scraped, German pages below .5": Aim(0, 0, at_most=True),
    "as scraped, ms, German": Aim(None, 10, at_most=True),
    "whole page, F1, German": Aim(0.915, 0.945),
    "as scraped, contamination": Aim(0.04, 0.01, at_most=True),
    "whole page, contamination": Aim(0.12, 0.03, at_most=True),
    "foreign passage, false marks": Aim(0.01, 0.005, at_most=True),
    "foreign passage, recall, capital heading": Aim(0.90, 0.95),
    "foreign passage, recall, plain heading": Aim(0.60, 0.75),
    "teaser where there is one, R1, German": Aim(0.87, 0.90),
    "teaser where there is one, R1, other": Aim(0.87, 0.90),
    "teaser, unsupported ones shown, German": Aim(0, 0, at_most=True),
    "teaser, unsupported ones shown, other": Aim(0, 0, at_most=True),
    "extraction, R1, German": Aim(0.198),
    "extraction, RL, German": Aim(0.143),
    "extraction, sets below lead-2": Aim(0, 0, at_most=True),
    "extraction, p of being no better than lead-2, German": Aim(None, 0.05, at_most=True),
    "extraction, ms, German": Aim(None, 4, at_most=True),
    "near-duplicates, F1": Aim(0.98, 0.99),
    "near-duplicates, precision": Aim(0.98, 0.995),
    "near-duplicates, per CPU second": Aim(1_000, 3_000),
    "same story, German pairs, AP": Aim(0.79, 0.83),
    "same story, with semantic-best, AP": Aim(0.83, 0.87),
    "stories, B3, with repairs": Aim(0.87, 0.90),
    "stories, clusters of a recurring format": Aim(0, 0, at_most=True),
    "stories, per CPU second at 10k": Aim(500, 2_000),
    "stories, memory at 10k, MB": Aim(400, 400, at_most=True),
    "topics, no labels, accuracy": Aim(0.68, 0.78),
    "topics, with labels, accuracy": Aim(0.81, 0.85),
    "free words, AP": Aim(0.44, 0.55),
    "language of headlines": Aim(0.985, 0.990),
    "language of 4 words": Aim(0.965, 0.975),
    "language of sentences": Aim(0.999, 0.9995),
    "shown sentences verbatim in their article": Aim(1, 1),
    "whole chain, CPU ms per article": Aim(20, 10, at_most=True),
}
"""What is asked of each measure. Bounds that depend on machine and load are those of a shared machine with 2 cores."""


def run(names: list[str], *, quick: bool) -> tuple[list[dict[str, Any]], list[str]]:
    """All figures, judged, and a line for each measure that could not be taken."""
    rows: list[dict[str, Any]] = []
    failures: list[str] = []
    for name in names:
        began = time.perf_counter()
        try:
            rows += [judged(figure, AIMS) for figure in MEASURES[name](quick)]
        except MissingDataError as error:
            failures.append(f"{name}: {error}")
        except ModuleNotFoundError as error:
            failures.append(f"{name}: the package {error.name} is missing; install the extras dev and bench")
        print(f"{name}: {time.perf_counter() - began:.0f} s", file=sys.stderr)
    return rows, failures


def main() -> int:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--quick", action="store_true", help="fewer texts, orders and calls")
    parser.add_argument("--only", action="append", choices=sorted(MEASURES), metavar="NAME", help=", ".join(MEASURES))
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the rows there, too")
    given = parser.parse_args()
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    began = time.perf_counter()
    rows, failures = run(given.only or list(MEASURES), quick=given.quick)
    print(printed(rows))
    for failure in failures:
        print(f"not measured: {failure}")
    missed = [row["measure"] for row in rows if row["verdict"] == Verdict.MISSED]
    print(f"{len(rows)} figures, {len(missed)} below their floor, in {time.perf_counter() - began:.0f} s")
    if given.json:
        given.json.write_text(json.dumps({"rows": rows, "failures": failures}, indent=1, ensure_ascii=False))
    return int(bool(missed or failures))


if __name__ == "__main__":
    sys.exit(main())
