"""Measures the language of titles, first words and sentences: `python -m tests.benchmarks.languages`.

Truth is the language of the country of a page's publisher, or that of the whole data set; for Ukrainian, of which the
data has nothing, our own test paragraphs. Beside it py3langid with all its languages, py3langid restricted to those of
the product, and lingua restricted likewise. Misses are shown, so that one can tell wrong truth from error.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache

from digests.text.languages import CANDIDATES, detect
from digests.text.sentences import split_sentences
from digests.text.words import words
from tests.benchmarks.data import clear_exit, rows
from tests.benchmarks.tables import table
from tests.support.paragraphs import paragraphs

SPOKEN = {
    "de": "de", "at": "de", "us": "en", "uk": "en", "au": "en", "za": "en", "mx": "en", "tw": "en", "cz": "cs",
    "es": "es", "it": "it", "fr": "fr", "jp": "ja", "kr": "ko", "cn": "zh", "ru": "ru", "lt": "lt", "dk": "da",
    "id": "id", "py": "de", "be": "nl",
}  # fmt: skip
KINDS = ("headlines", "4 words", "4 words of sentences", "4 words, Ukrainian", "sentences")
SHOWN = 8
_BY_SCRIPT = ("ja", "ko", "zh", "el", "he", "ar", "th", "ka", "hy")  # told by their letters alone


@dataclass(frozen=True)
class Sample:
    """A text and its language; `kind` is the row of the table it counts for."""

    kind: str
    language: str
    text: str


@dataclass(frozen=True)
class Row:
    """How often one way is right about one kind of texts."""

    kind: str
    way: str
    right: float  # share
    texts: int
    per_second: float  # CPU
    misses: Sequence[tuple[Sample, str]] = field(default=(), repr=False)


def first_words(text: str, number: int) -> str | None:
    """The first words of a text as they stand, or None when it is shorter."""
    found = words(text)
    return " ".join(found[:number]) if len(found) >= number else None


def samples() -> Iterator[Sample]:
    """Titles, their first four words, sentences of six or more words and their first four."""
    for row in rows("pages"):
        language = SPOKEN.get(str(row["country"]))
        if language:
            yield from _of_text(language, str(row["title"] or ""), " ".join(row["paragraphs"][:3]))
    for row in rows("stories_en"):
        yield from _of_text("en", str(row["title"]), str(row["text"])[:600])
    for row in rows("topics_de"):
        yield from _of_text("de", "", str(row["text"])[:600])
    for paragraph in paragraphs("uk"):
        for sentence in paragraph:
            if four := first_words(sentence, 4):
                yield Sample("4 words, Ukrainian", "uk", four)


def _of_text(language: str, title: str, body: str) -> Iterator[Sample]:
    if title:
        yield Sample("headlines", language, title)
        if four := first_words(title, 4):
            yield Sample("4 words", language, four)
    for sentence in split_sentences(re.sub(r"\s+", " ", body), language)[:4]:
        if len(words(sentence)) >= 6:
            yield Sample("sentences", language, sentence)
            yield Sample("4 words of sentences", language, first_words(sentence, 4) or "")


@cache
def ways() -> Mapping[str, Callable[[str], str]]:
    """Name -> what says the language; ours comes last."""
    return {
        "py3langid, all": _py3langid(None),
        "py3langid": _py3langid([*CANDIDATES, *_BY_SCRIPT]),
        "lingua": _lingua(),
        "this": lambda text: detect("", text),
    }


def _py3langid(languages: list[str] | None) -> Callable[[str], str]:
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages(languages)
    return lambda text: str(identifier.classify(text)[0])


def _lingua() -> Callable[[str], str]:
    from lingua import IsoCode639_1, LanguageDetectorBuilder

    codes = [getattr(IsoCode639_1, "NB" if code == "no" else code.upper()) for code in (*CANDIDATES, *_BY_SCRIPT)]
    detector = LanguageDetectorBuilder.from_iso_codes_639_1(*codes).with_preloaded_language_models().build()

    def say(text: str) -> str:
        found = detector.detect_language_of(text)
        code = found.iso_code_639_1.name.lower() if found else "und"
        return "no" if code == "nb" else code

    return say


def measure() -> list[Row]:
    """All kinds of texts by all ways. Raises MissingDataError."""
    every = list(samples())
    for say in ways().values():
        say("Ein Text lädt das Modell.")
    return [
        _row(kind, way, [sample for sample in every if sample.kind == kind], say)
        for kind in KINDS
        for way, say in ways().items()
    ]


def _row(kind: str, way: str, found: Sequence[Sample], say: Callable[[str], str]) -> Row:
    started = time.process_time()
    said = [say(sample.text) for sample in found]
    seconds = time.process_time() - started
    misses = [(sample, answer) for sample, answer in zip(found, said, strict=True) if answer != sample.language]
    return Row(kind, way, 1 - len(misses) / len(found), len(found), len(found) / seconds, misses)


def main() -> None:
    """Print all figures and some misses."""
    measured = measure()
    lines = [(row.kind, row.way, f"{row.right:.4f}", str(row.texts), f"{row.per_second:,.0f}") for row in measured]
    print(table(lines, head=("texts", "way", "right", "number", "per s")))
    for row in measured:
        for sample, answer in row.misses[:SHOWN] if row.way == "this" else ():
            print(f"{row.kind}: {sample.language} taken for {answer}: {sample.text[:90]}")


if __name__ == "__main__":
    with clear_exit():
        main()
