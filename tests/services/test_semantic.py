"""Stories across languages with an embedder: what it says is stored, and known again after a start."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from numpy.typing import NDArray

from digests.services.ingesting import Ingesting
from digests.storage import models
from tests.support.bureau import Bureau, catalogue, raw
from tests.support.reports import GRAIN, Report
from tests.support.rows import rows

ABROAD = Report(
    "A weekend of rowing on the old canal",
    ("Twelve crews from the valley took part in the races.", "The water was calm and many families came to watch."),
    "en",
)


class Twins:
    """An embedder to which every text means the same."""

    name = "fast"
    languages = frozenset({"de", "en"})
    common_ground = 0.5
    at_home = 0.0

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        return np.tile(np.eye(1, 8, dtype=np.float32), (len(texts), 1))


@pytest.mark.parametrize("embedder", [None, Twins()])
async def test_meaning_joins_what_words_cannot(any_bureau: Bureau, embedder: Twins | None) -> None:
    first = Ingesting(any_bureau.database, catalogue(), any_bureau.clock, embedder)
    await first.ingest(raw(GRAIN))
    again = Ingesting(any_bureau.database, catalogue(), any_bureau.clock, embedder)  # a new start
    report = await again.ingest(raw(ABROAD))
    assert report.placement.opened_story is (embedder is None)
    stored = [row["vector"] for row in await rows(any_bureau.database, models.Article)]
    assert all((vector is not None) is (embedder is not None) for vector in stored)
