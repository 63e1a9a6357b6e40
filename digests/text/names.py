"""Who is named by the surname alone, and where the full name stands that the reader needs with it."""

from __future__ import annotations

import re
from collections.abc import Sequence, Set

from digests.text.phrases import phrases
from digests.text.words import words

_WORD = r"[A-ZÄÖÜÁÉÓŠŽČА-ЯІЇЄҐ][\w’'-]+"
_FULL_NAME = re.compile(rf"\b{_WORD}(?: (?:von|van|de|der|da|la|le))*(?: {_WORD})+")


def needed_introductions(sentences: Sequence[str], known: Set[str], language: str) -> list[frozenset[int]]:
    """Per sentence the indices of earlier ones that introduce by a fuller name whom it names by the last part alone.

    "Anna Kern leitet das Amt. Kern ist 50." -> [{}, {0}]. Words in `known` (those of the headline) need no
    introduction. In German a compound name of anything counts too, which does no harm: it is introduced as well.
    """
    small = phrases(language).stopwords
    introduced: dict[str, int] = {}
    needed: list[frozenset[int]] = []
    for index, sentence in enumerate(sentences):
        parts = (name.group().split() for name in _FULL_NAME.finditer(sentence))
        full = [
            name for name in parts if len(name) > 2 or name[0].lower() not in small
        ]  # "Die Ukraine" is no full name
        spelt_out = {part for name in full for part in name}
        alone = (word for word in words(sentence) if word not in spelt_out and word not in known)
        needed.append(frozenset(introduced[word] for word in alone if word in introduced))
        for name in full:
            introduced.setdefault(name[-1], index)
    return needed
