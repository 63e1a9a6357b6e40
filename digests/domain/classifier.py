"""What an operator's labelled articles have taught: a linear classifier that says which topic a text is about.

Words count by their stems and by their first five letters, which joins German compounds (Rente, Rentenzahlung); the
evidence of the catalogue's rules stands beside them. Training is in `digests.domain.training`.
"""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from digests.domain.text_index import TextIndex
from digests.errors import InputError
from digests.text.phrases import phrases
from digests.text.words import REMEMBERED

Floats = NDArray[np.float32]

VERSION = 1
"""Of the stored form; another one is refused."""
RULES_SHARE = 0.2
"""How much the rules' evidence counts beside the words, which count 1. Cross-validated on news of nine desks, where .1
to .3 differ by less than the spread."""
_PREFIX = 5  # letters
_SHOWN = 6  # words of the text named in a guess
_PLACE = "the stored topic model"


@dataclass(frozen=True, slots=True)
class Guess:
    """The topic a model finds most likely, and the words of the text that weighed most for it."""

    slug: str
    probability: float  # among the topics the model knows
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, eq=False)
class TopicModel:
    """A trained classifier. Shapes: F features of words, R topics with rules, C topics to choose from."""

    topics: tuple[str, ...]  # slugs, C
    features: NDArray[np.uint32]  # keys of words, sorted, F
    idf: Floats  # how telling each is, F
    weights: Floats  # F x C
    rules: tuple[str, ...]  # slugs whose evidence it reads, R
    rule_weights: Floats  # R x C
    bias: Floats  # C
    sharpness: float  # turns scores into probabilities

    def guess(self, index: TextIndex, evidence: Mapping[str, float]) -> Guess:
        """The likeliest topic of a text; `evidence` is what the catalogue's rules say for each topic of theirs."""
        counts = word_counts(index)
        scores = self.scores(counts, evidence)
        odds = np.exp(self.sharpness * (scores - scores.max()))
        best = int(scores.argmax())
        where, values = vector(counts, self.features, self.idf)
        lead = self.weights[where, best] - self.weights[where].mean(axis=1)
        gains = dict(zip(self.features[where].tolist(), (values * lead).tolist(), strict=True))
        return Guess(self.topics[best], float(odds[best] / odds.sum()), _telling(index, gains))

    def scores(self, counts: Mapping[int, float], evidence: Mapping[str, float]) -> Floats:
        """How much each topic fits a text of these `word_counts`; shape C."""
        where, values = vector(counts, self.features, self.idf)
        scores: Floats = (
            self.bias + values @ self.weights[where] + rule_vector(evidence, self.rules) @ self.rule_weights
        )
        return scores

    def to_bytes(self) -> bytes:
        """The stored form: arrays of NumPy, no code. 16 bits a weight are enough."""
        packed = io.BytesIO()
        np.savez_compressed(
            packed,
            version=np.array(VERSION),
            topics=np.array(self.topics),
            features=self.features,
            idf=self.idf.astype(np.float16),
            weights=self.weights.astype(np.float16),
            rules=np.array(self.rules),
            rule_weights=self.rule_weights.astype(np.float16),
            bias=self.bias,
            sharpness=np.array(self.sharpness),
        )
        return packed.getvalue()

    @classmethod
    def from_bytes(cls, body: bytes) -> TopicModel:
        """The model stored by `to_bytes`. Raises InputError when it is none, or one of another version."""
        try:
            with np.load(io.BytesIO(body), allow_pickle=False) as stored:
                parts = {name: stored[name] for name in stored.files}
            version = int(parts["version"])
        except (ValueError, KeyError, TypeError, EOFError, OSError, zipfile.BadZipFile) as error:
            raise InputError(_PLACE, f"cannot be read ({error}); train it again") from error
        if version != VERSION:
            raise InputError(_PLACE, f"has version {version}, expected {VERSION}; train it again")
        try:
            model = cls(
                topics=tuple(map(str, parts["topics"])),
                features=parts["features"].astype(np.uint32),
                idf=parts["idf"].astype(np.float32),
                weights=parts["weights"].astype(np.float32),
                rules=tuple(map(str, parts["rules"])),
                rule_weights=parts["rule_weights"].astype(np.float32),
                bias=parts["bias"].astype(np.float32),
                sharpness=float(parts["sharpness"]),
            )
        except (KeyError, ValueError, TypeError) as error:
            raise InputError(_PLACE, f"lacks a part ({error}); train it again") from error
        model._check()
        return model

    def _check(self) -> None:
        features, rules, topics = len(self.features), len(self.rules), len(self.topics)
        shapes = (self.idf.shape, self.weights.shape, self.rule_weights.shape, self.bias.shape)
        if not topics or shapes != ((features,), (features, topics), (rules, topics), (topics,)):
            raise InputError(_PLACE, "has parts that do not fit one another; train it again")
        if not all(np.isfinite(part).all() for part in (self.idf, self.weights, self.rule_weights, self.bias)):
            raise InputError(_PLACE, "has weights that are no numbers; train it again")

    def check_topics(self, known: Iterable[str]) -> None:
        """Raise InputError when this model was trained for topics that the catalogue no longer has."""
        gone = sorted({*self.topics, *self.rules} - set(known))
        if gone:
            listed = ", ".join(gone)
            raise InputError(
                _PLACE, f"was trained with topics that the catalogue does not have: {listed}; train it again"
            )


def word_counts(index: TextIndex) -> dict[int, float]:
    """How often each key of a word stands in the text, weighted by place: title, beginning, rest."""
    counts: dict[int, float] = defaultdict(float)
    for surface, everywhere in index.by_surface.items():
        form, weight = index.forms[surface], sum(map(index.place, everywhere))
        for key in _keys(form.stem, form.folded):
            counts[key] += weight
    return counts


@lru_cache(maxsize=REMEMBERED)
def _keys(stem: str, folded: str) -> tuple[int, ...]:
    """What a word is known by; 32 bits of a checksum, so that a model needs no table of words."""
    whole = crc32(f"s{stem}".encode())
    return (whole, crc32(f"p{folded[:_PREFIX]}".encode())) if len(folded) > _PREFIX else (whole,)


def vector(counts: Mapping[int, float], features: NDArray[np.uint32], idf: Floats) -> tuple[NDArray[np.intp], Floats]:
    """The places of a text's words among the sorted features, and their values (TF-IDF, of length 1 together)."""
    keys = np.fromiter(counts, np.uint32, len(counts))
    where = np.searchsorted(features, keys)
    known = where < len(features)
    known[known] = features[where[known]] == keys[known]
    heavy = _sublinear(np.fromiter(counts.values(), np.float32, len(counts)))
    heavy[known] *= idf[where[known]]
    heavy[~known] *= idf.max(initial=1.0)  # words never learnt make what is known of the text less
    return where[known], _unit(heavy)[known]


def rule_vector(evidence: Mapping[str, float], rules: Iterable[str]) -> Floats:
    """The rules' evidence as features: square roots, so that plenty does not drown the rest; its length is fixed."""
    found = np.array([evidence.get(slug, 0.0) for slug in rules], np.float32)
    return _unit(np.sqrt(found)) * np.float32(RULES_SHARE**0.5)


def _sublinear(counts: Floats) -> Floats:
    """A word that stands there ten times is not ten times as telling."""
    return (1 + np.log(counts)).astype(np.float32)


def _unit(values: Floats) -> Floats:
    """The vector with length 1, or as it is when it has none."""
    length = float(np.linalg.norm(values))
    return values / np.float32(length) if length else values


def _telling(index: TextIndex, gains: Mapping[int, float]) -> tuple[str, ...]:
    """The words of the text that gained most, without those that every text has."""
    fillers = phrases(index.language).stopwords
    gained: dict[str, float] = {}
    for surface, form in index.forms.items():
        if len(surface) >= 3 and not surface.isdigit() and surface.lower() not in fillers:
            gained[surface] = sum(gains.get(key, 0.0) for key in _keys(form.stem, form.folded))
    best = sorted((word for word in gained if gained[word] > 0), key=lambda word: (-gained[word], word))
    return tuple(best[:_SHOWN])
