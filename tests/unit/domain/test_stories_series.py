"""What must not glue stories: series under one title, and reports that bridge two events."""

from __future__ import annotations

from datetime import timedelta

from digests.domain.regrouping import repair
from digests.domain.stories import JOIN
from tests.support import reports
from tests.support.reports import Report
from tests.support.streams import Stream, newcomer


class TestSeries:
    """A recurring format joins nothing and attracts nothing."""

    monday = Report("Nachrichten am Montag, 3. August", (reports.GRAIN.paragraphs[0], reports.HEAT.paragraphs[0]))
    tuesday = Report(
        "Nachrichten am Dienstag, 4. August", (reports.GRAIN_NEXT_DAY.paragraphs[0], reports.BUDGET.paragraphs[0])
    )

    def test_issues_do_not_join_one_another(self) -> None:
        run = Stream()
        first = run.take(newcomer(self.monday, source="ticker"))
        second = run.take(newcomer(self.tuesday, source="ticker", after=timedelta(days=1)))
        assert first[0] != second[0]
        assert first[1] != second[1]

    def test_known_issues_attract_no_report(self) -> None:
        run = Stream()
        issues = {run.take(newcomer(issue, source="ticker"))[0] for issue in (self.monday, self.tuesday)}
        assert run.take(newcomer(reports.GRAIN))[0] not in issues

    def test_a_title_of_nothing_but_a_date_is_an_issue(self) -> None:
        run = Stream()
        story = run.take(newcomer(reports.GRAIN))
        dated = newcomer(self.monday, source="ticker", title="Montag, 3. August 2026")
        assert run.take(dated)[0] != story[0]

    def test_a_rewritten_report_under_its_old_title_stays_in_its_story(self) -> None:
        run = Stream()
        story = run.take(newcomer(reports.GRAIN, source="paper"))
        longer = Report(reports.GRAIN.title, (*reports.GRAIN.paragraphs, "Am Abend wollen die Delegationen berichten."))
        assert run.take(newcomer(longer, source="paper", after=timedelta(hours=3))) == story

    def test_a_format_whose_source_is_new_joins_and_attracts_nothing(self) -> None:
        run = Stream()
        story = run.take(newcomer(reports.GRAIN))
        horoscope = newcomer(reports.GRAIN_OTHER_OUTLET, title="Das bringt der Tag")
        issue = run.take(horoscope)
        assert issue[0] != story[0]
        assert issue[1] != story[1]
        assert run.take(newcomer(reports.GRAIN_OTHER_OUTLET)) == story

    def test_copies_of_one_issue_attract_nothing(self) -> None:
        run = Stream()
        issue = run.take(newcomer(reports.GRAIN, title="Nachrichten des Tages", source="agency"))
        run.index.add(2, newcomer(reports.GRAIN, title="Nachrichten des Tages", source="paper"), *issue)
        assert run.index.assign(newcomer(reports.GRAIN_OTHER_OUTLET)).story_id is None


class TestBridge:
    """One report that tells of two events does not pull them together."""

    bridge = Report(
        "Getreidekorridor und Hitze: Zwei Themen, ein Tag",
        (reports.GRAIN_OTHER_OUTLET.paragraphs[0], *reports.HEAT.paragraphs[:2]),
    )

    def run(self) -> Stream:
        run = Stream()
        story = run.take(newcomer(reports.GRAIN))
        assert run.take(newcomer(reports.GRAIN_OTHER_OUTLET)) == story
        assert run.take(newcomer(self.bridge)) == story
        return run

    def test_the_other_event_opens_its_own_story(self) -> None:
        run = self.run()
        heat = newcomer(reports.HEAT)
        assert run.index.similarity(newcomer(self.bridge), heat) > JOIN, "it is a bridge"
        assert run.index.assign(heat).story_id is None

    def test_what_comes_later_finds_its_own_event(self) -> None:
        run = self.run()
        assert run.take(newcomer(reports.HEAT))[0] == 4
        assert run.take(newcomer(reports.GRAIN_ENGLISH))[0] == 1
        assert run.take(newcomer(reports.HEAT, after=timedelta(hours=2)))[0] == 4

    def test_a_repair_leaves_the_two_events_apart(self) -> None:
        run = self.run()
        run.take(newcomer(reports.HEAT))
        for number in run.places:
            component = run.index.component(number)
            for change in repair(component) if component else ():
                target = 100 if change.join is None else change.join
                for item in change.items:
                    run.index.move(item, target, target)
                    run.places[item] = target, target
        assert run.places[1][0] == run.places[2][0] == 1
        assert run.places[4][0] == 4
