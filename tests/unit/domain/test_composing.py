"""Composing: what comes, what is said, by whom, and under which heading."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from digests.domain.articles import Article, Story, TopicMatch
from digests.domain.choosing import Knowledge
from digests.domain.composing import compose
from digests.domain.digests import TEASER, TITLE, Digest, State, Window
from digests.domain.preferences import Length, Preferences
from tests.support import reports
from tests.support.builders import NOON, article, preferences, story
from tests.support.reports import Report

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
WINDOW = Window(NOON - DAY, NOON)
YESTERDAY = NOON - 30 * HOUR


def told(report: Report, **options: object) -> Article:
    return article(report.title, report.paragraphs, language=report.language, **options)  # type: ignore[arg-type]


def digest_of(*stories: Story, wishes: Preferences | None = None, limit: int | None = None) -> Digest:
    knowledge = Knowledge(by_title, above)
    return compose(wishes or preferences(), WINDOW, stories, now=NOON, limit=limit, knowledge=knowledge)


def by_title(word: str, candidate: Article) -> TopicMatch | None:
    return TopicMatch(word, 0.9, (word,)) if word.lower() in candidate.title.lower() else None


def above(slug: str) -> str | None:
    return {"nato": "conflict", "ukraine": "conflict"}.get(slug)


class TestSelection:
    def test_without_a_choice_everything_comes(self) -> None:
        digest = digest_of(story(told(reports.GRAIN)), story(told(reports.BUDGET)))
        assert len(digest.items) == 2

    def test_a_topic_chooses_and_says_so(self) -> None:
        wanted = story(told(reports.GRAIN, topics=["ukraine", "economy"]))
        digest = digest_of(wanted, story(told(reports.FOOTBALL, topics=["sport"])), wishes=preferences(["ukraine"]))
        assert [item.story_id for item in digest.items] == [wanted.id]
        assert [match.slug for match in digest.items[0].topics] == ["ukraine"]
        assert digest.left_out == 0

    def test_a_word_chooses(self) -> None:
        digest = digest_of(
            story(told(reports.GRAIN)), story(told(reports.BUDGET)), wishes=preferences(words=["Haushalt"])
        )
        assert [item.headline for item in digest.items] == [reports.BUDGET.title]
        assert digest.items[0].topics[0].slug == "Haushalt"

    def test_a_muted_word_hides_and_is_counted_once_where_it_would_have_come(self) -> None:
        wishes = preferences(["news"], mutes=["Pokalfinale", "Elbstadt"])
        stories = [
            story(told(reports.FOOTBALL, topics=["news"])),
            story(told(reports.FOOTBALL, topics=["sport"])),
            story(told(reports.BUDGET, topics=["news"])),
        ]
        digest = digest_of(*stories, wishes=wishes)
        assert len(digest.items) == 1
        assert digest.muted == 1

    def test_a_muted_source_is_not_heard(self) -> None:
        both = story(told(reports.GRAIN, credit="Abendbote"), told(reports.GRAIN_OTHER_OUTLET, credit="Hafenpost"))
        alone = story(told(reports.BUDGET, credit="Abendbote"))
        digest = digest_of(both, alone, wishes=preferences(muted_sources=["abendbote"]))
        (item,) = digest.items
        assert [note.name for note in item.sources] == ["Hafenpost"]
        assert item.headline == reports.GRAIN_OTHER_OUTLET.title
        assert digest.muted == 1

    def test_only_chosen_languages_speak(self) -> None:
        both = story(told(reports.GRAIN_ENGLISH, credit="Post"), told(reports.GRAIN, credit="Abendbote"))
        foreign = story(told(reports.GRAIN_ENGLISH))
        digest = digest_of(both, foreign, wishes=preferences(languages=["de"]))
        (item,) = digest.items
        assert item.language == "de"
        assert [note.name for note in item.sources] == ["Abendbote"]
        assert digest.muted == 0

    def test_news_before_and_after_the_window_does_not_come(self) -> None:
        before, after = story(told(reports.GRAIN, at=YESTERDAY)), story(told(reports.BUDGET, at=NOON + HOUR))
        assert digest_of(before, after).items == ()

    def test_what_comes_after_the_window_changes_nothing(self) -> None:
        first = told(reports.GRAIN, at=NOON - HOUR)
        later = told(reports.GRAIN_OTHER_OUTLET, at=NOON + HOUR, credit="Hafenpost")
        growing = story(first, later)
        assert digest_of(growing).items == digest_of(replace(growing, articles=(first,))).items


class TestLength:
    STORIES = tuple(
        story(
            article(
                f"Nachricht Nummer {number} aus Elbstadt", (f"In Elbstadt geschah heute Ereignis Nummer {number}.",)
            )
        )
        for number in range(12)
    )

    @pytest.mark.parametrize("length", list(Length))
    def test_the_length_says_how_many_stories_come(self, length: Length) -> None:
        digest = digest_of(*self.STORIES, wishes=preferences(length=length))
        assert len(digest.items) == length.stories
        assert digest.left_out == 12 - length.stories

    @pytest.mark.parametrize(("limit", "shown"), [(0, 0), (1, 1), (50, 12), (-2, 0)])
    def test_a_limit_overrides_it(self, limit: int, shown: int) -> None:
        digest = digest_of(*self.STORIES, limit=limit)
        assert len(digest.items) == shown
        assert digest.left_out == 12 - shown

    @pytest.mark.parametrize("length", list(Length))
    def test_the_length_says_how_much_is_told(self, length: Length) -> None:
        (item,) = digest_of(story(told(reports.seed_nato_dinner())), wishes=preferences(length=length)).items
        assert 1 <= len(item.sentences) <= length.sentences
        assert len(item.details) <= length.details


class TestTelling:
    def test_no_sentence_is_said_twice_across_sources(self) -> None:
        copied = Report("Andere Überschrift zum Korridor", reports.GRAIN.paragraphs)
        shared = story(told(reports.GRAIN, credit="Abendbote"), told(copied, credit="Hafenpost"))
        (item,) = digest_of(shared, wishes=preferences(length=Length.LONG)).items
        texts = [sentence.text for sentence in (*item.sentences, *item.details)]
        assert len(texts) == len(set(texts)) >= 4

    def test_other_sources_bring_details_the_lead_does_not_have(self) -> None:
        (item,) = digest_of(
            story(told(reports.GRAIN, id=901), told(reports.GRAIN_OTHER_OUTLET, id=902, credit="Hafenpost"))
        ).items
        assert {sentence.article_id for sentence in item.sentences} == {901}
        assert 902 in {sentence.article_id for sentence in item.details}
        assert [note.article_id for note in item.sources] == [901, 902]

    def test_a_borne_out_teaser_comes_first_with_its_address(self) -> None:
        teaser = "Die Delegationen der Ukraine und Russlands sprechen in Istanbul über den Getreidekorridor."
        (item,) = digest_of(story(told(reports.GRAIN, teaser=teaser))).items
        assert (item.sentences[0].text, item.sentences[0].paragraph, item.sentences[0].position) == (teaser, TEASER, 0)

    def test_a_report_without_body_is_told_by_its_title(self) -> None:
        (item,) = digest_of(story(article("Pegel sinkt auf Rekordtief", (), id=77))).items
        (sentence,) = item.sentences
        assert (sentence.text, sentence.article_id, sentence.paragraph) == ("Pegel sinkt auf Rekordtief", 77, TITLE)

    def test_an_item_speaks_one_language_and_names_the_others(self) -> None:
        (item,) = digest_of(story(told(reports.GRAIN), told(reports.GRAIN_ENGLISH, credit="Harbour Post"))).items
        assert item.language == "de"
        assert len({sentence.article_id for sentence in (*item.sentences, *item.details)}) == 1
        assert [note.language for note in item.sources] == ["de", "en"]

    def test_a_copy_is_named_but_marked_and_named_last(self) -> None:
        shared = story(
            told(reports.GRAIN, id=11, credit="Ticker24"),
            told(reports.GRAIN, id=12, credit="Abendbote", duplicate_of=11),
        )
        (item,) = digest_of(shared).items
        assert [(note.name, note.copy) for note in item.sources] == [("Ticker24", False), ("Abendbote", True)]

    def test_a_source_is_named_once(self) -> None:
        shared = story(told(reports.GRAIN, credit="Ticker24"), article("Kurz gemeldet", (), credit="TICKER24"))
        (item,) = digest_of(shared).items
        assert len(item.sources) == 1


class TestHeadline:
    @pytest.mark.parametrize(
        "title",
        [
            "Kommt jetzt der Getreidekorridor?",
            "Warum Istanbul heute bangt",
            "Sie werden nicht glauben, was in Istanbul geschah",
            "10 Dinge über den Getreidekorridor",
            "Getreide, Schiffe und …",
            "EILMELDUNG: GESPRÄCHE IN ISTANBUL",
            "You won't believe what happened in Istanbul",
            "Чому переговори не вдалися",
        ],
    )
    def test_a_plain_title_of_another_source_is_preferred(self, title: str) -> None:
        lead, other = article(title, reports.GRAIN.paragraphs), told(reports.GRAIN_OTHER_OUTLET, credit="Hafenpost")
        (item,) = digest_of(story(lead, other, lead_id=lead.id)).items
        assert item.headline == reports.GRAIN_OTHER_OUTLET.title

    def test_where_nobody_says_it_plainly_the_headline_is_made_of_the_text_and_not_said_again(self) -> None:
        question = article("Einigen sich die Delegationen in Istanbul?", reports.GRAIN.paragraphs)
        (item,) = digest_of(story(question)).items
        assert not item.headline.endswith("?")
        assert f"{item.headline}." in " ".join(reports.GRAIN.paragraphs)
        assert f"{item.headline}." not in [sentence.text for sentence in item.sentences]

    def test_a_derived_title_gives_way_to_a_real_one(self) -> None:
        derived = article("Die Delegationen treffen sich", reports.GRAIN.paragraphs, title_derived=True)
        real = told(reports.GRAIN_OTHER_OUTLET, credit="Hafenpost")
        assert digest_of(story(derived, real, lead_id=derived.id)).items[0].headline == real.title
        assert digest_of(story(derived)).items[0].headline == derived.title


class TestUpdates:
    def test_an_update_tells_only_what_is_new(self) -> None:
        old = told(reports.GRAIN, id=1, at=YESTERDAY)
        new = told(reports.GRAIN_NEXT_DAY, id=2, at=NOON - HOUR, credit="Hafenpost")
        (item,) = digest_of(story(old, new)).items
        assert item.state is State.UPDATE
        assert {sentence.article_id for sentence in (*item.sentences, *item.details)} == {2}
        assert item.headline == new.title, "the headline is of the report that speaks"
        assert [note.article_id for note in item.sources] == [2, 1]

    def test_a_known_story_without_anything_new_does_not_come(self) -> None:
        old = told(reports.GRAIN, id=1, at=YESTERDAY)
        repeated = told(reports.GRAIN, id=2, at=NOON - HOUR, credit="Hafenpost")
        digest = digest_of(story(old, repeated))
        assert digest.items == ()
        assert digest.left_out == 0

    def test_only_the_new_sentence_of_an_extended_copy_comes(self) -> None:
        added = "Am Abend brach in Mykolajiw ein Feuer in einem Silo aus, drei Menschen wurden verletzt."
        longer = Report(reports.GRAIN.title, (*reports.GRAIN.paragraphs, added))
        old = told(reports.GRAIN, id=1, at=YESTERDAY)
        (item,) = digest_of(story(old, told(longer, id=2, at=NOON - HOUR, duplicate_of=1))).items
        assert [sentence.text for sentence in item.sentences] == [added]

    def test_the_latest_report_leads_and_the_others_of_the_window_are_heard(self) -> None:
        old = told(reports.GRAIN, id=1, at=YESTERDAY)
        earlier = article(
            "Neues aus Istanbul",
            ["Polen schickte am Vormittag eigene Beobachter in den Hafen von Gdynia, um Ladungen zu wiegen."],
            id=2, at=NOON - 8 * HOUR, credit="Kurier",
        )  # fmt: skip
        latest = article(
            "Neues aus Istanbul",
            [
                "Am Abend brach in Mykolajiw ein Feuer in einem Silo aus.",
                "Feuerwehrleute aus drei Bezirken löschten bis Mitternacht mit Schaum.",
                "Versicherer kündigten höhere Prämien für alle Reedereien an.",
            ],
            id=3, at=NOON - HOUR, credit="Hafenpost",
        )  # fmt: skip
        (item,) = digest_of(story(old, earlier, latest)).items
        assert {sentence.article_id for sentence in item.sentences} == {3}
        assert 2 in {sentence.article_id for sentence in item.details}

    @pytest.mark.parametrize(
        ("language", "known", "now"),
        [
            (
                "de",
                "Bei dem Brand in der Fabrik in Porto starben mindestens 12 Menschen.",
                "Bei dem Brand in der Fabrik in Porto starben 15 Menschen.",
            ),
            (
                "en",
                "The factory fire in Porto killed 12 people.",
                "The factory fire in Porto killed at least 15 people.",
            ),
            (
                "uk",
                "Унаслідок удару по заводу в Харкові загинули 12 людей.",
                "Унаслідок удару по заводу в Харкові загинули 15 людей.",
            ),
        ],
    )
    def test_a_count_that_has_changed_is_news_and_leads(self, language: str, known: str, now: str) -> None:
        old = article("Bericht", [known], id=1, at=YESTERDAY, language=language)
        new = article("Bericht", [known.replace("12", "15"), now], id=2, at=NOON - HOUR, credit="B", language=language)
        (item,) = digest_of(story(old, new)).items
        assert item.state is State.UPDATE
        assert item.sentences[0].text in (now, known.replace("12", "15"))
        unchanged = article("Bericht", [known], id=2, at=NOON - HOUR, credit="B", language=language)
        assert digest_of(story(old, unchanged)).items == ()

    def test_a_translation_of_what_is_known_is_no_news(self) -> None:
        old = told(reports.GRAIN, at=YESTERDAY)
        assert digest_of(story(old, told(reports.GRAIN_ENGLISH, at=NOON - HOUR))).items == ()

    def test_for_a_reader_who_could_not_see_the_beginning_it_is_new(self) -> None:
        old = told(reports.GRAIN_ENGLISH, at=YESTERDAY)
        growing = story(old, told(reports.GRAIN, at=NOON - HOUR))
        (item,) = digest_of(growing, wishes=preferences(languages=["de"])).items
        assert item.state is State.NEW

    def test_a_bare_headline_updates_only_with_something_new(self) -> None:
        old = told(reports.GRAIN, at=YESTERDAY)
        fire = article("Feuer in einem Silo in Mykolajiw verletzt drei Menschen", (), at=NOON - HOUR)
        repeated = article(reports.GRAIN.title, (), at=NOON - HOUR)
        assert digest_of(story(old, fire)).items[0].sentences[0].text == fire.title
        assert digest_of(story(old, repeated)).items == ()


class TestGroups:
    def seeds(self) -> tuple[Story, Story, Story]:
        topics = ["conflict", "nato", "ukraine"]
        return (
            story(told(reports.seed_nato_invitation(), credit="Bote", topics=topics), id=1, storyline_id=1),
            story(told(reports.seed_nato_dinner(), credit="Kurier", topics=topics), id=2, storyline_id=1),
            story(told(reports.seed_carlson(), credit="Kurier", topics=["conflict"]), id=3, storyline_id=3),
        )

    def test_the_seeds_stand_under_one_heading_each_told_from_its_own_source(self) -> None:
        digest = digest_of(*self.seeds())
        together = next(group for group in digest.groups if group.storyline_id == 1)
        assert together.topics == ("nato", "ukraine")
        assert together.heading == "NATO · Ukraine"
        assert {item.story_id for item in together.items} == {1, 2}
        assert [[note.name for note in item.sources] for item in together.items] == [["Bote"], ["Kurier"]]
        assert not any(
            sentence.text.startswith("Letzterer") for sentence in [item.sentences[0] for item in digest.items]
        )

    def test_a_lone_item_has_no_heading(self) -> None:
        alone = next(group for group in digest_of(*self.seeds()).groups if group.storyline_id == 3)
        assert (alone.topics, alone.heading) == ((), None)

    def test_a_group_stands_where_its_best_item_stands(self) -> None:
        witnesses = [told(reports.GRAIN, credit=name) for name in ("A", "B", "C")]
        best = story(*witnesses, id=50, storyline_id=7)
        middle = story(told(reports.BUDGET, credit="A"), told(reports.BUDGET, credit="B"), id=51)
        last = story(told(reports.PENSIONS, at=NOON - 20 * HOUR), id=52, storyline_id=7)
        digest = digest_of(last, middle, best)
        assert [[item.story_id for item in group.items] for group in digest.groups] == [[50, 52], [51]]

    def test_one_loud_topic_leaves_room(self) -> None:
        loud = [story(told(reports.FOOTBALL, topics=["sport"]), id=100 + number) for number in range(8)]
        quiet = story(told(reports.BUDGET, topics=["politics"], at=NOON - 6 * HOUR), id=1)
        digest = digest_of(*loud, quiet, wishes=preferences(["sport", "politics"], length=Length.SHORT))
        assert 1 in [item.story_id for item in digest.items]
