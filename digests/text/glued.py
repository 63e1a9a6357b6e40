"""Lines that a scraper glued together: a headline and its lead, a picture's credit or a share bar and a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise, takewhile

from digests.text.phrases import all_stopwords
from digests.text.words import fold

_LOOK = 400  # characters of the first line in which its headline may end
_LONGEST = 110  # characters of a headline
_FEWEST, _MOST = 4, 18  # words of one that only its words show
_COPIES = 8  # of the headline before the lead
_CAPTION = 60  # words of a line that a credit at its end makes a caption
_LEAD = 20  # words that must follow
_GAP = re.compile(r"(?<=\S)[ \t\u00a0]{2,}(?=[\"„“«»(\[]?[^\W_])")
_TOKEN = re.compile(r"\S+")
_EDGES = "„“”\"«»‚‘’'()[]:;,.!?–—-"
_STOP = re.compile(r"[.…]$|[.!?]\s+\S+\s")
_HANGING = re.compile(r"[,;:/&(„–—-]$")  # a headline does not end like this
# Capital in the middle of a German or English sentence only where the next sentence begins.
_ENGLISH = frozenset({"The", "In", "On", "At", "After", "With"})
_OPENERS = _ENGLISH | frozenset(
    {
        "Der", "Die", "Das", "Ein", "Eine", "Einen", "Im", "Am", "Nach", "Bei", "Mit", "Für", "Seit", "Zwei", "Drei",
        "Vier", "Wegen", "Wenn", "Weil", "Anscheinend",
    }
)  # fmt: skip
_NAMED = frozenset({"Linke", "Linken", "Grünen", "Zeit", "Welt", "Partei", "Basis", "Times", "Erste", "Ersten"})
_MOSTLY = 0.6  # share of capitals among the long words from which on a headline is written in capitals throughout
_AGENCY = r"(?:dpa|afp|ap|apa|reuters|epa|imago|getty(?: images)?|keystone|picture alliance|sda|epd|kna)"
_SHARE = (
    r"(?:teilen|jetzt teilen:?|weiterleiten|tweeten|twittern|drucken|merken|mailen|mail an die redaktion|anzeige|"
    r"werbung|advertisement)"
)
_INSERT = re.compile(
    rf"""
      \((?:foto|bild|photo|image|archivbild|archivfoto|symbolbild|symbolfoto)\s?:[^()\n]{{2,60}}\)\.?
    | ©?\s?\b(?:foto|bild):\s[^.!?:()\n]{{0,50}}?(?:/\s?|\(|\b){_AGENCY}\b
      (?:[/-](?:zb|symbolbild|archivbild|archiv|[\w-]*zentralbild|tmn|dpa)\b|\s?/\s?(?-i:[A-ZÄÖÜ])[\w.-]+\s(?-i:[A-ZÄÖÜ])[\w-]+)*\)?\.?
      (?:\s\+\+\+\s[\w-]+\s\+\+\+\.?)?
    | (?<!\w){_SHARE}(?:\s+{_SHARE})+(?!\w)
    | \b(?:weiterlesen\snach\sder\sanzeige|continue\sreading\sthe\smain\sstory|story\scontinues\sbelow\sadvertisement)\b
      (?:\s+(?:anzeige|advertisement)\b)*
    | \*\s?[\w-]+(?:\.[\w-]+)*\.[a-z]{{2,4}}\*?\s(?:ist\s(?:ein\s)?(?:teil|angebot)|gehört)\s[^.!?\n]{{0,80}}
      (?:netzwerks?|netzwerkes|gruppe|verlags?)\b\.?
    | \b(?:original-content\svon|(?:medien)?rückfragen\sbitte\san|pressekontakt|weiteres\smaterial)\s?:\s[^\n]{{0,600}}$
    | (?<=[.!?…"”“)]\s)[^.!?\n]{{0,300}}
      \b(?:monatlich\skündbar|tage\skostenlos\stesten|nutzername\spasswort|username\spassword)\b[^\n]{{0,600}}$
    """,
    re.IGNORECASE | re.VERBOSE,
)
_MARK = re.compile(r"(?:(?:Anzeige|Werbung|ANZEIGE|Advertisement|ADVERTISEMENT)\s+)+")
_SENTENCE_END = re.compile(r"[.!?…:][\"“”»«)]*$")


def part_headline(text: str) -> tuple[str, str]:
    """The headline that runs into the lead in the first line of an untitled text, and the text from its lead on.

    It ends at a gap of several spaces, where its own words begin again, or where a word that opens sentences stands
    with a capital and no stop before it. Empty where nothing of that is plain. Copies of the headline that follow it
    stand on lines of their own.
    """
    stripped = text.lstrip()
    first = stripped.partition("\n")[0]
    end = _headline_end(first)
    if end is None:
        return "", text
    headline, rest = first[:end].rstrip(), stripped[end:].lstrip()
    copies: list[str] = []
    if mark := _MARK.match(rest):
        copies, rest = [mark[0].strip()], rest[mark.end() :]
    again = rest.find(headline, 0, _LOOK)
    if again > 0 and not _STOP.search(rest[:again].rstrip()):  # the desk's name stands between headline and copy
        copies, rest = [*copies, rest[:again].rstrip()], rest[again:]
    while (
        len(copies) < _COPIES
        and fold(rest[: len(headline)]) == fold(headline)
        and rest[len(headline) : len(headline) + 1] in (" ", "\n")
    ):
        copies.append(rest[: len(headline)])
        rest = rest[len(headline) :].lstrip()
    return headline, "\n".join([*copies, rest])


def unglue(line: str) -> Iterator[str]:
    """`line` in its pieces: what certainly is a credit, a share bar or a note of the page stands alone.

    Only between sentences: before it one has ended, or it opens the line; where the sentence goes on nothing is cut.
    A caption keeps the credit it ends with: as a whole the line is no text.
    """
    start = 0
    for match in _INSERT.finditer(line):
        before, after = line[start : match.start()].strip(), line[match.end() :].strip()
        if not after and start == 0 and match[0].startswith("(") and len(before.split()) <= _CAPTION:
            continue
        if (
            after[:1].islower()
            or after.startswith(("/", ",", ";"))
            or (after and before and not _SENTENCE_END.search(before) and not _is_plain(match[0]))
        ):
            continue
        if before:
            yield before
        yield match[0].strip()
        start = match.end()
    if rest := line[start:].strip():
        yield rest


def _is_plain(text: str) -> bool:
    """Share bars, contacts and calls to read on stand behind captions and headlines, too, which have no stop."""
    return not text.startswith(("(", "©", "Foto", "Bild"))


def _headline_end(line: str) -> int | None:
    tokens = list(_TOKEN.finditer(line[:_LOOK]))
    if len(_TOKEN.findall(line)) < _LEAD:
        return None
    gap = _GAP.search(line, 0, _LONGEST + 2)
    if gap and len(line[: gap.start()].split()) >= 2 and not _STOP.search(line[: gap.start()]):
        return gap.start()
    words = [fold(token[0].strip(_EDGES)) for token in tokens]
    for number in range(_FEWEST, min(len(tokens) - 4, _MOST) + 1):
        end = tokens[number - 1].end()
        head = line[:end]
        if end > _LONGEST or _STOP.search(head):
            break
        if _MARK.match(line, tokens[number].start()):
            return end
        if _HANGING.search(head) or words[number - 1] in all_stopwords() or tokens[number][0][:1].islower():
            continue
        if words[:4] == words[number : number + 4] or _begins([token[0] for token in tokens], number):
            return end
    return _end_of_copied(words, tokens, line)


def _end_of_copied(words: Sequence[str], tokens: Sequence[re.Match[str]], line: str) -> int | None:
    """Where a headline ends that is told by its copy further on, behind the name of a desk."""
    places = range(_FEWEST, len(tokens) - _FEWEST)
    again = next((place for place in places if words[place : place + _FEWEST] == words[:_FEWEST]), None)
    if again is None:
        return None
    alike = sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(words, words[again:], strict=False)))
    number = min(alike, again)
    end = tokens[number - 1].end()
    if not _FEWEST < number <= _MOST or tokens[number][0][:1].islower() or words[number - 1] in all_stopwords():
        return None
    if end > _LONGEST or _HANGING.search(line[:end]) or _STOP.search(line[: tokens[again].start()].rstrip()):
        return None
    return end


def _begins(tokens: Sequence[str], number: int) -> bool:
    """True when a sentence certainly begins at the token, though the one before it has no stop."""
    here, after = tokens[number], tokens[number + 1]
    if after.strip(_EDGES) in _NAMED:
        return False
    long = [token for token in tokens[1:number] if len(token) > 3]
    if here in _ENGLISH and sum(token[:1].isupper() for token in long) > _MOSTLY * len(long):
        return False
    if here in _OPENERS:
        return True
    if tokens[number - 1][:1].islower():  # "presenter Ina Kern": a name goes on from it
        return False
    names = {pair for pair in pairwise(tokens[:number]) if all(word[:1].isupper() for word in pair)}
    return (here, after) in names
