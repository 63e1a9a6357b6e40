"""Which topics a text has, with the words that say so."""

from __future__ import annotations

import unicodedata
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.articles import TopicMatch
from digests.domain.topics import Catalogue

SEEDS = Path(__file__).parents[3] / "seeds"
CATALOGUE = Catalogue.parse((SEEDS / "topics.toml").read_text(encoding="utf-8"), "seeds/topics.toml")
UNRELATED = {"pensions", "health", "healthcare", "sport", "weather", "culture", "economy", "housing", "education"}


def seed(number: str, *beginnings: str) -> str:
    """The lines of a seed article that start like this: what cleaning leaves of it."""
    (path,) = SEEDS.glob(f"{number}_*.txt")
    kept = [line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith(beginnings)]
    assert len(kept) == len(beginnings)
    return "\n".join(kept)


def slugs(matches: tuple[TopicMatch, ...]) -> list[str]:
    return [match.slug for match in matches]


def of(title: str, text: str = "", language: str = "de", labels: tuple[str, ...] = ()) -> list[str]:
    return slugs(CATALOGUE.match(title, text, language, labels))


def test_the_first_seed() -> None:
    body = seed(
        "000",
        "Der ukrainische Präsident",
        "Selenskyj bemüht sich",
        "Laut Le Monde",
        "Trotz der anhaltenden",
        "Analysten",
    )
    found = of(seed("000", "Selenskyj will"), body)
    assert {"ukraine", "nato", "politics", "conflict"} <= set(found)
    assert not UNRELATED & set(found)


def test_the_second_seed_without_a_title() -> None:
    body = seed("001", "Nach Ansicht", "Weniger als", "“Es gab", "Letzterer", "Sehr vorsichtig", "Die Ukraine will")
    found = of("", body)
    assert {"ukraine", "nato", "politics"} <= set(found)
    assert not UNRELATED & set(found)


def test_the_entry_of_the_second_seed_is_about_russia_and_not_about_nato() -> None:
    body = seed("001", "Der konservative Moderator", "Er hatte bereits", "„Wir sind gestern", "In diesem Interview")
    found = of("TUCKER CARLSON NOCH IN RUSSLAND", body)
    assert {"russia", "politics", "media"} <= set(found)
    assert not (UNRELATED | {"nato", "ukraine"}) & set(found)


@pytest.mark.parametrize(
    ("title", "text", "language", "wanted"),
    [
        (
            "Torhüter hält Elfmeter im Finale",
            "Der Trainer lobte nach dem Sieg die Mannschaft.",
            "de",
            {"sport", "football"},
        ),
        ("Zentralbank senkt Leitzins", "Die Inflation ging im Quartal zurück.", "de", {"economy"}),
        (
            "Raumsonde erreicht den Mond",
            "Die Rakete war im Mai gestartet, teilte die NASA mit.",
            "de",
            {"space", "science"},
        ),
        ("Wer wird die Rentenzahlungen einstellen?", "Rentner leben oft im Ausland.", "de", {"pensions"}),
        ("Erdbeben erschüttert Küste", "Retter suchen in den Trümmern nach Vermissten.", "de", {"disaster"}),
        ("Unwetter im Süden", "Der Wetterdienst warnt vor Starkregen und Hagel.", "de", {"weather"}),
        ("Central bank cuts interest rate", "Inflation fell in the third quarter.", "en", {"economy"}),
        ("Striker scores twice in Champions League", "The club won the match.", "en", {"sport", "football"}),
        ("Zelenskyy meets allies", "Ukraine asks NATO for air defence.", "en", {"ukraine", "nato"}),
        ("Президент Зеленський прибув до Києва", "Уряд України провів переговори.", "uk", {"ukraine", "politics"}),
        ("Росія атакувала Харків дронами", "Військові повідомили про обстріл, ППО збила ракети.", "uk", {"conflict"}),
        ("Шахтар виграв матч", "Футболісти забили два голи, тренер задоволений.", "uk", {"sport", "football"}),
        ("Вчені знайшли скам'янілість динозавра", "Дослідження опублікував журнал.", "uk", {"science"}),
        ("Marché: l'Ukraine et Zelensky à Bruxelles", "Ukraine, Ukraine.", "fr", {"ukraine"}),
    ],
)
def test_subjects_in_three_languages(title: str, text: str, language: str, wanted: set[str]) -> None:
    assert wanted <= set(of(title, text, language))


@pytest.mark.parametrize("name", ["Selenskyj", "Selenskyi", "Selenskij", "Zelensky", "Zelenskyy"])
@pytest.mark.parametrize("town", ["Kiew", "Kyjiw", "Kyiv"])
def test_transliterations_are_one(name: str, town: str) -> None:
    assert "ukraine" in of(f"{name} in {town}", "Der Gast blieb lange.")


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("Der Transport des Beispiels", "Er kam nicht an."),
        ("Ein Monde ist keine Sonderzeitung", "sondern etwas anderes"),
        ("Konkurrenz belebt", "Das ist alles."),
        ("Ein ruhiger Tag", "Es geschah nichts, was jemand aufgeschrieben hätte."),
        ("", ""),
    ],
)
def test_no_match_is_better_than_a_wrong_one(title: str, text: str) -> None:
    assert of(title, text) == []


@pytest.mark.parametrize(
    ("title", "text", "language", "wanted", "unwanted"),
    [
        (
            "Telescope finds forty planets around distant stars",
            "Astronomers say the planets are larger than any in our solar system. Two are balls of gas and hydrogen; "
            "the researchers are scraping the barrel for names.",
            "en",
            "space",
            "energy",
        ),
        (
            "Black holes merge in a faraway galaxy",
            "Each weighs a million solar masses, scientists write. Hot gas falls into them, and a barrel of light "
            "leaves the galaxy, the telescope shows.",
            "en",
            "science",
            "energy",
        ),
        ("Solar farm opens near Leeds", "Solar panels on forty fields feed the power grid.", "en", "energy", "space"),
        (
            "Die Neue im Fernsehen",
            "Das Modell aus Ulm zeigt sich auf Instagram, der Stern hat sie besucht. Fans lieben ihre Fotos.",
            "de",
            "",
            "science",
        ),
        (
            "Burglar sentenced to five years",
            "The court heard that he climbed through a window of the villa. Police found him near the other windows.",
            "en",
            "crime",
            "technology",
        ),
        (
            "Chapel collapses in the Alps, two pilgrims injured",
            "A wall of the chapel in northern Italy collapsed on Friday. Rescuers searched the rubble for survivors, "
            "firefighters brought the injured to hospital. The pilgrims had prayed there. "
            + "Nobody else was near. " * 9
            + "A German couple saw it. "
            + "They went home. " * 9
            + "The German papers wrote of it.",
            "en",
            "disaster",
            "germany",
        ),
        (
            "Row over expenses: minister defended by her party",
            "MPs want the minister to resign. The prime minister said the points raised in a recording were old.",
            "en",
            "politics",
            "sport",
        ),
        (
            "Boxes of cabinet papers found in a garage",
            "The government has recorded each box. The minister defended the archive and set the record straight.",
            "en",
            "politics",
            "sport",
        ),
        (
            "Shell and others lose in court",
            "A judge in The Hague ruled on the price hike of two companies, Shell among them. The ruling was expected.",
            "en",
            "",
            "conflict",
        ),
        ("Regatta on the Thames", "Rowers from twelve rowing clubs took part.", "en", "sport", "politics"),
        ("Boxer keeps his title", "He won the boxing match by a knockout in round six.", "en", "sport", "conflict"),
        (
            "Ghost tanker seized in the North Sea",
            "Police boarded the ship on Monday and arrested the captain. Prosecutors accuse him of forgery and fraud; "
            "the court in Kiel sent him to prison. "
            + "The crew slept. " * 9
            + "The freight was said to be Iranian. "
            + "Nobody knew more. " * 9
            + "Iranian papers in Tehran denied that.",
            "en",
            "crime",
            "middle-east",
        ),
    ],
)
def test_a_side_word_is_no_topic(title: str, text: str, language: str, wanted: str, unwanted: str) -> None:
    found = of(title, text, language)
    assert unwanted not in found
    assert not wanted or wanted in found


def test_hints_alone_are_no_subject() -> None:
    assert "economy" not in of("Neue Sportplätze", "Das kostet 3 Millionen Euro, 70 Prozent gibt es im nächsten Jahr.")


def test_a_single_mention_deep_in_a_text_is_no_topic() -> None:
    filler = "Der Verein lud zum Fest, viele kamen und blieben. " * 20
    assert "china" not in of("Ein Fest", f"{filler} Ein Gast kam aus China. {filler}")
    assert "china" in of("Ein Gast aus China", filler)


def test_acronyms_meet_only_themselves() -> None:
    assert "eu" in of("EU berät", "Die EU tagt.")
    assert "eu" not in of("eu berät", "Das eu ist kein Wort.")


def test_the_parent_gets_its_childs_match_at_a_discount() -> None:
    matches = {match.slug: match for match in CATALOGUE.match("Galaxie entdeckt", "Das Teleskop der NASA.", "de")}
    assert matches["space"].score > 0
    assert matches["science"].words
    football = {match.slug: match for match in CATALOGUE.match("Elfmeter", "Bundesliga, Uefa, Freistoß.", "de")}
    assert football["sport"].words


def test_labels_of_the_source_are_accepted() -> None:
    assert of("Ein Satz", "ohne Hinweise.", "de", ("Panorama",)) == ["people"]
    assert set(of("Ein Satz", "ohne Hinweise.", "de", ("News > Sport", "politics", "unbekannt"))) == {
        "sport",
        "politics",
    }
    (match,) = CATALOGUE.match("Ein Satz", "ohne Hinweise.", "de", ("Wetter",))
    assert match.words == ()
    assert 0 < match.score <= 1


def test_matched_words_stand_as_in_the_text() -> None:
    matches = {match.slug: match for match in CATALOGUE.match("US-Präsident in Kyjiw", "Ukrainische Truppen.", "de")}
    assert "US-Präsident" in matches["usa"].words
    assert {"Kyjiw", "Ukrainische"} <= set(matches["ukraine"].words)


@st.composite
def news(draw: st.DrawFn) -> str:
    """Words of the rules among anything at all."""
    rules = [word.strip("=*") for topic in CATALOGUE for rule in topic.rule.values() for word in rule]
    parts = draw(st.lists(st.one_of(st.sampled_from(rules), st.text(max_size=8)), max_size=12))
    return draw(st.sampled_from([" ", "\n", ". ", "-", "  "])).join(parts)


@given(news(), news(), st.sampled_from(["de", "en", "uk", "fr", "und", ""]), st.lists(st.text(max_size=12), max_size=3))
def test_match_never_fails_and_shows_only_words_of_the_text(
    title: str, text: str, language: str, labels: list[str]
) -> None:
    whole = unicodedata.normalize("NFC", f"{title}\n{text}")
    for match in CATALOGUE.match(title, text, language, labels):
        assert match.slug in CATALOGUE
        assert 0 < match.score <= 1
        assert all(word in whole for word in match.words)


LOCAL = {
    "de": "Der Gemeindechor probt wieder im alten Saal, und am Abend kommen die Nachbarn zum Zuhören. ",
    "en": "The village choir is back in the old hall, and the neighbours come to listen in the evening. ",
    "uk": "Сільський хор знову збирається у старій залі, а ввечері сусіди приходять послухати. ",
}


@pytest.mark.parametrize(
    ("slug", "language", "remark"),
    [
        ("ukraine", "de", "Im Chor singt auch ein Gast aus der Ukraine."),
        (
            "ukraine",
            "de",
            "Er kam wegen des Krieges in der Ukraine aus Kiew, sein ukrainischer Freund blieb in Charkiw.",
        ),
        ("ukraine", "en", "One guest came from Ukraine, where his Ukrainian friends in Kyiv still wait."),
        ("ukraine", "uk", "Гість приїхав з України, його київські друзі лишилися в Харкові."),
        ("usa", "de", "Ein Gast kam aus den USA, aus Washington, wo Trump regiert."),
        ("china", "en", "The piano was made in China, in Beijing, by a Chinese firm."),
        ("nato", "de", "Der Bass war einmal bei der NATO."),
        ("sport", "de", "Der Trainer kommt auch."),
        ("elections", "de", "Die Wahl des Vorstands ist im Mai."),
    ],
)
def test_a_remark_at_the_end_is_no_topic(slug: str, language: str, remark: str) -> None:
    text = LOCAL[language] * 8 + remark
    assert slug not in of("Lindental", text, language)
    assert slug not in of("Lindental", LOCAL[language] * 4 + remark + LOCAL[language] * 4, language)


def test_a_subject_that_runs_through_a_text_is_one_though_its_title_is_silent() -> None:
    middle, end = "Viele Lieder kommen aus der Ukraine. ", "Den ukrainischen Text übt ein Gast aus Kiew."
    text = LOCAL["de"] * 4 + middle + LOCAL["de"] * 3 + end
    assert "ukraine" in of("Lieder am Abend", text)


def test_the_address_is_believed_and_quoted() -> None:
    url = "https://bote.example/politik/ausland/gespraeche-gehen-weiter.html"
    found = {match.slug: match for match in CATALOGUE.match("Gespräche gehen weiter", "Es gab Tee.", "de", url=url)}
    assert found["politics"].words == ("/politik/",)
    assert found["world"].words == ("/ausland/",)
    assert of("Gespräche gehen weiter", "Es gab Tee.") == []


def test_the_address_and_the_text_add_up() -> None:
    title, text = "Trainer lobt die Mannschaft", "Nach dem Sieg im Turnier freuten sich alle."
    (plain, *_) = CATALOGUE.match(title, text, "de")
    (filed, *_) = CATALOGUE.match(title, text, "de", url="https://bote.example/sport/sieg.html")
    assert plain.slug == filed.slug == "sport"
    assert filed.score > plain.score
    assert filed.words[0] == "/sport/"
    assert set(plain.words) & set(filed.words)
