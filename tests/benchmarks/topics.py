"""How well the topic rules find the desk of German news: `python -m tests.benchmarks.topics [FILE]`.

Nothing is trained on the data; the rules of seeds/topics.toml stand as they are. Each article's best match among the
topics of a desk decides; no match at all counts as wrong.
"""

from __future__ import annotations

import gzip
import json
import sys
import time
from collections import Counter
from pathlib import Path

from digests.domain.topics import Catalogue

CATALOGUE = Path(__file__).parents[2] / "seeds" / "topics.toml"
DATA = Path(__file__).parents[3] / "shared" / "data" / "topics_de.jsonl.gz"
FLOOR = 0.68
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


def desk(catalogue: Catalogue, title: str, text: str) -> str:
    """The desk whose topics fit best, or "none"; politics is foreign where a foreign topic says more than Austria."""
    desks = {slug: name for name, slugs in DESKS.items() for slug in slugs}
    scores = {match.slug: match.score for match in catalogue.match(title, text, "de")}
    best = max(scores.keys() & desks.keys(), key=lambda slug: (scores[slug], slug), default=None)
    if best is None:
        return "none"
    foreign = max((scores[slug] for slug in scores.keys() & ABROAD), default=0.0) > scores.get(HOME, 0.0)
    return "International" if desks[best] == "Inland" and foreign else desks[best]


def main(path: Path) -> int:
    """Print accuracy and per-desk figures; 1 when the floor is missed."""
    catalogue = Catalogue.parse(CATALOGUE.read_text(encoding="utf-8"), CATALOGUE.name)
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    started = time.perf_counter()
    pairs = Counter((row["label"], desk(catalogue, *_split(row["text"]))) for row in rows)
    spent = time.perf_counter() - started
    right = sum(count for (true, found), count in pairs.items() if true == found)
    for name in DESKS:
        hit = pairs[name, name]
        found = sum(count for (_, guess), count in pairs.items() if guess == name)
        true = sum(count for (label, _), count in pairs.items() if label == name)
        wrong = Counter({guess: count for (label, guess), count in pairs.items() if label == name and guess != name})
        shown = ", ".join(f"{guess} {count}" for guess, count in wrong.most_common(4))
        print(
            f"{name:14} precision {hit / max(found, 1):.3f}  recall {hit / true:.3f}  of {true:3}   taken for {shown}"
        )
    accuracy = right / len(rows)
    print(f"accuracy {accuracy:.3f} (floor {FLOOR}), {1000 * spent / len(rows):.2f} ms per article")
    return int(accuracy < FLOOR)


def _split(text: str) -> tuple[str, str]:
    """The data has no titles: its first sentence is the source's teaser line, which serves as one."""
    first, _, rest = text.partition(". ")
    return (first, rest) if rest else ("", text)


if __name__ == "__main__":
    data = Path(sys.argv[1]) if len(sys.argv) > 1 else DATA
    if not data.exists():
        sys.exit(f"{data} is missing; the benchmark needs the project's shared data beside the repository")
    sys.exit(main(data))
