"""The two seed files, exactly as they must come in."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digests.domain.digests import Digest, State
from digests.domain.preferences import Length
from digests.services.ingesting import Action, Report
from digests.storage import models
from digests.storage.bodies import body_from_json
from digests.text.document import Kind, Reason
from tests.support.builders import preferences
from tests.support.bureau import Bureau, catalogue
from tests.support.rows import rows

TEASERS = {
    *("Rentner", "Rentenzahlungen", "Rente", "Schlafzimmer", "Temperatur", "Schlafen", "Menschikow", "Zollchef"),
    *("Soldat", "entlassen", "Chmelnyzkyj", "Porsche", "Kuterga", "Ukrzaliznytsia", "Treueprogramm"),
    *("Bereznehuvaty", "Schulunterstand", "enteignetes", "Eigentum", "spot_img"),
}
"""Words that stand only in what the seeds' pages say of other articles."""


@pytest.fixture
async def reports(bureau: Bureau) -> list[Report]:
    return await bureau.import_seeds()


async def body(bureau: Bureau, article_id: int) -> list[str]:
    (row,) = await rows(bureau.database, models.Article, id=article_id)
    return [paragraph.text for paragraph in body_from_json(row["body"]) if paragraph.kind is Kind.BODY]


def begins(paragraphs: list[str], *starts: str) -> bool:
    return len(paragraphs) == len(starts) and all(map(str.startswith, paragraphs, starts))


async def test_the_first_has_its_title_and_five_paragraphs(bureau: Bureau, reports: list[Report]) -> None:
    first, _ = reports
    assert first.placement.title == "Selenskyj will noch vor dem Ende von Bidens Präsidentschaft der NATO beitreten"
    assert (first.language, first.title_derived, first.dated, first.entries) == ("de", False, False, ())
    paragraphs = await body(bureau, first.placement.article_id)
    starts = ("Der ukrainische Präsident", "Selenskyj bemüht sich", "Laut Le Monde", "Trotz der anhaltenden")
    assert begins(paragraphs, *starts, "Analysten zufolge")
    assert paragraphs[-1].endswith("auf Schwierigkeiten stoßen.")
    dropped = {line.text: line.reason for line in first.dropped}
    assert dropped["spot_imgspot_imgspot_imgspot_img"] is Reason.AD
    assert dropped["Teile diesen Beitrag:"] is Reason.SHARE
    assert {"beliebt", "Mehr wie das", "HIER"} < set(dropped)
    assert sum(reason is Reason.TEASER_LIST for reason in dropped.values()) >= 8


async def test_the_second_has_a_made_title_six_paragraphs_and_an_entry(bureau: Bureau, reports: list[Report]) -> None:
    _, second = reports
    assert second.title_derived
    paragraphs = await body(bureau, second.placement.article_id)
    starts = (
        "Nach Ansicht der Ukraine",
        "Weniger als zwei Monate",
        "„Es gab keine Fortschritte“",
        "Letzterer beharrte",
    )
    assert begins(paragraphs, *starts, "Sehr vorsichtig", "Die Ukraine will")
    (entry,) = second.entries
    assert entry.title.casefold() == "tucker carlson noch in russland"
    starts = ("Der konservative Moderator", "Er hatte bereits", "„Wir sind gestern", "In diesem Interview")
    assert begins(await body(bureau, entry.article_id), *starts)
    invitations = {line.text for line in second.dropped}
    assert {"Verfolgen Sie die neuesten Informationen zum Konflikt.", "Minute für Minute"} < invitations
    assert "Verfolgen Sie die neuesten Nachrichten im Thread oben." in invitations


async def test_two_stories_of_one_storyline_and_one_of_its_own(bureau: Bureau, reports: list[Report]) -> None:
    first, second = reports
    (carlson,) = second.entries
    stories = {row["id"]: row for row in await rows(bureau.database, models.Story)}
    lines = [stories[each.story_id]["storyline_id"] for each in (first.placement, second.placement, carlson)]
    assert len({first.placement.story_id, second.placement.story_id, carlson.story_id}) == len(stories) == 3
    assert lines[0] == lines[1] != lines[2]
    assert second.placement.joined_storyline
    assert [story["source_count"] for story in stories.values()] == [1, 1, 1]  # nobody reports the same event


async def test_importing_them_again_changes_nothing(bureau: Bureau, reports: list[Report]) -> None:
    tables = (models.Article, models.Story, models.Storyline, models.ArticleTopic, models.Source)
    before = [await rows(bureau.database, table) for table in tables]
    bureau.clock.move(timedelta(days=1))
    again = await bureau.another().import_seeds()
    assert [report.action for report in again] == [Action.UNCHANGED] * 2
    assert [await rows(bureau.database, table) for table in tables] == before


def texts(digest: Digest) -> str:
    """Everything a reader may see of a digest."""
    parts = [digest.groups[index].heading or "" for index in range(len(digest.groups))]
    for item in digest.items:
        parts += [item.headline, *(sentence.text for sentence in (*item.sentences, *item.details))]
        parts += [word for match in item.topics for word in match.words]
    return "\n".join(parts)


@pytest.mark.parametrize("word", sorted(TEASERS))
async def test_no_search_finds_what_stands_in_the_teasers(bureau: Bureau, reports: list[Report], word: str) -> None:
    found = await bureau.reading.search(word)
    assert (found.total, found.digest.items) == (0, ())
    assert (await bureau.reading.word(word, preferences(), 5)).items == ()


async def test_no_digest_and_no_topic_comes_of_the_teasers(bureau: Bureau, reports: list[Report]) -> None:
    everything = await bureau.reading.latest(preferences(length=Length.LONG), 10)
    assert len(everything.items) == 3
    assert not [word for word in TEASERS if word in texts(everything)]
    for topic in catalogue():
        digest = await bureau.reading.topic(topic.slug, preferences(length=Length.LONG), 10)
        assert not [word for word in TEASERS if word in texts(digest)], topic.slug


async def test_both_stand_under_one_heading_each_from_its_own_source(bureau: Bureau, reports: list[Report]) -> None:
    digest = await bureau.reading.topic("ukraine", preferences(), 5)
    (group,) = [group for group in digest.groups if len(group.items) > 1]
    first, second = reports
    assert {item.story_id for item in group.items} == {first.placement.story_id, second.placement.story_id}
    assert set(group.topics) == {"ukraine", "nato"}
    for item in group.items:
        assert item.state is State.NEW
        (source,) = item.sources
        assert {sentence.article_id for sentence in (*item.sentences, *item.details)} == {source.article_id}
        assert not item.sentences[0].text.startswith("Letzterer")
        assert "Carlson" not in " ".join(sentence.text for sentence in (*item.sentences, *item.details))


@pytest.mark.parametrize("word", ["Selenskyj", "Zelensky", "Selenskyi", "Зеленський", "Kiew", "Kyjiw", "Київ"])
async def test_names_are_found_in_any_spelling(bureau: Bureau, reports: list[Report], word: str) -> None:
    found = await bureau.reading.search(word)
    assert reports[0].placement.story_id in {item.story_id for item in found.digest.items}
