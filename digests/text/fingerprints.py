"""Near-duplicates: articles whose text is mostly another's, such as agency copies with a new headline.

A fingerprint samples the hashes of a text's word triples: those divisible by eight (mod sampling after Broder, 1997).
So equal passages leave equal hashes in any text, and the share of one text that stands in another can be estimated.
Containment, unlike Jaccard similarity, also finds shortened copies.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Sequence
from hashlib import blake2b

import numpy as np

from digests.text.words import REMEMBERED, WORD

CONTAINMENT = 0.25
"""Share of the smaller fingerprint that must stand in the other."""
FREQUENT = 8
"""A passage that stands in more articles than this, copies not counted, is furniture and no evidence."""
_SAMPLE = 8
_FEWEST = 16  # with fewer sampled hashes a text is short, and keeps up to _ALL of its hashes instead
_ALL = 160
_MOST = 400
_SHARED = 3  # two texts must share at least so many hashes


def fingerprint(text: str) -> tuple[int, ...]:
    """The sampled hashes of `text`, ascending; the same on every machine, each fits a signed 64-bit column.

    Empty for a text of fewer than three words.
    """
    tokens = WORD.findall(unicodedata.normalize("NFKC", text).lower())
    places = np.frombuffer(b"".join(map(_PLACES.__getitem__, tokens)), dtype=">i8").astype(np.int64).reshape(-1, 3)
    triples = places[:-2, 0] ^ places[1:-1, 1] ^ places[2:, 2]
    sample = np.unique(triples[triples % _SAMPLE == 0])
    chosen = sample[:_MOST] if len(sample) >= _FEWEST else np.unique(triples)[:_ALL]
    return tuple(chosen.tolist())


class _Places(dict[str, bytes]):
    """One 8-byte hash of a word per place in a triple; their exclusive or is the triple's hash (tabulation hashing).

    Remembers words; a plain dictionary, emptied when it is full, looks them up faster than an LRU cache.
    """

    def __missing__(self, token: str) -> bytes:
        if len(self) >= REMEMBERED:
            self.clear()
        digest = self[token] = blake2b(token.encode(), digest_size=24).digest()
        return digest


_PLACES = _Places()


def is_sampled(values: Sequence[int]) -> bool:
    """True for the fingerprint of a text long enough to be sampled; a short one keeps hashes of every residue."""
    return all(value % _SAMPLE == 0 for value in values)


class DuplicateIndex:
    """Fingerprints of recent articles in memory. Copies stand for their original: a family has one representative."""

    def __init__(self) -> None:
        self._families: defaultdict[int, set[int]] = defaultdict(set)  # hash -> originals with it, or copies of them
        self._hashes: dict[int, set[int]] = {}  # original -> all hashes of its family
        self._sizes: dict[int, tuple[int, int]] = {}  # original -> how many hashes, how many of them sampled
        self._originals: dict[int, int] = {}  # copy -> original

    def __len__(self) -> int:
        return len(self._sizes) + len(self._originals)

    def add(self, article_id: int, values: Sequence[int], duplicate_of: int | None = None) -> None:
        """Keep an article; a copy adds what it has of its own to the family of its original."""
        original = article_id if duplicate_of is None else self._originals.get(duplicate_of, duplicate_of)
        if original != article_id and original in self._sizes:
            self._originals[article_id] = original
        else:
            original = article_id
            self._sizes[original] = (len(values), sum(value % _SAMPLE == 0 for value in values))
        self._hashes.setdefault(original, set()).update(values)
        for value in values:
            self._families[value].add(original)

    def find(self, values: Sequence[int]) -> int | None:
        """The original that these hashes come from, the one with most of them (the earliest id decides a tie)."""
        families = self._families
        telling = [value for value in values if len(families.get(value, ())) <= FREQUENT]
        shared = Counter(original for value in telling for original in families.get(value, ()))
        is_long = is_sampled(values)
        sampled = len(telling) if is_long else sum(value % _SAMPLE == 0 for value in telling)
        best, original = 0.0, None
        for candidate, count in sorted(shared.items()):
            if count < _SHARED:
                continue
            contained = count / max(1, self._smaller(candidate, len(telling), sampled, is_long))
            if contained >= CONTAINMENT and contained > best:
                best, original = contained, candidate
        return original

    def remove(self, article_id: int) -> None:
        """Forget an article; with an original its whole family goes. An unknown id is no error."""
        self._originals.pop(article_id, None)
        if self._sizes.pop(article_id, None) is None:
            return
        for value in self._hashes.pop(article_id):
            self._families[value].discard(article_id)
            if not self._families[value]:
                del self._families[value]
        for copy in [copy for copy, original in self._originals.items() if original == article_id]:
            del self._originals[copy]

    def _smaller(self, candidate: int, hashes: int, sampled: int, is_long: bool) -> int:
        """The size of the smaller text, in the hashes that both fingerprints can have."""
        all_, only_sampled = self._sizes[candidate]
        both_short = not is_long and all_ > only_sampled
        return min(hashes, all_) if both_short else min(sampled, only_sampled)
