"""Free words as topics."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.articles import TopicMatch
from digests.domain.matching import WordTopic
from digests.domain.surface_index import SurfaceIndex
from digests.domain.text_index import TextIndex, surfaces


def match_words(word: str, title: str, text: str, language: str, also: Iterable[str] = ()) -> TopicMatch | None:
    """One free word in one clean text; what is found must not be passed over among many texts either."""
    topic = WordTopic(word, also)
    match = topic.match(TextIndex(title, text, language))
    assert match is None or 7 in narrowed(topic, [(7, title, text, language)])
    return match


def narrowed(topic: WordTopic, texts: Iterable[tuple[int, str, str, str]]) -> set[int]:
    """Which of many texts are looked into."""
    read: dict[str, dict[int, tuple[str, ...]]] = {}
    for each, title, text, language in texts:
        read.setdefault(language, {})[each] = surfaces(title, text)
    return {each for language, those in read.items() for each in topic.likely(SurfaceIndex(those, language))}


@pytest.mark.parametrize(
    ("word", "text", "language", "shown"),
    [
        ("Rente", "Wer stellt die Rentenzahlungen ein?", "de", ("Rentenzahlungen",)),
        ("Rente", "Die Altersrente steigt.", "de", ("Altersrente",)),
        ("rente", "Die Renten steigen.", "de", ("Renten",)),
        ("Waffenlieferung", "Neue Waffenlieferungen kommen.", "de", ("Waffenlieferungen",)),
        ("Koexistenz", "Die Friedenskoexistenz hält.", "de", ("Friedenskoexistenz",)),  # stems have "ko" for "koe"
        ("Waffenlieferung", "Die Lieferung von Waffen stockt.", "de", ("Lieferung", "Waffen")),
        ("Lieferung von Waffen", "Neue Waffenlieferungen kommen.", "de", ("Waffenlieferungen",)),
        ("Steuer", "Die Mehrwertsteuer und Grundsteuern steigen.", "de", ("Mehrwertsteuer", "Grundsteuern")),
        ("Wasser", "Das Trinkwasser wird knapp.", "de", ("Trinkwasser",)),
        ("Richter", "Die Verfassungsrichterin spricht.", "de", ("Verfassungsrichterin",)),
        ("Traeger", "Ein Flugzeugträger läuft aus.", "de", ("Flugzeugträger",)),
        ("Hund", "Die Hundesteuer steigt.", "de", ("Hundesteuer",)),
        ("Kinder", "Schulkinder und Kinderheime.", "de", ("Schulkinder", "Kinderheime")),
        ("Ware", "Die Waren waren teuer.", "de", ("Waren",)),
        ("Muenchen", "In München regnet es.", "de", ("München",)),
        ("negotiation", "The negotiations failed.", "en", ("negotiations",)),
        ("Переговори", "Про переговорів мало відомо.", "uk", ("переговорів",)),
        ("Зеленський", "Selenskyjs Rede in Kiew", "de", ("Selenskyjs",)),
        ("selenskyj", "President Zelenskyy spoke.", "en", ("Zelenskyy",)),
        ("Lawrow", "Бачили Лаврова.", "uk", ("Лаврова",)),
        ("Klitschko", "Мер Кличко виступив.", "uk", ("Кличко",)),
        ("Zakharova", "Sacharowa sprach.", "de", ("Sacharowa",)),
        ('"neue Wege"', "Wir gehen neue Wege.", "de", ("neue", "Wege")),
        ('"Die Wege"', "Wir gehen die Wege.", "de", ("die", "Wege")),
        ("EU", "Die EU tagt.", "de", ("EU",)),
        ("Frankreich", "Die französische Wahl steht bevor.", "de", ("französische",)),
        ("Frankreich", "French farmers protest.", "en", ("French",)),
        ("Польща", "Polnische Bauern fahren zur Grenze.", "de", ("Polnische",)),
        ("South Korea", "South Korea sends a ship.", "en", ("South", "Korea")),
        ("Deutsche Bahn (DB)", "Die DB baut um.", "de", ("DB",)),
        ("Deutsche Bahn (DB)", "Die Deutsche Bahn baut um.", "de", ("Deutsche", "Bahn")),
        ("Mitteldeutscher Rundfunk MDR", "Der MDR sendet.", "de", ("MDR",)),
        ("Musterwerke AG", "Die Musterwerke bauen um.", "de", ("Musterwerke",)),
        ("Handball-WM 2027", "Die Handball-WM beginnt.", "de", ("Handball", "WM")),
        ("Miriam B. Halder", "Miriam Halder tritt an.", "de", ("Miriam", "Halder")),
        ("Königin Ada II.", "Königin Ada kam zu Besuch.", "de", ("Königin", "Ada")),
        ("Energie/Rohstoffe", "Rohstoffe werden teurer.", "de", ("Rohstoffe",)),
        ("Brücke Sanierung Elbtal", "Im Elbtal ist die Brücke gesperrt. Wann die Sanierung beginnt, ist offen.", "de",
         ("Elbtal", "Brücke", "Sanierung")),
    ],
)  # fmt: skip
def test_found(word: str, text: str, language: str, shown: tuple[str, ...]) -> None:
    match = match_words(word, "", text, language)
    assert match is not None
    assert match.slug == word
    assert match.words == shown


@pytest.mark.parametrize(
    ("word", "text", "language"),
    [
        ("Sport", "Der Transport fiel aus.", "de"),
        ("Sport", "Die Gütertransporte fielen aus.", "de"),
        ("Spiel", "Ein Beispiel dafür.", "de"),
        ("Richter", "Die Nachrichten, der Unterricht und der Wetterbericht.", "de"),
        ("Bürger", "Die Salzburger Straßen.", "de"),
        ("Steuer", "Eine Beisteuer und das Ungeheuer.", "de"),
        ("Alter", "Die Verwalter kamen.", "de"),
        ("Hund", "Hunderte kamen, Hunderttausende blieben.", "de"),
        ("Brand", "In Brandenburg wird gewählt.", "de"),
        ("Wolf", "Wolfsburg baut Autos.", "de"),
        ("Krim", "Die Kriminalpolizei ermittelt.", "de"),
        ("Euro", "Die Europameisterschaft beginnt.", "de"),
        ("Schule", "Der Schuldenschnitt ist beschlossen.", "de"),
        ("Frieden", "Friedrichshain feiert, die Unzufriedenheit wächst.", "de"),
        ("Mission", "Die Kommission tagt.", "de"),
        ("Tiere", "Zur Orientierung für Protestierende.", "de"),
        ("Wahl", "Die Auswahl ist groß.", "de"),
        ("Wohnen", "Die Einwohner kamen.", "de"),
        ("Bürger", "In Brandenburg und Augsburg regnet es.", "de"),
        ("Ware", "Das Wetter war schön, die Tage waren lang.", "de"),
        ("Tanz", "Die Distanz zur ersten Instanz.", "de"),
        ("Mode", "Der Moderator stellt die Modelle vor.", "de"),
        ("Rente", "Die Konkurrenten kamen.", "de"),
        ("EU", "das eu", "de"),
        ("Waffenlieferung", "Waffen gibt es hier. Die Lieferung kam später, niemand sah sie.", "de"),
        ('"Wege neue"', "Wir gehen neue Wege.", "de"),
        ('"Waffen Lieferung"', "Neue Waffenlieferungen kommen.", "de"),
        ("Siegel", "Ein Ziegel fiel vom Dach.", "de"),
        ("Georgia", "George spoke.", "en"),
        ("Frankreich", "Frank ist reich.", "de"),
        ("Türkei", "Der türkisfarbene See liegt im Süden.", "de"),
        ("Georg", "Die georgische Küche.", "de"),
        ("Miriam Halder", "Jonas Halder tritt an.", "de"),
        ("Miriam Halder", "Miriam kam spät. " + "Dann geschah lange nichts, und alle warteten. " * 5 + "Halder.", "de"),
        ("Miriam Berta Halder", "Miriam und viele andere sahen Halder.", "de"),
        ('"Deutsche Bahn (DB)"', "Die DB baut um.", "de"),
        ("Bahn AG", "Die AG tagt.", "de"),
        ("FC Bayern", "Bayern wählt im Herbst.", "de"),
        ("1. FC Köln", "In Köln regnet es.", "de"),
        ("Ludwig II.", "Ludwig kam zu Besuch.", "de"),
        ("Wahl 2025", "Die Wahl des Vorstands steht an.", "de"),
        ("Deutsche Bank", "Deutsche Sparer hoffen. Viele von ihnen gehen zu einer Bank.", "de"),
        ("Neue Zürcher Zeitung", "Eine neue Zeitung erscheint.", "de"),
        ("", "Etwas Text.", "de"),
        ("!?", "Etwas Text!?", "de"),
    ],
)
def test_not_found(word: str, text: str, language: str) -> None:
    assert match_words(word, "", text, language) is None


def test_other_names_of_the_same_count() -> None:
    assert match_words("Kiew", "", "Kyiv said so.", "en") is None
    match = match_words("Kiew", "", "Kyiv said so.", "en", also=("Kyjiw", "Kyiv"))
    assert match is not None
    assert match.words == ("Kyiv",)


def test_the_title_counts_more_and_repeating_counts_a_little() -> None:
    topic = WordTopic("Getreide")
    title = topic.match(TextIndex("Getreide wird knapp", "Mehr dazu.", "de"))
    once = topic.match(TextIndex("Es wird knapp", "Das Getreide reicht nicht.", "de"))
    twice = topic.match(TextIndex("Es wird knapp", "Das Getreide reicht nicht. Getreidepreise steigen.", "de"))
    assert title is not None
    assert once is not None
    assert twice is not None
    assert title.score > once.score
    assert twice.score > once.score


@given(st.text(max_size=30), st.text(), st.text(), st.sampled_from(["de", "en", "uk", "tr", "und"]))
def test_anything_may_be_typed(word: str, title: str, text: str, language: str) -> None:
    match = match_words(word, title, text, language)
    if match:
        assert 0 < match.score <= 1
        assert all(shown in unicodedata.normalize("NFC", f"{title}\n{text}") for shown in match.words)


@given(st.sampled_from(["Haushalt", "Präsident", "Küste", "Verhandlung", "переговори", "election"]))
def test_a_word_finds_itself(word: str) -> None:
    for language in ("de", "en", "uk"):
        match = match_words(word, "", f"... {word}, ...", language)
        assert match is not None
        assert match.words == (word,)


def test_after_the_full_name_the_last_name_counts() -> None:
    topic = WordTopic("Miriam Halder")
    once = topic.match(TextIndex("Wahl im Verein", "Miriam Halder tritt an. Sie ist zuversichtlich.", "de"))
    often = topic.match(TextIndex("Wahl im Verein", "Miriam Halder tritt an. Halder ist zuversichtlich.", "de"))
    assert once is not None
    assert often is not None
    assert often.score > once.score


def test_what_is_meant_for_sure_counts_more() -> None:
    index = {
        text: TextIndex("Ein Titel ohne das Wort", text, "de")
        for text in ("Die Rente steigt.", "Die Rentenzahlungen steigen.", "Die Türkei wählt.", "Die türkische Wahl.")
    }
    scores = {}
    for word, text in zip(("Rente", "Rente", "Türkei", "Türkei"), index, strict=True):
        match = WordTopic(word).match(index[text])
        assert match is not None
        scores[text] = match.score
    assert scores["Die Rente steigt."] > scores["Die Rentenzahlungen steigen."]
    assert scores["Die Türkei wählt."] > scores["Die türkische Wahl."]


def test_a_mention_in_a_long_text_says_less() -> None:
    filler = "Danach sprachen alle lange von ganz anderen Dingen. " * 60
    short = match_words("Getreide", "Neues vom Tag", "Das Getreide reicht nicht.", "de")
    long = match_words("Getreide", "Neues vom Tag", f"Das Getreide reicht nicht. {filler}", "de")
    assert short is not None
    assert long is not None
    assert short.score > long.score


_SPOKEN = """
Rente Renten Rentenzahlungen Altersrente Waffenlieferung Waffen Lieferung von Transport Sport Selenskyj Zelensky
Зеленський Зеленського Frankreich französische USA US EU EUs Meier Miriam Müllers Mueller neue Wege und der
"""
SPOKEN = st.sampled_from(_SPOKEN.split())


@given(
    st.lists(SPOKEN, min_size=1, max_size=3),
    st.booleans(),
    st.lists(st.tuples(st.lists(SPOKEN, max_size=12), st.sampled_from(["de", "en", "uk", "fr"])), max_size=5),
)
def test_a_text_that_is_passed_over_does_not_speak_of_it(
    typed: list[str], quoted: bool, told: list[tuple[list[str], str]]
) -> None:
    topic = WordTopic(f'"{" ".join(typed)}"' if quoted else " ".join(typed))
    texts = [(number, "", ". ".join(spoken), language) for number, (spoken, language) in enumerate(told)]
    found = {number for number, title, text, language in texts if topic.match(TextIndex(title, text, language))}
    assert found <= narrowed(topic, texts)


def test_among_many_texts_only_those_with_the_word_are_looked_into() -> None:
    texts = [
        (1, "Rente", "Sie steigt.", "de"),
        (2, "Wetter", "Es regnet in Rom.", "de"),
        (3, "Wahl", "Die Altersrenten.", "de"),
    ]
    assert narrowed(WordTopic("Rente"), texts) == {1, 3}


@pytest.mark.parametrize(
    ("word", "text", "language", "shown"),
    [
        ("war", "The war goes on.", "en", ("war",)),
        ("war", "Das Wetter war schön.", "de", None),
        ("war", "Війна триває, а war is a word.", "uk", ("war",)),
        ("All", "Ein Satellit fliegt ins All.", "de", ("All",)),
        ("All", "All of them came.", "en", None),
        ("WHO", "The WHO and those who work there.", "en", ("WHO",)),
        ('"war"', "Das Wetter war schön.", "de", ("war",)),
    ],
)
def test_a_small_word_of_a_language_tells_nothing_in_its_texts(
    word: str, text: str, language: str, shown: tuple[str, ...] | None
) -> None:
    match = match_words(word, "Meldung", text, language)
    assert (match.words if match else None) == shown


@given(st.dictionaries(st.integers(0, 9), st.sets(st.sampled_from("abcdef"), min_size=1)), st.data())
def test_texts_that_hold_a_word_are_the_same_however_often_it_was_asked(
    texts: dict[int, set[str]], data: st.DataObject
) -> None:
    index = SurfaceIndex(texts, "de")
    for _ in range(12):
        wanted = data.draw(st.sets(st.sampled_from("abcdefg")))
        assert index.holding(wanted) == {number for number, own in texts.items() if own & wanted}
