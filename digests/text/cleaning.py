"""Which lines of a page are the article: the best contiguous block, and inside it what belongs.

Every line gets a weight by its role; the article is the stretch with the greatest sum (Kadane's algorithm), so that a
share bar between paragraphs does not end it, but a list of other articles does.
"""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass

from digests.text.document import DroppedLine, Kind, Reason
from digests.text.lines import CLOCK, SENTENCE_END, TEXT_ROLES, Line, Role, classify_lines

_HEADING_WORDS = 16
_TICKER_HEADS = 3


@dataclass(frozen=True, slots=True)
class Block:
    """A kept line. `clock` marks the head of a ticker entry."""

    kind: Kind
    text: str
    clock: bool = False


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The article's lines in order, what stood before it as possible titles, and everything dropped."""

    kept: tuple[Block, ...]
    before: tuple[Line, ...]  # dropped too, unless one of them becomes the title
    dropped: tuple[DroppedLine, ...]


def clean_lines(lines: Sequence[str], headings: Set[str], repeated: Set[str]) -> Cleaned:
    """Split non-empty `lines` into the article and the rest; without any body the plain lines are kept."""
    classified = _mark_ticker(_mark_teasers(classify_lines(lines, headings, repeated)))
    start, end = _best_block(classified)
    if start == end:
        return _keep_what_there_is(classified)
    kept: list[Block] = []
    dropped = [_drop(line, before=True) for line in classified[:start]]
    for index in range(start, end):
        block = _inside(classified, index, start, end, headings)
        if block is None:
            dropped.append(_drop(classified[index]))
        else:
            kept.append(block)
    dropped += [_drop(line) for line in classified[end:]]
    return Cleaned(tuple(kept), tuple(classified[:start]), tuple(dropped))


def _mark_teasers(lines: list[Line]) -> list[Line]:
    """Headlines of other articles that look like sentences: what stands right before a cut-off lead is its headline."""
    marked = list(lines)
    for index in range(len(lines) - 1):
        line = lines[index]
        if lines[index + 1].role is Role.TEASER and line.role in (Role.SENTENCE, Role.SHORT, Role.BODY):
            if line.role is not Role.BODY or line.words <= 24:
                marked[index] = Line(line.text, Role.TEASER, line.words, Reason.TEASER_LIST)
    return marked


def _mark_ticker(lines: list[Line]) -> list[Line]:
    """On a ticker (three or more lines with a time, each with text behind it) those lines head its entries."""
    heads = [index for index, line in enumerate(lines) if _is_head(lines, index)]
    if len(heads) < _TICKER_HEADS:
        return lines
    marked = list(lines)
    for index in heads:
        marked[index] = Line(lines[index].text, Role.CLOCK, lines[index].words)
    return marked


def _is_head(lines: Sequence[Line], index: int) -> bool:
    line = lines[index]
    if not CLOCK.match(line.text) or line.reason not in (None, Reason.NAVIGATION):
        return False
    return line.role is Role.BODY or any(each.role in TEXT_ROLES for each in lines[index + 1 : index + 3])


def _weight(line: Line) -> float:
    match line.role:
        case Role.BODY:
            return 4 + min(line.words, 60)
        case Role.SENTENCE:
            return min(line.words, 10)
        case Role.SHORT:
            return -1.0 if line.bullet else -5 - min(line.words, 6)
        case Role.TEASER:
            return -30
        case Role.END:
            return -45
        case Role.FURNITURE:
            return -4
        case Role.JUNK:
            return -2
        case Role.CLOCK:
            return 8


def _best_block(lines: Sequence[Line]) -> tuple[int, int]:
    """First and one past the last line of the stretch with the greatest sum of weights; (0, 0) when none is positive."""
    best, best_range = 0.0, (0, 0)
    current, start = 0.0, 0
    for index, line in enumerate(lines):
        if current <= 0:
            current, start = 0.0, index
        current += _weight(line)
        if current > best:
            best, best_range = current, (start, index + 1)
    return best_range


def _inside(lines: Sequence[Line], index: int, start: int, end: int, headings: Set[str]) -> Block | None:
    """What a line inside the best block is kept as; None when it goes."""
    line = lines[index]
    if line.role is Role.CLOCK:
        return Block(Kind.BODY if line.words > _HEADING_WORDS else Kind.HEADING, line.text, clock=True)
    before, after = _neighbour(lines, index, start, -1), _neighbour(lines, index, end, 1)
    if line.role in TEXT_ROLES:
        question = line.role is Role.SENTENCE and line.text.endswith("?") and line.words <= 12
        heads = question and before is not None and after is not None and after.role is Role.BODY
        return Block(Kind.HEADING if heads and not _dialogue(lines, index) else Kind.BODY, line.text)
    if line.role is not Role.SHORT or before is None or after is None:
        return None
    if line.text in headings:
        return Block(Kind.HEADING, line.text)
    if before.role in TEXT_ROLES | {Role.CLOCK} and SENTENCE_END.search(line.text) and not line.text.endswith("?"):
        return Block(Kind.BODY, line.text)  # "Nein." between two paragraphs
    if line.bullet and (before.bullet or after.bullet or before.text.endswith(":")):
        return Block(Kind.BODY, line.text)
    if line.words <= _HEADING_WORDS and after.role in TEXT_ROLES and before.role in TEXT_ROLES | {Role.CLOCK}:
        return Block(Kind.HEADING, line.text)
    return None


def _neighbour(lines: Sequence[Line], index: int, limit: int, step: int) -> Line | None:
    """The next line in that direction that is neither furniture nor junk."""
    stop = limit if step > 0 else limit - 1
    for other in range(index + step, stop, step):
        if lines[other].role not in (Role.FURNITURE, Role.JUNK):
            return lines[other]
    return None


def _dialogue(lines: Sequence[Line], index: int) -> bool:
    """An interview asks often; there a question is text, not a heading."""
    return sum(line.role in TEXT_ROLES and line.text.endswith("?") for line in lines) >= 4


def _keep_what_there_is(lines: Sequence[Line]) -> Cleaned:
    """No line reads like body: keep everything that is not certainly furniture."""
    kept = [line for line in lines if line.reason is None] or [line for line in lines if line.role is Role.TEASER]
    chosen = set(map(id, kept))
    return Cleaned(
        tuple(Block(Kind.BODY, line.text) for line in kept),
        (),
        tuple(_drop(line) for line in lines if id(line) not in chosen),
    )


def _drop(line: Line, *, before: bool = False) -> DroppedLine:
    if line.reason is not None:
        return DroppedLine(line.text, line.reason)
    label = before or line.words <= 3
    return DroppedLine(line.text, Reason.NAVIGATION if label else Reason.TEASER_LIST)
