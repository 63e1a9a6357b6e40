"""Labelled articles as JSON Lines: each fault is named with its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.examples import Example, read_examples
from digests.domain.topics import Catalogue

SEEDS = Path(__file__).parents[3] / "seeds"
CATALOGUE = Catalogue.parse((SEEDS / "topics.toml").read_text(encoding="utf-8"), "seeds/topics.toml")
GOOD = {"topic": "sport", "title": "Sieg im letzten Lauf", "text": "Die Läuferin gewann das Rennen am Sonntag."}


def test_names_slugs_and_languages_are_understood() -> None:
    lines = [
        json.dumps(GOOD),
        "",
        json.dumps(GOOD | {"topic": "Wirtschaft", "language": "en"}),
        json.dumps(GOOD | {"topic": "Політика"}) + "\r\n",
        json.dumps({"topic": "Kiew", "text": GOOD["text"]}),
    ]
    examples, faults = read_examples(lines, "labels.jsonl", CATALOGUE)
    assert faults == []
    assert [(each.topic, each.language) for each in examples] == [
        ("sport", "de"), ("economy", "en"), ("politics", "de"), ("ukraine", "de"),
    ]  # fmt: skip
    assert examples[0] == Example("sport", GOOD["title"], GOOD["text"], "de")


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("{", "no JSON"),
        ("[1, 2]", "found list; expected {"),
        ('"sport"', "found str"),
        (json.dumps({"title": "a", "text": "b"}), "topic: missing"),
        (json.dumps(GOOD | {"topic": "  "}), "topic: missing"),
        (json.dumps(GOOD | {"topic": 7}), "topic: expected text, found 7"),
        (json.dumps(GOOD | {"topic": "spotr"}), "no topic is called 'spotr'; did you mean sport"),
        (json.dumps(GOOD | {"topic": "qqqqqqqq"}), "the catalogue is seeds/topics.toml"),
        (json.dumps(GOOD | {"text": ["a"]}), "text: expected text"),
        (json.dumps(GOOD | {"language": None}), "language: expected text, found null"),
        (json.dumps({"topic": "sport", "text": "Zu kurz."}), "fewer than 5 words"),
        (json.dumps(GOOD | {"label": "x"}), "unknown key 'label'"),
    ],
)
def test_faults_name_their_line(line: str, problem: str) -> None:
    examples, faults = read_examples([json.dumps(GOOD), line], "labels.jsonl", CATALOGUE)
    assert len(examples) == 1
    (fault,) = faults
    assert str(fault).startswith("labels.jsonl:2: ")
    assert problem in str(fault)


@given(
    st.one_of(st.text(), st.dictionaries(st.sampled_from([*GOOD, "language"]), st.text() | st.none()).map(json.dumps))
)
def test_any_line_is_an_example_or_a_fault(line: str) -> None:
    examples, faults = read_examples([line], "labels.jsonl", CATALOGUE)
    assert len(examples) + len(faults) == bool(line.strip())
