"""What an operator's labels teach, and what of it is stored."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.classifier import VERSION, TopicModel
from digests.domain.examples import Example
from digests.domain.text_index import TextIndex
from digests.domain.topics import Catalogue
from digests.domain.training import FEWEST, MOST, accuracy, cross_validate, samples, train
from digests.errors import InputError
from tests.support.labelled import examples

SEEDS = Path(__file__).parents[3] / "seeds"
CATALOGUE = Catalogue.parse((SEEDS / "topics.toml").read_text(encoding="utf-8"), "seeds/topics.toml")
MODEL = train(samples(examples(), CATALOGUE))
PIGEONS = ("Brieftauben kehren heim", "Die Taubenzüchter am Fluss sahen ihre Tauben spät. Der Gegenwind war stark.")


def guess(title: str, text: str, model: TopicModel = MODEL) -> tuple[str, float, tuple[str, ...]]:
    index = TextIndex(title, text, "de")
    found = model.guess(index, {slug: item.weight for slug, item in CATALOGUE.evidence(index).items()})
    return found.slug, found.probability, found.words


def test_what_is_taught_is_known_and_says_why() -> None:
    slug, probability, words = guess(*PIGEONS)
    assert slug == "sport"
    assert probability > 0.6
    assert "Brieftauben" in words
    assert not {"Die", "Der", "am"} & set(words)
    assert guess("Neue Marschmusik", "Die Blaskapelle spielt im Festzelt.")[0] == "culture"


def test_the_first_letters_of_a_compound_are_enough() -> None:
    assert guess("Taubenschläge", "Taubenfreunde treffen sich.")[0] == "sport"


def test_training_twice_gives_the_same_model() -> None:
    again = train(samples(examples(), CATALOGUE))
    assert again.to_bytes() == MODEL.to_bytes()


def test_a_stored_model_guesses_as_before() -> None:
    read = TopicModel.from_bytes(MODEL.to_bytes())
    assert read.topics == MODEL.topics
    before, after = guess(*PIGEONS), guess(*PIGEONS, read)
    assert (before[0], before[2]) == (after[0], after[2])
    assert before[1] == pytest.approx(after[1], abs=0.01)


def test_the_catalogue_follows_the_model_between_its_topics() -> None:
    plain = [match.slug for match in CATALOGUE.match(*PIGEONS, "de")]
    assert "sport" not in plain
    (first, *_) = CATALOGUE.match(*PIGEONS, "de", model=MODEL)
    assert first.slug == "sport"
    assert "Brieftauben" in first.words


def test_a_model_that_is_not_sure_changes_nothing() -> None:
    text = ("Ruhiger Abend", "Viele gingen zeitig heim, weil Nebel aufzog.")
    assert guess(*text)[1] < 0.4
    assert CATALOGUE.match(*text, "de", model=MODEL) == CATALOGUE.match(*text, "de")


def test_other_topics_stand_beside_the_guess() -> None:
    found = CATALOGUE.match(
        "Tauben für die Ukraine", "Die Taubenzüchter in Kiew freuen sich, Tauben zu haben.", "de", model=MODEL
    )
    assert {"sport", "ukraine"} <= {match.slug for match in found}


def test_cross_validation_tells_each_example_once() -> None:
    ready = samples(examples(), CATALOGUE)
    check = cross_validate(ready)
    assert check.topics == ("culture", "economy", "sport")
    assert check.together.total() == check.words_only.total() == check.rules_only.total() == len(ready)
    assert accuracy(check.together) == 1.0
    assert accuracy(check.rules_only) < 1.0


def test_cross_validation_does_not_look_at_what_it_guesses() -> None:
    """Each text stands there twice with different labels: only a model that has seen its test could be right."""
    same = [
        Example(topic, each.title, each.text, "de")
        for topic in ("sport", "economy")
        for each in examples(["culture"], 24)
    ]
    assert accuracy(cross_validate(samples(same, CATALOGUE)).together) <= 0.5


def test_too_few_examples_are_named() -> None:
    few = [*examples(["sport"]), *examples(["economy"], FEWEST - 1)]
    with pytest.raises(InputError, match=f"at least {FEWEST}; found economy {FEWEST - 1}"):
        samples(few, CATALOGUE)
    with pytest.raises(InputError, match="two or more topics"):
        samples(examples(["sport"]), CATALOGUE)
    with pytest.raises(InputError, match="two or more topics"):
        samples([], CATALOGUE)


def test_of_very_many_the_last_are_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digests.domain.training.MOST", 16)
    kept = samples([*examples(["culture"]), *examples(["sport", "economy"])], CATALOGUE)
    assert {sample.topic for sample in kept} == {"sport", "economy"}
    assert MOST == 5_000


def test_a_model_stays_small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("digests.domain.training._LARGEST", 200)
    model = train(samples(examples(), CATALOGUE))
    assert 0 < len(model.features) <= 200 // (2 * 3 + 6)
    assert guess(*PIGEONS, model)[0] in model.topics


def test_a_model_of_another_catalogue_is_refused() -> None:
    with pytest.raises(InputError, match=r"the catalogue does not have: culture, .*; train it again"):
        MODEL.check_topics(["sport", "economy"])
    MODEL.check_topics(topic.slug for topic in CATALOGUE)


def packed(**changes: object) -> bytes:
    """The stored model with some parts changed; None leaves a part out."""
    with np.load(io.BytesIO(MODEL.to_bytes())) as stored:
        parts = {name: stored[name] for name in stored.files} | changes
    body = io.BytesIO()
    np.savez(body, **{name: part for name, part in parts.items() if part is not None})
    return body.getvalue()


@pytest.mark.parametrize(
    ("body", "problem"),
    [
        (b"", "cannot be read"),
        (b"no archive at all", "cannot be read"),
        (MODEL.to_bytes()[:-200], "cannot be read"),
        (packed(version=np.array(VERSION + 1)), f"has version {VERSION + 1}, expected {VERSION}"),
        (packed(version=None), "cannot be read"),
        (packed(bias=None), "lacks a part"),
        (packed(bias=np.zeros(7)), "do not fit"),
        (packed(idf=np.array(["a"])), "lacks a part"),
        (packed(bias=np.full(3, np.nan)), "no numbers"),
        (packed(topics=np.array([{"a": 1}])), "cannot be read"),  # an object would need code to be unpacked
    ],
)
def test_a_damaged_model_is_refused(body: bytes, problem: str) -> None:
    with pytest.raises(InputError, match=problem) as refused:
        TopicModel.from_bytes(body)
    assert str(refused.value).startswith("the stored topic model: ")
    assert "train it again" in str(refused.value)


@given(st.text(max_size=40), st.text(), st.sampled_from(["de", "en", "uk", "und", ""]))
def test_any_text_gets_a_guess(title: str, text: str, language: str) -> None:
    index = TextIndex(title, text, language)
    found = MODEL.guess(index, {slug: item.weight for slug, item in CATALOGUE.evidence(index).items()})
    assert found.slug in MODEL.topics
    assert 0 < found.probability <= 1
    assert set(found.words) <= set(index.tokens)
