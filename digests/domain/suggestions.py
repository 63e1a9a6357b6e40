"""Did-you-mean: the known names nearest to what somebody typed. Serves commands and topics alike."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache
from itertools import pairwise

from digests.text.words import fold

_DIGRAPHS = re.compile("[aou]e")
_OTHER = re.compile(r"[\W_]+")
CUTOFF = 0.34
"""The share of letters that may differ: one in three."""
_MOST = 3
"""Edits; more than these are no slip in the longest words either ("Nachrichten" is not "Sportnachrichten")."""
_SHORT, _BRIEF = 6, 3
"""Letters of words that must be spelt nearly so: one slip, the first letter right ("heute" is not "Leute"); in the
shortest ones any other letter makes another word ("abc" is not "bbc")."""
_FEW = 4
"""In words of so few letters a wrong one must lie beside the right one ("nati" is "nato", "kind" is not "kino")."""
_KEYBOARDS = (
    ("qwertyuiop", "asdfghjkl", "zxcvbnm"),
    ("qwertzuiop", "asdfghjkl", "yxcvbnm"),
    ("йцукенгшщзхї", "фівапролджє", "ячсмитьбю"),
)
"""What readers type on, row by row, each row half a key to the right of the one above."""
_MARGIN = 0.15
"""By how much of it others may differ more than the nearest."""


def key(name: str) -> str:
    """The form under which two spellings are one name: no case, slash, space, accent; ä = ae = a."""
    return _DIGRAPHS.sub(lambda pair: pair[0][0], _OTHER.sub("", fold(name)))


def distance(one: str, other: str, most: int | None = None) -> int:
    """Edits from `one` to `other`: insert, delete, replace, swap neighbours (optimal string alignment).

    With `most`, what is farther away counts as `most` + 1, and is not looked at to its end.
    """
    reach = max(len(one), len(other)) if most is None else most
    if abs(len(one) - len(other)) > reach:
        return reach + 1
    beyond = reach + 1
    before: list[int] = []
    row = [min(j, beyond) for j in range(len(other) + 1)]
    for i, letter in enumerate(one, 1):
        earlier, before, row = before, row, [beyond] * (len(other) + 1)
        row[0] = min(i, beyond)
        for j in range(max(1, i - reach), min(len(other), i + reach) + 1):
            counterpart = other[j - 1]
            cost = min(before[j] + 1, row[j - 1] + 1, before[j - 1] + (letter != counterpart))
            if i > 1 and j > 1 and letter == other[j - 2] and one[i - 2] == counterpart:
                cost = min(cost, earlier[j - 2] + 1)
            row[j] = min(cost, beyond)
        if min(row) > reach:
            return beyond
    return row[-1]


def nearest(typed: str, names: Iterable[str], count: int = 3, cutoff: float = CUTOFF) -> list[str]:
    """Up to `count` of `names` that `typed` may have meant, best first; empty when nothing is near.

    A name that begins with what was typed (three letters or more) is near however long it is. `cutoff` is the largest
    distance as a share of the longer spelling; short words must be spelt nearly so. What is much farther away than the
    best was hardly meant.
    """
    wanted = key(typed)
    if not wanted:
        return []
    ranked = sorted((far, name) for name in dict.fromkeys(names) if (far := _far(wanted, key(name))) <= cutoff)
    return [name for far, name in ranked[:count] if far <= ranked[0][0] + _MARGIN]


def _far(wanted: str, candidate: str) -> float:
    longer = max(len(wanted), len(candidate))
    if len(wanted) >= 3 and candidate.startswith(wanted):
        return 0.1 * (1 - len(wanted) / longer)
    if abs(len(wanted) - len(candidate)) > longer * 0.5 or (len(wanted) <= _SHORT and not _slip(wanted, candidate)):
        return 1.0
    edits = distance(wanted, candidate, _MOST)
    return edits / longer if edits <= _MOST else 1.0


def _slip(short: str, candidate: str) -> bool:
    """True when a short word differs from the candidate as one slip makes it differ."""
    if distance(short, candidate, 1) > 1:
        return False
    others = Counter(short) - Counter(candidate)
    if len(short) <= _BRIEF or not others:
        return not others
    if len(short) <= _FEW and len(short) == len(candidate):
        wrong = next((one, other) for one, other in zip(short, candidate, strict=True) if one != other)
        return short[0] == candidate[0] and wrong in _neighbours()
    return short[0] == candidate[0]


@cache
def _neighbours() -> frozenset[tuple[str, str]]:
    """Letters that lie side by side, in both orders."""
    found = set[tuple[str, str]]()
    for rows in _KEYBOARDS:
        pairs = [pair for row in rows for pair in pairwise(row)]
        for upper, lower in pairwise(rows):
            pairs += [*zip(upper, lower, strict=False), *zip(upper[1:], lower, strict=False)]
        found |= {each for one, other in pairs for each in ((one, other), (other, one))}
    return frozenset(found)
