"""Stories and storylines: who belongs together, in whatever order and company the reports come."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.domain.stories import StoryIndex
from tests.support import reports
from tests.support.builders import NOON
from tests.support.reports import Report
from tests.support.streams import GRAIN, OTHERS, SEEDS, Stream, newcomer, stream


@given(st.permutations(sorted(SEEDS)))
def test_the_seeds_are_two_stories_of_one_storyline_and_carlson_is_apart(order: list[str]) -> None:
    places = stream({name: SEEDS[name] for name in order})
    assert places["invitation"][0] != places["dinner"][0]
    assert places["invitation"][1] == places["dinner"][1]
    assert places["carlson"][0] not in (places["invitation"][0], places["dinner"][0])
    assert places["carlson"][1] != places["dinner"][1]


@settings(deadline=None)
@given(st.permutations(sorted(SEEDS | OTHERS | GRAIN)))
def test_other_news_around_change_nothing(order: list[str]) -> None:
    places = stream({name: (SEEDS | OTHERS | GRAIN)[name] for name in order})
    assert places["invitation"][0] != places["dinner"][0]
    assert places["invitation"][1] == places["dinner"][1]
    storylines = [places[name][1] for name in OTHERS if OTHERS[name] is not reports.GRAIN] + [places["carlson"][1]]
    assert len(set(storylines)) == len(storylines), "separate subjects share a storyline"
    assert places["dinner"][1] not in storylines
    assert len({places[name][1] for name in GRAIN}) == 1
    assert places["grain"][0] == places["grain elsewhere"][0]


def test_two_outlets_on_one_event_are_one_story() -> None:
    run = Stream()
    first = run.take(newcomer(reports.GRAIN))
    assert run.take(newcomer(reports.GRAIN_OTHER_OUTLET, after=timedelta(hours=2))) == first


def test_languages_meet_in_names_and_numbers() -> None:
    run = Stream()
    first = run.take(newcomer(reports.GRAIN))
    assert run.take(newcomer(reports.GRAIN_ENGLISH)) == first
    assert run.take(newcomer(reports.FOOTBALL))[0] != first[0]


GRAIN_UKRAINIAN = Report(
    "Стамбул: переговори про зерновий коридор і 15 суден з Одеси",
    (
        "Делегації України, Росії та Туреччини обговорюють зерновий коридор. Україна хоче, щоб з Одеси щомісяця "
        "виходило 15 суден, ціна на зерно впала на 3 відсотки.",
    ),
    "uk",
)


def test_scripts_meet_in_names_and_numbers() -> None:
    run = Stream()
    german = run.take(newcomer(reports.GRAIN))
    assert run.take(newcomer(reports.AIR_RAID))[0] != german[0]
    assert run.take(newcomer(GRAIN_UKRAINIAN))[0] == german[0]


def test_numbers_in_common_count_between_languages_only() -> None:
    index = StoryIndex()

    def similarity(language: str, number: str) -> float:
        german = Report(
            "Odessa: 47 Frachter", ("In Odessa, Cherson, Istanbul und Konstanza warten 47 Frachter auf Martschenko.",)
        )
        told = f"Off Odessa, Cherson, Istanbul and Konstanza {number} vessels are waiting for Martschenko."
        other = Report(f"Odessa: {number} ships", (told,), language)
        return index.similarity(newcomer(german), newcomer(other))

    assert similarity("en", "47") > similarity("de", "47") > similarity("en", "52") == similarity("de", "52")


def test_one_striking_word_in_common_makes_no_event() -> None:
    run = Stream()
    gifts = Report(
        "Bitkom: Jeder Vierte verkauft seine Geschenke weiter",
        (
            "Nach Weihnachten landen Socken und Bücher auf Flohmärkten, wie der Verband Bitkom mitteilte.",
            "Am liebsten trennen sich Beschenkte von Parfüm.",
        ),
    )
    cars = Report(
        "Bitkom: Autos ohne Fahrer finden Käufer",
        (
            "Zwei Drittel würden einsteigen, wie der Verband Bitkom mitteilte.",
            "Skeptisch bleiben vor allem Landwirte.",
        ),
    )
    said = "Jeder Vierte verkauft laut Bitkom, was er zu Weihnachten bekam, Bücher und Parfüm voran."
    story = run.take(newcomer(gifts))[0]
    assert run.take(newcomer(cars))[0] != story
    assert run.take(newcomer(Report("Bitkom zählt Geschenke: viele werden verkauft", (said,))))[0] == story


def test_a_follow_up_continues_the_storyline() -> None:
    run = Stream()
    places = [run.take(newcomer(report)) for report in (SEEDS["invitation"], SEEDS["dinner"])]
    followed = run.take(newcomer(reports.NATO_FOLLOW_UP, after=timedelta(hours=20)))
    assert followed[1] == places[0][1] == places[1][1]


def test_a_story_closes_after_three_days_and_the_storyline_after_three_weeks() -> None:
    run = Stream()
    story, storyline = run.take(newcomer(reports.GRAIN))
    later = run.take(newcomer(reports.GRAIN_OTHER_OUTLET, after=timedelta(days=4)))
    assert later[0] != story
    assert later[1] == storyline
    much_later = run.take(newcomer(reports.GRAIN_NEXT_DAY, after=timedelta(days=40)))
    assert much_later[1] != storyline


@given(st.permutations(range(3)))
def test_forgetting_drops_only_what_is_out_of_reach(order: list[int]) -> None:
    run = Stream()
    ages = [timedelta(days=30), timedelta(days=5), timedelta(hours=1)]
    for number in order:
        run.take(newcomer((reports.GRAIN, reports.BUDGET, reports.HEAT)[number], after=-ages[number]))
    run.index.forget(NOON)
    assert len(run.index) == 2
    assert run.index.assign(newcomer(reports.HEAT)).story_id is not None
    budget = run.index.assign(newcomer(reports.BUDGET, source="another"))
    assert budget.story_id is None
    assert budget.storyline_id is not None
    assert run.index.assign(newcomer(reports.GRAIN, source="another")).storyline_id is None


def test_an_article_in_the_far_future_does_not_close_the_stories_of_today() -> None:
    run = Stream()
    story = run.take(newcomer(reports.GRAIN))
    run.take(newcomer(reports.HEAT, after=timedelta(days=400)))
    run.index.forget(NOON)
    assert run.take(newcomer(reports.GRAIN_OTHER_OUTLET)) == story


def test_a_removed_member_attracts_nobody() -> None:
    run = Stream()
    run.take(newcomer(reports.GRAIN))
    run.index.remove(1)
    run.index.remove(77)
    assert len(run.index) == 0
    assert run.index.assign(newcomer(reports.GRAIN_OTHER_OUTLET)).story_id is None
    assert run.index.assign(newcomer(reports.GRAIN, source="another")).storyline_id is None


def test_a_refilled_index_decides_like_the_one_that_was_lost() -> None:
    run = Stream()
    items = [
        newcomer(report, after=timedelta(minutes=n)) for n, report in enumerate([*SEEDS.values(), *OTHERS.values()])
    ]
    for item in items:
        run.take(item)
    refilled = StoryIndex()
    for number, item in enumerate(items, 1):
        refilled.add(number, item, *run.places[number])
    for report in (reports.GRAIN_OTHER_OUTLET, reports.NATO_FOLLOW_UP, reports.GRAIN_ENGLISH):
        before, after = run.index.assign(newcomer(report)), refilled.assign(newcomer(report))
        assert (before.story_id, before.storyline_id) == (after.story_id, after.storyline_id)


def test_assigning_changes_nothing() -> None:
    run = Stream()
    run.take(newcomer(reports.GRAIN))
    first = run.index.assign(newcomer(reports.GRAIN_OTHER_OUTLET))
    assert run.index.assign(newcomer(reports.GRAIN_OTHER_OUTLET)) == first
    assert len(run.index) == 1


class TestRefresh:
    """An edited report is found by what it says now, where it was."""

    def test_its_story_is_found_by_what_it_says_now(self) -> None:
        run = Stream()
        story = run.take(newcomer(reports.BUDGET, source="paper"))
        assert run.index.assign(newcomer(reports.GRAIN_OTHER_OUTLET)).story_id is None
        run.index.refresh(1, newcomer(reports.GRAIN, source="paper", after=timedelta(hours=5)))
        found = run.index.assign(newcomer(reports.GRAIN_OTHER_OUTLET, after=timedelta(hours=6)))
        assert (found.story_id, found.storyline_id) == story
        assert run.index.assign(newcomer(reports.BUDGET)).story_id is None

    def test_it_keeps_its_time(self) -> None:
        run = Stream()
        run.take(newcomer(reports.GRAIN))
        run.index.refresh(1, newcomer(reports.GRAIN, after=timedelta(days=2)))
        assert run.index.assign(newcomer(reports.GRAIN_OTHER_OUTLET, after=timedelta(days=4))).story_id is None
        run.index.forget(NOON + timedelta(days=22))
        assert len(run.index) == 0

    def test_it_repeats_its_new_title(self) -> None:
        run = Stream()
        run.take(newcomer(reports.HEAT, source="paper", title="Im Gespräch, 3. August"))
        run.index.refresh(1, newcomer(reports.GRAIN, source="paper", title="Vor Ort, 3. August"))
        mixed = Report("Vor Ort, 4. August", (reports.GRAIN_NEXT_DAY.paragraphs[0], reports.BUDGET.paragraphs[0]))
        issue = newcomer(mixed, source="paper")
        assert run.index.assign(issue).story_id is None, "a title that its source has used before"
        assert run.index.assign(replace(issue, source="another")).story_id == 1

    def test_an_unknown_report_cannot_be_refreshed(self) -> None:
        with pytest.raises(KeyError):
            Stream().index.refresh(7, newcomer(reports.GRAIN))


class TestEntries:
    """Entries of one live blog are judged by what they say, not by their page."""

    def test_an_entry_joins_the_story_of_another_source(self) -> None:
        run = Stream()
        page = run.take(newcomer(SEEDS["dinner"]))
        story = run.take(newcomer(reports.GRAIN))
        entry = run.take(newcomer(reports.GRAIN_OTHER_OUTLET, page=1))
        assert entry == story
        assert entry != page

    def test_likeness_within_a_page_must_be_stronger(self) -> None:
        alike = Report(
            "Außenminister des Bündnisses beraten über Frachter",
            ("Die Außenminister beraten in Istanbul über Häfen und Frachter. Gastgeber ist die Türkei.",),
        )
        elsewhere, same_page = Stream(), Stream()
        joined = elsewhere.take(newcomer(reports.GRAIN))
        assert elsewhere.take(newcomer(alike)) == joined, "near enough for another source"
        apart = same_page.take(newcomer(reports.GRAIN, page=99))
        assert same_page.take(newcomer(alike, page=99))[0] != apart[0]


def test_one_long_word_that_two_languages_share_is_no_event() -> None:
    run = Stream()
    for each in OTHERS.values():  # else nothing is known of how rare a word is
        run.take(newcomer(each))
    roof = "The parish has repaired its roof after the storm, and the choir returns on Sunday with a new organist."
    heirs = "Wer sein Vermögen verteilen will, schreibt von Hand, unterschreibt am Ende und hinterlegt das Blatt."
    parish = Report("Testament of a parish: the roof in Old Harbour holds", (roof,), "en")
    will = Report("Testament: Was Erben über das Haus wissen müssen", (heirs,), "de")
    assert run.take(newcomer(parish))[0] != run.take(newcomer(will))[0]
