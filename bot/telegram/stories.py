"""How a story's sentences and sources are written, in a digest as on its card."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.i18n import Markup, Texts, escape
from bot.telegram.html import TEXT_LIMIT, clip, fits, join, link, to_plain, units
from bot.telegram.messages import View
from digests.domain.digests import Correction, Difference, Fault, Item, Sentence, SourceNote
from digests.text.document import Label

NAME_LIMIT = 60
HEADLINE_LIMIT = 300
COUNTED_LIMIT = 3
"""Counts named in the mark of a correction."""
NAMED_SOURCES = 5
"""Sources named below a story in a digest; those of shown sentences are named in any case."""

Numbers = Mapping[int, int]
"""Article id to the [n] that stands after its sentences; empty when one source says it all."""


def citations(item: Item) -> Numbers:
    """The numbers of the articles behind `item`. One source needs none."""
    if len({note.name for note in item.sources}) < 2:
        return {}
    return {note.article_id: index for index, note in enumerate(item.sources, start=1)}


def cited(sentence: Sentence, numbers: Numbers) -> Markup:
    """A sentence with the marker of its source: "Strittig sind die Häfen. [2]"."""
    number = numbers.get(sentence.article_id)
    return Markup(escape(sentence.text) + (f" [{number}]" if number else ""))


def running_text(sentences: Iterable[Sentence], numbers: Numbers) -> Markup:
    """Sentences one after the other."""
    return join(" ", *(cited(sentence, numbers) for sentence in sentences))


def written_text(item: Item, numbers: Numbers, view: View) -> Markup:
    """The generated summary under its mark, each sentence with all articles that bear it out; empty without one."""
    if not item.written:
        return Markup()
    sentences = (
        Markup(
            f"{escape(each.text)} {''.join(f'[{numbers[id_]}]' for id_ in each.article_ids if id_ in numbers)}".strip()
        )
        for each in item.written
    )
    return join(" ", Markup(view.texts("digest.written")), *sentences)


def updated_since(texts: Texts, since: datetime, view: View) -> str:
    """ "Neues seit gestern": what an update is newer than."""
    local, today = since.astimezone(view.zone), view.now.astimezone(view.zone).date()
    if local.date() == today:
        return texts("digest.updated_today", time=texts.time(local))
    if local.date() == today - timedelta(days=1):
        return texts("digest.updated_yesterday")
    return texts("digest.updated_since", date=texts.date(local.date()))


def label_names(notes: Iterable[SourceNote], texts: Texts) -> list[str]:
    """What a reader should know about articles before trusting them, in a fixed order."""
    return named_labels(frozenset[Label]().union(*(note.labels for note in notes)), texts)


def named_labels(labels: Collection[Label], texts: Texts) -> list[str]:
    """Labels by name, in a fixed order."""
    names = {
        Label.LIVE_BLOG: texts("label.live_blog"),
        Label.MACHINE_TRANSLATED: texts("label.machine_translated"),
        Label.OPINION: texts("label.opinion"),
        Label.PRESS_RELEASE: texts("label.press_release"),
        Label.PAYWALLED: texts("label.paywalled"),
    }
    return [name for label, name in names.items() if label in labels]


@dataclass(frozen=True, slots=True)
class _Named:
    """All articles of one source behind a story."""

    name: str
    notes: tuple[SourceNote, ...]
    numbers: tuple[int, ...]  # of those whose sentences are shown

    def write(self, texts: Texts, *, undated: bool) -> Markup:
        """ "[1] Ticker24 (Live-Blog)"."""
        labels = label_names(self.notes, texts)
        if undated and not any(note.dated for note in self.notes):
            labels.append(texts("label.undated"))
        url = next((note.url for note in self.notes if note.url), None)
        markers = "".join(f"[{number}]" for number in self.numbers)
        extra = f"({', '.join(labels)})" if labels else ""
        return join(" ", markers, link(clip(self.name, NAME_LIMIT), url), extra)


def sources_line(item: Item, view: View) -> Markup:
    """ "2 Quellen: [1] Abendbote, [2] Hafenpost · fast wortgleich: Ticker24 · vor 2 Std.".

    A source with several articles is named and counted once; one whose articles all copy another's is no further
    witness and stands apart: "1 Quelle: [1] Abendbote · von 2 übernommen: Ticker24, Kurier".
    """
    texts = view.texts
    sources = _by_name(item)
    witnesses = [source for source in sources if not all(note.copy for note in source.notes)] or sources[:1]
    copies = [source for source in sources if source not in witnesses]
    some_undated = any(note.dated for note in item.sources)
    parts: list[str] = []
    if witnesses:
        names = _enumerate(witnesses, texts, undated=some_undated)
        parts.append(texts.plural("digest.sources", len(witnesses), names=names))
    if copies:
        names = _enumerate(copies, texts, undated=some_undated)
        if len(witnesses) == 1:
            parts.append(texts.plural("digest.taken_over", len(copies), names=names))
        else:
            parts.append(texts("digest.copies", names=names))
    parts.append(_age(item, view))
    if item.language not in (texts.language, "und"):
        parts.append(texts("digest.original_language", language=texts.language_name(item.language)))
    return join(" · ", *parts)


def source_count(witnesses: int, repeaters: int, texts: Texts) -> str:
    """ "4 Quellen", "1 Quelle, von 2 übernommen"."""
    alone = witnesses == 1 and repeaters > 0
    taken_over = texts.plural("story.taken_over", repeaters) if alone else None
    return join(", ", texts.plural("story.count", witnesses), taken_over)


def correction_line(item: Item, view: View) -> Markup:
    """ "Korrigiert 09:12: Zahl (Schiffe)."; empty where nothing was put right."""
    correction, texts = item.correction, view.texts
    if correction is None:
        return Markup()
    what = [_corrected(fault, correction, texts) for fault in correction.faults]
    return Markup(texts("digest.corrected", time=view.moment(correction.at), what=join(", ", *what)))


def _corrected(fault: Fault, correction: Correction, texts: Texts) -> str:
    match fault:
        case Fault.HEADLINE:
            return texts("corrected.headline")
        case Fault.NUMBERS if correction.counted:
            counted = (clip(each, NAME_LIMIT) for each in correction.counted[:COUNTED_LIMIT])
            return texts("corrected.number_of", what=Markup(", ".join(map(escape, counted))))
        case Fault.NUMBERS:
            return texts("corrected.numbers")
        case Fault.TEXT:
            return texts("corrected.text")
        case Fault.SOURCES:
            return texts("corrected.sources")
        case Fault.SAME:
            return texts("corrected.same", number=correction.same_as or 1)


def differences_line(item: Item, view: View) -> Markup:
    """ "Quellen uneinig: Tote 12 (Abendbote), mindestens 15 (Hafenpost)"; empty where they agree."""
    if not item.differences:
        return Markup()
    return Markup(view.texts("digest.differ", what="; ".join(map(_difference, item.differences))))


def _difference(difference: Difference) -> str:
    claims = (f"{clip(each.figure, NAME_LIMIT)} ({clip(each.source, NAME_LIMIT)})" for each in difference.claims)
    return f"{clip(difference.subject, NAME_LIMIT)} {', '.join(claims)}"


def _by_name(item: Item) -> list[_Named]:
    numbers = citations(item)
    shown = {sentence.article_id for sentence in (*item.sentences, *item.details)}
    shown.update(*(sentence.article_ids for sentence in item.written))
    grouped: dict[str, list[SourceNote]] = {}
    for note in item.sources:
        grouped.setdefault(note.name, []).append(note)
    return [
        _Named(name, tuple(notes), tuple(numbers[n.article_id] for n in notes if numbers and n.article_id in shown))
        for name, notes in grouped.items()
    ]


def _enumerate(sources: Sequence[_Named], texts: Texts, *, undated: bool) -> Markup:
    quoted = sum(bool(source.numbers) for source in sources)
    room = max(0, NAMED_SOURCES - quoted)
    named: list[Markup] = []
    for source in sources:
        if not source.numbers:
            room -= 1
        if source.numbers or room >= 0:
            named.append(source.write(texts, undated=undated))
    rest = len(sources) - len(named)
    return join(" ", join(", ", *named), texts.plural("digest.more_sources", rest) if rest else None)


def _age(item: Item, view: View) -> str:
    dated = [note.published_at for note in item.sources if note.dated]
    if not dated:
        return view.texts("digest.imported", age=view.texts.age(view.now - item.last_at))
    newest = item.last_at if len(dated) == len(item.sources) else max(dated)
    return view.texts.age(view.now - newest)


def fitting(item: Item, write: Callable[[Item], Markup]) -> Markup:
    """What `write` makes of the story, in as many of its sentences as one message holds.

    The last detail goes first, then the last sentence, then a generated summary; the first sentence is cut only when it
    is longer than a message.
    """
    for shown in _shorter(item):
        html = write(shown)
        if fits(html):
            return html
    bare = replace(item, sentences=(), details=(), written=())
    room = TEXT_LIMIT - units(to_plain(write(bare))) - len(" [999]\n")
    for first in item.sentences[:1]:
        while room > 1:
            html = write(replace(bare, sentences=(replace(first, text=clip(first.text, room)),)))
            if fits(html):
                return html
            room //= 2  # escaping made it too long
    return write(bare)


def _shorter(item: Item) -> Iterator[Item]:
    for kept in range(len(item.details), 0, -1):
        yield replace(item, details=item.details[:kept])
    for kept in range(len(item.sentences), 0, -1):
        yield replace(item, sentences=item.sentences[:kept], details=())
