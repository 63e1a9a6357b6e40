"""What a reader should know about a text before trusting it. No label is better than a wrong one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import urlsplit

from digests.text.document import Label
from digests.text.phrases import label_phrases, phrases
from digests.text.quotes import odd_marks

_SPACE_BEFORE_COMMA = re.compile(r"(?<=[\w“”\"»«]) ,\s")
# "ohne näher darauf einzugehen Sendetermin.": a bare noun behind the infinitive that ends a German clause.
_DANGLING_NOUN = re.compile(
    r"(?:ein|aus|ab|an|auf|vor|nach|mit|zurück|hin|weiter|fest|durch|bei|um|weg|zusammen)zu"
    r"\w{2,}en [A-ZÄÖÜ]\w+[.“]"
)
# Names spelt the French or English way in a German text: "Andriï", "Podilsky" next to "Chmelnyzkyj".
_FRENCH_NAME = re.compile(r"\b[A-Z]\w+ï\b")
_ENGLISH_NAME = re.compile(r"\b[A-Z][a-z]+(?:[bdfgklmnprtv]sky|tsia|tska|ivska|zhn\w+|ytsk\w*)\b")
_GERMAN_NAME = re.compile(r"\b[A-Z][a-zäöü]+(?:skyj|zkyj|skyi|schuk|tsch\w+)\b")
# Folders of addresses, in which a desk puts its articles.
_DESKS = {
    Label.OPINION: frozenset({
        "meinung", "meinungen", "kommentar", "kommentare", "kolumne", "kolumnen", "gastbeitrag", "gastbeitraege",
        "leitartikel", "glosse", "opinion", "opinions", "editorial", "editorials", "columnists", "commentisfree",
        "op-ed", "commentary", "dumka", "dumky", "kolonky", "kolonka", "opinie", "opiniones", "tribune", "tribunes",
    }),
    Label.PRESS_RELEASE: frozenset({
        "presseportal", "pressemitteilung", "pressemitteilungen", "pressemeldung", "pressemeldungen",
        "medienmitteilungen", "press-release", "press-releases", "pressrelease", "pressreleases", "pressreliz",
    }),
}  # fmt: skip
_WIRES = ("presseportal.de", "presseportal.ch", "prnewswire.com", "businesswire.com", "globenewswire.com", "ots.at")
_FEWEST_TRAITS = 2
_CHROME = 80  # characters
_LABEL_WORDS = 16  # a longer line speaks of something else
_FIRST, _LAST = 2, 4  # body lines
_TORN_WORDS = 250  # a text behind a paywall is a beginning


def labels_of_address(url: str | None) -> frozenset[Label]:
    """What the desk in a page's address ("/meinung/") or its host (a press wire) says of it."""
    address = _split(url) if url else None
    if address is None:
        return frozenset()
    host, desks = address
    found = {label for label, names in _DESKS.items() if names & desks}
    if any(host == wire or host.endswith(f".{wire}") for wire in _WIRES):
        found.add(Label.PRESS_RELEASE)
    return frozenset(found)


def _split(url: str) -> tuple[str, set[str]] | None:
    """Host and folders of an address; the last part of the path names the article, not its desk."""
    try:
        parts = urlsplit(url.lower())
    except ValueError:
        return None
    return parts.hostname or "", set(parts.path.split("/")[:-1])


def looks_like_opinion(around_title: Sequence[str], body: Sequence[str], after: Sequence[str]) -> bool:
    """True when the title, a line around it or the first words say so, or a disclaimer of the house ends the text."""
    says, disclaims = label_phrases("opinion"), label_phrases("disclaimer")
    head = (line for line in around_title if len(line.split()) <= _LABEL_WORDS)
    if any(says.search(line.lower()) for line in head) or (body and says.match(body[0].lower())):
        return True
    return any(disclaims.search(line.lower()) for line in (*body[-_LAST:], *after))


def looks_like_press_release(around_title: Sequence[str], body: Sequence[str], after: Sequence[str]) -> bool:
    """True when the dateline names a press wire ("Berlin (ots)"), or a line of its own says so."""
    says = label_phrases("press_release")
    return any(says.search(line.lower()) for line in (*around_title, *body[:_FIRST], *body[-_LAST:], *after))


def looks_paywalled(body: Sequence[str], after: Sequence[str]) -> bool:
    """True when a short text breaks off where the page asks for a subscription."""
    if sum(len(line.split()) for line in body) > _TORN_WORDS:
        return False
    says = label_phrases("paywalled")
    return any(says.search(line.lower()) for line in (*body[-1:], *after))


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
    chrome = [line.lower() for line in lines if len(line) <= _CHROME]
    literal = [pattern for pattern in phrases(language).translated if any(map(pattern.search, chrome))]
    traits = (
        sum(odd_marks(line) for line in lines) >= 2,
        len(literal) >= 2,
        bool(_SPACE_BEFORE_COMMA.search(text)),
        bool(_FRENCH_NAME.search(text)) or bool(_ENGLISH_NAME.search(text) and _GERMAN_NAME.search(text)),
        bool(_DANGLING_NOUN.search(text)),
    )
    return sum(traits) >= _FEWEST_TRAITS
