"""Who reports by himself, and who repeats."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.witnesses import copies, witnesses
from tests.support.builders import NOON, article


def test_copies_and_second_articles_of_a_source_are_no_further_witnesses() -> None:
    agency = article(id=1, credit="Ticker24")
    assert witnesses([agency]) == 1
    assert witnesses([agency, article(credit="Abendbote", duplicate_of=1)]) == 1
    assert witnesses([agency, article(credit="ticker24")]) == 1
    assert witnesses([agency, article(credit="Hafenpost")]) == 2


def test_a_copy_without_its_original_is_a_witness_and_a_second_one_is_not() -> None:
    first, second = article(id=5, credit="Abendbote", duplicate_of=1), article(id=4, credit="Kurier", duplicate_of=1)
    assert witnesses([first]) == 1
    assert witnesses([first, second]) == 1
    assert copies([first, second]) == {5}, "of two at one time the lower id was first"
    earlier = article(id=6, credit="Hafenpost", duplicate_of=1, at=NOON - timedelta(hours=1))
    assert copies([first, second, earlier]) == {4, 5}


def test_the_entries_of_a_live_blog_are_one_source() -> None:
    page = article(id=10, credit="Ticker24")
    entries = [article(credit="Ticker24", parent_id=10, at=NOON + timedelta(minutes=number)) for number in range(4)]
    assert witnesses(entries) == witnesses([page, *entries]) == 1
    assert witnesses([*entries, article(credit="Hafenpost")]) == 2


def test_texts_that_name_each_other_as_original_are_one_witness() -> None:
    assert witnesses([article(id=1, credit="A", duplicate_of=2), article(id=2, credit="B", duplicate_of=1)]) == 1
