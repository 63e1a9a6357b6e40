"""The head of an article: which line is its title, and which lines between title and text are captions."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import pairwise

from digests.text.document import Reason
from digests.text.lines import PICTURE, TEXT_ROLES, WIDE, Line, Role
from digests.text.phrases import all_stopwords, label_phrases
from digests.text.words import WORD

_LOOK_BACK = 40  # lines before the text that may be its title
_LOOK_AHEAD = 60  # lines of the text in which a title may hide behind notices of the page
_READ = 50  # lines of text a title is compared with
_PREFIX = 6  # letters that must agree: compounds and inflections meet
_FEWEST, _MOST = 3, 25  # words
_GOOD = 0.22
_ROW = 8  # lines
_HEADLINE = 5  # words; fewer are a kicker or a name
_CUT = 0.4  # share of the text that may be foreign before its title
_ALIEN = 0.2  # share of terms: what stands before a heading of the same article shares more with the rest
_CAPTION = 45  # words
_SHORT_CAPTION = 25
_HEAD_LINES = 12
_FEW_DOUBLES = 0.2
_MANY_LINES = 400  # a text of more is no article with pulled quotations
_PULLED = (5, 30)  # words
_MARKS = re.compile('[„“”"»«]')
_INNER_STOP = re.compile(r"[^\W\d_]{3}[.!?…][\"”“»]?\s+\S")
_HEADLINE_ROLES = frozenset({Role.SHORT, Role.SENTENCE, Role.BODY})


def find_title(lines: Sequence[Line], start: int, end: int) -> int | None:
    """The index of the line that is the title of the text between `start` and `end`, or None.

    A headline tells in few words what the text behind it tells in many: of the lines before the text (and inside it,
    where what stands before them has nothing to do with the rest) that one counts whose terms the text repeats most.
    Full stops, several sentences, credits and menus between it and the text speak against a line. Of several good
    ones in a row the first is the headline, the next its standfirst.
    """
    text = _Text(lines, start, end)
    scores = {index: score for index in _candidates(lines, start, end) if (score := text.score(index)) > 0}
    scores = {
        index: score for index, score in scores.items() if index < start or (score > _GOOD and text.begins(index))
    }
    if not scores:
        return None
    best = max(scores, key=lambda index: (scores[index], index))
    bare = [index for index in scores if lines[index].words >= _HEADLINE and lines[index].text in lines[best].text]
    return _first_in_a_row(lines, min(bare, key=lambda index: len(lines[index].text), default=best), scores)


def captions(lines: Sequence[Line], start: int, end: int) -> set[int]:
    """Which text lines of the text are captions.

    A short one right before a picture's credit; near the head a longer one too, unless it opens the text, and one
    between a credit and a time. One that says so itself ("in this photo", "(left)") needs no credit there. A line that
    stands in the text twice is a caption or a quotation pulled out of it.
    """
    head = start + _HEAD_LINES
    says = label_phrases("caption")
    found: set[int] = set()
    for index in range(start, end - 1):
        line, following = lines[index], lines[index + 1]
        if line.role not in _HEADLINE_ROLES or line.words > _CAPTION:
            continue
        if index < head and end - start > _HEAD_LINES // 2 and says.search(line.text.lower()):
            found.add(index)
        if line.role is Role.SHORT:
            continue
        credited = is_picture_credit(following) and (line.words <= _SHORT_CAPTION or index < head)
        framed = index < head and index > 0 and is_picture_credit(lines[index - 1]) and following.role is Role.JUNK
        if (credited and index != start) or framed:
            found.add(index)
    return found | _doubles(lines, start, end) | _pulled(lines, start, end)


def _pulled(lines: Sequence[Line], start: int, end: int) -> set[int]:
    """Short sentences that a paragraph of the same text holds word for word: quotations pulled out of it."""
    if end - start > _MANY_LINES:
        return set()
    bare = {index: _MARKS.sub("", lines[index].text).strip(" .!?…") for index in range(start, end)}
    same = Counter(bare.values())
    whole = "\n".join(bare.values())
    return {
        index
        for index, text in bare.items()
        if lines[index].role in TEXT_ROLES
        and _PULLED[0] <= lines[index].words <= _PULLED[1]
        and whole.count(text) > same[text]
    }


def _doubles(lines: Sequence[Line], start: int, end: int) -> set[int]:
    """Lines of text that stand in it more than once: all of them near the head, else all but the first.

    Where much of the text stands there twice the page is written that way, and the first of each stays.
    """
    places: dict[str, list[int]] = {}
    for index in range(start, end):
        if lines[index].role is Role.BODY:
            places.setdefault(lines[index].text, []).append(index)
    doubled = [indices for indices in places.values() if len(indices) > 1]
    few = len(doubled) <= _FEW_DOUBLES * len(places)
    found: set[int] = set()
    for indices in doubled:
        all_of_them = few and indices[0] < start + _HEAD_LINES
        found.update(indices if all_of_them else indices[1:])
    return found


def is_picture_credit(line: Line) -> bool:
    """True when a line names who made a picture, and not only the agency that wrote the text ("dpa")."""
    if line.reason is not Reason.CREDIT or not 2 <= line.words <= 8:
        return False
    return bool(PICTURE.search(line.text)) or "/" in line.text


def _candidates(lines: Sequence[Line], start: int, end: int) -> Iterator[int]:
    again = Counter(line.text.lower() for line in lines[start:end] if line.words <= _MOST)
    seen = 0
    for index in range(start - 1, -1, -1):
        line = lines[index]
        if line.role in _HEADLINE_ROLES:
            seen += 1
            if _FEWEST <= line.words <= _MOST and not line.bullet and not again[line.text.lower()]:
                yield index
        if seen >= _LOOK_BACK:
            break
    for index in range(start, min(end, start + _LOOK_AHEAD)):
        line = lines[index]
        fit = line.role in _HEADLINE_ROLES and _FEWEST <= line.words <= _MOST
        if fit and not line.bullet and not line.text.endswith(".") and not line.text.isupper():
            yield index


def _first_in_a_row(lines: Sequence[Line], best: int, scores: dict[int, float]) -> int:
    """The standfirst may tell more than the headline before it."""
    chosen = best
    for index in range(best - 1, max(-1, best - _ROW), -1):
        line = lines[index]
        if line.role in (Role.FURNITURE, Role.JUNK) or line.words < _HEADLINE:
            continue
        if scores.get(index, 0.0) < 0.5 * scores[best] or lines[chosen].text in line.text:
            break
        chosen = index
    return chosen


class _Text:
    """The terms of the text's lines, and how well a line heads them."""

    def __init__(self, lines: Sequence[Line], start: int, end: int) -> None:
        self.lines, self.start = lines, start
        self.all_lines = Counter(line.text.lower() for line in (*lines[max(0, start - 100) : start + 20], *lines[end:]))
        bodies = [index for index in range(start, end) if lines[index].role is Role.BODY]
        self.terms = {index: line_terms(lines[index].text) for index in bodies[:_READ]}
        self.places: dict[str, list[int]] = {}  # of each term: the lines it stands in, ascending
        for index, terms in self.terms.items():
            for term in terms:
                self.places.setdefault(term, []).append(index)
        self.size = {index: lines[index].words for index in bodies}
        self.words = sum(self.size.values())

    def score(self, index: int) -> float:
        """How well the line heads what follows; above 0 when they share anything."""
        line = self.lines[index]
        own = self.terms.get(index) or line_terms(line.text)
        shared = sum(1 - 1 / (1 + self._behind(term, index)) for term in own if term in self.places)
        if not shared:
            return 0.0
        return shared / (len(own) + 2.0) - self._against(index)

    def begins(self, index: int) -> bool:
        """True when what stands in the text before the line is little and has nothing to do with what follows.

        The more it is, the less it may share: a long first part of the same article shares more by chance.
        """
        before = [each for each in self.terms if each < index]
        part = sum(self.size[each] for each in before) / self.words
        if part > _CUT:
            return False
        if all(self.size[each] <= _MOST for each in before) and len(before) <= 1:
            return True
        foreign = {term for term, places in self.places.items() if places[0] <= index}
        behind = {term for term, places in self.places.items() if places[-1] > index}
        return len(foreign & behind) <= (_ALIEN - 0.25 * part) * min(len(foreign), len(behind))

    def _behind(self, term: str, index: int) -> int:
        """In how many lines behind the line the term stands."""
        places = self.places[term]
        return len(places) - bisect_right(places, index)

    def _against(self, index: int) -> float:
        line = self.lines[index]
        penalty = 0.25 if line.text.endswith(".") else 0.0
        penalty += 0.1 if _INNER_STOP.search(line.text) else 0.0
        penalty += 0.02 * max(0, line.words - 20)
        penalty += 0.2 if PICTURE.search(line.text) or self._credited(index) else 0.0
        penalty -= 0.1 if line.words >= _HEADLINE and self.all_lines[line.text.lower()] > 1 else 0.0
        return penalty + min(0.2, 0.008 * self._strangers(index))

    def _credited(self, index: int) -> bool:
        return index + 1 < len(self.lines) and is_picture_credit(self.lines[index + 1])

    def _strangers(self, index: int) -> int:
        """How many lines of menus stand between the line and the text."""
        return sum(
            line.role is Role.SHORT or line.reason is Reason.NAVIGATION
            for line in self.lines[index + 1 : max(self.start, index + 1)]
        )


@lru_cache(maxsize=2_000)
def line_terms(text: str) -> frozenset[str]:
    """What a line speaks of, in any language: beginnings of long words; pairs of signs where words have few."""
    stopwords = all_stopwords()
    found = {word[:_PREFIX] for word in WORD.findall(text.lower()) if len(word) > 3 and word not in stopwords}
    signs = [] if text.isascii() else WIDE.findall(text)
    return frozenset(found.union(one + two for one, two in pairwise(signs)))
