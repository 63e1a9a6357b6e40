"""Which German word another one ends with: Rentenerhöhung with Erhöhung, Urteil not with Teil."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHORT_LINK = re.compile("[sn]$")
_LINKS = ("", "s", "es", "n", "en", "e", "er", "ens")
"""What joins the parts of compounds."""
_SHORTEST = 3
# Words that only look as if they ended with a shorter one.
_NO_COMPOUNDS = {
    "sport": {"transport"}, "spiel": {"beispiel"}, "kunst": {"unkunst"}, "union": {"kommunion"}, "stand": {"verstand"},
    "ort": {"wort"}, "recht": {"gerecht"}, "teil": {"urteil", "vorteil", "nachteil"},
}  # fmt: skip


def ends_with(compound: str, part: str) -> bool:
    """True when the stem `compound` looks like a compound whose last part has the stem `part`."""
    before = compound.removesuffix(part)
    if len(part) < 4 or before == compound or len(before) < _SHORTEST or compound in _NO_COMPOUNDS.get(part, ()):
        return False
    return len(part) >= 5 or bool(_SHORT_LINK.search(before))


def first_parts(before: str) -> Iterator[str]:
    """The words that may stand before the last part of a compound, without what joins them: "renten", "rente"."""
    for link in _LINKS:
        word = before.removesuffix(link)
        if len(word) >= _SHORTEST and before.endswith(link):
            yield word
