"""Place and agency before a report's first words."""

from __future__ import annotations

import pytest

from digests.text.datelines import without_dateline
from digests.text.document import Kind, Paragraph
from digests.text.summarising import TEASER, summarise

SENTENCE = "Die Stadt verkauft ihre Werft an eine Reederei."


@pytest.mark.parametrize(
    "dateline",
    [
        "Neustadt (dpa) - ",
        "Neustadt/Ulm (dpa/lno) – ",
        "Bad Neustadt (AFP) ",
        "NEUSTADT, April 25 (Reuters) - ",
        "(CNN) -- ",
        "NEUSTADT: ",
        "NEUSTADT, Germany — ",
        "Neustadt/Ulm - ",
        "Київ (Укрінформ) — ",
    ],
)
def test_a_dateline_goes(dateline: str) -> None:
    assert without_dateline(f"{dateline}{SENTENCE}") == SENTENCE


@pytest.mark.parametrize(
    "sentence",
    [
        SENTENCE,
        "Die Werft (früher Reuters) - wie alle wissen - wird verkauft.",
        "NATO-Minister beraten in Brüssel über Hilfe.",
        "EU: Die Kommission will sparen und mahnt.",
        "Kern - so heißt der neue Chef der Werft - kommt aus Ulm.",
        "Neustadt (dpa) - Kein Satz.",
    ],
)
def test_the_rest_stays(sentence: str) -> None:
    assert without_dateline(sentence) == sentence


def test_a_summary_begins_behind_the_dateline() -> None:
    body = [Paragraph(Kind.BODY, (f"Neustadt (dpa) - {SENTENCE}",))]
    (pick,) = summarise("Neustadt verkauft die Werft am Fluss", body, "de", 2)
    assert (pick.text, pick.paragraph, pick.position) == (SENTENCE, 0, 0)
    teaser = f"Neustadt (dpa) - {SENTENCE} Die Reederei zahlt neun Millionen Euro."
    told = Paragraph(Kind.BODY, ("Die Reederei zahlt für die Werft neun Millionen Euro.",))
    picks = summarise("Neustadt verkauft die Werft", [*body, told], "de", 2, teaser=teaser)
    assert (picks[0].text, picks[0].paragraph) == (SENTENCE, TEASER)
