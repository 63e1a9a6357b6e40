"""What the check of a sentence against its sources comes to."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Flaw(StrEnum):
    """Why a sentence is not supported."""

    NUMBER = "number"  # is not in the source, or counts something else there
    DATE = "date"
    NAME = "name"  # or in German a noun
    ROLE = "role"  # names have changed places, or bear another's office
    WORDS = "words"  # too much that the source does not say
    NEGATION = "negation"
    DIRECTION = "direction"  # up for down, won for lost
    DOUBT = "doubt"  # a wish or a suspicion told as a fact
    QUOTE = "quote"  # a quotation that is not verbatim
    LANGUAGE = "language"  # another one than was asked for, or one whose facts cannot be checked
    UNCITED = "uncited"  # names no source
    MARKUP = "markup"  # addresses, tags, signs of no sentence
    LENGTH = "length"
    QUESTION = "question"
    PERSON = "person"  # speaks for itself or to the reader
    UNFINISHED = "unfinished"
    LEANING = "leaning"  # cannot be understood without the sentence before it
    REPEATED = "repeated"  # says again what was said
    ALONE = "alone"  # is true, but what should come before it was not


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the check of one sentence came to: no flaw, or the flaw with the word that shows it."""

    flaw: Flaw | None = None
    word: str = ""

    @property
    def supported(self) -> bool:
        """True when the source says it."""
        return self.flaw is None


SUPPORTED = Verdict()


def best(verdicts: Iterable[Verdict]) -> Verdict:
    """The verdict that speaks for a sentence, else the first one that does not."""
    found = list(verdicts)
    return next((each for each in found if each.supported), found[0] if found else Verdict(Flaw.WORDS))
