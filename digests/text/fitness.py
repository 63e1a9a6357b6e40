"""Which sentences can stand alone before a reader who has seen nothing else of their article.

What points back ("Er", "Dies", "Letzterer", "However, she"), asks, teases, breaks off or is no statement of the article
(a byline, a hint to read on) cannot. The lists are general knowledge of German, English and Ukrainian; other languages
have what their phrase files say.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from digests.text.phrases import label_phrases, phrases
from digests.text.quotes import balanced
from digests.text.words import words


def _by_language(**lists: str) -> Mapping[str, frozenset[str]]:
    return {language: frozenset(text.split()) for language, text in lists.items()}


SHORTEST, LONGEST = 5, 60
"""Words of a sentence that may be shown."""

_ENDS = (".", "!", "…", "。", "！", "۔", "।")
_CLOSERS = "”“»«\"'’)]›‹"
_OPENERS = "„“”»«\"'‚‘’([›‹–-— "
_MARKS = "*†•|"  # of a footnote, an advertisement or a list
# A person who is only "he" in the first clause was named before. In English a name may stand before it.
_PRONOUN: Mapping[str, re.Pattern[str]] = {
    "de": re.compile(r"^[^,;:„“”«»\"–—(]*\b(?:er|ihn|ihm|sie|ihnen)\b"),
    "en": re.compile(
        r"^(?:In|On|At|After|Before|When|While|Since|By|For|As|If|During|Last|Until|From|With)\b[^A-Z“\"]*"
        r"\b(?:he|she|they|him|her|them)\b"
    ),
    "uk": re.compile(r"^[^,;:„“”«»\"–—(]*\b(?:він|вона|вони|його|її|їх|йому|їй|їм)\b"),
}
_NAMED_BEHIND = re.compile(r": [A-ZÄÖÜА-ЯІЇЄҐ]\w+ [A-ZÄÖÜА-ЯІЇЄҐ]")  # "Tausende warten auf ihn: Karl Kern ..."
_SPEAKER = re.compile(
    r"[,“”»\"] ?(?:so|sagte?|erklärte?|meinte?|betonte?|ergänzte?|fügte) (?:er|sie)\b"
    r"|[“”»\"],? (?:\w{3,}te?|schrieb|rief|gab|sprach|hob|wies|unterstrich) (?:er|sie)\b"  # whatever verb it is
    r"|[”\"],? (?:he|she|they) \w+ed\b"
    r"|»,? ?[–—-]? ?\w+(?:в|ла|ли) (?:він|вона|вони)\b"
    r"|\b(?:he|she|they) (?:said|says|added|wrote|told)\b|\b(?:said|says) (?:he|she|they)(?=[,.])"
    r"|(?:сказа|заяви|дода|зазначи)(?:в|ла|ли) (?:він|вона|вони)\b"
    r"|\b(?:він|вона|вони) (?:сказа|заяви|дода)(?:в|ла|ли)\b"
)
# Words behind the first ones that tie a sentence to the one before.
_TIES = _by_language(
    de="jedoch hingegen allerdings dagegen zudem außerdem ebenfalls dennoch demnach daher deshalb",
    en="however meanwhile also likewise therefore nevertheless",
    uk="однак проте натомість також отже тому водночас",
)
# First words that go on from something said; the phrase files have the pronouns.
_GOES_ON = _by_language(
    de="hier hinzu zuvor davor später schlimmer erschwerend",
    en="earlier later previously afterward afterwards instead",
    uk="раніше згодом потім натомість",
)
_IT = frozenset(
    {"soll", "sollte", "habe", "hat", "hatte", "könne", "müsse", "werde", "wolle", "dürfe"}
)  # "Es soll bis 2028 fertig sein."
_TIED = 6  # so many words from the start are looked at
_QUESTION_WORD = re.compile(
    r"^(?:Was|Wie|Warum|Wieso|Weshalb|Wer|Wo|Wann|Woran|Worum|Wohin|Welche\w*|What|Why|How|Who|Where|Which|"
    r"Here[’']s (?:what|why|how)|Що|Чому|Як|Хто|Де|Коли)\b[^,:;–—]*$"
)
_ASIDE = re.compile(
    r"^(?i:Lesen Sie|Lies|Sehen Sie|Mehr dazu|Mehr zum|Hören Sie|Klicken Sie|Read more|See also|Click here|Watch|"
    r"Please (?:see|visit|click|note|read|refer)|Читайте|Дивіться|Детальніше|Докладніше)\b"
    r"|^[^„“”»«\"]*\b(?:finden|lesen|erfahren|sehen|hören) Sie\b[^„“”»«\"]*$"  # a newspaper speaks to its reader
    r"|^(?:Von|By|Автор:?) [A-ZÄÖÜА-ЯІЇЄҐ][\w.’'-]+(?: (?:[A-ZÄÖÜА-ЯІЇЄҐ][\w.’'-]+|und|and|та)){1,6}$"
    r"|^(?i:(?:ein|eine|der|die|das|an|a)? ?(?:kommentar|gastkommentar|gastbeitrag|analyse|überblick|interview|porträt|"
    r"reportage|kolumne|glosse|leitartikel|analysis|opinion|commentary|explainer)"
    r"(?: (?:von|by|zu[mr]?) [^,]{1,40})?)\.?$"
    r"|^(?i:foto|bild|photo|фото)\b ?:"
    r"|^\(\d{1,2}[a-z]?\)\s|^§"
)
_QUOTED = re.compile(r"^[„“”\"«»][^„“”\"«»]*[“”\"«»][.!]?$")
_MONTH = (
    r"(?:Jan(?:uary|\.)?|Feb(?:ruary|\.)?|Mar(?:ch|\.)?|Apr(?:il|\.)?|May|June?|July?|Aug(?:ust|\.)?|Sept(?:ember|\.)?|"
    r"Sep\.?|Oct(?:ober|\.)?|Nov(?:ember|\.)?|Dec(?:ember|\.)?)"
)
_DATED_PLACE = re.compile(
    rf"(?:(?<!day), (?:\w+day, )?|\b(?:in|at|near|of|from) (?:(?!\w+day\b)[A-Z][\w.’'-]+ ){{1,3}})"
    rf"{_MONTH} \d{{1,2}}, \d{{4}}\W*$|, \d{{1,2}} {_MONTH} \d{{4}}\W*$"
)
"""How agencies end what they write below a picture: "... in Luhansk, eastern Ukraine, April 27, 2014." """
_FIRST_PERSON = _by_language(
    de="ich wir mein meine meinen meinem meiner unser unsere unseren unserem uns mich mir",
    en="i we my our us me",
    uk="я ми мій моя моє мої наш наша наше наші нас нам мене мені",
)
_NO_LETTER = re.compile(r"[\W_]+")


def leans_on_context(sentence: str, language: str) -> bool:
    """True when the sentence points back at what was said ("Er", "In diesem Interview", "However", "sagte er")."""
    own = phrases(language)
    opening = [word.lower() for word in words(sentence)[:_TIED]]
    if not opening:
        return False
    first = opening[0]
    if first in own.anaphora or first in own.connectives or first in _GOES_ON.get(language, ()):
        return True
    if first == "es" and (own.connectives.intersection(opening[1:4]) or not _IT.isdisjoint(opening[1:2])):
        return True
    if any(word in own.demonstratives or (language == "de" and word.startswith("solch")) for word in opening[1:3]):
        return True
    pronoun = _PRONOUN.get(language)
    return (
        not _TIES.get(language, frozenset()).isdisjoint(opening[1:])
        or (pronoun is not None and pronoun.match(sentence) is not None and not _NAMED_BEHIND.search(sentence))
        or _SPEAKER.search(sentence) is not None
    )


def is_statement(sentence: str) -> bool:
    """True when the sentence tells something and is whole.

    It begins with a capital or a figure, ends with its full stop, closes its quotations; it is no question and no
    aside ("What happened next.").
    """
    bare = sentence.rstrip(_CLOSERS + " ")
    start = sentence.lstrip(_OPENERS)[:1]
    if not start or start.islower() or start in _MARKS or not bare.endswith(_ENDS) or bare.endswith(("...", "…")):
        return False
    return balanced(sentence) and not is_aside(sentence)


def is_aside(sentence: str) -> bool:
    """True for a question in disguise, a hint to read on, a byline, a law's paragraph, an unsigned quotation, and what
    tells of a picture ("In this file photo", "(left)")."""
    told = any(tell.match(sentence) for tell in (_QUESTION_WORD, _ASIDE, _QUOTED))
    return told or bool(_DATED_PLACE.search(sentence) or label_phrases("caption").search(sentence.lower()))


def is_personal(sentence: str, language: str) -> bool:
    """True when someone speaks of himself."""
    return not _FIRST_PERSON.get(language, frozenset()).isdisjoint(_NO_LETTER.split(sentence.lower()))
