"""Which lines of a page are the article: where it stands, and inside it what belongs."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, replace
from itertools import pairwise, takewhile

from digests.text.blocks import find_article, is_statement
from digests.text.clocks import find_stamp
from digests.text.document import DroppedLine, Kind, Reason
from digests.text.heads import captions, find_title, is_picture_credit
from digests.text.lines import (
    AGED,
    HEADING_WORDS,
    MORE,
    SAYS,
    SENTENCE_END,
    TEXT_ROLES,
    Line,
    Role,
    classify_lines,
)

_SEVERAL = 3
_LEAD = 45  # words of another article's lead
_NAME = 6  # words of a reader's name with what stands behind it
_LIST = 15  # items of a list without bullets
_BEFORE, _AFTER = 3, 6  # lines that may say what a text is
_TICKER_HEADS = 3
_INTERVIEW = 4  # questions


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
    title: str | None  # the line that seems to be the title; not dropped
    dropped: tuple[DroppedLine, ...]
    head: tuple[str, ...] = ()  # the lines around the title, before the text
    after: tuple[str, ...] = ()  # the lines right behind the text


def clean_lines(
    lines: Sequence[str], headings: Set[str], repeated: Set[str], *, titled: bool = False, live: bool = False
) -> Cleaned:
    """Split non-empty `lines` into the article and the rest; without any body the plain lines are kept.

    `titled` says that the title is known already and no line is to be taken for it, `live` that the page calls itself
    live, so that ages may head its entries.
    """
    classified = _mark_teasers(classify_lines(lines, headings, repeated))
    classified = _mark_ticker(classified if live else _mark_comments(classified), live=live)
    start, end = find_article(classified)
    if start == end:
        return _keep_what_there_is(classified)
    title = None if titled else find_title(classified, start, end)
    if title is not None and title >= start:
        start = title + 1
    start += _caption(classified, start, end)
    kept: list[Block] = []
    dropped = [_drop(line, before=True) for index, line in enumerate(classified[:start]) if index != title]
    of_pictures = captions(classified, start, end)
    listed = _listed(classified, start, end)
    for index in range(start, end):
        if index in of_pictures:
            dropped.append(DroppedLine(classified[index].text, Reason.CREDIT))
            continue
        block = (
            Block(Kind.BODY, classified[index].text)
            if index in listed
            else _inside(classified, index, start, end, headings)
        )
        if block is None:
            dropped.append(_drop(classified[index]))
        else:
            kept.append(block)
    while len(kept) > 1 and kept[-1].kind is Kind.HEADING and not kept[-1].clock:  # it heads nothing that is kept
        dropped.append(DroppedLine(kept.pop().text, Reason.TEASER_LIST))
    dropped += [_drop(line) for line in classified[end:]]
    first = start if title is None else min(title, start)
    head = tuple(line.text for line in classified[max(0, first - _BEFORE) : start])
    after = tuple(line.text for line in classified[end : end + _AFTER])
    return Cleaned(tuple(kept), classified[title].text if title is not None else None, tuple(dropped), head, after)


def _mark_teasers(lines: list[Line]) -> list[Line]:
    """Before the cut-off lead of another article stands its headline, even where it looks like a sentence.

    A lead behind which "more" stands is another article's too, where the page has several of them.
    """
    marked = list(lines)
    more = [index for index, (line, after) in enumerate(pairwise(lines)) if _leads_on(line, after)]
    for index in more if len(more) >= _SEVERAL else ():
        marked[index] = replace(lines[index], role=Role.TEASER, reason=Reason.TEASER_LIST)
    for index, (line, following) in enumerate(pairwise(lines)):
        headline = line.role in (Role.SENTENCE, Role.SHORT) or (line.role is Role.BODY and line.words <= 24)
        if headline and following.role is Role.TEASER:
            marked[index] = replace(line, role=Role.TEASER, reason=Reason.TEASER_LIST)
    return marked


def _leads_on(line: Line, after: Line) -> bool:
    return line.role in TEXT_ROLES and line.words <= _LEAD and bool(MORE.match(after.text))


def _mark_comments(lines: list[Line]) -> list[Line]:
    """Readers' comments end the article: two or more names with "says:" and a date behind, or with an age."""
    heads = [
        index
        for index, (line, after) in enumerate(pairwise(lines))
        if line.words <= _NAME
        and (AGED.search(line.text) or (SAYS.search(line.text) and after.reason is Reason.NAVIGATION))
    ]
    marked = list(lines)
    for index in heads if len(heads) >= _SEVERAL - 1 else ():
        marked[index] = replace(lines[index], role=Role.END, reason=Reason.NAVIGATION)
    return marked


def _mark_ticker(lines: list[Line], *, live: bool) -> list[Line]:
    """On a ticker (three or more lines with a time, each with text behind it) those lines head its entries."""
    heads = [index for index in range(len(lines)) if _is_head(lines, index, live=live)]
    if len(heads) < _TICKER_HEADS:
        return lines
    marked = list(lines)
    for index in heads:
        marked[index] = replace(lines[index], role=Role.CLOCK, reason=None)
    return marked


def _is_head(lines: Sequence[Line], index: int, *, live: bool) -> bool:
    """Ages ("2 hours ago") stand in every list of articles: they head entries only where the page calls itself live."""
    line = lines[index]
    if line.reason not in (None, Reason.NAVIGATION):
        return False
    stamp = find_stamp(line.text)
    if stamp is None or (stamp.ago is not None and not live):
        return False
    one_line = line.role is Role.BODY or (line.text.startswith("++") and stamp.end < len(line.text))
    return one_line or any(each.role in TEXT_ROLES for each in lines[index + 1 : index + 3])


def _caption(lines: Sequence[Line], start: int, end: int) -> int:
    """How many lines at the head of the block are a picture's caption: text that the picture's credit follows."""
    if end - start <= 3 or lines[start].words > 40:
        return 0
    return 2 if is_picture_credit(lines[start + 1]) else 0


def _inside(lines: Sequence[Line], index: int, start: int, end: int, headings: Set[str]) -> Block | None:
    """What a line inside the best block is kept as; None when it goes."""
    line = lines[index]
    if line.role is Role.CLOCK:
        return Block(Kind.BODY if line.words > HEADING_WORDS else Kind.HEADING, line.text, clock=True)
    before, after = _neighbour(lines, index, start, -1), _neighbour(lines, index, end, 1)
    if line.role in TEXT_ROLES:
        return Block(Kind.HEADING if _asks(lines, line, before, after) else Kind.BODY, line.text)
    if is_statement(line):
        return Block(Kind.BODY, line.text)
    if line.role is not Role.SHORT or before is None or after is None:
        return None
    kind = Kind.HEADING if line.text in headings else _short_kind(line, before, after)
    return Block(kind, line.text) if kind else None


def _listed(lines: Sequence[Line], start: int, end: int) -> set[int]:
    """Short lines of the text that no bullet marks: one that ends in a colon, and the list behind it."""
    found: set[int] = set()
    for index in range(start + 1, end - 1):
        line = lines[index]
        if not line.text.endswith(":") or line.role not in (*TEXT_ROLES, Role.SHORT) or line.text.isupper():
            continue
        behind = range(index + 1, min(end, index + 2 + _LIST))
        items = list(takewhile(lambda each: lines[each].role is Role.SHORT, behind))
        after = index + len(items) + 1
        if after < end and lines[after].role in TEXT_ROLES and len(items) <= _LIST and len(items) != 1:
            found.update((index, *items))
    return found


def _short_kind(line: Line, before: Line, after: Line) -> Kind | None:
    """A short line between others: a short statement, an item of a list, a heading, or nothing of the article."""
    behind_text = before.role in TEXT_ROLES or before.role is Role.CLOCK
    loud = line.text.isupper()
    if behind_text and not loud and SENTENCE_END.search(line.text) and not line.text.endswith("?"):
        return Kind.BODY  # "Nein." between two paragraphs
    if line.bullet and (before.bullet or after.bullet or before.text.endswith(":")):
        return Kind.BODY
    heads = line.words <= HEADING_WORDS and after.role in TEXT_ROLES and (behind_text or loud)
    return Kind.HEADING if heads else None


def _asks(lines: Sequence[Line], line: Line, before: Line | None, after: Line | None) -> bool:
    """A short question between paragraphs heads what follows; in an interview, which asks often, it is text."""
    if line.role is not Role.SENTENCE or not line.text.endswith("?") or line.words > 12 or before is None:
        return False
    questions = sum(each.role in TEXT_ROLES and each.text.endswith("?") for each in lines)
    return after is not None and after.role is Role.BODY and questions < _INTERVIEW


def _neighbour(lines: Sequence[Line], index: int, limit: int, step: int) -> Line | None:
    """The next line in that direction that is neither furniture nor junk."""
    stop = limit if step > 0 else limit - 1
    for other in range(index + step, stop, step):
        if lines[other].role not in (Role.FURNITURE, Role.JUNK):
            return lines[other]
    return None


def _keep_what_there_is(lines: Sequence[Line]) -> Cleaned:
    """No line reads like body: keep everything that is not certainly furniture."""
    kept = [line for line in lines if line.reason is None] or [line for line in lines if line.role is Role.TEASER]
    chosen = set(map(id, kept))
    return Cleaned(
        tuple(Block(Kind.BODY, line.text) for line in kept),
        None,
        tuple(_drop(line) for line in lines if id(line) not in chosen),
    )


def _drop(line: Line, *, before: bool = False) -> DroppedLine:
    if line.reason is not None:
        return DroppedLine(line.text, line.reason)
    label = before or line.words <= 3
    return DroppedLine(line.text, Reason.NAVIGATION if label else Reason.TEASER_LIST)
