"""The check of facts on real articles: which true sentences it accepts, and which false ones it refuses.

    python -m tests.benchmarks.facts

True sentences are those of the body, the same with a clause left out, and the editors' own teasers against the body
alone. False ones are sentences of the body with one thing changed. Every sentence is checked against its own article.
Prints shares by kind, with the spread over publishers' folds, and CPU milliseconds per sentence. Reads ../shared/data
beside the repository; says what is missing.
"""

from __future__ import annotations

import random
import re
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from statistics import fmean, pstdev

from digests.domain.common_words import FUNCTION_WORDS
from digests.domain.facts import LANGUAGES, check
from digests.domain.verdicts import Verdict
from digests.text.languages import detect
from digests.text.sentences import split_sentences
from digests.text.summarising import content_stems
from digests.text.words import count_words, fold, stem
from tests.benchmarks.data import clear_exit, rows

FOLDS = 5
PER_ARTICLE = 8
"""Sentences taken of one article."""
_NUMBER = re.compile(r"(?<![\w.,:])\d+(?:[.,]\d+)?(?![\w:]|[.,]\d)")
_NAME = re.compile(r"(?<=[\w,] )[A-ZÄÖÜА-ЯІЇЄҐ][\w-]{3,}")
_DAYS = {
    "de": ("Montag", "Dienstag", "Mittwoch", "Donnerstag", "Freitag", "Samstag", "Sonntag"),
    "en": ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"),
    "uk": ("понеділок", "вівторок", "четвер"),
}
_VERBS = {
    "de": re.compile(r"\b(ist|sind|war|waren|wird|werden|hat|haben|hatte|hatten|wurde|wurden|soll|will)\b"),
    "en": re.compile(r"\b(is|are|was|were|has|have|had|will|would|can|could)\b"),
    "uk": re.compile(r"\b(був|була|були|буде|будуть|є)\b"),
}
_NOT = {"de": r"\1 nicht", "en": r"\1 not", "uk": r"не \1"}


@dataclass(frozen=True)
class Text:
    """One article: its sentences in order, its teaser, who published it."""

    language: str
    told: tuple[str, ...]  # title first
    teaser: tuple[str, ...]
    fold: int


def texts() -> list[Text]:
    """Articles in languages that can be checked."""
    found: list[Text] = []
    for row in rows("pages"):
        body = "\n".join(row["paragraphs"])
        language = detect(row["title"], body)
        if language in LANGUAGES and len(row["paragraphs"]) > 2:
            told = [text for part in row["paragraphs"] for text in split_sentences(part, language)]
            teaser = [text for part in row["teaser"] or [] for text in split_sentences(part, language)]
            found.append(Text(language, (row["title"], *told), tuple(teaser), _fold(row["publisher"])))
    for row in rows("stories_en")[::2]:
        told = [text for part in row["text"].split("\n") for text in split_sentences(part, "en")]
        found.append(Text("en", (row["title"] or "", *told[:60]), (), _fold(str(row["event"]))))
    return found


def _fold(name: str) -> int:
    return sum(name.encode()) % FOLDS


def _other(chance: random.Random, found: Sequence[str], own: str) -> str | None:
    others = [each for each in found if each != own]
    return chance.choice(others) if others else None


def _replaced(sentence: str, match: re.Match[str] | None, by: str | None) -> str | None:
    if match is None or by is None or match[0] == by:
        return None
    return sentence[: match.start()] + by + sentence[match.end() :]


def corruptions(sentence: str, text: Text, stranger: Text, chance: random.Random) -> Iterator[tuple[str, str | None]]:
    """Kinds of false sentences made of a true one; None where the kind does not apply."""
    body = " ".join(text.told)
    numbers, names = list(_NUMBER.finditer(sentence)), list(_NAME.finditer(sentence))
    number = chance.choice(numbers) if numbers else None
    name = chance.choice(names) if names else None
    yield "number changed", _replaced(sentence, number, str(chance.randint(1000, 9999)))
    yield (
        "number of the article",
        _replaced(sentence, number, _other(chance, _NUMBER.findall(body), number[0] if number else "")),
    )
    yield "numbers exchanged", _exchanged(sentence, numbers)
    yield (
        "name of another",
        _replaced(sentence, name, _other(chance, _NAME.findall(" ".join(stranger.told)), name[0] if name else "")),
    )
    yield "name of the article", _replaced(sentence, name, _other(chance, _NAME.findall(body), name[0] if name else ""))
    yield "names exchanged", _exchanged(sentence, chance.sample(names, 2) if len(names) > 1 else [])
    verb = _VERBS[text.language].search(sentence)
    yield "negated", _replaced(sentence, verb, verb.expand(_NOT[text.language]) if verb else None)
    days = _DAYS[text.language]
    day = re.search(rf"\b(?:{'|'.join(days)})\b", sentence)
    yield "day changed", _replaced(sentence, day, _other(chance, days, day[0] if day else ""))
    far = chance.choice(text.told)
    yield "two sentences merged", _merged(sentence, far, text.told)
    words_ = _telling(sentence, text.language)
    word = chance.choice(words_) if words_ else None
    foreign = [each[0] for told in stranger.told for each in _telling(told, text.language)]
    yield "word of another", _replaced(sentence, word, _other(chance, foreign, word[0] if word else ""))


def _telling(sentence: str, language: str) -> list[re.Match[str]]:
    """The words in small letters that are no function words."""
    stems = content_stems(sentence, language)
    found = re.finditer(r"(?<=[^\W\d] )[a-zäöüßа-яіїєґ]{5,}(?!\w)", sentence)
    return [each for each in found if fold(each[0]) not in FUNCTION_WORDS and stem(each[0], language) in stems]


def _exchanged(sentence: str, pair: Sequence[re.Match[str]]) -> str | None:
    if len(pair) < 2:
        return None
    one, two = sorted(pair[:2], key=lambda each: each.start())
    if one[0].casefold() == two[0].casefold():
        return None
    return sentence[: one.start()] + two[0] + sentence[one.end() : two.start()] + one[0] + sentence[two.end() :]


def _merged(sentence: str, far: str, told: Sequence[str]) -> str | None:
    """The first half of one sentence with the second half of one that stands elsewhere."""
    if abs(told.index(sentence) - told.index(far)) < 3 or count_words(far) < 8:
        return None
    one, two = sentence.split(), far.split()
    return " ".join(one[: len(one) // 2] + two[len(two) // 2 :])


def shortened(sentence: str) -> str | None:
    """The sentence without a clause that stands between commas or in brackets."""
    cut = re.sub(r", [^,;:]{10,80}(?=,)|\s\([^)]{3,60}\)", "", sentence, count=1)
    cut = cut.replace(",,", ",")
    return cut if cut != sentence and count_words(cut) >= 6 else None


class Tally:
    """Shares by kind and fold."""

    def __init__(self) -> None:
        self.hits: defaultdict[str, list[list[int]]] = defaultdict(lambda: [[0, 0] for _ in range(FOLDS)])
        self.reasons: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.examples: defaultdict[str, list[str]] = defaultdict(list)

    def add(self, kind: str, fold: int, verdict: Verdict, sentence: str) -> None:
        cell = self.hits[kind][fold]
        cell[0] += verdict.supported
        cell[1] += 1
        self.reasons[kind][verdict.flaw.value if verdict.flaw else "-"] += 1
        self.examples[kind].append(f"{verdict.flaw or 'OK'} [{verdict.word}] {sentence}")

    def print(self) -> None:
        for kind, folds in self.hits.items():
            accepted, total = (sum(cell[place] for cell in folds) for place in (0, 1))
            spread = pstdev(cell[0] / cell[1] for cell in folds if cell[1])
            reasons = " ".join(f"{name} {count}" for name, count in self.reasons[kind].most_common(8))
            print(f"{kind:26} accepted {accepted / total:6.1%} ± {spread:5.1%} of {total:5}   {reasons}")


def main() -> None:
    chance = random.Random(11)
    found = texts()
    print(Counter(text.language for text in found))
    tally = Tally()
    spent: list[float] = []

    def judge(kind: str, sentence: str | None, text: Text) -> None:
        if sentence is not None:
            began = time.process_time()
            verdict = check(sentence, text.told, text.language)
            spent.append(time.process_time() - began)
            tally.add(kind, text.fold, verdict, sentence)

    for text in found:
        stranger = chance.choice([each for each in found if each.language == text.language])
        for sentence in text.teaser:
            if count_words(sentence) >= 6:
                judge("true: teaser", sentence, text)
        fit = [each for each in text.told[1:] if 8 <= count_words(each) <= 40]
        for sentence in chance.sample(fit, min(PER_ARTICLE, len(fit))):
            judge("true: verbatim", sentence, text)
            judge("true: a clause left out", shortened(sentence), text)
            for kind, corrupted in corruptions(sentence, text, stranger, chance):
                judge(kind, corrupted if corrupted != sentence else None, text)
    tally.print()
    print(f"{fmean(spent) * 1000:.2f} ms CPU per sentence, worst {max(spent) * 1000:.0f}")
    for kind in sys.argv[1:]:
        wanted = [each for each in tally.examples[kind] if each.startswith("OK") != kind.startswith("true")]
        print(f"\n== {kind}", *chance.sample(wanted, min(25, len(wanted))), sep="\n")


if __name__ == "__main__":
    with clear_exit():
        main()
