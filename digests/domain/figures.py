"""Numbers of a sentence with what they count: "mindestens 12 Tote", "3,1 Prozent", "1.200 Soldaten".

Reads German, English and Ukrainian. Meant to be sure rather than complete: a number that may be a date, an age, a
duration, a part of another number or an earlier count is no figure.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from digests.domain.common_words import CALENDAR_WORDS, NEWS_WORDS
from digests.text.summarising import content_stems
from digests.text.words import fold, stem, words

LANGUAGES = ("de", "en", "uk")

_DIGITS = {
    "de": r"\d{1,3}(?:[. \u00a0]\d{3})+(?!\d)|\d+(?:,\d+)?",
    "en": r"\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?",
    "uk": r"\d{1,3}(?:[. \u00a0]\d{3})+(?!\d)|\d+(?:,\d+)?",
}
_SMALL = {
    "de": "zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn vierzehn fünfzehn sechzehn siebzehn "
    "achtzehn neunzehn zwanzig",
    "en": "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen twenty",
    "uk": "два|двоє|дві три|троє чотири|четверо п'ять|п'ятеро шість|шестеро сім|семеро вісім дев'ять десять "
    "одинадцять дванадцять тринадцять чотирнадцять п'ятнадцять шістнадцять сімнадцять вісімнадцять дев'ятнадцять "
    "двадцять",
}
SMALL_NUMBERS = {
    language: {form: float(value) for value, forms in enumerate(text.split(), 2) for form in forms.split("|")}
    for language, text in _SMALL.items()
}
SCALES = (
    (r"tausend|thousand|тис(?:\.|яч\w?)", 1e3),
    (r"million\w*|mio\.?|млн|мільйон\w*", 1e6),
    (r"milliarden?|mrd\.?|billion|млрд|мільярд\w*", 1e9),
)
_SCALE = "|".join(pattern for pattern, _ in SCALES)
UNITS = {
    "percent": r"prozent|percent|per cent|відсотк\w+|%",
    "euro": r"euro|євро|€",
    "dollar": r"(?:us-)?dollars?|долар\w*|\$",
    "hryvnia": r"hrywnja|hryvnias?|гривень|гривні|грн",
    "kilometre": r"kilometern?|km|kilomet(?:er|re)s?|кілометр\w*|км",
    "tonne": r"tonnen?|tons?|tonnes|тонн\w?",
    "hectare": r"hektar|hectares?|гектар\w*",
    "degree": r"grad|degrees|градус\w*",
}
_UNIT = "|".join(UNITS.values())
AT_LEAST = r"mindestens|wenigstens|mehr als|über|at least|more than|over|щонайменше|принаймні|понад|більше|більш як"
AT_MOST = r"bis zu|höchstens|weniger als|up to|at most|fewer than|less than|щонайбільше|менше|до"
ABOUT = (
    r"rund|etwa|ca\.|circa|ungefähr|knapp|fast|gut|about|around|some|roughly|nearly|almost|approximately|"
    r"близько|приблизно|майже"
)
_EARLIER = re.compile(
    r"\b(?:zuvor|zunächst|vorher|bisher\w*|früher\w*|ursprünglich|anfangs|vorjahr\w*|damals|earlier|previous\w*|"
    r"initial\w*|originally|last year|compared|since|seit|раніше|спочатку|попередн\w+|минулого|торік|відтоді|"
    r"від початку)\b|\b(?:19|20)\d\d\b",
    re.IGNORECASE,
)
_PART = re.compile(
    r"\b(?:darunter|davon|unter ihnen|unter den|weitere\w*|including|among|of them|of whom|another|more|серед|зокрема|"
    r"з них|ще)\b(?:\s+\S+){0,2}\s*$|\b(?:aged?|age of|at|alter von|віці)\s*$",
    re.IGNORECASE,
)
_NO_COUNT = re.compile(
    r"^(?:jahr|monat|woche|tag|stunde|minute|sekunde|uhr|mal\b|prozentpunkt|year|month|week|day|hour|minute|second|"
    r"time|point|st\b|nd\b|th\b|am\b|pm\b|рок|рік|місяц|тиж|дн|день|годин|хвилин|секунд|раз)",
    re.IGNORECASE,
)
_PEOPLE = re.compile(r"^(?:mensch|person|leute|people|люд|ос[оі]б)", re.IGNORECASE)
_CLAUSE = re.compile(r"[,;:()–—]|\b(?:und|sowie|and|та|і|й|while|während)\b", re.IGNORECASE)
_FATES = {
    "dead": r"tote[nr]?|tot|todesopfern?|todesfällen?|getötete?n?|starben|gestorben|ums leben|umgekommen|"
    r"dead|deaths|fatalities|killed|died|killing|загин\w+|загибл\w+|[ву]бит\w+|смерт\w+",
    "injured": r"verletzte?n?|verletzt\w*|verwundete?n?|verwundet|injured|injuries|wounded|wounding|injuring|hurt|"
    r"поранен\w*|травмован\w*",
    "missing": r"vermisste?n?|missing|зникли\w*|зниклих",
    "arrested": r"festgenommene?n?|festnahmen|verhaftete?n?|arrested|arrests|detained|затриман\w*|заарештован\w*",
}
_FATE_NAMES = {
    "dead": {"de": "Tote", "en": "dead", "uk": "загиблі"},
    "injured": {"de": "Verletzte", "en": "injured", "uk": "поранені"},
    "missing": {"de": "Vermisste", "en": "missing", "uk": "зниклі"},
    "arrested": {"de": "Festgenommene", "en": "arrested", "uk": "затримані"},
}
_FATE_PATTERNS = {
    fate: re.compile(rf"(?<![\w-])(?:{words_})(?![\w-])", re.IGNORECASE) for fate, words_ in _FATES.items()
}
_PLACES = {
    "de": re.compile(r"\b(?:in|bei|aus|nahe|um)\s+([A-ZÄÖÜ][\w-]+)"),
    "en": re.compile(r"\b(?:in|near|at|from|outside)\s+(?:the\s+)?([A-Z][\w-]+)"),
    "uk": re.compile(r"\b(?:у|в|біля|під|поблизу|на)\s+([А-ЯІЇЄҐ][\w'’-]+)"),
}


def _pattern(language: str) -> re.Pattern[str]:
    small = "|".join(sorted(SMALL_NUMBERS[language], key=len, reverse=True))
    return re.compile(
        rf"(?:(?<![\w.,])(?P<hedge>{AT_LEAST}|{AT_MOST}|{ABOUT})\s+(?:als\s+|than\s+)?)?"
        rf"(?<![\w.,:/–+−-])(?P<number>{_DIGITS[language]}|{small})(?![\w:/–'’-]|[.,]\d|\.\s+\w)"
        rf"(?:\s+(?P<scale>{_SCALE})(?!\w))?(?:\s?(?P<unit>{_UNIT})(?!\w))?",
        re.IGNORECASE,
    )


_BARE = re.compile(r"(?:(?<!\w)[-−])?\d+(?:[.,:]\d+)*")
_SIGNS = str.maketrans("−:", "-.")
_LONGEST = 600  # characters; what is longer is no sentence
_FURTHEST = 3.0  # numbers further apart than this factor count different things
_EVERYDAY = CALENDAR_WORDS | NEWS_WORDS
_PATTERNS = {language: _pattern(language) for language in LANGUAGES}


@dataclass(frozen=True, slots=True)
class Figure:
    """A number with what it counts; two of one kind can be compared."""

    shown: str  # verbatim, with its hedge and unit: "mindestens 12", "3,1 Prozent"
    value: float
    low: float  # the least and the most it can mean
    high: float
    kind: str  # what becomes of people ("dead"), a unit, or the stem of the noun
    noun: str | None  # what is counted, for readers; None for a unit, whose subject the sentence must tell
    context: frozenset[str]  # content stems of the rest of its sentence
    places: frozenset[str]
    sentence: str
    at: int  # where in the sentence
    beside: frozenset[str] = frozenset()  # the other figures of its sentence

    def contradicts(self, other: Figure) -> bool:
        """True when both cannot be right."""
        return self.high < other.low or other.high < self.low

    def supersedes(self, other: Figure) -> bool:
        """True when this, told later, says more than `other` did: another number, or more than "at least" that."""
        return self.contradicts(other) or (other.high == math.inf and self.low > other.low)

    def counts_the_same(self, other: Figure) -> bool:
        """True when both clearly count one thing: of one kind and size, in sentences on one matter and place."""
        if self.kind != other.kind or (self.places and other.places and not self.places & other.places):
            return False
        if max(self.value, other.value) > _FURTHEST * min(self.value, other.value):
            return False
        shared = len(self.context & other.context) + 2 * len(self.beside & other.beside)
        if self.kind.split()[0] in _FATES:
            return shared >= 2
        return shared >= 3 and shared >= 0.5 * min(len(self.context), len(other.context))


@lru_cache(maxsize=20_000)
def figures(sentence: str, language: str) -> tuple[Figure, ...]:
    """The figures of one sentence; none in a language without rules, or in a sentence on an earlier count."""
    found = tuple(_figures(sentence, language)) if len(sentence) <= _LONGEST else ()
    tellings = [f"{each.kind.split()[0]} {each.value:g}" for each in found]
    return tuple(
        replace(each, beside=frozenset(tellings[:place] + tellings[place + 1 :])) for place, each in enumerate(found)
    )


def spelled(sentence: str, language: str) -> Iterator[tuple[int, int, str]]:
    """Every number of a sentence, also dates and ages: where it starts and ends, and what it says.

    Two that say the same ("zwölf" and "12", "rund 3 Mio." and "etwa 3.000.000") are told alike; a hedge belongs to its
    number, a unit does not. In a language without rules only digits are numbers.
    """
    end, pattern = 0, _PATTERNS.get(language)
    for match in pattern.finditer(sentence) if pattern else ():
        yield from _digits(sentence, end, match.start())
        end = match.end("scale") if match["scale"] else match.end("number")
        yield match.start(), end, f"{_hedge(match['hedge'])}{_value(match, language)[0]:.15g}"
    yield from _digits(sentence, end, len(sentence))


def _digits(sentence: str, start: int, end: int) -> Iterator[tuple[int, int, str]]:
    """Numbers that are no figures: "14:30", "2019", "-5"."""
    for match in _BARE.finditer(sentence, start, end):
        yield match.start(), match.end(), match[0].translate(_SIGNS)


def _hedge(hedge: str | None) -> str:
    if hedge is None:
        return ""
    at_most, at_least = (re.fullmatch(pattern, hedge, re.IGNORECASE) for pattern in (AT_MOST, AT_LEAST))
    return "<" if at_most else ">" if at_least else "~"


def _figures(sentence: str, language: str) -> Iterator[Figure]:
    pattern = _PATTERNS.get(language)
    if pattern is None or _EARLIER.search(sentence):
        return
    found = list(pattern.finditer(sentence))
    for place, match in enumerate(found):
        start = found[place - 1].end() if place else 0
        end = found[place + 1].start() if place + 1 < len(found) else len(sentence)
        before, after = sentence[start : match.start()], sentence[match.end() : end]
        in_commas = before.rstrip().endswith(",") and after.startswith(",")  # an age behind a name
        if in_commas or _PART.search(before) or re.match(r"\s*(?:bis|to|до|von|of|з|-|–)\s", after):
            continue
        kind, noun = _counted(match, before, after, language, alone=len(found) == 1)
        if kind:
            value, half = _value(match, language)
            low, high = _range(value, half, match["hedge"])
            rest = f"{sentence[: match.start()]} {sentence[match.end() :]}"
            context = _context(rest, noun, language)
            shown = " ".join(match[0].split())
            yield Figure(
                shown, value, low, high, kind, noun, context, _places(sentence, language), sentence, match.start()
            )


def _counted(
    match: re.Match[str], before: str, after: str, language: str, *, alone: bool
) -> tuple[str | None, str | None]:
    """The kind of a figure and its noun; no kind when it is unclear what is counted."""
    if match["unit"]:
        return next(unit for unit, pattern in UNITS.items() if re.fullmatch(pattern, match["unit"], re.I)), None
    noun = _noun(after, language)
    if noun and _NO_COUNT.match(noun):
        return None, None
    named = [fate for fate, pattern in _FATE_PATTERNS.items() if noun and pattern.fullmatch(noun)]
    fates = named or _fates(_CLAUSE.split(before)[-1] + " | " + _CLAUSE.split(after)[0])
    if not fates and alone:
        fates = _fates(before + after)
    if len(fates) == 1:
        who = "" if named or not noun or _PEOPLE.match(noun) or _FATE_PATTERNS[fates[0]].fullmatch(noun) else noun
        name = _FATE_NAMES[fates[0]][language]
        return f"{fates[0]} {stem(who, language)}".strip(), f"{who} ({name})" if who else name
    return (stem(noun, language), noun) if noun and not fates else (None, None)


def _fates(text: str) -> list[str]:
    return [fate for fate, pattern in _FATE_PATTERNS.items() if pattern.search(text)]


def _noun(after: str, language: str) -> str | None:
    """The noun behind a number, at most one adjective away."""
    following = re.match(r"\s+([^\W\d_][\w'’-]*)(?:\s+([^\W\d_][\w'’-]*))?", after)
    if following is None:
        return None
    first, second = following[1], following[2] or ""
    if language == "de":
        return first if first[0].isupper() else second if second[:1].isupper() and first[-2:] in _ADJECTIVES else None
    if language == "en":
        plural = [word for word in (first, second) if word.endswith("s") or word in _ENGLISH_PLURALS]
        return plural[0] if plural and plural[0].islower() else None
    return second if second and first.endswith(("их", "их", "і")) and second.islower() else first


_ADJECTIVES = frozenset({"en", "er", "te"})
_ENGLISH_PLURALS = frozenset({"people", "men", "women", "children", "police", "dead", "injured", "wounded", "missing"})


def _range(value: float, half: float, hedge: str | None) -> tuple[float, float]:
    """What a number can mean: hedges open it, round numbers stand for what is near them."""
    if hedge is None:
        return value - half, value + half
    if re.fullmatch(AT_LEAST, hedge, re.IGNORECASE):
        return value, math.inf
    if re.fullmatch(AT_MOST, hedge, re.IGNORECASE):
        return 0.0, value
    return min(value - half, value * 0.85), max(value + half, value * 1.15)


def _value(match: re.Match[str], language: str) -> tuple[float, float]:
    """A number and half of what it may be rounded by: nothing for small counts."""
    value, half = _plain_value(match["number"].lower(), language)
    for pattern, factor in SCALES:
        if match["scale"] and re.fullmatch(pattern, match["scale"], re.IGNORECASE):
            return value * factor, (half or 0.5) * factor
    return value, half


def _plain_value(number: str, language: str) -> tuple[float, float]:
    if number in SMALL_NUMBERS[language]:
        return SMALL_NUMBERS[language][number], 0.0
    thousands, decimal = (",", ".") if language == "en" else (".", ",")
    whole, _, part = re.sub(rf"[{thousands} \u00a0]", "", number).partition(decimal)
    if part:
        return float(f"{whole}.{part}"), 0.5 * 10.0 ** -len(part)
    zeros = len(whole) - len(whole.rstrip("0"))
    return float(whole), 0.5 * 10.0**zeros if len(whole) > 2 and zeros else 0.0


def _context(rest: str, noun: str | None, language: str) -> frozenset[str]:
    """What a sentence says besides the figure and the words of every day's news."""
    for pattern in _FATE_PATTERNS.values():
        rest = pattern.sub(" ", rest)
    own = {stem(word, language) for word in words(noun or "")}
    numbers = SMALL_NUMBERS[language]
    telling = [
        word for word in words(rest) if not (word[0].isdigit() or word.lower() in numbers or _PEOPLE.match(word))
    ]
    return content_stems(" ".join(word for word in telling if fold(word) not in _EVERYDAY), language) - own


def _places(sentence: str, language: str) -> frozenset[str]:
    found = (fold(match[1]) for match in _PLACES[language].finditer(sentence))
    return frozenset(stem(place, language) for place in found if place not in CALENDAR_WORDS)
