"""Live blogs: the entries of a ticker, and passages on another subject under a heading of their own."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from digests.text.cleaning import Block
from digests.text.document import Kind
from digests.text.lines import CLOCK
from digests.text.summarising import content_stems

_FEWEST_PARAGRAPHS = 5  # a shorter text is too little to tell a subject from another
_PREFIX = 6  # letters of a stem that must agree: compounds and inflections meet
_LETTER = re.compile(r"[^\W\d_]")


@dataclass(frozen=True, slots=True)
class Passage:
    """The raw form of an entry: its heading and body lines. `heading` may be empty."""

    heading: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Parted:
    """What remains of a text after its entries were taken out, and bare times that no reader needs."""

    main: tuple[Block, ...]
    passages: tuple[Passage, ...]
    times: tuple[str, ...] = ()


def part(title: str, blocks: Sequence[Block], language: str) -> Parted:
    """Split a ticker at its times; else take out the passages that tell of something else."""
    if sum(block.clock for block in blocks) > 1:
        return _part_ticker(blocks)
    return _part_passages(title, blocks, language)


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
        clock = CLOCK.match(block.text)
        rest = block.text[clock.end() :].strip(" +") if clock else block.text
        if rest and block.kind is Kind.HEADING:
            passages.append(Passage(rest, ()))
        else:
            times.append(block.text[: clock.end()].strip() if clock else "")
            passages.append(Passage("", (Block(Kind.BODY, rest),) if rest else ()))
    return Parted(tuple(main), tuple(each for each in passages if each.heading or each.blocks), tuple(times))


def _extended(passage: Passage, block: Block) -> Passage:
    if block.kind is Kind.HEADING and not passage.heading and not passage.blocks:
        return Passage(block.text, ())
    return Passage(passage.heading, (*passage.blocks, block))


def _part_passages(title: str, blocks: Sequence[Block], language: str) -> Parted:
    """Take out each heading that has nothing in common with the lead, and the paragraphs that cohere with it.

    A heading in capitals changes the subject loudly and is believed sooner. The passage ends with the next heading, or
    where a paragraph is closer to the lead than to the passage so far.
    """
    heads = [index for index, block in enumerate(blocks) if block.kind is Kind.HEADING]
    if sum(block.kind is Kind.BODY for block in blocks) < _FEWEST_PARAGRAPHS or not heads or heads[0] < 2:
        return Parted(tuple(blocks), ())
    vectors = [_vector(block.text, language) for block in blocks]
    frequency = Counter(term for vector in vectors for term in vector)
    weights = {term: math.log(1 + len(vectors) / number) ** 2 for term, number in frequency.items()}
    lead = _vector(title, language)
    for vector in vectors[: heads[0]]:
        lead.update(vector)
    taken: list[tuple[int, int]] = []
    for head, following in zip(heads, [*heads[1:], len(blocks)], strict=True):
        if head + 1 < following and _changes_subject(blocks, vectors, head, lead, weights):
            taken.append((head, _passage_end(vectors, head, following, lead, weights)))
    gone = {index for start, end in taken for index in range(start, end)}
    main = tuple(block for index, block in enumerate(blocks) if index not in gone)
    return Parted(main, tuple(Passage(blocks[start].text, tuple(blocks[start + 1 : end])) for start, end in taken))


def _changes_subject(
    blocks: Sequence[Block],
    vectors: Sequence[Counter[str]],
    head: int,
    lead: Counter[str],
    weights: Mapping[str, float],
) -> bool:
    loud = blocks[head].text.isupper() and len(_LETTER.findall(blocks[head].text)) >= 4
    head_limit, text_limit = (0.05, 0.12) if loud else (0.0, 0.03)
    return (
        _cosine(vectors[head], lead, weights) <= head_limit and _cosine(vectors[head + 1], lead, weights) <= text_limit
    )


def _passage_end(
    vectors: Sequence[Counter[str]], head: int, following: int, lead: Counter[str], weights: Mapping[str, float]
) -> int:
    passage = vectors[head] + vectors[head + 1]
    for index in range(head + 2, following):
        if _cosine(vectors[index], lead, weights) > _cosine(vectors[index], passage, weights):
            return index
        passage.update(vectors[index])
    return following


def _vector(text: str, language: str) -> Counter[str]:
    return Counter(stem[:_PREFIX] for stem in content_stems(text, language) if len(stem) > 3)


def _cosine(one: Mapping[str, int], two: Mapping[str, int], weights: Mapping[str, float]) -> float:
    dot = sum(count * two[term] * weights.get(term, 1.0) for term, count in one.items() if term in two)
    if not dot:
        return 0.0
    return dot / (_norm(one, weights) * _norm(two, weights))


def _norm(vector: Mapping[str, int], weights: Mapping[str, float]) -> float:
    return math.sqrt(sum(count * count * weights.get(term, 1.0) for term, count in vector.items()))
