"""Languages are told from the text, or not at all."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.text.languages import CANDIDATES, UNKNOWN, _identifier, detect


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("de", "Bundestag stimmt über den neuen Haushalt ab"),
        ("en", "Parliament votes on the new budget"),
        ("uk", "Верховна Рада ухвалила бюджет на наступний рік"),
        ("ru", "Государственная дума приняла бюджет на следующий год"),
        ("fr", "L'Assemblée nationale vote le nouveau budget"),
        ("pl", "Sejm głosuje nad nowym budżetem państwa"),
        ("tr", "Meclis yeni bütçeyi oyladı ve kabul etti"),
        ("ja", "国会は新しい予算案を可決した"),
        ("ko", "국회가 새 예산안을 통과시켰다"),
        ("el", "Η Βουλή ψήφισε τον νέο προϋπολογισμό"),
    ],
)
def test_headlines(language: str, title: str) -> None:
    assert detect(title, "") == language


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("de", "Russlands Schattenflotte USA stoppen"),
        ("en", "Trump congratulates China in"),
        ("en", "Chris Christie’s Exit Marks"),
        ("en", "Police arrest Giovanni Ricciardi"),
        ("de", "Feuer in Buenos Aires"),
        ("uk", "Пожежа в Одесі"),
        ("ru", "Выборы мэра Одессы"),
        ("ja", "銀行社長解任、金融庁処分で持ち株社長"),
        ("th", "นายกรัฐมนตรีเยือนเบอร์ลิน"),
    ],
)
def test_four_words_are_enough(language: str, words: str) -> None:
    assert detect(words, "") == language


GERMAN = (
    "Der Vorstand der Werft hat den Vertrag am Freitag unterschrieben und will noch im Herbst mit dem Bau beginnen. "
)
ENGLISH = "The board of the shipyard signed the contract on Friday and wants to begin building the ferry this autumn. "


@pytest.mark.parametrize(
    ("body", "language"),
    [
        (5 * ENGLISH + 15 * GERMAN, "de"),  # opens with a press text in the other language
        (5 * GERMAN + 15 * ENGLISH, "en"),
        (9 * GERMAN + 5 * ENGLISH + 9 * GERMAN, "de"),  # a long quotation in the middle
        (15 * GERMAN + 6 * ENGLISH, "de"),  # an English boilerplate at the end
        (3 * ENGLISH + "1 2 3 4 5 6 7 8 9 0 " * 100, "en"),  # a table has no language
    ],
)
def test_the_majority_of_a_mixed_text_decides(body: str, language: str) -> None:
    assert detect("", body) == language


def test_one_foreign_letter_does_not_make_a_text_ukrainian() -> None:
    assert detect("The letter ї returns to the alphabet", "") == "en"


@pytest.mark.parametrize("nothing", ["", "123 456", "???", "a b"])
def test_nothing_to_tell_from(nothing: str) -> None:
    assert detect(nothing, "") == UNKNOWN


@settings(deadline=None)  # the first call loads the model
@given(st.text(max_size=100), st.text(max_size=100))
def test_never_raises(title: str, body: str) -> None:
    assert detect(title, body) in {*CANDIDATES, UNKNOWN, "ja", "ko", "zh", "el", "he", "ar", "th", "ka", "hy"}


def test_the_classifier_knows_no_other_languages() -> None:
    """Each one more is 290 kB of memory, in every process that cleans texts."""
    assert {language for language, _ in _identifier().rank("Die Regierung")} == set(CANDIDATES)
    _identifier().set_languages(None)  # type: ignore[attr-defined]  # all that it has
    assert {language for language, _ in _identifier().rank("Die Regierung")} == set(CANDIDATES)
