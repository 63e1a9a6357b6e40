"""Digests as JSON and back, without loss: they are stored in the table `digest`."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from digests.domain.articles import TopicMatch, WrittenSentence
from digests.domain.digests import (
    Claim,
    Correction,
    Difference,
    Digest,
    Fault,
    Group,
    Item,
    Parts,
    Sentence,
    SourceNote,
    State,
    Window,
)
from digests.text.document import Label


def digest_to_json(digest: Digest) -> dict[str, Any]:
    """A value of dicts, lists, strings and numbers only; times are ISO 8601 with their zone."""
    return {
        "window": [digest.window.start.isoformat(), digest.window.end.isoformat()],
        "groups": [_group_to_json(group) for group in digest.groups],
        "left_out": digest.left_out,
        "muted": digest.muted,
        **({"breaking": True} if digest.breaking else {}),
    }


def digest_from_json(value: dict[str, Any]) -> Digest:
    """What `digest_to_json` was given. Raises KeyError, TypeError or ValueError on anything it did not make."""
    start, end = value["window"]
    return Digest(
        window=Window(datetime.fromisoformat(start), datetime.fromisoformat(end)),
        groups=tuple(_group_from_json(group) for group in value["groups"]),
        left_out=value["left_out"],
        muted=value["muted"],
        breaking=value.get("breaking", False),
    )


def _group_to_json(group: Group) -> dict[str, Any]:
    return {
        "storyline": group.storyline_id,
        "items": [item_to_json(item) for item in group.items],
        "topics": list(group.topics),
        "heading": group.heading,
    }


def _group_from_json(value: dict[str, Any]) -> Group:
    return Group(
        storyline_id=value["storyline"],
        items=tuple(item_from_json(item) for item in value["items"]),
        topics=tuple(value["topics"]),
        heading=value["heading"],
    )


def item_to_json(item: Item) -> dict[str, Any]:
    """One story, as a digest holds it."""
    return {
        "story": item.story_id,
        "storyline": item.storyline_id,
        "headline": item.headline,
        "state": item.state.value,
        "sentences": [_sentence_to_json(sentence) for sentence in item.sentences],
        "details": [_sentence_to_json(sentence) for sentence in item.details],
        "sources": [_source_to_json(source) for source in item.sources],
        "language": item.language,
        "first_at": item.first_at.isoformat(),
        "last_at": item.last_at.isoformat(),
        "topics": [[match.slug, match.score, list(match.words)] for match in item.topics],
        "score": item.score,
        "differences": [_difference_to_json(difference) for difference in item.differences],
        "parts": asdict(item.parts) if item.parts else None,
        "weights": [[key, steps] for key, steps in item.weights],
        "written": [[sentence.text, list(sentence.article_ids)] for sentence in item.written],
        "followed": item.followed,
        **({"since": item.since.isoformat()} if item.since else {}),
        "correction": _correction_to_json(item.correction) if item.correction else None,
    }


def item_from_json(value: dict[str, Any]) -> Item:
    """What `item_to_json` was given. Raises as `digest_from_json`."""
    return Item(
        story_id=value["story"],
        storyline_id=value["storyline"],
        headline=value["headline"],
        state=State(value["state"]),
        sentences=tuple(Sentence(*sentence) for sentence in value["sentences"]),
        details=tuple(Sentence(*sentence) for sentence in value["details"]),
        sources=tuple(_source_from_json(source) for source in value["sources"]),
        language=value["language"],
        first_at=datetime.fromisoformat(value["first_at"]),
        last_at=datetime.fromisoformat(value["last_at"]),
        topics=tuple(TopicMatch(slug, score, tuple(words)) for slug, score, words in value["topics"]),
        score=value["score"],
        differences=tuple(_difference_from_json(each) for each in value.get("differences", ())),
        parts=Parts(**parts) if (parts := value.get("parts")) else None,
        weights=tuple((key, steps) for key, steps in value.get("weights", ())),
        written=tuple(WrittenSentence(text, tuple(ids)) for text, ids in value.get("written", ())),
        followed=value.get("followed", False),
        since=datetime.fromisoformat(since) if (since := value.get("since")) else None,
        correction=_correction_from_json(correction) if (correction := value.get("correction")) else None,
    )


def _correction_to_json(correction: Correction) -> list[Any]:
    return [correction.at.isoformat(), list(correction.faults), list(correction.counted), correction.same_as]


def _correction_from_json(value: list[Any]) -> Correction:
    at, faults, counted, same_as = value
    return Correction(datetime.fromisoformat(at), tuple(map(Fault, faults)), tuple(counted), same_as)


def _difference_to_json(difference: Difference) -> list[Any]:
    return [difference.subject, [[claim.figure, claim.source, claim.article_id] for claim in difference.claims]]


def _difference_from_json(value: list[Any]) -> Difference:
    subject, claims = value
    return Difference(subject, tuple(Claim(*claim) for claim in claims))


def _sentence_to_json(sentence: Sentence) -> list[Any]:
    return [sentence.text, sentence.article_id, sentence.paragraph, sentence.position]


def _source_to_json(source: SourceNote) -> dict[str, Any]:
    return {
        "article": source.article_id,
        "name": source.name,
        "published_at": source.published_at.isoformat(),
        "dated": source.dated,
        "language": source.language,
        "labels": sorted(label.value for label in source.labels),
        "url": source.url,
        "copy": source.copy,
    }


def _source_from_json(value: dict[str, Any]) -> SourceNote:
    return SourceNote(
        article_id=value["article"],
        name=value["name"],
        published_at=datetime.fromisoformat(value["published_at"]),
        dated=value["dated"],
        language=value["language"],
        labels=frozenset(Label(label) for label in value["labels"]),
        url=value["url"],
        copy=value["copy"],
    )
