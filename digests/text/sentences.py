"""Sentences: sentencex cuts, and what it cuts wrongly is sewn together again."""

from __future__ import annotations

import re

import sentencex

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
    r"Bd|Hrsg|St|Dr|Prof|Dipl|Ing|Mag|Mio|Mrd|Tsd|Str|Tel|geb|gest|sog|Sgt|Lt|Col|Gen|Sen|Rep|Gov|Mr|Mrs|Ms|Jr|"
    r"vs|No|\d ?[ap]\.m|ім|вул|просп|обл|р-н|[A-ZÄÖÜА-ЯЄІЇҐ])\.$"
)
_DAY = re.compile(r"[ap]\.m\.$")
_WEEKDAY = re.compile(r"^(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day\b")
_WIDE_STOP = re.compile("[。！？][」』”）]*$")  # no space follows
_CLOSERS = "”“»«\"'’)]"
_ENDS_OPEN = re.compile(r"(?:\.\.\.|…)$")


def split_sentences(text: str, language: str) -> list[str]:
    """The sentences of one paragraph as they stand; joined as by `Paragraph.text` they give it with single spaces.

    A cut is taken back when it stands behind an abbreviation, an initial or a German ordinal, before a lower-case
    letter, before a lone closing quotation mark, inside brackets, or where no space was (but behind 。！？).
    """
    flat = _SPACE.sub(" ", text).strip()
    if not flat:
        return []
    sentences: list[str] = []
    glue = True
    for piece in sentencex.segment(language if language != "und" else "en", flat):
        bare = piece.strip()
        if not bare:
            glue = False
            continue
        if sentences and ((glue and not _WIDE_STOP.search(sentences[-1])) or _belongs(sentences[-1], bare, language)):
            sentences[-1] += bare if glue or _WIDE_STOP.search(sentences[-1]) else f" {bare}"
        else:
            sentences.append(bare)
        glue = not piece[-1].isspace()
    return sentences


def _belongs(before: str, after: str, language: str) -> bool:
    """True when `after` goes on with the sentence `before`."""
    first = after[0]
    if first in ",;:)]" or (first in _CLOSERS and len(after) <= 2):
        return True
    if first.islower() and (language not in ("en", "und") or not before.endswith((".", "!", "?"))):
        return True
    if _ABBREVIATION.search(before) or (_DAY.search(before) and _WEEKDAY.match(after)):
        return True
    if _ORDINAL.search(before) and (
        _AFTER_ORDINAL.match(after) or (language == "de" and _BEFORE_ORDINAL.search(before))
    ):
        return True
    return _hangs_open(before) and len(before) < 600


def _hangs_open(sentence: str) -> bool:
    """An unclosed bracket; an unclosed quotation may go on for several sentences and is cut all the same."""
    return sentence.count("(") > sentence.count(")") and not _ENDS_OPEN.search(sentence)
