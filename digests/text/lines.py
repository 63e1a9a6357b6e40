"""What one line of a page is, by its words alone: body, short line, teaser, furniture, junk, end of the article."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from enum import Enum, auto
from functools import lru_cache

from digests.text.document import Reason
from digests.text.furniture import line_form
from digests.text.phrases import all_stopwords, finder, languages, phrase_languages
from digests.text.words import count_words

_MENU_LINE = 100  # characters
_LONGEST_LINE = 2_000  # characters; furniture is shorter, and patterns may take long on more
_END = 30  # characters in which a line ends
_LONG_LINE = 60  # characters; a line that can tell its language
_KNOWN = 0.13  # share of stop words from which on a language fits a page
_EVERYWHERE = frozenset({"en", "und"})  # whose phrases stand on pages of all languages
_TAIL = 140  # characters in which a credit ends a line
WORD = re.compile(r"[^\W\d_]+(?:[-'’ʼ][^\W\d_]+)*")
SENTENCE_END = re.compile(r"[.!?…][\"“”„»«'’)\]]*$|[。！？।۔؟][\"“”」』]*$")
CLOCK = re.compile(
    r"^[\[(+•\s]*(?P<hour>[01]?\d|2[0-4])[.:](?P<minute>[0-5]\d)(?![\d]|[.,:]\d|\.\s?\d)[\])]*"
    r"\s*(?:Uhr\b|h\b|[ap]\.?m\.?)?[\])\s:|,–—+-]*",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^(?:[-–—•·*▪◦‣]|\d{1,2}[.)])\s+\S")
_STRIP = " \t•·|>–—-*»›▪"
_JUNK = re.compile(
    r"[\W_\d]+$|https?://\S+$|www\.\S+$|\{.*\}$|<[^<>]*>$|[\w.]+\{[^}]*\}|(?:x|×)\W*$", re.IGNORECASE
)  # from the line's beginning
_SCRIPT = re.compile(r"function\s*\(|window\.\w|document\.\w|var \w+ ?=")
_AD_SLOT = re.compile(
    r"(?:\w*(?:img|spot|banner|advert|adslot|taboola|outbrain)\w*(?:\s+|$))+$|ads?\W*$", re.IGNORECASE
)  # from the line's beginning
_ELLIPSIS = re.compile(r"(?:\.{2,}|…)[\W_]*$")
_INNER_SENTENCES = re.compile(r"[.!?]\s+\S+.*[.!?]\s")
_CONSENT = re.compile(
    r"cookie|datenschutz|einwillig|personalisier|werbung anzu|privacy|consent|browser|website|webseite|javascript|"
    r"adblock|werbeblocker|nutzererlebnis|zustimm|akzeptier|newsletter|abonn|partner|dritte|"
    r"personal (?:data|information)|opt[- ]out|advertis|preference|vendor|third[- ]part"
)  # in small letters
_ASKS_CONSENT = (
    "cookie", "opt-out", "opt out", "personal data", "personal information", "consent", "einwillig", "javascript",
    "adblock", "werbeblocker",
)  # fmt: skip
_OLD_BROWSER = re.compile(
    r"\bbrowser\b.{0,60}\b(?:limited support|up to date|outdated|out of date)\b|\bwithout styles and javascript\b"
)  # in small letters
_CREDIT_TAIL = re.compile(
    r"[(\[|©/]\s*(?:(?:file |ap )?photos?|fotos?|images?|bild|quelle|credit|fot|фото)\b[^()]{0,80}\)?\W*$|"
    r"(?:/|\bvia |\()(?:getty images|afp|reuters|ap|epa|dpa|apa|keystone|imago|picture alliance|shutterstock)\)?\W*$",
    re.IGNORECASE,
)  # what ends a caption, however long it is
_LONE_CREDIT = re.compile(
    r"^\(?[^.!?:]{0,50}\b(?:AP|AFP|EPA|dpa|APA|EFE|ANSA|ASSOCIATED PRESS|Reuters|REUTERS|Getty|Keystone|KEYSTONE|"
    r"Imago|IMAGO|[Pp]icture [Aa]lliance)\s?[/|][^.!?]{2,60}\)?$|^\((?:[^().!?]|\b[A-Z]\.){2,40} ?/ ?[A-Z]"
    r"(?:[^().!?]|\b[A-Z]\.){1,30}\)$|"
    r"^(?:[A-ZÄÖÜ][\w&-]*\s){0,3}[A-ZÄÖÜ][\w&-]+\s?/\s?[A-ZÄÖÜ]\w+(?:[\s-][A-ZÄÖÜ][\w.-]*){1,2}$"
)  # "Agency/First Last", "(First Last / Agency)"
PICTURE = re.compile(r"foto|photo|bild|image|imago|©|getty|\b(?:ap|dpa|afp|reuters|epa)\b|фото", re.IGNORECASE)
MORE = re.compile(
    r"(?:mehr|weiter|weiterlesen|(?:read |show )?more|continue reading|full story|читати далі|детальніше|докладніше|"
    r"lire la suite|leer más|ver más|continua|leggi tutto|lees (?:verder|meer)|czytaj (?:dalej|więcej)|leia mais|"
    r"подробнее|читать далее|devamı)\W*$",
    re.IGNORECASE,
)  # the whole line
SAYS = re.compile(
    r"\w\W{0,3}\s(?:sagt|schreibt|schrieb|meint|says|said|wrote|пише|каже|пишет|говорит|a écrit|dit|dice|escribió|"
    r"ha detto|schrijft|zegt|napisał|escreveu|diyor)\s*:$",
    re.IGNORECASE,
)  # the head of a reader's comment
AGED = re.compile(
    r"\w[\s·|,]+(?:(?:vor|hace|há|il y a) (?:\d+|eine[mr]?) \w+|"
    r"(?:\d+|an?) (?:min|minute|hour|day|week|month|year)s? ago|"
    r"\d+ (?:хв|хвилин\w*|годин\w*|дн\w+|минут\w*|час\w*) (?:тому|назад)|\d+ \w+ (?:fa|geleden|temu|önce))\W*$",
    re.IGNORECASE,
)  # a name and how long ago it wrote
WIDE = re.compile(
    "[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af\u0e00-\u0e7f\u0600-\u06ff\u0590-\u05ff\u0900-\u0dff]"
)  # scripts whose words the pattern above cannot count


class Role(Enum):
    """What a line is on the page."""

    BODY = auto()
    SENTENCE = auto()  # a short sentence
    SHORT = auto()  # headline, heading, label
    TEASER = auto()  # the cut-off lead of another article
    CLOCK = auto()  # the head of a ticker entry
    FURNITURE = auto()
    JUNK = auto()
    END = auto()  # the article is over or interrupted here


HEADING_WORDS = 16
TEXT_ROLES = frozenset({Role.BODY, Role.SENTENCE})


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page with what it seems to be; `reason` says why furniture would be dropped."""

    text: str
    role: Role
    words: int
    reason: Reason | None = None
    bullet: bool = False


def classify_lines(lines: Sequence[str], headings: Set[str], repeated: Set[str]) -> list[Line]:
    """Every line with its role; `headings` are lines that markup calls so, `repeated` forms of learnt furniture."""
    words = [WORD.findall(line.lower()) for line in lines]
    shares = _spoken([found for line, found in zip(lines, words, strict=True) if len(line) > _LONG_LINE])
    page = _Page(
        known=not shares or max(shares.values()) >= _KNOWN,
        spoken=_plausible(shares),
        headings=headings,
        repeated=repeated,
    )
    return [_classify(line, found, page) for line, found in zip(lines, words, strict=True)]


@dataclass(frozen=True, slots=True)
class _Page:
    """What decides about every line: `known` is False when no language with stop words fits."""

    known: bool
    spoken: frozenset[str]  # languages whose phrases may stand on the page
    headings: Set[str]
    repeated: Set[str]


def _spoken(lines: Sequence[Sequence[str]]) -> dict[str, float]:
    """The share of each language's stop words among all words; empty when there are no words."""
    total = sum(map(len, lines))
    stopwords = all_stopwords()
    said = Counter(word for words in lines for word in words if word in stopwords)
    return {
        language: sum(number for word, number in said.items() if word in each.stopwords) / total
        for language, each in languages().items()
        if total
    }


def _plausible(shares: Mapping[str, float]) -> frozenset[str]:
    """The one or two languages that may be the page's, and English chrome; all languages where none is plain."""
    likely = sorted(shares, key=lambda each: -shares[each])[:2]
    if not likely or shares[likely[0]] < _KNOWN:
        return phrase_languages()
    return _EVERYWHERE.union(each for each in likely if shares[each] >= 0.5 * shares[likely[0]])


def _classify(line: str, words: Sequence[str], page: _Page) -> Line:
    bare = line.strip(_STRIP)
    number = len(words)
    bullet = bool(_BULLET.match(line))
    dropped = _unwanted(line, bare, number, page)
    if dropped is not None:
        return Line(line, dropped[0], number, dropped[1], bullet)
    if line in page.headings:
        return Line(line, Role.SHORT, number)
    if (
        5 <= number < 45
        and (".." in bare or "…" in bare)
        and len(bare) <= _LONGEST_LINE
        and _ELLIPSIS.search(bare[-_END:])
        and not _INNER_SENTENCES.search(bare)
    ):
        return Line(line, Role.TEASER, number, Reason.TEASER_LIST)
    return Line(line, *_text_role(bare, words, page.known), bullet=bullet)


def _unwanted(line: str, bare: str, number: int, page: _Page) -> tuple[Role, Reason] | None:
    if len(bare) <= _MENU_LINE and _AD_SLOT.match(bare):
        return Role.FURNITURE, Reason.AD
    if page.repeated and line_form(line) in page.repeated:
        return Role.FURNITURE, Reason.REPEATED
    if clock := CLOCK.match(line):
        bare_time = number <= 1 and clock.end() >= len(line) - 3
        return (Role.JUNK, Reason.NAVIGATION) if bare_time else None
    if not bare or _JUNK.match(bare) or _SCRIPT.search(bare):
        return Role.JUNK, Reason.JUNK
    find = _menu_line if len(bare) <= _MENU_LINE else _find_phrase
    return find(bare, number, page.spoken)


@lru_cache(maxsize=10_000)
def _menu_line(bare: str, number: int, spoken: frozenset[str]) -> tuple[Role, Reason] | None:
    """Remembered, because the pages of a source repeat their menus."""
    return _find_phrase(bare, number, spoken)


def _find_phrase(bare: str, number: int, spoken: frozenset[str]) -> tuple[Role, Reason] | None:
    if len(bare) > _LONGEST_LINE:
        return None
    lowered = bare.lower()
    for table, role, most_words in (("ends", Role.END, 14), ("furniture", Role.FURNITURE, 30)):
        if number <= most_words and (reason := finder(table, spoken).find(bare, lowered)):
            return role, reason
    if number <= 60 and (_CREDIT_TAIL.search(bare[-_TAIL:]) or (number <= 8 and _LONE_CREDIT.match(bare))):
        return Role.FURNITURE, Reason.CREDIT
    if number <= 90 and "browser" in lowered and len(_OLD_BROWSER.findall(lowered)) > 1:
        return Role.FURNITURE, Reason.NOTICE
    if number > 5 and any(word in lowered for word in _ASKS_CONSENT) and len(set(_CONSENT.findall(lowered))) >= 4:
        return Role.FURNITURE, Reason.NOTICE
    return None


def _text_role(bare: str, words: Sequence[str], known: bool) -> tuple[Role, int]:
    wide = 0 if bare.isascii() else len(WIDE.findall(bare))
    number = len(words) if wide < 4 else count_words(bare)
    if wide > 60 or (wide > 25 and SENTENCE_END.search(bare[-_END:])):
        return Role.BODY, number
    if number <= HEADING_WORDS and bare.isupper():  # capitals head something, whatever stands at their end
        return Role.SHORT, number
    ends = bool(SENTENCE_END.search(bare[-_END:]))
    if number < (4 if ends else 24):
        return Role.SHORT, number
    stopwords = all_stopwords()
    share = sum(word in stopwords for word in words) / number if known else 0.3
    if (number >= 9 and ends and share >= 0.12) or (number >= 40 and share >= 0.15) or (number >= 24 and share >= 0.25):
        return Role.BODY, number
    if ends and share >= 0.15:
        return Role.SENTENCE, number
    return Role.SHORT, number
