"""Sentences: sentencex cuts; what it cuts wrongly is sewn together again, what it leaves together is cut."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

import sentencex

from digests.text.quotes import balanced

_SPACE = re.compile(r"\s+")
_MONTHS = (
    "Januar|Jänner|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember|"
    "Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sep|Sept|Okt|Nov|Dez"
)
_ORDINAL = re.compile(r"(?:^|[\s(„\"])(\d{1,3})\.$")
_AFTER_ORDINAL = re.compile(rf"^(?:{_MONTHS}|Jahrhunderts?|Jahrestag|Geburtstag|Mal|Platz|Lebensjahr|FC|SC|Liga)\b")
# Words that make the number behind them an ordinal: "im 19. Jahrhundert", "der 1. Spieltag", but not "Sie ist 45. Er".
_BEFORE_ORDINAL = re.compile(
    r"\b(?:am|im|vom|zum|beim|ins|der|die|das|dem|den|des|zur|bis|ab|seit|ihr\w*|sein\w*|unser\w*|jede\w*|diese\w*)\s+"
    r"\d{1,3}\.$",
    re.IGNORECASE,
)
_ABBREVIATION = re.compile(
    r"(?:^|[\s(„“\"«»])(?:z\. ?B|d\. ?h|u\. ?a|i\. ?d\. ?R|o\. ?ä|s\. ?o|bzw|ca|vgl|ggf|evtl|inkl|zzgl|Nr|Abs|Art|"
    r"Bd|Hrsg|St|Dr|Prof|Dipl|Ing|Mag|Mio|Mrd|Tsd|Str|Tel|geb|gest|sog|stellv|max|Kap|Ziff|Abb|Sgt|Lt|Col|Gen|Sen|Rep|Gov|"
    r"Mr|Mrs|Ms|Jr|vs|approx|\d ?[ap]\.m|ім|вул|просп|Просп|пл|обл|р-н|[Тт]ел|прибл|[Гг]ен|полк|акад|проф|канд|"
    r"[A-ZÄÖÜА-ЯЄІЇҐ])\.$"
)
_NUMBER_SIGN = re.compile(r"(?:^|\s)No\.$")
_DAY = re.compile(r"[ap]\.m\.$")
_AFTER_DAY = re.compile(
    r"^(?:(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)(?:day|\.)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)|"
    r"(?:Eastern|Pacific|Central|[A-Z]{2,4})\b)"
)
# What ends a phrase with its own full stop, and then the sentence when a capital follows.
_ENDS_WITH_STOP = re.compile(
    r"(?:\d\s?(?:m|km|cm|kg|kW|MW|Uhr)|\d(?:\s(?:тис|млн|млрд))?\s?(?:грн|км|см|м|кг|млрд|млн|тис)|\d(?:-х)?\s?рр?|"
    r"[IVX]\s?ст|\b[ap]\.m)\.$"
)
# Abbreviations and letters behind which only a word that opens sentences begins a new one: "the U.S. He left".
_MAY_END = re.compile(r"(?:\b(?:Inc|Corp|Ltd|Jr|Sr|etc|usw|тощо)|[A-ZА-ЯЄІЇҐ])\.$")
_OPENERS: Mapping[str, frozenset[str]] = {
    language: frozenset(text.split())
    for language, text in {
        "de": "Der Die Das Er Sie Es Ein Eine Wir Ich Dies Diese Dieser Im In Am Bei Nach Seit Dort Doch Aber Auch Nun "
        "Dann Danach Wer Was Wie Wo Wann Warum",
        "en": "The A He She It They We This That These Those There His Her Their Its But And In On At For With When "
        "After Both Some",
        "uk": "Він Вона Вони Воно Це Цей Ця Ці Ми Я У В На Та Але Там Тут Нині Тоді Потім Після За До Його Її Їх",
    }.items()
}
_FIRST_WORD = re.compile(r"[^\W\d_]+")
_WORD_STOP = re.compile(r"[^\W\d_]{5,}(?<!str)\.$")  # a word too long for an abbreviation
_STOP = re.compile(r"\.(?= )")
_SPEECH_GOES_ON = re.compile(r"^[—–-] [a-zäöüßа-яєіїґ]")  # «Ні!» — сказала вона
_WIDE_STOP = re.compile("[。！？][」』”）]*$")  # no space follows
_MARKS = '„“”»«"‚‘'
_TAIL = 100  # letters on either side that tell whether a sentence ends: no text makes the search slow
_LONG = 600  # letters; within so many an open bracket or quotation is looked for
_CLOSERS = "”“»«\"'’)]"
_ENDS_OPEN = re.compile(r"(?:\.\.\.|…)$")


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of one paragraph as they stand; joined as by `Paragraph.text` they give it with single spaces.

    A cut is taken back when it stands behind an abbreviation, an initial or a German ordinal, before a lower-case
    letter, before a lone closing quotation mark, inside brackets, or where no space was (but behind 。！？). One is
    made behind units, years and abbreviations when what follows can only be a new sentence.
    """
    flat = _SPACE.sub(" ", text).strip()
    if not flat:
        return []
    sentences: list[str] = []
    glue = True
    for piece in _pieces(flat, language):
        bare = piece.strip()
        if not bare:
            glue = False
            continue
        spaceless = bool(sentences and _WIDE_STOP.search(sentences[-1][-_TAIL:]))
        if sentences and ((glue and not spaceless) or _belongs(sentences[-1], bare, language)):
            sentences[-1] += bare if glue or spaceless else f" {bare}"
        else:
            sentences.append(bare)
        glue = not piece[-1].isspace()
    return sentences


def _pieces(flat: str, language: str) -> Iterator[str]:
    """What sentencex cuts, cut further where it missed an end; together they are `flat`."""
    for piece in sentencex.segment(language if language != "und" else "en", flat):
        start = 0
        for stop in _STOP.finditer(piece):
            end = stop.end()
            if _begins(piece[max(start, end - _LONG) : end], piece[end : end + _TAIL].lstrip(), language):
                yield piece[start : end + 1]
                start = end + 1
        if piece[start:]:
            yield piece[start:]


def _begins(before: str, after: str, language: str) -> bool:
    """True when `after` can only be a new sentence, whatever abbreviation `before` ends with."""
    start, tail = after.lstrip(_MARKS)[:1], before[-_TAIL:]
    if (start.isupper() or start.isdigit()) and _WORD_STOP.search(tail):
        return _ABBREVIATION.search(tail) is None and balanced(before[-_LONG:])
    if not after[:1].isupper():
        return False
    if _ENDS_WITH_STOP.search(tail):
        return not (_DAY.search(tail) and _AFTER_DAY.match(after))
    word = _FIRST_WORD.match(after)
    return bool(word and word[0] in _OPENERS.get(language, ()) and _MAY_END.search(tail))


def _belongs(before: str, after: str, language: str) -> bool:
    """True when `after` goes on with the sentence `before`."""
    first = after[0]
    if first in ",;:)]" or (first in _CLOSERS and len(after) <= 2) or _SPEECH_GOES_ON.match(after):
        return True
    if first.islower() and (language not in ("en", "und") or not before.endswith((".", "!", "?"))):
        return True
    hangs = len(before) < _LONG and _hangs_open(before)
    if hangs or _begins(before, after, language):
        return hangs
    tail = before[-_TAIL:]
    if _DAY.search(tail) and _AFTER_DAY.match(after):
        return True
    if _ABBREVIATION.search(tail) or (_NUMBER_SIGN.search(tail) and first.isdigit()):
        return True
    return _ORDINAL.search(tail) is not None and (
        _AFTER_ORDINAL.match(after) is not None or (language == "de" and _BEFORE_ORDINAL.search(tail) is not None)
    )


def _hangs_open(sentence: str) -> bool:
    """An unclosed bracket; an unclosed quotation may go on for several sentences and is cut all the same."""
    return sentence.count("(") > sentence.count(")") and not _ENDS_OPEN.search(sentence)
