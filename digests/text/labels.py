"""What a reader should know about a text before trusting it. No label is better than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digests.text.phrases import phrases
from digests.text.quotes import odd_marks

_SPACE_BEFORE_COMMA = re.compile(r"\w[“”\"»«]? ,\s")
# "ohne näher darauf einzugehen Sendetermin.": a bare noun behind the infinitive that ends a German clause.
_DANGLING_NOUN = re.compile(
    r"(?:ein|aus|ab|an|auf|vor|nach|mit|zurück|hin|weiter|fest|durch|bei|um|weg|zusammen)zu"
    r"\w{2,}en [A-ZÄÖÜ]\w+[.“]"
)
# Names spelt the French or English way in a German text: "Andriï", "Podilsky" next to "Chmelnyzkyj".
_FRENCH_NAME = re.compile(r"\b[A-Z]\w+ï\b")
_ENGLISH_NAME = re.compile(r"\b[A-Z][a-z]+(?:[bdfgklmnprtv]sky|tsia|tska|ivska|zhn\w+|ytsk\w*)\b")
_GERMAN_NAME = re.compile(r"\b[A-Z][a-zäöü]+(?:skyj|zkyj|skyi|schuk|tsch\w+)\b")
_FEWEST_TRAITS = 2


def looks_machine_translated(lines: Sequence[str], language: str) -> bool:
    """True when a German text shows at least two different traits of a careless machine translation.

    The traits: quotation marks that turn the wrong way or break off (twice, or on two lines); chrome of the page
    translated word by word ("Mehr wie das", "Minute für Minute", two such lines); a space before a comma; names in
    the spelling of another language (French "Andriï"; English "Podilsky" beside German "Selenskyj"); a bare noun left
    behind the closing infinitive. Every one of them happens to people too, two of them together hardly ever.
    """
    if language != "de":
        return False
    text = "\n".join(lines)
    literal = {pattern.pattern for pattern in phrases(language).translated if any(map(pattern.search, lines))}
    traits = (
        sum(odd_marks(line) for line in lines) >= 2,
        len(literal) >= 2,
        bool(_SPACE_BEFORE_COMMA.search(text)),
        bool(_FRENCH_NAME.search(text)) or bool(_ENGLISH_NAME.search(text) and _GERMAN_NAME.search(text)),
        bool(_DANGLING_NOUN.search(text)),
    )
    return sum(traits) >= _FEWEST_TRAITS
