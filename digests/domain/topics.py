"""The catalogue of topics: names in every language of the product, and rules that find them in a text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from math import exp
from typing import TYPE_CHECKING

from digests.domain.articles import TopicMatch
from digests.domain.lexicon import NAMES, Evidence, Lexicon, Term, gather, lexicons
from digests.domain.sections import section
from digests.domain.suggestions import CUTOFF, key, nearest
from digests.domain.text_index import TextIndex
from digests.domain.topics_file import Topic, read
from digests.domain.transliteration import is_cyrillic, same_name, sound_key
from digests.errors import UnknownTopicError
from digests.text.words import LANGUAGES

if TYPE_CHECKING:
    from digests.domain.classifier import TopicModel

__all__ = ["Catalogue", "Topic"]

_ENOUGH = 5.5  # evidence below this is no match
_DISTINCT = 3  # different words needed where no strong one is prominent, ...
_TELLING = 2  # ... and so many of them more than hints
_RIVAL = 0.4  # a subject with less than this share of the text's best subject is a side remark, ...
_PLAIN = 12.0  # ... unless it has at least this evidence of its own
_CLEAR = 8.0  # ... or, for a named topic beside a subject that it does not belong to, this
_GIVEN = 6.0  # evidence that the source's own label is worth
_SURE = 10.0  # evidence at which a match is about two thirds certain
_APART = 40  # positions between the first and last telling word of a named topic that is not prominent
_BELIEVED = 0.4  # a model's guess is followed from here on; cross-validated, 65 % between .4 and .5 are right
_EDGE = 2.0  # evidence by which a certain guess comes before the other topics of the model
_SHOWN = 6  # words of the text named in a match


class Catalogue:
    """All topics, in the order of the file. Build it with `Catalogue.parse`; it never changes."""

    def __init__(self, topics: Iterable[Topic], spellings: Iterable[Sequence[str]] = ()) -> None:
        self.topics: tuple[Topic, ...] = tuple(topics)
        self._by_slug = {topic.slug: topic for topic in self.topics}
        self._spellings = {key(form): tuple(group) for group in spellings for form in group}

    @classmethod
    def parse(cls, toml_text: str, origin: str) -> Catalogue:
        """Read seeds/topics.toml. Raises InputError that names the table and key of any fault."""
        topics, spellings = read(toml_text, origin)
        return cls(topics, spellings)

    @cached_property
    def _by_key(self) -> dict[str, Topic]:
        """Topics by everything they are called, made when somebody asks for one, and not at each start."""
        found: dict[str, Topic] = {}
        for topic in self.topics:
            for name in (topic.slug, *topic.synonyms, *topic.narrower):
                for form in self.spellings(name):
                    found.setdefault(key(form), topic)
        return found

    @cached_property
    def _by_sound(self) -> dict[str, list[str]]:
        """Spellings by all that they sound like: `same_name` is only asked for those that may be meant."""
        found: dict[str, list[str]] = {}
        for form in dict.fromkeys(form for group in self._spellings.values() for form in group):
            for sound in {sound_key(form), sound_key(form.removesuffix("s"))} - {""}:
                found.setdefault(sound, []).append(form)
        return found

    @cached_property
    def _lexicons(self) -> dict[str, Lexicon]:
        """The rules as they are looked up, made with the first text: this is most of what a catalogue costs."""
        return lexicons(self._terms())

    def prepare(self) -> None:
        """Make what texts are looked up in. It takes a tenth of a second, which the first text need not."""
        self._lexicons  # noqa: B018

    def __getitem__(self, slug: str) -> Topic:
        try:
            return self._by_slug[slug]
        except KeyError:
            raise UnknownTopicError(slug) from None

    def __contains__(self, slug: object) -> bool:
        return slug in self._by_slug

    def __iter__(self) -> Iterator[Topic]:
        return iter(self.topics)

    def __len__(self) -> int:
        return len(self.topics)

    @property
    def featured(self) -> tuple[Topic, ...]:
        """The topics the set-up shows first, in their order."""
        chosen = [topic for topic in self.topics if topic.featured is not None]
        return tuple(sorted(chosen, key=lambda topic: topic.featured or 0))

    def parent(self, slug: str) -> str | None:
        """The topic above `slug`; None for a subject, and for what is no topic."""
        return self._by_slug[slug].parent if slug in self._by_slug else None

    def children(self, slug: str) -> tuple[Topic, ...]:
        """The topics directly below `slug`; empty when there are none."""
        return tuple(topic for topic in self.topics if topic.parent == slug)

    def spellings(self, name: str) -> tuple[str, ...]:
        """`name` and all its listed transliterations (Kiew, Kyjiw, Kyiv, ...)."""
        return tuple(dict.fromkeys((name, *self._spellings.get(key(name), ()))))

    def related(self, word: str) -> tuple[str, ...]:
        """Other ways to write `word`, for free words: its transliterations, and a topic's name in every language."""
        topic = self._by_key.get(key(word))
        named = topic is not None and key(word) in {key(name) for name in topic.names.values()}
        return tuple(dict.fromkeys([*self.spellings(word), *(topic.names.values() if topic and named else ())]))

    def find(self, name: str) -> Topic | None:
        """The topic called `name`: slug, name in any language, alias, or a narrower name. Spelling does not matter."""
        wanted = key(name)
        if not wanted:
            return None
        found = self._by_key.get(wanted)
        if found is None:
            written = [form for form in self._by_sound.get(sound_key(name), ()) if same_name(name, form)]
            found = next((self._by_key[key(form)] for form in written if key(form) in self._by_key), None)
        return found

    def named(self, name: str) -> Topic | None:
        """The topic itself that is called `name`; None for something that only belongs to one, such as "Kiew"."""
        topic = self.find(name)
        return topic if topic and key(name) in map(key, (topic.slug, *topic.synonyms)) else None

    def nearest(self, name: str, count: int = 3, cutoff: float = CUTOFF) -> list[Topic]:
        """Did-you-mean: up to `count` topics whose names are spelled nearly like `name`, best first."""
        near = nearest(name, self._by_key, count=len(self._by_key), cutoff=cutoff)
        return list(dict.fromkeys(self._by_key[spelling] for spelling in near))[:count]

    def match(  # an article, spelled out
        self,
        title: str,
        text: str,
        language: str,
        source_topics: Iterable[str] = (),
        url: str | None = None,
        model: TopicModel | None = None,
    ) -> tuple[TopicMatch, ...]:
        """The topics of a clean text, best first.

        `source_topics` are labels of its source, known or not; its address may name a section. Both are believed,
        whatever the text says. `model` is what an operator's labels have taught: it decides which of the topics it
        knows comes first.
        """
        return self.match_index(TextIndex(title, text, language), source_topics, url, model)

    def match_index(
        self,
        index: TextIndex,
        source_topics: Iterable[str] = (),
        url: str | None = None,
        model: TopicModel | None = None,
    ) -> tuple[TopicMatch, ...]:
        """As `match`, over an index that is built already."""
        evidence = self.evidence(index)
        believed = self._guess(index, evidence, model) if model else set()
        given = {topic.slug for label in source_topics for topic in self._labelled(label)}
        for slug in given:
            evidence.setdefault(slug, Evidence()).weight += _GIVEN
        filed = section(url)
        for slug, word in filed.named if filed else ():
            if slug in self:
                item = evidence.setdefault(slug, Evidence())
                item.weight += _GIVEN
                item.words[f"/{word}/"] = item.weight  # first of the words shown
                given.add(slug)
        rivals = {slug: item.weight for slug, item in evidence.items() if self._by_slug[slug].subject}
        found = [
            _match(slug, item)
            for slug, item in evidence.items()
            if slug in given | believed or self._accepted(self._by_slug[slug], item, rivals)
        ]
        return tuple(sorted(found, key=lambda match: (-match.score, match.slug)))

    def evidence(self, index: TextIndex) -> dict[str, Evidence]:
        """What the rules find in a text for each topic, by slug, before anything is accepted."""
        evidence = gather(index, self._lexicons.get(index.language) or self._lexicons[NAMES])
        for item in evidence.values():
            item.weight /= index.stretch
        self._lift(evidence)
        return evidence

    def _guess(self, index: TextIndex, evidence: dict[str, Evidence], model: TopicModel) -> set[str]:
        """Put the topic that a model is sure enough of before the others it knows."""
        guess = model.guess(index, {slug: item.weight for slug, item in evidence.items()})
        if guess.probability < _BELIEVED:
            return set()
        rival = max((evidence[slug].weight for slug in model.topics if slug in evidence), default=0.0)
        item = evidence.setdefault(guess.slug, Evidence())
        item.weight = max(item.weight, rival, _ENOUGH) + _EDGE * guess.probability
        for rank, word in enumerate(guess.words):
            item.words.setdefault(word, item.weight / (rank + 2))
        return {guess.slug}

    def _accepted(self, topic: Topic, item: Evidence, rivals: Mapping[str, float]) -> bool:
        """Enough of its own, and no side remark beside the text's subjects, whose weights `rivals` are."""
        if item.weight < _ENOUGH or not (item.strong or (len(item.terms) >= _DISTINCT and item.telling >= _TELLING)):
            return False
        if topic.subject:
            return item.weight >= min(_RIVAL * max(rivals.values(), default=0.0), _PLAIN)
        if not item.headed:
            other = max((weight for slug, weight in rivals.items() if not self._above(topic, slug)), default=0.0)
            if item.weight < min(_RIVAL * other, _CLEAR):
                return False
        return item.prominent or item.reach >= _APART

    def _above(self, topic: Topic, slug: str) -> bool:
        return topic.parent is not None and (topic.parent == slug or self._above(self._by_slug[topic.parent], slug))

    def _lift(self, evidence: dict[str, Evidence]) -> None:
        """Let the best child of each topic speak for its parent, deepest first."""
        for topic in sorted(self.topics, key=self._depth, reverse=True):
            if topic.parent is not None and topic.slug in evidence and topic.lift:
                evidence.setdefault(topic.parent, Evidence()).join(evidence[topic.slug], topic.lift)

    def _depth(self, topic: Topic) -> int:
        return 0 if topic.parent is None else 1 + self._depth(self._by_slug[topic.parent])

    def _labelled(self, label: str) -> Iterator[Topic]:
        """The topics of a source's label; "Politik/Ausland" and "News > Sport" name each part."""
        whole = self.find(label)
        for part in [label] if whole else label.replace(">", "/").split("/"):
            topic = self.find(part)
            if topic:
                yield topic

    def _terms(self) -> dict[str, list[Term]]:
        terms: dict[str, list[Term]] = {}
        for language in LANGUAGES:
            weights: dict[tuple[str, str], float] = {}
            for topic in self.topics:
                for text, weight in topic.rule.get(language, {}).items():
                    for form in self.spellings(text):
                        if is_cyrillic(form) == is_cyrillic(text):
                            entry = (topic.slug, form)
                            weights[entry] = max(weight, weights.get(entry, 0.0))
            terms[language] = [Term(slug, form, weight) for (slug, form), weight in weights.items()]
        return terms


def _match(slug: str, item: Evidence) -> TopicMatch:
    shown = sorted(item.words, key=lambda word: -item.words[word])[:_SHOWN]
    return TopicMatch(slug, round(1 - exp(-item.weight / _SURE), 4), tuple(shown))
