"""Digests for readers chosen by chance, out of a newsroom made of the measuring data.

    python -m tests.benchmarks.sample_digests [--seed N] [--readers N] [--only N] [--shape]

Prints each reader's wishes and the digest as a phone shows it. `--shape` prints what a page may say of it: how many
stories, states, sources, words and labels, and why each was chosen, but no sentence of the data.
"""

from __future__ import annotations

import argparse
import asyncio
import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.i18n import translations
from bot.telegram.messages import View
from bot.telegram.rendering import render_digest
from bot.telegram.stories import label_names
from digests.domain.common_words import FUNCTION_WORDS
from digests.domain.digests import Digest, Item, Window
from digests.domain.preferences import Length, Preferences
from digests.services.selecting import Selection
from digests.text.words import fold, words
from tests.benchmarks.data import clear_exit
from tests.benchmarks.sample_newsroom import DAYS, START, SampleNewsroom, sample_newsroom

SEED = 2026
READERS = 10
BERLIN = ZoneInfo("Europe/Berlin")
HOURS = (7, 8, 12, 18, 20)
"""When readers want their digest, in Berlin; the window is a day."""
WINDOW = timedelta(days=1)
WISHES = (1, 2, 3, 4)
"""So many topics and words a reader follows, each number as likely as the other."""
_WORD_SHARE = 0.2
_LANGUAGES = (frozenset[str](), frozenset({"de"}), frozenset({"en"}))


@dataclass(frozen=True, slots=True)
class SampleReader:
    """Somebody with wishes and a moment at which the digest is due."""

    number: int  # from 1
    interface: str
    preferences: Preferences
    slot: datetime

    def __str__(self) -> str:
        wish = self.preferences
        content = ", ".join(sorted(wish.languages)) or "any"
        chosen = [*sorted(wish.topics), *(f"“{word}”" for word in sorted(wish.words))]
        return (
            f"reader {self.number}: {', '.join(chosen)}; {wish.length.value}, interface {self.interface}, "
            f"articles in {content}; {self.slot.astimezone(BERLIN):%A %H:%M}"
        )


def readers(newsroom: SampleNewsroom, seed: int, count: int, titles: Sequence[str]) -> list[SampleReader]:
    """`count` readers by `seed`; free words are names out of at least two of the titles."""
    chance = random.Random(seed)
    known = Counter(word for title in titles for word in set(words(title)) if word[0].isupper() and len(word) > 4)
    names = sorted(word for word, times in known.items() if times >= 2 and fold(word) not in FUNCTION_WORDS)
    slugs = [topic.slug for topic in newsroom.catalogue]
    found = []
    for number in range(1, count + 1):
        followed = chance.choice(WISHES)
        free = sum(chance.random() < _WORD_SHARE for _ in range(followed))
        preferences = Preferences(
            topics=frozenset(chance.sample(slugs, followed - free)),
            words=frozenset(chance.sample(names, free)),
            languages=chance.choice(_LANGUAGES),
            length=chance.choice(list(Length)),
        )
        day = START + timedelta(days=chance.randrange(2, DAYS))
        slot = day + timedelta(hours=chance.choice(HOURS))
        found.append(SampleReader(number, chance.choice(("de", "en", "uk")), preferences, slot))
    return found


async def digest_of(newsroom: SampleNewsroom, reader: SampleReader) -> Digest:
    """The digest that is due at the reader's slot."""
    window = Window(reader.slot - WINDOW, reader.slot)
    async with newsroom.database.read() as transaction:
        selection = Selection(transaction, newsroom.catalogue, window, reader.slot)
        await selection.load([reader.preferences])
        return selection.compose(reader.preferences)


def view_of(newsroom: SampleNewsroom, reader: SampleReader) -> View:
    """What rendering needs to know of a reader."""
    topics = newsroom.catalogue
    return View(
        translations(reader.interface),
        BERLIN,
        reader.slot,
        lambda slug, language: topics[slug].name(language) if slug in topics else slug,
    )


def shape(digest: Digest, view: View) -> list[str]:
    """What can be said of a digest without quoting it, one line an item."""
    lines = [f"{len(digest.items)} stories in {len(digest.groups)} groups, {digest.left_out} left out"]
    return lines + [f"{number}. {_item_shape(item, view)}" for number, item in enumerate(digest.items, 1)]


def _item_shape(item: Item, view: View) -> str:
    length = sum(len(words(sentence.text)) for sentence in item.sentences)
    more = sum(len(words(sentence.text)) for sentence in item.details)
    copies = sum(note.copy for note in item.sources)
    reasons = [f"{view.topic(match.slug)} {match.score:.2f} ({', '.join(match.words)})" for match in item.topics]
    labels = ", ".join(label_names(item.sources, view.texts))
    teaser = " teaser" if any(sentence.paragraph < 0 for sentence in item.sentences) else ""
    return (
        f"{item.state.value}, {item.language}, {len({note.name for note in item.sources}) - copies} sources"
        f"{f' and {copies} copies' if copies else ''}, {len(item.sentences)}{teaser} sentences of {length} words, "
        f"{len(item.details)} more of {more}{f', {labels}' if labels else ''}; {'; '.join(reasons)}"
    )


async def _titles(newsroom: SampleNewsroom) -> list[str]:
    return [raw.title for raw in newsroom.raws.values() if raw.title]


async def shown_and_unsupported(count: int) -> tuple[int, list[str], int]:
    """Of so many readers' digests: sentences shown, those that do not stand in their article, digests with stories."""
    shown, unsupported, told = 0, list[str](), 0
    async with sample_newsroom() as newsroom:
        for reader in readers(newsroom, SEED, count, await _titles(newsroom)):
            digest = await digest_of(newsroom, reader)
            shown += sum(len(item.sentences) + len(item.details) for item in digest.items)
            unsupported += newsroom.unsupported(digest)
            told += bool(digest.items)
    return shown, unsupported, told


async def show(seed: int, count: int, only: int | None, *, shapes: bool) -> None:
    """Print the digests."""
    async with sample_newsroom() as newsroom:
        print(f"{len(newsroom.raws)} articles and entries, {len(newsroom.refused)} refused, seed {seed}")
        for reader in readers(newsroom, seed, count, await _titles(newsroom)):
            if only in (None, reader.number):
                digest = await digest_of(newsroom, reader)
                view = view_of(newsroom, reader)
                print(f"\n=== {reader}")
                texts = shape(digest, view) if shapes else [each.plain for each in render_digest(digest, view)]
                print("\n".join(texts))
                for sentence in newsroom.unsupported(digest):
                    print(f"!!! not in the article: {sentence}")


def main() -> None:
    """The command."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--readers", type=int, default=READERS)
    parser.add_argument("--only", type=int, help="one reader's number")
    parser.add_argument("--shape", action="store_true", help="no sentence of the data")
    given = parser.parse_args()
    with clear_exit():
        asyncio.run(show(given.seed, given.readers, given.only, shapes=given.shape))


if __name__ == "__main__":
    main()
