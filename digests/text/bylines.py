"""Who wrote an article, of what sources and pages say in many ways."""

from __future__ import annotations

import re
from collections.abc import Iterable

_PERSON = re.compile(r"(?:[^\s@()<>]+@[^\s@()<>]+\s*)\((?P<name>[^()]+)\)")  # RSS 2.0, <author>
_NO_NAME = re.compile(r"<?\b[^\s@<>()]+@[^\s@<>()]+\b>?|https?://\S+|\bwww\.\S+|\(\s*\)|@\w+|\(\s*$|^[\w-]+\.\w{2,4}$")
_BY = re.compile(r"^(?:von|by|par|por|di|автор:?|text:|author:)\s+(?=\S)", re.IGNORECASE)
_NOBODY = re.compile(
    r"(?:admin|administrator|root|redaktion\d*|editor|unknown|anonymous|none|null|n/?a|user\d*)", re.IGNORECASE
)
_LONGEST = 200


def author(names: Iterable[str | None], site: str | None = None) -> str | None:
    """The names as one line, without mail addresses, accounts and the name of the `site`; None when none is left."""
    found = (_PERSON.sub(r"\g<name>", name) for name in names if name)
    bare = (_BY.sub("", " ".join(_NO_NAME.sub(" ", name).split()).strip(" ,;|-")) for name in found)
    house = (site or "").casefold()
    kept = [each for each in bare if any(map(str.isalpha, each)) and each.casefold() != house]
    return ", ".join(dict.fromkeys(each for each in kept if not _NOBODY.fullmatch(each)))[:_LONGEST] or None
