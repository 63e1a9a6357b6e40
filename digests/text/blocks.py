"""Where on a page the article stands: its best stretch of lines, and what goes on behind a box of other articles.

Every line gets a weight by its role; of each part of the page between two ends ("Most read") the stretch with the
greatest sum counts (Kadane's algorithm), so that a share bar between paragraphs does not end it. The heaviest stretch
is the article. Others join it when they go on with it: near by, several paragraphs in a row, and in the same words;
the leads of other articles stand alone and speak of something else.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from digests.text.document import Reason
from digests.text.heads import line_terms
from digests.text.lines import TEXT_ROLES, Line, Role

_WEIGHTS = {Role.TEASER: -30.0, Role.FURNITURE: -4.0, Role.JUNK: -2.0, Role.CLOCK: 8.0}
# How a stretch must look to join: thresholds between the two sorts on 194 stretches of 117 pages, alike in both halves
# of the publishers.
_STATEMENT = re.compile(r"[^\W\d_]{2}[.!,;][\"“”»]?$")
_END = 12  # characters
_NEAR = 24  # lines
_NEXT = 3
_ROW, _LONG_ROW = 2, 4  # paragraphs in a row
_MUCH = 120  # words
_ALIKE, _ROUGHLY_ALIKE, _VERY_ALIKE = 0.2, 0.1, 0.33  # share of its terms that the article has


def find_article(lines: Sequence[Line]) -> tuple[int, int]:
    """First and one past the last line of the article; (0, 0) when no line has a weight above 0."""
    stretches = [found for part in _parts(lines) if (found := _heaviest(lines, part))]
    if not stretches:
        return 0, 0
    main = max(range(len(stretches)), key=lambda index: stretches[index][0])
    article = stretches[main][1]
    terms = _terms(lines, article)
    for _, behind in stretches[main + 1 :]:
        between = lines[article.stop : behind.start]
        if any(_is_comment_end(line) for line in between):
            break
        if _goes_on(lines, behind, terms, gap=behind.start - article.stop):
            article = range(article.start, behind.stop)
            terms |= _terms(lines, behind)
    for _, before in reversed(stretches[:main]):
        if _goes_on(lines, before, terms, gap=article.start - before.stop):
            article = range(before.start, article.stop)
            terms |= _terms(lines, before)
    return article.start, article.stop


def _parts(lines: Sequence[Line]) -> Iterable[range]:
    """The page cut at its ends."""
    start = 0
    for index, line in enumerate(lines):
        if line.role is Role.END:
            yield range(start, index)
            start = index + 1
    yield range(start, len(lines))


def _heaviest(lines: Sequence[Line], part: range) -> tuple[float, range] | None:
    """The stretch of `part` with the greatest sum of weights, and that sum; None when none is above 0."""
    best, found = 0.0, range(0)
    current, start = 0.0, part.start
    for index in part:
        if current <= 0:
            current, start = 0.0, index
        current += _weight(lines[index])
        if current > best:
            best, found = current, range(start, index + 1)
    return (best, found) if best > 0 else None


def _weight(line: Line) -> float:
    if line.role is Role.BODY:
        return 4 + min(line.words, 60)
    if line.role is Role.SENTENCE:
        return min(line.words, 10)
    if line.role is Role.SHORT:
        if is_statement(line):
            return 1.0
        return -1.0 if line.bullet else -5 - min(line.words, 6)
    return _WEIGHTS[line.role]


def is_statement(line: Line) -> bool:
    """True for a short line that ends as text does: "Ja, sehr." in an interview, a verse."""
    return line.role is Role.SHORT and bool(_STATEMENT.search(line.text[-_END:])) and not line.text.isupper()


def _goes_on(lines: Sequence[Line], stretch: range, terms: set[str], *, gap: int) -> bool:
    own = _terms(lines, stretch)
    alike = len(own & terms) / max(1, len(own))
    row = _longest_row(lines, stretch)
    much = sum(lines[index].words for index in stretch if lines[index].role in TEXT_ROLES) >= _MUCH
    if row >= _ROW and gap <= _NEXT:  # a lone "Read also: ..." or a share bar inside the text
        return True
    if gap > (_NEAR if row >= _ROW or much else _NEXT):
        return False
    return alike >= (_VERY_ALIKE if row < _ROW else _ROUGHLY_ALIKE if row >= _LONG_ROW else _ALIKE)


def _is_comment_end(line: Line) -> bool:
    """Behind the readers' comments nothing of the article follows, however much they speak of it."""
    return line.role is Role.END and line.reason is Reason.NAVIGATION


def _longest_row(lines: Sequence[Line], stretch: range) -> int:
    """How many paragraphs stand in a row, furniture between them not counted."""
    longest = row = 0
    for index in stretch:
        if lines[index].role in TEXT_ROLES:
            row += 1
            longest = max(longest, row)
        elif lines[index].role not in (Role.FURNITURE, Role.JUNK):
            row = 0
    return longest


def _terms(lines: Sequence[Line], stretch: range) -> set[str]:
    return set().union(*(line_terms(lines[index].text) for index in stretch if lines[index].role in TEXT_ROLES))
