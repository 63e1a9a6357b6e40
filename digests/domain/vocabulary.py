"""Which words of an article a search may be completed or corrected by."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from digests.domain.transliteration import sound_key
from digests.text.phrases import phrases
from digests.text.words import WORD, stem

SHORTEST = 4
"""Letters of a stem that is kept; shorter ones are found as they are or not at all."""
_LONGEST = 60


@dataclass(frozen=True, slots=True)
class ToldWord:
    """A word by the stem that the index has, as it stands in the text, and the sounds it spells if it is a name."""

    stem: str
    spelling: str
    sound: str  # empty for what cannot be a name


def told_words(title: str, body: str, language: str) -> Iterator[ToldWord]:
    """The words of the headline, and those of the text that begin with a capital; each stem once.

    Filling words, numbers and short ones are left out.
    """
    fillers = phrases(language).stopwords
    seen: set[str] = set()
    stems: set[str] = set()
    for text, everything in ((title, True), (body, False)):
        for match in WORD.finditer(unicodedata.normalize("NFC", text)):
            spelling = match[0]
            if not (everything or spelling[0].isupper()) or spelling in seen:
                continue
            seen.add(spelling)
            made = stem(spelling, language)
            if SHORTEST <= len(made) <= _LONGEST and made.isalpha() and made not in stems:
                stems.add(made)
                if spelling.lower() not in fillers:
                    yield ToldWord(made, spelling, sound_key(spelling) if spelling[0].isupper() else "")
