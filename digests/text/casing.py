"""Headlines in capitals, brought back to how their words are written in running text."""

from __future__ import annotations

from collections import Counter

from digests.text.phrases import phrases
from digests.text.words import WORD, words

_ACRONYM = 3  # letters; a shorter unknown word in capitals may well be one


def is_shouted(headline: str) -> bool:
    """True when every letter is a capital and there are at least three words."""
    letters = [character for character in headline if character.isalpha()]
    return len(words(headline)) >= 3 and bool(letters) and all(letter.isupper() for letter in letters)


def unshouted(headline: str, body: str, language: str) -> str:
    """A shouted headline in ordinary case; any other as it stands. The words stay the same, only their case changes.

    A word is written as the body writes it most often, else small when it is a function word, else with a capital:
    what a headline names and its text does not is mostly a name or, in German, a noun. Short unknown words stay.
    """
    if not is_shouted(headline):
        return headline
    written: dict[str, Counter[str]] = {}
    for word in words(body):
        written.setdefault(word.casefold(), Counter())[word] += 1
    small = phrases(language).stopwords

    def ordinary(word: str) -> str:
        forms = written.get(word.casefold())
        if word.casefold() in small:
            return word.lower()
        if forms:
            return forms.most_common(1)[0][0]
        return word if len(word) <= _ACRONYM else word.capitalize()

    text = WORD.sub(lambda match: ordinary(match[0]), headline)
    return text[:1].upper() + text[1:]
