"""Does a source say what a sentence says? For sentences that nobody copied from a source, such as generated ones.

Meant to be sure rather than kind: a true sentence that says a thing in other words may be refused, a false one must
not pass. A sentence is supported when one window of three neighbouring sentences of one article holds every number,
date and name of it, nearly all its other words, and nothing turns them around: numbers stand with what they count,
names in their places, negations, directions and doubts are the source's, quotations are verbatim. A number that the
source does not give is refused also where it only rounds one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import takewhile

from digests.domain.articles import Article
from digests.domain.fact_places import miscounted, misplaced, named
from digests.domain.fact_tokens import STRICT, Role, Token, Tokens, tokens
from digests.domain.fact_words import directions
from digests.domain.verdicts import SUPPORTED, Flaw, Verdict
from digests.text.document import Kind
from digests.text.phrases import phrases
from digests.text.sentences import split_sentences
from digests.text.words import fold

LANGUAGES = ("de", "en", "uk")
"""Facts of other languages cannot be checked."""
_WINDOWS = 6  # the most promising ones of an article that are looked at closely
_DERIVED, _DERIVED_SHARE = 6, 0.7  # letters, and share of the longer word, that related words begin with
# What makes another thing of a German word: Glück, Unglück; Präsident, Vizepräsident.
_TURNING = ("un", "ex", "alt", "vize", "anti", "nicht", "gegen", "miss", "minister", "schein", "ehemal")
_BETWEEN = frozenset(("but", "while", "whereas", "aber", "sondern", "doch", "während", "але", "проте", "однак"))
_STATEMENT = 3  # content words of the shortest statement
_WITHIN = frozenset(("of", "the", "von", "der", "des", "dem", "den", "die"))
_LINKS = (Role.FUNCTION, Role.NAME, Role.DATE)
_QUOTED = re.compile("[„“”\"«»‚‘’']")
_QUOTATION = re.compile('[„“”"«»]([^„“”"«»]{2,}?)[„“”"«»]')


def told_by(article: Article) -> tuple[str, ...]:
    """What an article says, as sentences in its order: title, teaser, body."""
    teaser = split_sentences(article.teaser, article.language) if article.teaser else []
    body = (text for part in article.paragraphs if part.kind is Kind.BODY for text in part.sentences)
    return (article.title, *teaser, *body)


def check(sentence: str, told: Sequence[str], language: str) -> Verdict:
    """Whether the sentences `told` by one source in `language`, in their order, say what `sentence` says."""
    plain = _plain(sentence)
    if any(plain == _plain(each) for each in told):
        return SUPPORTED
    if language not in LANGUAGES:
        return Verdict(Flaw.LANGUAGE)
    source = [tokens(each, language) for each in told]
    claim = tokens(sentence, language)
    quoted = _misquoted(sentence, told)
    if quoted:
        return Verdict(Flaw.QUOTE, quoted)
    first: Verdict | None = None
    for window in _windows(claim, source):
        verdict = next(_flaws(claim, window, source, language), None)
        if verdict is None:
            return SUPPORTED
        first = first or verdict
    return first or Verdict(Flaw.WORDS)


def _plain(text: str) -> str:
    return " ".join(_QUOTED.sub("'", text).split())


def _misquoted(sentence: str, told: Sequence[str]) -> str | None:
    """A quotation of the sentence that no source sentence holds."""
    everything = " ".join(_plain(each) for each in told)
    for match in _QUOTATION.finditer(sentence):
        if _plain(match[1]).strip(" .,!?'") not in everything:
            return match[1]
    return None


def _windows(claim: Tokens, source: Sequence[Tokens]) -> list[list[Tokens]]:
    """The windows that share most with the claim, each led by its sentence that shares most."""
    wanted = {token.key for token in claim if token.role not in (Role.FUNCTION, Role.STOP)}
    strict = {token.key for token in claim if token.role in STRICT}
    shared = [{token.key for token in sentence if token.key in wanted} for sentence in source]

    def merit(middle: int) -> tuple[int, int]:
        around = set().union(*shared[max(0, middle - 1) : middle + 2])
        return len(around) + len(around & strict), len(shared[middle]) + len(shared[middle] & strict)

    best = sorted(range(len(source)), key=lambda middle: (*merit(middle), -middle), reverse=True)[:_WINDOWS]
    windows = []
    for middle in best:
        places = range(max(0, middle - 1), min(len(source), middle + 2))
        nearest = max(places, key=lambda place: (len(shared[place]) + len(shared[place] & strict), place == middle))
        windows.append([source[nearest], *(source[place] for place in places if place != nearest)])
    return windows


def _flaws(claim: Tokens, window: Sequence[Tokens], source: Sequence[Tokens], language: str) -> Iterator[Verdict]:
    """What speaks against a claim in a window whose first sentence is the nearest."""
    yield from _missing(claim, window, source, language)
    yield from _turned(claim, window)
    yield from miscounted(claim, window)
    yield from misplaced(claim, window, source)
    yield from _borrowed(claim, window, language)


def _missing(claim: Tokens, window: Sequence[Tokens], source: Sequence[Tokens], language: str) -> Iterator[Verdict]:
    """Words that the window does not hold; an office or a first name may come from anywhere in the article."""
    keys = {token.key for sentence in window for token in sentence}
    for at, token in enumerate(claim):
        if token.role in (Role.FUNCTION, Role.STOP) or token.key in keys:
            continue
        following = claim[at + 1] if at + 1 < len(claim) else token
        if token.role is following.role is Role.NAME and any(named(each, token.key, following.key) for each in source):
            continue
        if token.role in (Role.NAME, Role.CONTENT) and _derived(token, keys, language):
            continue
        way = _goes_the_same_way(token, window) if token.role is Role.CONTENT else None
        if not way:
            yield Verdict(Flaw.DIRECTION if way is False else _MISSING[token.role], token.text)


_MISSING = {
    Role.NUMBER: Flaw.NUMBER,
    Role.COUNT: Flaw.NUMBER,
    Role.UNIT: Flaw.NUMBER,
    Role.DATE: Flaw.DATE,
    Role.NAME: Flaw.NAME,
    Role.CONTENT: Flaw.WORDS,
}


def _derived(token: Token, keys: set[str], language: str) -> bool:
    """True for a word of the same family ("announced", "announcement") and the end of a German compound.

    A name has no family, but in German every noun looks like one.
    """
    if language == "de" and len(token.key) >= _DERIVED - 1 and any(_ends(key, token.key) for key in keys):
        return True
    if token.role is Role.NAME and language != "de":
        return False
    if language == "de" and (token.key.removeprefix("ge") in keys or f"ge{token.key}" in keys):  # schätzt, geschätzt
        return True
    return any(
        sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(token.key, key, strict=False)))
        >= max(_DERIVED, _DERIVED_SHARE * max(len(token.key), len(key)))
        for key in keys
    )


def _ends(compound: str, word: str) -> bool:
    first = compound.removesuffix(word)
    return first != compound and not first.endswith(_TURNING)


def _borrowed(claim: Tokens, window: Sequence[Tokens], language: str) -> Iterator[Verdict]:
    """Clauses that no single statement of the window makes: their words are taken together from several."""
    for number, clause in enumerate(_clauses(claim)):
        if not any(
            _made_by(clause, statement, language, free=bool(number or place))
            for sentence in window
            for place, statement in enumerate(_statements(sentence))
        ):
            yield Verdict(Flaw.ROLE, clause[0].text)


def _clauses(claim: Tokens) -> list[list[Token]]:
    """The claim cut at commas and between statements; what is shorter than a statement stays with what it follows."""
    clauses: list[list[Token]] = [[]]
    for token in claim:
        if (token.role is Role.STOP or token.text.lower() in _BETWEEN) and _weight(clauses[-1]) >= _STATEMENT:
            clauses.append([])
        elif token.role is not Role.STOP:
            clauses[-1].append(token)
    if len(clauses) > 1 and _weight(clauses[-1]) < _STATEMENT:
        clauses[-2:] = [clauses[-2] + clauses[-1]]
    return [clause for clause in clauses if clause]


def _statements(sentence: Tokens) -> list[list[Token]]:
    """A source sentence cut at words that set one statement against another."""
    statements: list[list[Token]] = [[]]
    for token in sentence:
        if token.text.lower() in _BETWEEN:
            statements.append([])
        else:
            statements[-1].append(token)
    return [statement for statement in statements if statement]


def _weight(tokens_: Sequence[Token]) -> int:
    return sum(token.role not in (Role.FUNCTION, Role.STOP) for token in tokens_)


def _made_by(clause: Tokens, statement: Tokens, language: str, *, free: bool) -> bool:
    """True when a clause takes from elsewhere at most whom it is about, and where or when it happened.

    Another one than the statement is about only where that says "he" or the like, or where the clause has left out who
    it is (`free`).
    """
    keys = {token.key for token in statement}
    opening, borrowed, named, before = True, False, False, Role.FUNCTION
    for place, token in enumerate(clause):
        role = token.role
        if role in (Role.FUNCTION, Role.STOP):
            opening = opening and (not borrowed or token.text.lower() in _WITHIN)
        elif _held(token, keys, statement, language):
            opening = False
        elif opening and not (named and role is Role.CONTENT):
            borrowed, named = True, named or (role is Role.NAME and place > 0)
        elif role not in (Role.NAME, Role.DATE) or before not in _LINKS:
            return False
        before = role
    return not borrowed or free or _speaks_of(clause, statement, language)


def _held(token: Token, keys: set[str], statement: Tokens, language: str) -> bool:
    if token.key in keys or (token.role in (Role.NAME, Role.CONTENT) and _derived(token, keys, language)):
        return True
    return bool(token.role is Role.CONTENT and _goes_the_same_way(token, [statement]))


def _speaks_of(clause: Tokens, statement: Tokens, language: str) -> bool:
    """True when a statement begins with somebody the clause names, or with a pronoun."""
    first = next((token for token in statement if token.role in (Role.NAME, Role.CONTENT)), None)
    pronouns = phrases(language).anaphora
    return (
        first is None
        or first.key in {token.key for token in clause}
        or any(token.text.lower() in pronouns for token in statement)
    )


def _goes_the_same_way(token: Token, window: Sequence[Tokens]) -> bool | None:
    """Whether a word of the window gives the direction that this word gives; None for a word without one."""
    wanted = directions(fold(token.text))
    if not wanted:
        return None
    given = frozenset().union(*(directions(fold(each.text)) for sentence in window for each in sentence))
    return bool(wanted & given)


def _turned(claim: Tokens, window: Sequence[Tokens]) -> Iterator[Verdict]:
    """Negations, doubts and directions that differ between the claim and the sentence nearest to it."""
    nearest = window[0]
    denied, said = _negators(claim), _negators(nearest)
    if sorted(token.negation or 0 for token in denied) != sorted(token.negation or 0 for token in said):
        yield Verdict(Flaw.NEGATION, (denied or said)[0].text)
    for token in denied:
        if not _company(claim, token) & frozenset().union(*(_company(nearest, other) for other in said)):
            yield Verdict(Flaw.NEGATION, token.text)
    if any(token.weakens for token in nearest) and not any(token.weakens for token in claim):
        yield Verdict(Flaw.DOUBT, next(token.text for token in nearest if token.weakens))
    for token in claim:
        for pair, second in directions(fold(token.text)):
            company = _company(claim, token)
            same, opposite = (_shared_at(company, window, (pair, side)) for side in (second, not second))
            if opposite > same:
                yield Verdict(Flaw.DIRECTION, token.text)


def _negators(sentence: Tokens) -> list[Token]:
    return [token for token in sentence if token.negation is not None]


def _shared_at(company: frozenset[str], window: Sequence[Tokens], way: tuple[int, bool]) -> int:
    """The most that `company` shares with that of a word which gives this direction; -1 without one."""
    return max(
        (
            len(company & _company(sentence, token))
            for sentence in window
            for token in sentence
            if way in directions(fold(token.text))
        ),
        default=-1,
    )


def _company(sentence: Tokens, token: Token) -> frozenset[str]:
    """The content words around a token."""
    at = next(place for place, each in enumerate(sentence) if each is token)
    before = [each.key for each in sentence[:at] if each.role not in (Role.FUNCTION, Role.STOP)]
    after = [each.key for each in sentence[at + 1 :] if each.role not in (Role.FUNCTION, Role.STOP)]
    return frozenset(before[-3:] + after[:3])
