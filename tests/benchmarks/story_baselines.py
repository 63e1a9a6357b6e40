"""What stories are compared with: plain TF-IDF over words, once with all texts in hand and once as they stream in.

Both get a threshold that suits them: the mean of the best ones of either half of the events, which flatters them.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Hashable, Sequence

import numpy as np
from numpy.typing import NDArray

from tests.benchmarks.data import MissingDataError

THRESHOLDS = tuple(round(0.05 * step, 2) for step in range(1, 13))
Matrix = NDArray[np.float64]
Clustering = Callable[[Matrix, float], list[int]]
Score = Callable[[Sequence[Hashable], Sequence[Hashable]], float]


def similarities(texts: Sequence[str]) -> Matrix:
    """Cosines of scikit-learn's TF-IDF. Raises MissingDataError without scikit-learn."""
    try:
        from sklearn.feature_extraction.text import TfidfVectorizer
    except ModuleNotFoundError as error:
        raise MissingDataError("the baselines need scikit-learn: pip install 'depesche[bench]'") from error
    vectors = TfidfVectorizer(sublinear_tf=True).fit_transform(texts)
    cosines: Matrix = (vectors @ vectors.T).toarray()
    return cosines


def average_link(cosines: Matrix, threshold: float) -> list[int]:
    """Agglomerative clustering of all texts at once, average link."""
    from sklearn.cluster import AgglomerativeClustering

    clustering = AgglomerativeClustering(
        n_clusters=None, metric="precomputed", linkage="average", distance_threshold=1 - threshold
    )
    return [int(label) for label in clustering.fit_predict(1 - cosines)]


def single_pass(cosines: Matrix, threshold: float) -> list[int]:
    """Each text joins the cluster whose members it resembles most on average, or opens one (Allan et al. 1998)."""
    clusters: list[list[int]] = []
    found: list[int] = []
    for place, row in enumerate(cosines):
        scores = [float(row[cluster].mean()) for cluster in clusters]
        nearest = int(np.argmax(scores)) if scores else -1
        if nearest < 0 or scores[nearest] < threshold:
            clusters.append([])
            nearest = len(clusters) - 1
        clusters[nearest].append(place)
        found.append(nearest)
    return found


def with_suitable_threshold(cosines: Matrix, events: Sequence[Hashable], clustering: Clustering, score: Score) -> float:
    """The score on all texts with the mean of the thresholds that suit the halves of the events best."""
    known = sorted(set(events), key=str)
    first = set(random.Random(0).sample(known, len(known) // 2))
    halves = [
        np.array([place for place, event in enumerate(events) if (event in first) == side]) for side in (True, False)
    ]

    def scored(places: NDArray[np.int64], threshold: float) -> float:
        return score([events[place] for place in places], clustering(cosines[np.ix_(places, places)], threshold))

    best = [THRESHOLDS[int(np.argmax([scored(half, threshold) for threshold in THRESHOLDS]))] for half in halves]
    chosen = float(np.mean(best))
    return score(events, clustering(cosines, chosen))
