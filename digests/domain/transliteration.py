"""One key for the spellings of a Slavic name: Зеленський, Selenskyj, Selenskyi and Zelensky are one person.

Each sound that German, English and Cyrillic spelling write differently falls into one class (the German s and z, w and
v, sch and zh, ...). The key keeps the vowels, so it joins spellings of one form, not forms of two languages: Kiew and
Kyjiw differ here and are listed as one in seeds/topics.toml.
"""

from __future__ import annotations

import re
from functools import lru_cache

from digests.text.words import REMEMBERED, fold

_CYRILLIC = str.maketrans({
    "а": "a", "б": "b", "в": "v", "г": "g", "ґ": "g", "д": "d", "е": "e", "є": "ie", "ё": "io", "ж": "X", "з": "s",
    "и": "i", "і": "i", "ї": "i", "й": "i", "ы": "i", "к": "k", "л": "l", "м": "m", "н": "n", "о": "o", "п": "p",
    "р": "r", "с": "s", "т": "t", "у": "u", "ф": "v", "х": "C", "ц": "s", "ч": "C", "ш": "X", "щ": "X", "ь": "",
    "ъ": "", "э": "e", "ю": "iu", "я": "ia",
})  # fmt: skip
_LATIN = (
    ("schtsch", "X"), ("shch", "X"), ("tsch", "C"), ("tch", "C"), ("sch", "X"), ("sh", "X"), ("zh", "X"),
    ("kh", "C"), ("ch", "C"), ("ts", "s"), ("tz", "s"), ("ck", "k"), ("ph", "v"), ("h", "g"), ("w", "v"), ("f", "v"),
    ("z", "s"), ("j", "i"), ("y", "i"), ("q", "k"),
)  # fmt: skip
_CASES = re.compile("(?:ого|ому|ові|еві|ою|ом|ем|им|ым|ій|ий|ой)$")
_DOUBLED = re.compile(r"(.)\1+")
_SLAVIC = re.compile("(?:sk[yi][jiy]?|enko|[aeioy][wv]|[tsc]h?ch?uk|in|[yi][jy])s?$|zh|kh|shch|tsch|yj|yi|iy")
SHORTEST = 5
"""Keys with fewer sounds say too little."""
CYRILLIC = frozenset({"be", "bg", "kk", "mk", "mn", "ru", "sr", "uk"})
"""Languages that are written in Cyrillic letters."""


@lru_cache(maxsize=REMEMBERED)
def sound_key(name: str) -> str:
    """The class of sounds `name` stands for, without case endings; empty when it is too short to say anything."""
    folded = fold(name).replace("'", "").replace("’", "")
    if is_cyrillic(folded):
        sounds = _CASES.sub("", folded).translate(_CYRILLIC)
    else:
        sounds = folded
        for spelling, sound in _LATIN:
            sounds = sounds.replace(spelling, sound)
    sounds = _DOUBLED.sub(r"\1", sounds)
    sounds = sounds.rstrip("aeiou") or sounds
    return sounds if len(sounds) >= SHORTEST else ""


def is_cyrillic(word: str) -> bool:
    """True when `word` has a Cyrillic letter."""
    return not word.isascii() and any("\u0400" <= letter <= "\u04ff" for letter in word)


def same_name(one: str, other: str) -> bool:
    """True when both spellings write one name: across scripts, or both Latin and one spelled like a Slavic name.

    A final "a" is like one when both have it: Sacharowa is Zakharova, but Georgia is not George.
    """
    keys = sound_key(one)
    if not keys or keys not in {sound_key(other), sound_key(other.removesuffix("s"))}:
        return False
    if is_cyrillic(one) != is_cyrillic(other):
        return True
    names = [fold(one), fold(other)]
    return any(map(_SLAVIC.search, names)) or all(name.removesuffix("s").endswith("a") for name in names)
