"""Measures the language of titles, first words and sentences: `python -m tests.benchmarks.languages`.

Truth is the language of the country of a page's publisher, or that of the whole data set; texts of the shared data
beside the repository. Beside it py3langid unrestricted. A miss is shown, so that one can tell wrong truth from error.
"""

from __future__ import annotations

import gzip
import json
import re
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from digests.text.languages import detect
from digests.text.sentences import split_sentences
from digests.text.words import words
from tests.benchmarks.cleaning import PAGES

SPOKEN = {
    "de": "de", "at": "de", "us": "en", "uk": "en", "au": "en", "za": "en", "mx": "en", "tw": "en", "cz": "cs",
    "es": "es", "it": "it", "fr": "fr", "jp": "ja", "kr": "ko", "cn": "zh", "ru": "ru", "lt": "lt", "dk": "da",
    "id": "id", "py": "de", "be": "nl",
}  # fmt: skip
SHOWN = 8


@dataclass(frozen=True)
class Sample:
    """A text and its language; `kind` is the row of the table it counts for."""

    kind: str
    language: str
    text: str


def rows(name: str) -> Iterator[dict[str, object]]:
    """The rows of one file of the data; ends the run with a clear word where it is missing."""
    path = Path(PAGES).with_name(name)
    if not path.exists():
        sys.exit(f"{path} is missing; the benchmark needs the project's shared data beside the repository")
    with gzip.open(path, "rt", encoding="utf-8") as stream:
        for line in stream:
            yield json.loads(line)


def first_words(text: str, number: int) -> str | None:
    """The first words of a text as they stand, or None when it is shorter."""
    found = words(text)
    return " ".join(found[:number]) if len(found) >= number else None


def samples() -> Iterator[Sample]:
    """Titles, their first four words, and sentences of six or more words."""
    for row in rows("pages.jsonl.gz"):
        language = SPOKEN.get(str(row["country"]))
        if language:
            paragraphs = row["paragraphs"]
            assert isinstance(paragraphs, list)
            yield from of_text(language, str(row["title"] or ""), " ".join(paragraphs[:3]))
    for row in rows("stories_en.jsonl.gz"):
        yield from of_text("en", str(row["title"]), str(row["text"])[:600])
    for row in rows("topics_de.jsonl.gz"):
        yield from of_text("de", "", str(row["text"])[:600])


def of_text(language: str, title: str, body: str) -> Iterator[Sample]:
    """The samples of one article."""
    if title:
        yield Sample("headlines", language, title)
        if four := first_words(title, 4):
            yield Sample("4 words", language, four)
    for sentence in split_sentences(re.sub(r"\s+", " ", body), language)[:4]:
        if len(words(sentence)) >= 6:
            yield Sample("sentences", language, sentence)


def unrestricted() -> Callable[[str], str]:
    """py3langid with all its languages."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    return lambda text: str(identifier.classify(text)[0])


def accuracy(kind: str, found: list[Sample], say: Callable[[str], str], name: str) -> list[tuple[Sample, str]]:
    """Prints one line; returns the misses."""
    started = time.process_time()
    said = [say(sample.text) for sample in found]
    seconds = time.process_time() - started
    misses = [(sample, answer) for sample, answer in zip(found, said, strict=True) if answer != sample.language]
    print(
        f"{kind:10} {name:14} right {1 - len(misses) / len(found):.4f} of {len(found):5} {len(found) / seconds:7,.0f}/s"
    )
    return misses


def main() -> None:
    """Print all figures and some misses."""
    every = list(samples())
    detect("", "Ein Text lädt das Modell.")
    peer = unrestricted()
    for kind in ("headlines", "4 words", "sentences"):
        found = [sample for sample in every if sample.kind == kind]
        accuracy(kind, found, peer, "py3langid")
        for sample, answer in accuracy(kind, found, lambda text: detect("", text), "this")[:SHOWN]:
            print(f"    {sample.language} taken for {answer}: {sample.text[:90]}")


if __name__ == "__main__":
    main()
