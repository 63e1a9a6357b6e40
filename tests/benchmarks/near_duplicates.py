"""Near-duplicates: eight kinds of edits on real texts, F1, precision, recall and speed.

    python -m tests.benchmarks.near_duplicates

All texts stream in first, then eight copies of each, and every way names the original of each copy or none. Beside ours
the hash of the whole text, a 64-bit simhash of word triples (Charikar, 2002), and datasketch's MinHash LSH on word
triples. Their thresholds are the best of a few on this very data, which flatters them.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import blake2b
from typing import Any, Protocol

import numpy as np

from digests.text.fingerprints import DuplicateIndex, fingerprint
from digests.text.words import words
from tests.benchmarks.data import MissingDataError, clear_exit, rows
from tests.benchmarks.tables import table

EDITS = ("furniture", "new head", "10 % words", "20 % words", "30 % words", "first half", "sentences lost", "shuffled")
FURNITURE = ("Diesen Artikel teilen", "Mehr zum Thema", "Foto: Archiv", "Jetzt Newsletter bestellen", "Zur Startseite")
_END = re.compile(r"(?<=[.!?])\s+")
_FEWEST_WORDS = 40
_SIMHASH_BITS = 20
_MINHASH_JACCARD = 0.2
_PERMUTATIONS = 128


class Finder(Protocol):
    """Keeps texts under numbers and names the one that a further text comes from."""

    def add(self, number: int, text: str) -> None: ...

    def find(self, text: str) -> int | None: ...


class Ours:
    """The product's own index."""

    def __init__(self) -> None:
        self._index = DuplicateIndex()

    def add(self, number: int, text: str) -> None:
        self._index.add(number, fingerprint(text))

    def find(self, text: str) -> int | None:
        return self._index.find(fingerprint(text))


class Exact:
    """The same words in the same order."""

    def __init__(self) -> None:
        self._numbers: dict[bytes, int] = {}

    def add(self, number: int, text: str) -> None:
        self._numbers.setdefault(self._key(text), number)

    def find(self, text: str) -> int | None:
        return self._numbers.get(self._key(text))

    def _key(self, text: str) -> bytes:
        return blake2b(" ".join(words(text.lower())).encode()).digest()


class Simhash:
    """The nearest text by 64 bits, if it is near."""

    def __init__(self) -> None:
        self._numbers: list[int] = []
        self._hashes: list[int] = []

    def add(self, number: int, text: str) -> None:
        self._numbers.append(number)
        self._hashes.append(self._hash(text))

    def find(self, text: str) -> int | None:
        if not self._hashes:
            return None
        apart = np.bitwise_count(np.array(self._hashes, dtype=np.uint64) ^ np.uint64(self._hash(text)))
        nearest = int(apart.argmin())
        return self._numbers[nearest] if apart[nearest] <= _SIMHASH_BITS else None

    def _hash(self, text: str) -> int:
        hashes = np.frombuffer(
            b"".join(blake2b(each, digest_size=8).digest() for each in triples(text)), dtype=np.uint8
        )
        ones = np.unpackbits(hashes).reshape(-1, 64).mean(axis=0) > 0.5
        return int.from_bytes(np.packbits(ones).tobytes())


class MinHashes:
    """Among the candidates of the LSH table the one with the greatest estimated Jaccard similarity."""

    def __init__(self) -> None:
        from datasketch import MinHash, MinHashLSH

        self._new = MinHash
        self._table = MinHashLSH(threshold=_MINHASH_JACCARD, num_perm=_PERMUTATIONS)
        self._kept: dict[int, Any] = {}

    def add(self, number: int, text: str) -> None:
        self._kept[number] = self._hash(text)
        self._table.insert(number, self._kept[number])

    def find(self, text: str) -> int | None:
        mine = self._hash(text)
        found = [(self._kept[number].jaccard(mine), -number) for number in self._table.query(mine)]
        best, number = max(found, default=(0.0, 0))
        return -number if best >= _MINHASH_JACCARD else None

    def _hash(self, text: str) -> Any:  # noqa: ANN401 - datasketch has no types
        made = self._new(num_perm=_PERMUTATIONS)
        made.update_batch(list(triples(text)))
        return made


WAYS: Mapping[str, Callable[[], Finder]] = {
    "exact hash": Exact, "simhash": Simhash, "datasketch MinHashLSH": MinHashes, "this": Ours,
}  # fmt: skip


@dataclass(frozen=True)
class Row:
    """How one way does: shares of all copies and, per second of CPU, copies told."""

    way: str
    f1: float
    precision: float
    recall: float
    per_second: float
    texts: int
    by_edit: Mapping[str, float]  # recall
    false_alarms: int  # originals taken for copies of another; some really are


def triples(text: str) -> Iterable[bytes]:
    """The word triples of a text."""
    found = words(text.lower())
    return (" ".join(found[at : at + 3]).encode() for at in range(max(1, len(found) - 2)))


@cache
def material() -> tuple[Sequence[str], Sequence[tuple[int, str, str]]]:
    """All texts of enough words, and (number, edit, copy) of each. Raises MissingDataError."""
    texts = [str(row["text"]) for name in ("topics_de", "stories_en") for row in rows(name)]
    texts = [text for text in dict.fromkeys(texts) if len(text.split()) >= _FEWEST_WORDS]
    chance = random.Random(1)
    vocabulary = sorted({word for text in texts for word in text.split()})
    copies = [(at, edit, edited(text, edit, vocabulary, chance)) for edit in EDITS for at, text in enumerate(texts)]
    return texts, copies


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


def measure() -> list[Row]:
    """All ways on the same copies. Raises MissingDataError."""
    try:
        return [_row(way, make()) for way, make in WAYS.items()]
    except ImportError as error:
        raise MissingDataError(f"{error}; install the extra: pip install -e '.[bench]'") from error


def _row(way: str, finder: Finder) -> Row:
    texts, copies = material()
    alarms = 0
    for number, text in enumerate(texts):
        alarms += finder.find(text) is not None
        finder.add(number, text)
    right, wrong, missed = dict.fromkeys(EDITS, 0), alarms, 0
    began = time.process_time()
    for number, edit, copy in copies:
        found = finder.find(copy)
        right[edit] += found == number
        missed += found is None
        wrong += found not in (number, None)
    speed = len(copies) / (time.process_time() - began)
    hits = sum(right.values())
    return Row(
        way=way,
        f1=2 * hits / (2 * hits + wrong + missed + (len(copies) - hits - missed)),
        precision=hits / max(1, hits + wrong),
        recall=hits / len(copies),
        per_second=speed,
        texts=len(texts),
        by_edit={edit: count / len(texts) for edit, count in right.items()},
        false_alarms=alarms,
    )


def main() -> None:
    """Print all figures."""
    measured = measure()
    lines = [
        (row.way, *(f"{value:.3f}" for value in (row.f1, row.precision, row.recall)), f"{row.per_second:,.0f}",
         str(row.false_alarms), *(f"{row.by_edit[edit]:.2f}" for edit in EDITS))
        for row in measured
    ]  # fmt: skip
    print(f"{measured[0].texts} texts, {len(EDITS)} copies of each")
    print(table(lines, head=("way", "F1", "precision", "recall", "per s", "alarms", *EDITS)))


if __name__ == "__main__":
    with clear_exit():
        main()
