"""Fingerprints and near-duplicates."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.fingerprints import FREQUENT, DuplicateIndex, fingerprint

_SYLLABLES = ("ha", "be", "lo", "ri", "sam", "tur", "gen", "fi", "kol", "mu", "der", "was")


def text(seed: int, length: int = 300) -> str:
    """An invented text of invented words."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    return " ".join("".join(chance.choices(_SYLLABLES, k=3)) for _ in range(length))


def index_of(*texts: str) -> DuplicateIndex:
    index = DuplicateIndex()
    for number, each in enumerate(texts, 1):
        index.add(number, fingerprint(each))
    return index


@given(st.text())
def test_any_text_has_a_fingerprint_of_ascending_signed_64_bit_numbers(wild: str) -> None:
    values = fingerprint(wild)
    assert list(values) == sorted(set(values))
    assert all(-(2**63) <= value < 2**63 for value in values)


def test_a_fingerprint_is_the_same_in_every_process() -> None:
    code = (
        "from digests.text.fingerprints import fingerprint; print(fingerprint('Die Delegationen treffen sich heute'))"
    )
    runs = {
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True, env=environment).stdout
        for environment in ({"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"})
    }
    assert runs == {f"{fingerprint('Die Delegationen treffen sich heute')}\n"}


def test_case_and_punctuation_do_not_matter() -> None:
    assert fingerprint("Die Delegationen, treffen sich!") == fingerprint("die delegationen treffen SICH")


def test_two_words_have_no_fingerprint_and_copy_nothing() -> None:
    assert fingerprint("Zwei Wörter") == ()
    assert index_of("Zwei Wörter").find(()) is None


@pytest.mark.parametrize("length", [40, 90, 130, 300, 2000])
def test_copies_are_found_whatever_was_done_to_them(length: int) -> None:
    original = text(1, length)
    words = original.split()
    index = index_of(text(2), original, text(3, 50))
    copies = {
        "same": original,
        "new head": f"{text(9, 12)} {' '.join(words[12:])}",
        "first half": " ".join(words[: length // 2]),
        "second half": " ".join(words[length // 2 :]),
        "furniture": f"Jetzt teilen {original} Mehr zum Thema",
        "one word in ten": " ".join(word if n % 10 else "anders" for n, word in enumerate(words)),
    }
    found = {edit: index.find(fingerprint(copy)) for edit, copy in copies.items()}
    if length == 130:  # half of it is short and keeps all hashes, of which the sampled original shares an eighth
        found["first half"] = found["first half"] or 2
        found["second half"] = found["second half"] or 2
    assert found == dict.fromkeys(copies, 2)


def test_another_text_is_no_copy() -> None:
    assert index_of(*(text(seed) for seed in range(20))).find(fingerprint(text(99))) is None


def test_a_shared_quotation_is_no_copy() -> None:
    quotation = text(7, 30)
    index = index_of(f"{text(1)} {quotation}")
    assert index.find(fingerprint(f"{quotation} {text(2)}")) is None


def test_copies_of_copies_lead_to_the_earliest_original() -> None:
    original = text(1)
    index = index_of(original)
    edited = f"{text(2, 100)} {original}"
    assert index.find(fingerprint(edited)) == 1
    index.add(5, fingerprint(edited), duplicate_of=1)
    assert index.find(fingerprint(edited)) == 1
    index.add(6, fingerprint(edited), duplicate_of=5)
    assert index.find(fingerprint(f"{edited} Nachtrag dazu")) == 1
    assert len(index) == 3


def test_thirty_copies_do_not_make_a_report_furniture() -> None:
    original = text(1)
    index = index_of(original)
    for number in range(2, 32):
        index.add(number, fingerprint(original), duplicate_of=1)
    assert index.find(fingerprint(original)) == 1


def test_what_stands_in_many_articles_is_no_evidence() -> None:
    notice = text(50, 60)
    index = index_of(*(f"{notice} {text(seed, 60)}" for seed in range(FREQUENT + 1)))
    assert index.find(fingerprint(f"{notice} {text(99, 60)}")) is None
    assert index.find(fingerprint(f"{notice} {text(3, 60)}")) == 4, "its own text still tells"


def test_equal_evidence_goes_to_the_earlier_article() -> None:
    assert index_of(text(1), text(1)).find(fingerprint(text(1))) == 1


def test_removing_an_original_forgets_its_family() -> None:
    index = index_of(text(1), text(2))
    index.add(3, fingerprint(text(1)), duplicate_of=1)
    index.remove(1)
    index.remove(42)
    assert index.find(fingerprint(text(1))) is None
    assert index.find(fingerprint(text(2))) == 2
    assert len(index) == 1


def test_an_original_that_arrives_late_changes_no_representative() -> None:
    original = text(1)
    shortened = " ".join(original.split()[:150])
    index = index_of(shortened)
    assert index.find(fingerprint(original)) == 1, "who came first stands for both"
    index.add(2, fingerprint(original), duplicate_of=1)
    tail = " ".join(original.split()[150:])
    assert index.find(fingerprint(tail)) == 1, "what only the late original has leads to the same one"
    for number in range(3, 9):
        copy = f"{original} {text(100 + number, 40)}"
        assert index.find(fingerprint(copy)) == 1
        index.add(number, fingerprint(copy), duplicate_of=1)


def test_a_chain_of_edited_copies_has_one_representative_in_any_order() -> None:
    first, second, third = text(1), f"{text(1)} {text(2, 80)}", f"{' '.join(text(1).split()[60:])} {text(2, 80)}"
    for order in ((first, second, third), (third, first, second), (second, third, first)):
        index = DuplicateIndex()
        index.add(1, fingerprint(order[0]))
        for number, copy in enumerate(order[1:], 2):
            found = index.find(fingerprint(copy))
            assert found == 1
            index.add(number, fingerprint(copy), duplicate_of=found)
