"""Live blogs: the entries of a ticker, and passages on another subject under a heading of their own."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from digests.text.cleaning import Block
from digests.text.clocks import Stamp, find_stamp
from digests.text.document import Kind
from digests.text.heads import line_terms
from digests.text.phrases import phrases

_FEWEST_PARAGRAPHS = 5  # a shorter text is too little to tell a subject from another
_HOUSE_STYLE = 3  # from so many headings in capitals on they mean nothing
_BOX = 2  # blocks with the heading
_LAST_SECTION = 4  # so many under a quiet heading at the end may well be the article's outlook
_FULL_TERMS = 30  # a passage of so many different terms can be judged
_LONGEST = 60  # blocks of a passage
_HOUSE = re.compile(
    r"podcasts?\b|newsletter|\babonn|\bspenden?\b|drittanbieter|cookie|redaktionelle[rn]? inhalt|subscri|"
    r"sign(?:ing)? up|donat|abbonament|abonnez|підпис|подпис",
    re.IGNORECASE,
)  # the house speaks of itself
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Passage:
    """The raw form of an entry: its heading, which may be empty, body lines, and the time it gives."""

    heading: str
    blocks: tuple[Block, ...]
    stamp: Stamp | None = None


@dataclass(frozen=True, slots=True)
class Parted:
    """What remains of a text after its entries were taken out; bare times and boxes that no reader needs."""

    main: tuple[Block, ...]
    passages: tuple[Passage, ...]
    times: tuple[str, ...] = ()
    boxes: tuple[Block, ...] = ()


def part(title: str, blocks: Sequence[Block], language: str, *, live: bool = False) -> Parted:
    """Split a ticker at its times; else take out the passages that tell of something else.

    `live` says that the page calls itself live, so that a change of subject is to be expected.
    """
    if sum(block.clock for block in blocks) > 1:
        return _part_ticker(blocks)
    return _part_passages(title, blocks, language, live=live)


def _part_ticker(blocks: Sequence[Block]) -> Parted:
    first = next(index for index, block in enumerate(blocks) if block.clock)
    main = list(blocks[:first])
    if main and main[-1].kind is Kind.HEADING:
        main.pop()
        first -= 1
    passages: list[Passage] = []
    times: list[str] = []
    for block in blocks[first:]:
        if not block.clock:
            if not passages:
                passages.append(Passage("", ()))
            passages[-1] = _extended(passages[-1], block)
            continue
        stamp = find_stamp(block.text)
        rest = block.text[stamp.end :].strip(" +") if stamp else block.text
        times.append(block.text[: stamp.end].strip() if stamp else "")
        if rest and block.kind is Kind.HEADING:
            passages.append(Passage(rest, (), stamp))
        else:
            passages.append(Passage("", (Block(Kind.BODY, rest),) if rest else (), stamp))
    whole = (_with_text(each) for each in passages)
    return Parted(tuple(main), tuple(each for each in whole if each.blocks), tuple(times))


def _extended(passage: Passage, block: Block) -> Passage:
    if block.kind is Kind.HEADING and not passage.heading and not passage.blocks:
        return replace(passage, heading=block.text)
    return replace(passage, blocks=(*passage.blocks, block))


def _with_text(passage: Passage) -> Passage:
    """An entry of one line says in it all that it says."""
    if passage.blocks or not passage.heading:
        return passage
    return replace(passage, heading="", blocks=(Block(Kind.BODY, passage.heading),))


def _part_passages(title: str, blocks: Sequence[Block], language: str, *, live: bool) -> Parted:
    """Take out each heading with its paragraphs where they have next to nothing in common with all the others.

    A passage ends with the next heading, or where a paragraph is closer to the lead than to the passage so far. A
    heading in capitals changes the subject loudly and is believed sooner, most of all on a page that calls itself
    live; capitals everywhere are only a house's style. Boxes of the house (podcast, donations, the last few
    paragraphs under a quiet heading) are no news and go.
    """
    heads = [index for index, block in enumerate(blocks) if block.kind is Kind.HEADING]
    few = sum(block.kind is Kind.BODY for block in blocks) < _FEWEST_PARAGRAPHS
    if few or not heads or heads[0] < 2 or not phrases(language).stopwords:
        return Parted(tuple(blocks), ())
    text = _Text(title, blocks, heads)
    shouted = sum(_is_loud(blocks[head].text) for head in heads)
    taken: list[range] = []
    boxes: list[range] = []
    for head, following in zip(heads, [*heads[1:], len(blocks)], strict=True):
        if head + 1 == following:
            continue
        passage = range(head, text.passage_end(head, following))
        loud = _is_loud(blocks[head].text) and (live or shouted < _HOUSE_STYLE)
        if text.likeness(passage) > _limit(len(passage) - 1, text.terms(passage), loud=loud, live=live):
            continue
        if not live and _is_box(blocks, passage, loud=loud):
            boxes.append(passage)
        elif live or loud or passage.stop < len(blocks) or len(passage) > _LAST_SECTION:
            taken.append(passage)
    gone = {index for passage in (*taken, *boxes) for index in passage}
    return Parted(
        main=tuple(block for index, block in enumerate(blocks) if index not in gone),
        passages=tuple(Passage(blocks[each.start].text, tuple(blocks[each.start + 1 : each.stop])) for each in taken),
        boxes=tuple(blocks[index] for box in boxes for index in box),
    )


def _is_box(blocks: Sequence[Block], passage: range, *, loud: bool) -> bool:
    """A passage that speaks of the house itself, or stands quietly at the very end."""
    if _HOUSE.search(blocks[passage.start].text) or sum(len(_HOUSE.findall(blocks[i].text)) for i in passage) > 1:
        return True
    return passage.stop == len(blocks) and len(passage) <= _BOX and not loud


def _is_loud(heading: str) -> bool:
    return heading.isupper() and len(_LETTER.findall(heading)) >= 4


def _limit(paragraphs: int, terms: int, *, loud: bool, live: bool) -> float:
    """How like the rest a passage may be and still count as another subject (tuned on real pages, see benchmarks).

    A passage of few words shares few with anything, so it must be less like the rest than a long one.
    """
    return min(1.0, terms / _FULL_TERMS) * _full_limit(paragraphs, loud=loud, live=live)


def _full_limit(paragraphs: int, *, loud: bool, live: bool) -> float:
    if loud:
        return 0.2 if live else 0.12
    return 0.04 if paragraphs == 1 else 0.08


class _Text:
    """Term vectors of a text's blocks; terms that stand everywhere weigh little.

    Each vector holds weights, so that sums of blocks need no weighing again and every cosine follows
    from a few products that change with the blocks moved.
    """

    def __init__(self, title: str, blocks: Sequence[Block], heads: Sequence[int]) -> None:
        found = [line_terms(block.text) for block in blocks]
        frequency = Counter(term for terms in found for term in terms)
        weights = {term: math.log(1 + len(blocks) / number) for term, number in frequency.items()}
        self.vectors = [{term: weights[term] for term in terms} for terms in found]
        heading = {term: weights.get(term, 1.0) for term in line_terms(title)}
        self.lead = _sum([heading, *self.vectors[: heads[0]]])
        self.lead_norm = _norm(self.lead)
        self.all = _sum([self.lead, *self.vectors])
        self.all_square = _dot(self.all, self.all)

    def passage_end(self, head: int, following: int) -> int:
        """One past the last block of the passage under `head`: where all that follows is most clearly the lead's.

        The whole rest up to the next heading is weighed at once, since one paragraph alone often shares with neither.
        Those before it that are closer to the lead than to the passage are no part of it either.
        """
        following = min(following, head + _LONGEST)
        best, best_margin = following, 0.0
        rest: dict[str, float] = {}
        passage = _sum(self.vectors[head:following])
        rest_square, passage_square, both, to_lead = 0.0, _dot(passage, passage), 0.0, 0.0
        for end in range(following - 1, head + 1, -1):
            moved = self.vectors[end]
            own, in_rest, in_passage = _dot(moved, moved), _dot(moved, rest), _dot(moved, passage)
            rest_square += 2 * in_rest + own
            passage_square += own - 2 * in_passage
            both += in_passage - in_rest - own
            to_lead += _dot(moved, self.lead)
            for term, value in moved.items():
                rest[term] = rest.get(term, 0.0) + value
                passage[term] -= value
            norm = math.sqrt(rest_square)
            margin = _share(to_lead, norm * self.lead_norm) - _share(both, norm * math.sqrt(max(0.0, passage_square)))
            if margin > best_margin:
                best, best_margin = end, margin
        while best > head + 2 and self._is_of_lead(best - 1, _sum(self.vectors[head : best - 1])):
            best -= 1
        return best

    def _is_of_lead(self, index: int, passage: Mapping[str, float]) -> bool:
        block = self.vectors[index]
        return self._to_lead(block) > _cosine(block, passage)

    def terms(self, passage: range) -> int:
        """How many different terms the passage has."""
        return len(set().union(*(self.vectors[index] for index in passage)))

    def likeness(self, passage: range) -> float:
        """Of the paragraphs to all others, and half as much of heading and first paragraph to the lead."""
        heading, first = self.vectors[passage.start], self.vectors[passage.start + 1]
        inside = _sum(self.vectors[passage.start + 1 : passage.stop])
        taken = _sum([heading, inside])
        outside_square = self.all_square - 2 * _dot(taken, self.all) + _dot(taken, taken)
        shared = _dot(inside, self.all) - _dot(inside, taken)
        alike = _share(shared, _norm(inside) * math.sqrt(max(0.0, outside_square)))
        return alike + 0.5 * (self._to_lead(heading) + self._to_lead(first))

    def _to_lead(self, vector: Mapping[str, float]) -> float:
        return _share(_dot(vector, self.lead), _norm(vector) * self.lead_norm)


def _sum(vectors: Iterable[Mapping[str, float]]) -> dict[str, float]:
    total: dict[str, float] = {}
    for vector in vectors:
        for term, value in vector.items():
            total[term] = total.get(term, 0.0) + value
    return total


def _dot(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    if len(one) > len(two):
        one, two = two, one
    return sum(value * two[term] for term, value in one.items() if term in two)


def _norm(vector: Mapping[str, float]) -> float:
    return math.sqrt(_dot(vector, vector))


def _cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    return _share(_dot(one, two), _norm(one) * _norm(two))


def _share(part: float, whole: float) -> float:
    return part / whole if part > 0 and whole > 0 else 0.0
