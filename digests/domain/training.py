"""Training and testing the topic classifier: weighted ridge regression in its dual form.

With a few thousand texts the n x n system is solved at once, so nothing depends on chance or on an order. How sure a
score makes is learnt from leave-one-out scores, which ridge regression gives in closed form (Rifkin and Lippert, "Notes
on regularized least squares", 2007).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from digests.domain.classifier import Floats, TopicModel, rule_vector, vector, word_counts
from digests.domain.examples import Example
from digests.domain.text_index import TextIndex
from digests.domain.topics import Catalogue
from digests.errors import InputError

FEWEST = 5
"""So many examples a topic needs."""
MOST = 5_000
"""So many examples are learnt from; of more, the last ones (time and memory grow with the square)."""
FOLDS = 5
_RIDGE = 0.1  # from .03 to .2 the cross-validated accuracy is the same
_BALANCE = 0.5  # rare topics count more, by this power of their rarity
_FEWEST_TEXTS = 2  # with a word in them
_LARGEST = 3_000_000  # bytes of weights before packing
_BLOCK = 1_024  # columns that are dense at once
_SHARPNESSES = np.geomspace(1, 10, 30)


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """An example as the learner sees it."""

    topic: str
    counts: dict[int, float]  # by key of a word
    evidence: dict[str, float]  # of the catalogue's rules, by slug
    ruled: str | None  # the best topic by rules alone, among those the examples have


@dataclass(frozen=True, slots=True, eq=False)
class Check:
    """What cross-validation says: pairs of (true topic, guessed topic) with their counts."""

    topics: tuple[str, ...]
    together: Counter[tuple[str, str | None]]
    words_only: Counter[tuple[str, str | None]]
    rules_only: Counter[tuple[str, str | None]]


def samples(examples: Iterable[Example], catalogue: Catalogue) -> list[Sample]:
    """Examples made ready. Raises InputError when they are too few to learn from."""
    kept = list(examples)[-MOST:]
    counts = Counter(example.topic for example in kept)
    rare = [f"{slug} {count}" for slug, count in sorted(counts.items()) if count < FEWEST]
    if rare:
        raise InputError("labelled articles", f"every topic needs at least {FEWEST}; found {', '.join(rare)}")
    if len(counts) < 2:
        raise InputError("labelled articles", "expected two or more topics to tell apart")
    return [_sample(example, catalogue, counts) for example in kept]


def _sample(example: Example, catalogue: Catalogue, topics: Iterable[str]) -> Sample:
    index = TextIndex(example.title, example.text, example.language)
    evidence = {slug: item.weight for slug, item in catalogue.evidence(index).items()}
    found = [slug for slug in topics if evidence.get(slug)]
    ruled = max(found, key=lambda slug: (evidence[slug], slug), default=None)
    return Sample(example.topic, word_counts(index), evidence, ruled)


def train(learnt: Sequence[Sample], *, use_rules: bool = True) -> TopicModel:
    """The model that these samples teach."""
    topics = tuple(sorted({sample.topic for sample in learnt}))
    rules = tuple(sorted({slug for sample in learnt for slug in sample.evidence})) if use_rules else ()
    features, idf = _vocabulary(learnt, len(topics))
    table = _Table(learnt, features, idf)
    evidence = np.array([rule_vector(sample.evidence, rules) for sample in learnt], np.float32)
    targets, importance, bias = _targets(learnt, topics)
    kernel = (table.gram() + evidence @ evidence.T).astype(np.float64)
    inverse = np.linalg.inv(kernel + _RIDGE * np.diag(1 / importance))
    duals = inverse @ (targets - bias)
    left_out = targets - duals / np.diag(inverse)[:, None]
    return TopicModel(
        topics=topics,
        features=features,
        idf=idf,
        weights=table.combine(duals),
        rules=rules,
        rule_weights=(evidence.T @ duals).astype(np.float32),
        bias=bias.astype(np.float32),
        sharpness=_sharpness(left_out, targets),
    )


def cross_validate(learnt: Sequence[Sample], folds: Sequence[int] | None = None) -> Check:
    """Guess every sample by models that have not seen it; `folds` says in which part each is, by default in turn."""
    parts = np.array(in_turn(learnt) if folds is None else folds)
    topics = tuple(sorted({sample.topic for sample in learnt}))
    check = Check(topics, Counter(), Counter(), Counter())
    for part in sorted(set(parts.tolist())):
        seen = [sample for sample, own in zip(learnt, parts, strict=True) if own != part]
        unseen = [sample for sample, own in zip(learnt, parts, strict=True) if own == part]
        for counts, use_rules in ((check.together, True), (check.words_only, False)):
            guess = _guesser(train(seen, use_rules=use_rules))
            counts.update((sample.topic, guess(sample)) for sample in unseen)
    check.rules_only.update((sample.topic, sample.ruled) for sample in learnt)
    return check


def accuracy(counts: Counter[tuple[str, str | None]]) -> float:
    """The share of pairs in which the guess is right."""
    return sum(count for (true, guess), count in counts.items() if true == guess) / max(counts.total(), 1)


def in_turn(learnt: Iterable[Sample]) -> list[int]:
    """The examples of each topic dealt out to the folds in their order."""
    dealt: Counter[str] = Counter()
    parts = []
    for sample in learnt:
        parts.append(dealt[sample.topic] % FOLDS)
        dealt[sample.topic] += 1
    return parts


def _guesser(model: TopicModel) -> Callable[[Sample], str]:
    return lambda sample: model.topics[int(model.scores(sample.counts, sample.evidence).argmax())]


def _vocabulary(learnt: Sequence[Sample], topics: int) -> tuple[NDArray[np.uint32], Floats]:
    """The keys of words worth keeping, sorted, and how telling each is."""
    texts: Counter[int] = Counter(key for sample in learnt for key in sample.counts)
    room = _LARGEST // (2 * topics + 6)
    kept = [key for key, count in texts.most_common(room) if count >= _FEWEST_TEXTS]
    features = np.array(sorted(kept), np.uint32)
    found = np.array([texts[key] for key in features.tolist()], np.float32)
    return features, (np.log((1 + len(learnt)) / (1 + found)) + 1).astype(np.float32)


def _targets(
    learnt: Sequence[Sample], topics: Sequence[str]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """For each sample and topic 1 or -1; how much each sample counts; and how common each topic is."""
    own = np.array([topics.index(sample.topic) for sample in learnt])
    targets = np.where(own[:, None] == np.arange(len(topics)), 1.0, -1.0)
    counts = np.bincount(own, minlength=len(topics))
    importance = (len(learnt) / len(topics) / counts[own]) ** _BALANCE
    return targets, importance, targets.mean(axis=0)


def _sharpness(scores: NDArray[np.float64], targets: NDArray[np.float64]) -> float:
    """The factor under which unseen texts have the most probable topics."""

    def surprise(factor: float) -> float:
        shifted = factor * (scores - scores.max(axis=1, keepdims=True))
        return float((np.log(np.exp(shifted).sum(axis=1)) - shifted[targets > 0]).sum())

    return float(min(_SHARPNESSES, key=surprise))


class _Table:
    """The texts as rows of a sparse matrix, worked through in dense blocks of columns."""

    def __init__(self, learnt: Sequence[Sample], features: NDArray[np.uint32], idf: Floats) -> None:
        self._texts, self._features = len(learnt), len(features)
        vectors = [vector(sample.counts, features, idf) for sample in learnt]
        columns = np.concatenate([where for where, _ in vectors])
        order = np.argsort(columns, kind="stable")
        self._columns = columns[order]
        self._rows = np.repeat(np.arange(self._texts), [len(where) for where, _ in vectors])[order]
        self._values = np.concatenate([values for _, values in vectors])[order]

    def gram(self) -> Floats:
        """The likeness of every text with every other; shape texts x texts."""
        likeness = np.zeros((self._texts, self._texts), np.float32)
        for block in self._blocks():
            likeness += block @ block.T
        return likeness

    def combine(self, duals: NDArray[np.float64]) -> Floats:
        """The weight of each feature for each topic, from the weight of each text; shape features x topics."""
        narrow = duals.astype(np.float32)
        parts = [block.T @ narrow for block in self._blocks()]
        return np.concatenate(parts) if parts else np.zeros((0, narrow.shape[1]), np.float32)

    def _blocks(self) -> Iterator[Floats]:
        for start in range(0, self._features, _BLOCK):
            first, last = np.searchsorted(self._columns, [start, start + _BLOCK])
            block = np.zeros((self._texts, min(_BLOCK, self._features - start)), np.float32)
            block[self._rows[first:last], self._columns[first:last] - start] = self._values[first:last]
            yield block
