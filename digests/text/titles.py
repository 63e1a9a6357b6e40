"""The title of a text: bare of what sites and wires put around it, and made from its lead where it has none."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digests.text.fitness import leans_on_context
from digests.text.quotes import balanced
from digests.text.words import words

_WHOLE = 160  # characters up to which a whole sentence may stand as a headline
_CUT = 110
_CLAUSE = re.compile(r"[,;:]\s|\s[–—-]\s")
_DATE = r"\d{1,2}\.\s?\d{1,2}\.\s?(?:\d{4}|\d\d)"
_SUFFIX = re.compile(
    rf"\s[–—|-]\s(?:[^–—|]{{1,30}}\s[–—|-]\s)?{_DATE}$"  # " – Sender – 30.01.2024"
    r"|\s[|–—-]\s[\w-]+\.(?:de|com|at|ch|net|org|co\.uk|ua)$"  # " - Zeitung.de"
    r"|\s\|\s(?:[A-ZÄÖÜ]\w*\s){0,4}(?:News|Online|Nachrichten|Zeitung|Tageblatt|Magazin)(?:\sOnline)?$",
)
_WIRE = re.compile(r"^(?:B?POL|FW|FFW|HZA|KFV|THW|DRK)(?:-[A-ZÄÖÜ]{1,6})*:\s+(?=\S)|\s*\((?:ots|OTS|dpa|DPA)\)$")
_CROSSES = re.compile(r"^\++\s*|\s*\++$")
_FEWEST = 2  # words of a headline without them
_LEFT = re.compile(r"[\s,;:–—-]+$")


def bare_title(title: str) -> str:
    """`title` without the site's name and date behind it, the wire's sign and the crosses of a ticker around it."""
    bare = title
    for pattern in (_SUFFIX, _WIRE, _WIRE, _CROSSES):
        bare = pattern.sub("", bare)
    return bare if len(words(bare)) >= _FEWEST else title


def derive_title(sentences: Sequence[str], language: str) -> str:
    """A headline made of the lead, word for word.

    The first sentence that stands alone (no question, nothing that points back) goes without its full stop. Above 160
    characters it is cut at the last clause boundary within 110 that is outside quotations and brackets and keeps five
    words; without one, behind the last whole word, with an ellipsis.
    """
    if not sentences:
        return ""
    alone = [text for text in sentences if not text.endswith("?") and not leans_on_context(text, language)]
    sentence = (alone or list(sentences))[0]
    whole = sentence[:-1] if sentence.endswith(".") and not sentence.endswith("..") else sentence
    if len(whole) <= _WHOLE:
        return whole
    cuts = [match.start() for match in _CLAUSE.finditer(whole, 0, _CUT + 1)]
    for cut in reversed(cuts):
        head = _LEFT.sub("", whole[:cut])
        if len(words(head)) >= 5 and balanced(head):
            return head
    spaces = [match.start() for match in re.finditer(" ", whole[:_CUT])]
    for cut in reversed(spaces):
        head = _LEFT.sub("", whole[:cut])
        if balanced(head) and len(words(head)) >= 3:
            return f"{head} …"
    return f"{_LEFT.sub('', whole[:_CUT])} …"
