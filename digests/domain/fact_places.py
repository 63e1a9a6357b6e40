"""Whether the numbers and names of a claim stand where they stand in a source, beside the same words."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import combinations

from digests.domain.fact_tokens import ANCHORED, Role, Token, Tokens
from digests.domain.verdicts import Flaw, Verdict

_NEAR = 3  # content words to one side of a number that may be what it counts
_TOGETHER = 6  # tokens between a name and its office
_BESIDE, _WIDELY = 2, 6  # content words to each side of a name: in the claim, in the source
_CLEARLY = 2  # words by which a number that counts something else must be nearer
_AROUND = 4  # tokens whose company tells a place in a sentence
_JOINING = frozenset(("und", "sowie", "oder", "and", "or", "та", "і", "й", "або"))
_BINDING = (
    frozenset(("gegen", "für", "vor", "nach", "durch", "seit", "bis", "ohne"))
    | frozenset(("against", "for", "before", "after", "by", "since", "until", "without", "over"))
    | frozenset(("проти", "за", "перед", "після", "до", "без", "від"))
)


def miscounted(claim: Tokens, window: Sequence[Tokens]) -> Iterator[Verdict]:
    """Numbers and dates that stand with other words in the window than in the claim."""
    for at, token in enumerate(claim):
        if token.role not in ANCHORED:
            continue
        alike = [
            (sentence, place)
            for sentence in window
            for place, each in enumerate(sentence)
            if each.key == token.key and each.hedge == token.hedge and _counts_alike(claim, at, sentence, place)
        ]
        own = _segment(claim, at)
        here = max((len(own & _segment(*where)) for where in alike), default=0)
        rivals = (
            len(own & _segment(sentence, place)) - (0 if _counts_alike(claim, at, sentence, place) else _CLEARLY)
            for sentence in window
            for place, each in enumerate(sentence)
            if each.role is token.role and each.key != token.key
        )
        if not alike or here < max(rivals, default=0):
            yield Verdict(Flaw.DATE if token.role is Role.DATE else Flaw.NUMBER, token.text)


def _counts_alike(claim: Tokens, at: int, sentence: Tokens, place: int) -> bool:
    """True when a number of the claim counts what the same number counts in a source sentence."""
    if claim[at].role is not Role.NUMBER:
        return True
    own, its = _behind(claim, at), _behind(sentence, place)
    if own:
        return own[0].key in {token.key for token in its[: 1 if own[0].role is Role.UNIT else _NEAR]}
    before, before_it = claim[at - 1 : at], sentence[place - 1 : place]
    return [token.key for token in before] == [token.key for token in before_it]


def _behind(sentence: Tokens, at: int) -> list[Token]:
    """The content words behind a number, up to the next number or the end of the clause."""
    found: list[Token] = []
    for token in sentence[at + 1 :]:
        if token.role in (Role.STOP, Role.NUMBER) or token.text.lower() in _JOINING:
            break
        if token.role is not Role.FUNCTION:
            found.append(token)
    return found


def _segment(sentence: Tokens, at: int) -> frozenset[str]:
    """The content words between a number or date and its neighbours of the same role."""
    role = sentence[at].role
    start = max((place + 1 for place in range(at) if sentence[place].role is role), default=0)
    end = min((place for place in range(at + 1, len(sentence)) if sentence[place].role is role), default=len(sentence))
    return frozenset(
        token.key for token in sentence[start:end] if token.role not in (Role.FUNCTION, Role.STOP, Role.UNIT, role)
    )


def misplaced(claim: Tokens, window: Sequence[Tokens], source: Sequence[Tokens]) -> Iterator[Verdict]:
    """Names that have changed places, or stand beside words that never stand beside them in the source."""
    yield from _wrong_company(claim, window, source)
    yield from _torn(claim, window)
    yield from _another_subject(claim, window[0])
    names = [(at, token) for at, token in enumerate(claim) if token.role in (Role.NAME, Role.DATE)]
    for (at, one), (at_other, other) in combinations(names, 2):
        if one.key == other.key:
            continue
        for sentence in window:
            places = _places(sentence, one.key), _places(sentence, other.key)
            if all(places) and not any(one_at < other_at for one_at in places[0] for other_at in places[1]):
                if _swapped(claim, (at, at_other), sentence, (places[0][0], places[1][0])):
                    yield Verdict(Flaw.ROLE, other.text)
                break


def _torn(claim: Tokens, window: Sequence[Tokens]) -> Iterator[Verdict]:
    """Names that stand among words among which they never stand in the window."""
    content = [token for token in claim if token.role not in (Role.FUNCTION, Role.STOP)]
    for at, token in enumerate(content):
        if token.role is not Role.NAME:
            continue
        company = {each.key for each in (*content[max(0, at - _BESIDE) : at], *content[at + 1 : at + 1 + _BESIDE])}
        mentions = [around for sentence in window for around in _around(sentence, token.key)]
        if sum(each.key == token.key for each in content) > max(1, len(mentions)):
            yield Verdict(Flaw.ROLE, token.text)
        kept = max((len(company & around) for around, _ in mentions), default=len(company))
        clause = company & _clause(claim, token)
        alone = bool(clause) and bool(mentions) and not any(clause & each for _, each in mentions)
        if alone or 2 * kept < len(company - {token.key}):
            yield Verdict(Flaw.ROLE, token.text)


def _around(sentence: Tokens, key: str) -> Iterator[tuple[set[str], set[str]]]:
    """The content words near each mention of a name, and those in its clause."""
    content = [token for token in sentence if token.role not in (Role.FUNCTION, Role.STOP)]
    for at, each in enumerate(content):
        if each.key == key:
            near = (*content[max(0, at - _WIDELY) : at], *content[at + 1 : at + 1 + _WIDELY])
            yield {token.key for token in near}, _clause(sentence, each)


def _clause(sentence: Tokens, token: Token) -> set[str]:
    """The other content words between the same commas."""
    at = next(place for place, each in enumerate(sentence) if each is token)
    stops = [-1, *(place for place, each in enumerate(sentence) if each.role is Role.STOP), len(sentence)]
    start, end = max(stop for stop in stops if stop < at), min(stop for stop in stops if stop > at)
    part = (*sentence[start + 1 : at], *sentence[at + 1 : end])
    return {each.key for each in part if each.role is not Role.FUNCTION}


def _another_subject(claim: Tokens, nearest: Tokens) -> Iterator[Verdict]:
    """A claim that begins with somebody of another sentence, and leaves out whom the nearest one begins with."""
    own, its = _opening(claim), _opening(nearest)
    if own is None or its is None or own.key in {token.key for token in nearest}:
        return
    if its.key not in {token.key for token in claim}:
        yield Verdict(Flaw.ROLE, own.text)


def _opening(sentence: Tokens) -> Token | None:
    return next((token for token in sentence if token.role in (Role.NAME, Role.CONTENT)), None)


def _places(sentence: Tokens, key: str) -> list[int]:
    return [at for at, token in enumerate(sentence) if token.key == key]


def _swapped(claim: Tokens, here: tuple[int, int], sentence: Tokens, there: tuple[int, int]) -> bool:
    """True when two names that stand the other way round have each other's neighbours rather than their own."""
    if _bound(claim, here[0], sentence, there) or _bound(claim, here[1], sentence, there[::-1]):
        return False
    own = _likeness(claim, here[0], sentence, there[0]) + _likeness(claim, here[1], sentence, there[1])
    crossed = _likeness(claim, here[0], sentence, there[1]) + _likeness(claim, here[1], sentence, there[0])
    return crossed + 1 > own


def _bound(claim: Tokens, at: int, sentence: Tokens, places: tuple[int, int]) -> bool:
    """True when a name has kept the small word before it ("in Paris"), and the other name had another one."""
    own, its, others = (_before(claim, at), _before(sentence, places[0]), _before(sentence, places[1]))
    return own is not None and own == its != others


def _before(sentence: Tokens, at: int) -> str | None:
    """The small word right before a place."""
    return sentence[at - 1].key if at and sentence[at - 1].role is Role.FUNCTION else None


def _likeness(claim: Tokens, at: int, sentence: Tokens, place: int) -> int:
    """How many neighbours two places share, on the same side."""
    return sum(len(_side(claim, at, step) & _side(sentence, place, step)) for step in (-1, 1))


def _side(sentence: Tokens, at: int, step: int) -> frozenset[str]:
    part = sentence[at + 1 : at + 1 + _AROUND] if step > 0 else sentence[max(0, at - _AROUND) : at]
    return frozenset(token.key for token in part if token.role not in (Role.NAME, Role.STOP))


def _wrong_company(claim: Tokens, window: Sequence[Tokens], source: Sequence[Tokens]) -> Iterator[Verdict]:
    """An office, a first name or a telling preposition that stands before a name, but never so in the source."""
    for at, token in enumerate(claim):
        if token.role not in (Role.NAME, Role.CONTENT) or not at:
            continue
        before, binding = claim[at - 1], _binding(claim, at)
        mentions = [(sentence, place) for sentence in window for place in _places(sentence, token.key)]
        if binding and mentions and not any(binding == _binding(*mention) for mention in mentions):
            yield Verdict(Flaw.ROLE, f"{binding} {token.text}")
        if token.role is not Role.NAME:
            continue
        if before.role not in (Role.NAME, Role.CONTENT) or any(_beside(each, before.key, token.key) for each in source):
            continue
        known = any(each.key == before.key for sentence in source for each in sentence)
        if known or before.role is Role.NAME:
            yield Verdict(Flaw.ROLE, f"{before.text} {token.text}")


def _binding(sentence: Tokens, at: int) -> str | None:
    """The telling preposition before a name, across articles and adjectives."""
    for token in reversed(sentence[max(0, at - 4) : at]):
        if token.text.lower() in _BINDING:
            return token.text.lower()
        if token.role is not Role.FUNCTION and (sentence[at].role is Role.CONTENT or token.role is not Role.CONTENT):
            return None
    return None


def named(sentence: Tokens, one: str, other: str) -> bool:
    """True when `other` stands right behind `one`, or one word further ("Governor Maria Lang")."""
    ones, others = _places(sentence, one), _places(sentence, other)
    return any(0 < b - a <= 2 for a in ones for b in others)


def _beside(sentence: Tokens, one: str, other: str) -> bool:
    ones, others = _places(sentence, one), _places(sentence, other)
    return any(abs(a - b) <= _TOGETHER for a in ones for b in others)
