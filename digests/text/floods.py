"""Markup that costs its parser more than it should: more attributes or elements than anybody writes."""

from __future__ import annotations

import re
from itertools import islice

ATTRIBUTES = 250
"""An element has at most so many: libxml2 compares each with each, which takes hours for a page full of them."""
ELEMENTS = 100_000
"""A page has at most so many: the longest of articles has some thousands, and each is walked over dozens of times."""
_NAME = r"[^\s<>/=\"']"
_VALUE = r"(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]{0,2000}+|)"
_ATTRIBUTE = rf"[\s/]*+[^\s>/][^\s>/=]{{0,200}}+(?:\s*+=\s*+{_VALUE})?+"  # bounded: many beginnings stay cheap
_FLOOD = re.compile(rf"<[A-Za-z]{_NAME}{{0,99}}+(?:{_ATTRIBUTE}){{{ATTRIBUTES}}}+")
_ELEMENT = re.compile(r"<[A-Za-z]")


def without_flood(html: str) -> str:
    """The page up to an element with more than 250 attributes, wherever such a thing stands, or to its 100,000th.

    Every `<` before a letter is looked at as a tag of its own (HTML, 13.2.5.6 to 13.2.5.38), also inside scripts and
    comments: what looks different to the parser is then found as well.
    """
    if html.count("<") > ELEMENTS:
        last = next(islice(_ELEMENT.finditer(html), ELEMENTS, None), None)
        html = html[: last.start()] if last else html
    found = _FLOOD.search(html)
    return html[: found.start()] if found else html
