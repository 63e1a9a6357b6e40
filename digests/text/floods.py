"""Markup that costs its parser more than it should: elements with more attributes than anybody writes."""

from __future__ import annotations

import re

ATTRIBUTES = 250
"""An element has at most so many: libxml2 compares each with each, which takes hours for a page full of them."""
_NAME = r"[^\s<>/=\"']"
_VALUE = r"(?:\"[^\"]*+\"|'[^']*+'|[^\s>\"'][^\s>]{0,2000}+|)"
_ATTRIBUTE = rf"[\s/]*+[^\s>/][^\s>/=]{{0,200}}+(?:\s*+=\s*+{_VALUE})?+"  # bounded: many beginnings stay cheap
_FLOOD = re.compile(rf"<[A-Za-z]{_NAME}{{0,99}}+(?:{_ATTRIBUTE}){{{ATTRIBUTES}}}+")


def without_flood(html: str) -> str:
    """The page up to an element with more than 250 attributes, wherever such a thing stands.

    Every `<` before a letter is looked at as a tag of its own (HTML, 13.2.5.6 to 13.2.5.38), also inside scripts and
    comments: what looks different to the parser is then found as well.
    """
    found = _FLOOD.search(html)
    return html[: found.start()] if found else html
