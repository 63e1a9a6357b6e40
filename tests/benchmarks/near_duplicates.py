"""Near-duplicates: eight kinds of edits on real texts, F1, precision and speed.

    python -m tests.benchmarks.near_duplicates

Reads ../shared/data beside the repository; says what is missing.
"""

from __future__ import annotations

import random
import re
import time

from digests.text.fingerprints import DuplicateIndex, fingerprint
from tests.benchmarks.stories import load

EDITS = ("furniture", "new head", "10 % words", "20 % words", "30 % words", "first half", "sentences lost", "shuffled")
FURNITURE = ("Diesen Artikel teilen", "Mehr zum Thema", "Foto: Archiv", "Jetzt Newsletter bestellen", "Zur Startseite")
_END = re.compile(r"(?<=[.!?])\s+")


def edited(text: str, edit: str, words: list[str], chance: random.Random) -> str:
    """A copy of `text` as other outlets would make it."""
    sentences = _END.split(text)
    if edit == "furniture":
        return " ".join([chance.choice(FURNITURE), *sentences, *chance.sample(FURNITURE, 3)])
    if edit == "new head":
        return " ".join([*chance.sample(words, 8), *sentences[1:]])
    if edit == "first half":
        return " ".join(sentences[: max(2, len(sentences) // 2)])
    if edit == "sentences lost":
        return " ".join(sentence for sentence in sentences if chance.random() > 0.3)
    if edit == "shuffled":
        return " ".join(chance.sample(sentences, len(sentences)))
    share = int(edit[:2]) / 100
    return " ".join(chance.choice(words) if chance.random() < share else word for word in text.split())


def main() -> None:
    """Stream all texts, each followed later by a copy; count right, wrong and missed originals."""
    texts = [row["text"] for name in ("topics_de.jsonl.gz", "stories_en.jsonl.gz") for row in load(name)]
    texts = [text for text in dict.fromkeys(texts) if len(text.split()) >= 40]
    if not texts:
        return
    chance = random.Random(1)
    words = sorted({word for text in texts for word in text.split()})
    index, right, wrong, missed = DuplicateIndex(), dict.fromkeys(EDITS, 0), 0, 0
    for number, text in enumerate(texts):
        values = fingerprint(text)
        wrong += index.find(values) is not None
        index.add(number, values)
    print(f"false alarms among {len(texts)} texts: {wrong} (some really are copies of each other)")
    copies = [(number, edit, edited(text, edit, words, chance)) for edit in EDITS for number, text in enumerate(texts)]
    began = time.process_time()
    for number, edit, copy in copies:
        found = index.find(fingerprint(copy))
        right[edit] += found == number
        missed += found is None
        wrong += found not in (number, None)
    speed = len(copies) / (time.process_time() - began)
    for edit, count in right.items():
        print(f"{edit:15} recall {count / len(texts):.3f}")
    hits = sum(right.values())
    print(
        f"F1 {2 * hits / (2 * hits + 2 * wrong + missed):.3f}, precision {hits / (hits + wrong):.3f}, "
        f"{speed:.0f} per CPU second"
    )


if __name__ == "__main__":
    main()
