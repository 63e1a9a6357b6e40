"""How long answers wait beside a broadcast at its full rate, in real time and over HTTP.

    python -m tests.benchmarks.lanes [--ways sqlite,postgresql,webhook] [--articles 10000] [--each 15]

The questions, the bot and the Bot API are those of `answers`: three rows of it with the same archive, without a
broadcast, with one at the free rate and with one at the paid rate. The Bot API refuses what is above Telegram's limit.
"""

from __future__ import annotations

import argparse
import asyncio

from tests.benchmarks.answers import (
    ASKED,
    PER_SECOND,
    ROUND_TRIP,
    WAYS,
    WISHES,
    answered,
    archive,
    invite,
    kind_of,
    percentile,
)
from tests.benchmarks.delivery import FREE, FREE_LIMIT, PAID, PAID_LIMIT
from tests.benchmarks.update_api import running

_WARM = 90.0
"""Seconds until the questions begin, and after their end, during which the broadcast must go on."""
BROADCASTS: dict[str, tuple[float, int, dict[str, object]]] = {
    "none": (0.0, FREE_LIMIT, {}),
    "free rate": (FREE, FREE_LIMIT, {"SEND_RATE": FREE}),
    "paid rate": (PAID, PAID_LIMIT, {"SEND_RATE": FREE, "PAID_BROADCAST": "on", "PAID_RATE": PAID}),
}
"""Digests a second, what the Bot API takes in any second, and the bot's settings."""


def main() -> None:
    """Print the table, one row after another."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ways", default="sqlite,postgresql", help=f"of {','.join(WAYS)}")
    parser.add_argument("--articles", type=int, default=10_000, help="stored")
    parser.add_argument("--each", type=int, default=15, help="questions of each kind")
    given = parser.parse_args()
    asked, takes = (given.each + 2) * len(ASKED) * len(WISHES), given.each * len(ASKED) / PER_SECOND
    print("| broadcast | way | answers | waited ms, p50 | p99 | longest |\n|---|---|---|---|---|---|")
    for way in given.ways.split(","):
        for name, (rate, limit, settings) in BROADCASTS.items():
            digests = int(rate * (takes + _WARM))
            with archive(kind_of(way), given.articles, None) as url, running() as api:
                asyncio.run(invite(url, digests, asked))
                api.reset(ROUND_TRIP, limit)
                waited = answered(way, api, url, given.articles, given.each, **settings)["all"]
            cells = (len(waited), *(f"{percentile(waited, share):.0f}" for share in (0.5, 0.99, 1.0)))
            print(f"| {name} | {way} |", " | ".join(map(str, cells)), "|", flush=True)


if __name__ == "__main__":
    main()
