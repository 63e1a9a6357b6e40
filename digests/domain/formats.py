"""Recurring formats told by their titles: round-ups, horoscopes, lottery numbers, weather, quizzes, programmes.

Every issue tells of many things or of none, so it must neither join a story nor attract one. What a source repeats
without such a title is learnt by its repetition (see `stories`); here a format is known at first sight.
"""

from __future__ import annotations

import re
from functools import lru_cache

from digests.domain.common_words import CALENDAR_WORDS
from digests.text.words import fold, words

# Each is what the folded words of a title begin with; "~" stands for a day, a week and their parts.
_PATTERNS = (
    # German
    r"(die |das |unsere? )?((wichtigsten|neuesten|aktuellen|besten) )?"
    r"(nachrichten|news|meldungen|schlagzeilen|themen|bilder|fotos|zitate?|termine|tv tipps?|zahl|wort|frage|witz|"
    r"spruch|rezepte?|quiz|ratsel) (des|der|dieses|dieser|fur den|fur die|vom) ~",
    r"das (bringt|brachte) (heute )?(der|die) (~|\w+tag|mittwoch)",
    r"(das|was) (wird )?(heute|morgen|am (\w+tag|mittwoch)|(in )?dieser? woche) (wichtig|ansteht)",
    r"(der|die) ~ (im uberblick|in bildern|kompakt|in kurze|in zahlen)",
    r"(\w+ )?(news|nachrichten) im uberblick|(das )?(waren|sind) die wichtigsten (nachrichten|meldungen|themen)",
    r"(der |die |unser )?(morgen|abend|fruh|mittags|tages)(lage|briefing|ticker|nachrichten|uberblick|ausblick)\b",
    r"((das|ihr|dein) )?(grosse )?\w*horoskop\b(?! apps?\b)",
    r"(lottozahlen|gewinnzahlen|eurojackpot|lotto am|lotto 6 aus 49)\b",
    r"(das |so wird das )?wetter(vorhersage|bericht|prognose|aussichten)?( heute| morgen| am| vom| fur| in| im|$)",
    r"(wettervorhersage|wetterbericht|wetteraussichten|pollenflug\w*|fernsehprogramm|fernsehtipps?)\b",
    r"(das )?tv programm\b|heute im (tv|fernsehen)\b",
    r"(das |unser )?(kreuzwortratsel|sudoku|(tages|wochen|nachrichten|news)quiz)\b",
    r"(presseschau|pressestimmen|kalenderblatt|veranstaltungstipps?|geburtstage (am|vom|heute|des))\b",
    r"(mobile )?blitzer (heute|in|aktuell|am)\b|radarkontrollen (heute|in|am)\b|polizeiberichte? vom\b",
    # English
    r"(the |your |this |today s )?(daily|weekly|morning|evening|afternoon|weekend|news|\w+day) "
    r"(briefing|brief|digest|round ?up|horoscopes?|quiz|crossword|headlines|newsletter|puzzle)\b",
    r"(the |your |today s )?(news|photos?|pictures?|images|word|quote|quiz|recipe|question|deals?|song|number) "
    r"(of (the |this )?~|in (brief|pictures))",
    r"(the |your |today s )?(horoscopes?(?! apps?\b)|tv (guide|listings|schedule)|crossword|sudoku|wordle)\b",
    r"(on this day|(today|this day) in history)\b",
    r"(powerball|mega millions|euromillions|lottery|lotto)( \w+)? (winning )?(numbers|results)\b",
    r"winning lottery numbers\b|the ~ in (pictures|photos|review)\b",
    r"(\w+ ){0,3}weather (forecast|today|tomorrow|update|blog|for|on|report|outlook)\b",
    r"what (to (watch|know)|s on)( on)?( tv)? (today|tonight|this week|this weekend)\b",
    r"\w+ things to know (today|this|for|on)\b",
    # Ukrainian
    r"(\w+ )?гороскоп\b|(прогноз погоди|погода (на|в|у|сьогодні|завтра)|курс (валют|долара|євро))\b",
    r"(програма (теле)?передач|телепрограма|сканворд|кросворд|судоку|карта (бойових дій|повітряних тривог))\b",
    r"графіки? (відключень|відключення)\b|яке (сьогодні )?свято (сьогодні|\d)|(цей )?день в історії\b",
    r"(головні |останні |основні )?(новини|події|підсумки|головне|дайджест|фото|цитата) "
    r"(дня|тижня|доби|ночі|за (день|добу|ніч|тиждень)|за \w+ годин)\b",
    r"(бойові )?втрати (ворога|росіян|росії|окупантів|противника|(російської )?армії( рф)?|рф)( \w+){0,4} на \d",
)
_TIME = r"(tag(es)?|woche|abends?|morgens?|nacht|week|day|night|month)\b"
_FORMAT = re.compile("|".join(f"(?:{pattern.replace('~', _TIME)})" for pattern in _PATTERNS))

_ROUND_UPS = """
news nachrichten newsticker newsblog liveticker ticker liveblog schlagzeilen kurznachrichten meldungen kurzmeldungen
uberblick headlines briefing roundup digest новини дайджест підсумки хроніка
"""
_CONNECTIVES = "am bis der den des fur im uhr und vom von zum aktuell live for from of on the за на про"
_JUDGEMENTS = "gute schlechte keine neue good bad no great fake добрі погані"
_NAMES, _LINKS, _JUDGING = (frozenset(listed.split()) for listed in (_ROUND_UPS, _CONNECTIVES, _JUDGEMENTS))
_LONGEST_NAME = 4  # words of a round-up's name; a longer title ends with the name of its outlet


@lru_cache(maxsize=10_000)
def is_format(title: str) -> bool:
    """True for the title of a recurring format."""
    plain = [fold(part) for word in words(title) for part in re.split("['’]", word)]
    return bool(_FORMAT.match(" ".join(plain))) or _is_dated(plain)


def _is_dated(plain: list[str]) -> bool:
    """True for "Montag, 3. August" and "Corona-News am Donnerstag": a date alone, or behind a round-up's name."""
    name = list(plain)
    while name and (name[-1] in CALENDAR_WORDS or name[-1].isdigit() or name[-1] in _LINKS):
        name.pop()
    if all(word in _LINKS for word in plain[len(name) :]):
        return False
    named = 0 < len(name) <= _LONGEST_NAME and name[-1] in _NAMES and not _JUDGING.intersection(name)
    return not name or named
