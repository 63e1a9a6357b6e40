"""What an edit changed in an article: its headline, numbers, sentences, or nothing that a reader would notice.

Sentences are compared by their letters, signs and numbers. Spaces, punctuation, capitals, the order of sentences, where
one ends, one way or another to write a number and a slip in one word are nothing.
"""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from digests.domain.common_words import FUNCTION_WORDS
from digests.domain.figures import spelled
from digests.text.document import Paragraph
from digests.text.words import fold

_SAID = frozenset("%‰@#§&")  # punctuation to Unicode, but read aloud
_PARTS = 4  # sentences that one may have been cut into
_LOOKED_AT = 8  # sentences that one with a slip is compared with: those that begin or end alike
_LONG = 5  # letters of a word in which one more, less or other is a slip
_ALPHABETS = "\u0530"  # Latin, Greek and Cyrillic stand before: scripts in which a letter is not yet a syllable or word


class RevisionKind(StrEnum):
    """What an edit changed."""

    HEADLINE = "headline"
    NUMBERS = "numbers"  # a sentence is the same but for its numbers
    TEXT = "text"  # other sentences changed or went
    ADDITION = "addition"  # sentences came, none changed or went but for numbers


@dataclass(frozen=True, slots=True)
class Version:
    """What an article says at one time."""

    title: str
    paragraphs: tuple[Paragraph, ...]


@dataclass(frozen=True, slots=True)
class Revision:
    """What an edit came to."""

    kinds: tuple[RevisionKind, ...]  # at least one, in the order in which they are defined
    changes: tuple[tuple[str, str], ...] = ()  # sentences whose numbers changed: before and after
    gone: int = 0  # other sentences that stand there no more, or not like this
    new: int = 0  # sentences that did not stand there, or not like this


@dataclass(frozen=True, slots=True)
class _Sentence:
    text: str
    at: int  # its place in the article
    tokens: tuple[str, ...]  # words, and "\n" before what a number says

    @property
    def key(self) -> str:
        return "".join(self.tokens)

    @property
    def mask(self) -> str:
        """The sentence without what its numbers say."""
        return "".join("\n" if token[0] == "\n" else token for token in self.tokens)


def compare(old: Version, new: Version, language: str) -> Revision | None:
    """What became of `old` in `new`, an article in `language`; None when a reader would notice nothing."""
    before, after = _unlike(_sentences(old.paragraphs, language), _sentences(new.paragraphs, language))
    before, after = _uncut(before, after)
    after, before = _uncut(after, before)
    before, after = _without_slips(before, after)
    before, after, changes = _corrected(before, after)
    kinds = {
        RevisionKind.HEADLINE: _is_other_headline(old.title, new.title, language),
        RevisionKind.NUMBERS: bool(changes),
        RevisionKind.TEXT: bool(before),
        RevisionKind.ADDITION: bool(after) and not before,
    }
    found = tuple(kind for kind, is_so in kinds.items() if is_so)
    return Revision(found, changes, len(before), len(after)) if found else None


def _sentences(paragraphs: Iterable[Paragraph], language: str) -> list[_Sentence]:
    texts = [sentence for paragraph in paragraphs for sentence in paragraph.sentences]
    return [_Sentence(text, at, tokens) for at, text in enumerate(texts) if (tokens := _tokens(text, language))]


def _tokens(sentence: str, language: str) -> tuple[str, ...]:
    sentence = unicodedata.normalize("NFKC", sentence)
    tokens, end = list[str](), 0
    for start, stop, said in spelled(sentence, language):
        tokens += _bare(sentence[end:start])
        tokens.append(f"\n{said}\n")
        end = stop
    return (*tokens, *_bare(sentence[end:]))


def _bare(text: str) -> list[str]:
    """The words of a text, each as its letters and signs."""
    words = ("".join(filter(_is_said, word)) for word in text.casefold().split())
    return [word for word in words if word]


def _is_said(character: str) -> bool:
    category = unicodedata.category(character)
    return character in _SAID or (category[0] in "LMNS" and category != "Sk")


def _is_other_headline(old: str, new: str, language: str) -> bool:
    one, other = (_Sentence(title, 0, _tokens(title, language)) for title in (old, new))
    return one.key != other.key and not _is_slip(one, other)


def _unlike(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> tuple[list[_Sentence], list[_Sentence]]:
    """Those without an equal on the other side, each of which counts once."""
    shared = Counter(each.key for each in old) & Counter(each.key for each in new)
    return _but(old, shared.copy()), _but(new, shared)


def _but(sentences: Iterable[_Sentence], shared: Counter[str]) -> list[_Sentence]:
    left = []
    for each in sentences:
        if shared[each.key] > 0:
            shared[each.key] -= 1
        else:
            left.append(each)
    return left


def _uncut(whole: Sequence[_Sentence], parts: Sequence[_Sentence]) -> tuple[list[_Sentence], list[_Sentence]]:
    """Without those of `whole` that `parts` has in several pieces, and without these."""
    runs: dict[str, range] = {}
    for start in range(len(parts)):
        key, last = parts[start].key, parts[start].at
        for place in range(start + 1, min(start + _PARTS, len(parts))):
            if parts[place].at != last + 1:
                break
            key, last = key + parts[place].key, last + 1
            runs.setdefault(key, range(start, place + 1))
    kept, taken = list[_Sentence](), set[int]()
    for each in whole:
        run = runs.get(each.key)
        if run is None or not taken.isdisjoint(run):
            kept.append(each)
        else:
            taken.update(run)
    return kept, [each for place, each in enumerate(parts) if place not in taken]


def _without_slips(old: Sequence[_Sentence], new: Sequence[_Sentence]) -> tuple[list[_Sentence], list[_Sentence]]:
    """Without those that the other side has with one word written otherwise."""
    alike: defaultdict[tuple[int, str, str], list[_Sentence]] = defaultdict(list)
    for each in new:
        for ends in _ends(each):
            alike[ends].append(each)
    kept, taken = list[_Sentence](), set[int]()
    for each in old:
        near = (other for ends in _ends(each) for other in alike[ends][:_LOOKED_AT] if other.at not in taken)
        found = next((other for other in near if _is_slip(each, other)), None)
        if found is None:
            kept.append(each)
        else:
            taken.add(found.at)
    return kept, [each for each in new if each.at not in taken]


def _ends(sentence: _Sentence) -> tuple[tuple[int, str, str], ...]:
    """By what a sentence is found that differs in one word: that word is not both the first and the last one."""
    count, first, last = len(sentence.tokens), sentence.tokens[0], sentence.tokens[-1]
    return (count, first, ""), (count, "", last)


def _is_slip(one: _Sentence, other: _Sentence) -> bool:
    """True when two sentences differ by one letter of one long word, not its first; two usual words are two words."""
    if len(one.tokens) != len(other.tokens) or len(one.tokens) < 2:
        return False
    unlike = [(a, b) for a, b in zip(one.tokens, other.tokens, strict=True) if a != b]
    if len(unlike) != 1:
        return False
    a, b = unlike[0]
    if min(len(a), len(b)) < _LONG or a[0] != b[0] or a[0] == "\n" or max(a + b) >= _ALPHABETS:
        return False
    return _are_near(a, b) and not {fold(a), fold(b)} <= FUNCTION_WORDS


def _are_near(one: str, other: str) -> bool:
    """True for words that are one letter or two swapped ones apart (Damerau, Communications of the ACM 7/3, 1964)."""
    shortest = min(len(one), len(other))
    start = next((place for place in range(shortest) if one[place] != other[place]), shortest)
    rest, its = one[start:], other[start:]
    same = next((place for place in range(min(len(rest), len(its))) if rest[-1 - place] != its[-1 - place]), None)
    same = min(len(rest), len(its)) if same is None else same
    rest, its = rest[: len(rest) - same], its[: len(its) - same]
    return max(len(rest), len(its)) < 2 or (len(rest) == 2 and rest == its[::-1])


def _corrected(
    old: Sequence[_Sentence], new: Sequence[_Sentence]
) -> tuple[list[_Sentence], list[_Sentence], tuple[tuple[str, str], ...]]:
    """What is left without sentences that are equal but for their numbers, and these: before and after."""
    waiting: defaultdict[str, deque[_Sentence]] = defaultdict(deque)
    for each in new:
        waiting[each.mask].append(each)
    kept, changes, taken = list[_Sentence](), list[tuple[str, str]](), set[int]()
    for each in old:
        same = waiting[each.mask]
        if not same or not each.mask.strip("\n"):  # a number alone says nothing of what it counts
            kept.append(each)
            continue
        found = same.popleft()
        taken.add(found.at)
        changes.append((each.text, found.text))
    return kept, [each for each in new if each.at not in taken], tuple(changes)
