"""Differences: what counts as a disagreement between sources, and above all what does not."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.articles import Article
from digests.domain.composing import compose
from digests.domain.differences import MOST, differences
from digests.domain.digests import Window
from digests.domain.figures import LANGUAGES, figures
from tests.support.builders import NOON, article, preferences, story


def report(text: str, source: str, language: str = "de", hours: float = 0, duplicate_of: int | None = None) -> Article:
    at = NOON + timedelta(hours=hours)
    return article("Bericht", [text], credit=source, language=language, at=at, duplicate_of=duplicate_of)


def found(one: str, other: str, language: str = "de", hours: float = 0) -> list[tuple[str, list[str]]]:
    told = differences([report(one, "A", language), report(other, "B", language, hours)])
    return [(each.subject, [claim.figure for claim in each.claims]) for each in told]


@pytest.mark.parametrize(
    ("language", "one", "other", "difference"),
    [
        (
            "de",
            "Bei einem Brand in einer Fabrik in Porto starben 12 Menschen, 30 wurden verletzt.",
            "Nach dem Brand in der Fabrik in Porto ist die Zahl der Toten auf mindestens fünfzehn gestiegen.",
            ("Tote", ["12", "mindestens fünfzehn"]),
        ),
        (
            "en",
            "At least 15 people were killed in a factory fire in Porto.",
            "The factory fire in Porto killed twelve people and injured 30.",
            ("dead", ["twelve", "At least 15"]),
        ),
        (
            "uk",
            "Унаслідок удару по заводу в Харкові загинули 12 людей, ще 30 поранено.",
            "Щонайменше 15 людей загинули внаслідок удару по заводу в Харкові.",
            ("загиблі", ["12", "Щонайменше 15"]),
        ),
        (
            "de",
            "Die Inflation in Polen stieg nach Angaben der Statistiker im Juli auf 3,1 Prozent.",
            "Die Inflation in Polen stieg laut Statistikern auf 3,4 Prozent.",
            ("Inflation", ["3,1 Prozent", "3,4 Prozent"]),
        ),
        (
            "de",
            "Der Konzern schließt drei Werke in Sachsen und Thüringen.",
            "In Sachsen und Thüringen schließt der Konzern vier Werke.",
            ("Werke", ["drei", "vier"]),
        ),
    ],
)
def test_clear_disagreements_are_found(language: str, one: str, other: str, difference: tuple[str, list[str]]) -> None:
    assert found(one, other, language) == [difference]
    assert [figure for _, figure in found(other, one, language)] == [difference[1]], "whoever leads"


def test_figures_that_agree_show_that_two_sentences_are_on_one_matter() -> None:
    one = "Four soldiers have been killed and at least 30 injured in clashes with separatists."
    other = "The minister said four servicemen had been killed and 20 wounded."
    assert found(one, other, "en") == [("injured", ["20", "at least 30"])]
    assert found(one, other.replace("four", "nine"), "en") == []


FIRE = "Bei einem Brand in einer Fabrik in Porto starben 12 Menschen."


@pytest.mark.parametrize(
    "other",
    [
        "Bei dem Brand in der Fabrik in Porto starben zwölf Menschen.",
        "Bei dem Brand in der Fabrik in Porto starben mindestens 10 Menschen.",
        "Bei dem Brand in der Fabrik in Porto starben rund 13 Menschen.",
        "Bei dem Brand in der Fabrik in Porto starben bis zu 15 Menschen.",
        "Bei dem Brand in der Fabrik in Porto starben 12 bis 15 Menschen.",
        "Bei dem Brand in der Fabrik in Porto starben zunächst 9 Menschen.",
        "Bei dem Brand in der Fabrik in Porto starben weitere 3 Menschen.",
        "Bei dem Brand in der Fabrik in Porto wurden 15 Menschen verletzt.",
        "Bei dem Brand in der Fabrik in Porto starben am 15. August viele.",
        "Bei dem Brand in der Fabrik in Porto starben Menschen, darunter 3 Kinder.",
        "Bei dem Brand in der Fabrik in Porto starben 120 Menschen.",
        "Bei einem Brand in einer Fabrik in Braga starben 15 Menschen.",
        "Bei einem Unwetter starben 15 Menschen.",
        "Seit dem Brand in der Fabrik in Porto starben 15 Menschen.",
        "Beim Brand in der Fabrik in Porto starb Maria Lopes, 15, in den Flammen.",
        "Nach 15 Stunden war der Brand in der Fabrik in Porto gelöscht, Menschen starben.",
        "Brand Fabrik in Porto, 15 Menschen tot",
    ],
)
def test_what_may_agree_is_no_disagreement(other: str) -> None:
    assert found(FIRE, other) == []


LATER = "Bei dem Brand in der Fabrik in Porto starben 15 Menschen."


def test_a_count_that_grew_is_no_disagreement() -> None:
    assert found(FIRE, LATER, hours=5) != []
    assert found(FIRE, LATER, hours=7) == []


def test_a_source_does_not_disagree_with_itself_and_speaks_with_its_latest_report() -> None:
    assert differences([report(FIRE, "A"), report(LATER, "a", hours=1)]) == ()
    corrected = differences([report(FIRE, "A"), report(LATER, "A", hours=1), report(LATER, "B")])
    assert corrected == ()


def test_a_copy_is_no_second_voice() -> None:
    original = report(FIRE, "A")
    assert differences([original, report(LATER, "B", duplicate_of=original.id)]) == ()


def test_a_source_that_gives_two_numbers_says_nothing_clear() -> None:
    assert found(FIRE, f"{LATER} Die Feuerwehr sprach von 14 Toten nach dem Brand in der Fabrik.") == []


def test_languages_are_not_compared() -> None:
    english = report("The factory fire in Porto killed 15 people.", "B", "en")
    assert differences([report(FIRE, "A"), english]) == ()
    french = "L'incendie de l'usine de Porto a fait 12 morts."
    assert list(figures(french, "fr")) == []


def test_an_item_carries_the_differences_of_its_sources() -> None:
    window = Window(NOON - timedelta(days=1), NOON)
    digest = compose(preferences(), window, [story(report(FIRE, "A"), report(LATER, "B"))], now=NOON)
    [difference] = digest.items[0].differences
    assert [(claim.figure, claim.source) for claim in difference.claims] == [("12", "A"), ("15", "B")]


WORDS = st.sampled_from(
    [
        "Brand",
        "Porto",
        "Fabrik",
        "starben",
        "Menschen",
        "verletzt",
        "12",
        "15",
        "1.200",
        "3,1",
        "Prozent",
        "mindestens",
        "rund",
        "und",
        ",",
        ".",
        "people",
        "killed",
        "загинули",
        "людей",
        "12-jährige",
        "Millionen",
        "Euro",
        "%",
        "€",
        "5.5.",
        "bis",
        "zu",
        "über",
        "at",
        "least",
        "in",
        "darunter",
        "`",
        "²",
        "٣",
        "\xa0",
    ]
)


def test_a_table_in_one_line_is_no_sentence() -> None:
    assert figures(" ".join(f"{number} Tote" for number in range(200)), "de") == ()


@given(st.lists(st.tuples(st.lists(WORDS | st.text(max_size=5), max_size=25), st.sampled_from("ABC")), max_size=5))
def test_whatever_sources_write_claims_are_verbatim_and_by_different_sources(
    texts: list[tuple[list[str], str]],
) -> None:
    for language in LANGUAGES:
        articles = [report(" ".join(text) + ".", source, language) for text, source in texts]
        told = differences(articles)
        assert len(told) <= MOST
        for difference in told:
            assert difference.subject
            assert len({claim.source for claim in difference.claims}) == len(difference.claims) >= 2
            for claim in difference.claims:
                body = next(each for each in articles if each.id == claim.article_id).paragraphs
                assert claim.figure in " ".join(" ".join(part.text for part in body).split())
