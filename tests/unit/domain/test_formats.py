"""Recurring formats: known at first sight by their titles, and no headline is taken for one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.domain.formats import is_format

FORMATS = """
Nachrichten des Tages
Die Nachrichten des Tages, 4. März
Coronavirus News am Donnerstag
Hafen-Newsticker vom 3. Mai
Das bringt der Tag
Das bringt der Donnerstag
Das wird heute wichtig
Was heute wichtig ist
Tageshoroskop für Freitag, den 3. Mai
Ihr Horoskop für heute
Horoskop: Das sagen die Sterne
Lottozahlen vom Samstag: 3, 7, 12
Lotto am Mittwoch: Die Gewinnzahlen
Wetter in Hamburg am Montag: Es wird nass
Das Wetter heute
TV-Programm heute Abend
Kreuzworträtsel
Das Quiz der Woche
Die Morgenlage
Der Tag im Überblick
Die Woche in Bildern
Presseschau vom 3. Mai
Bilder des Tages
Montag, 3. August 2026
Daily briefing
Your Monday briefing
Morning Briefing: what you need to know
News of the day
The week in pictures
Today's horoscope
Horoscope for Tuesday
Lottery results
Weather forecast for Dublin
On this day: 3 May
What to watch on TV tonight
Quiz of the week
Новини дня
Новини за понеділок
Головні новини дня
Любовний гороскоп на тиждень
Прогноз погоди на середу
Курс валют на 4 травня
Втрати росіян станом на 5 травня
Підсумки тижня
Графіки відключень світла на завтра
"""
HEADLINES = """
Die Nachrichten sind gut
Gute Nachrichten am Donnerstag
Nachrichtenagentur meldet Einigung
Ticker für Konzertkarten ausverkauft
Wetter legt Bahnverkehr lahm
Wetterdienst warnt vor Sturm am Montag
Lotto-Millionär spendet Gewinn
Tag der Entscheidung in Brüssel
Was heute über den Brand bekannt ist
Das bringt der neue Tarifvertrag
Der Tag, an dem die Brücke fiel
Bilder des Grauens
Zitat des Ministers sorgt für Ärger
Polizeibericht entlastet Beamte
Horoskop-App verkauft Daten von Millionen
Streik am Montag
Weather warning as storm hits coast
Horoscope app leaks data of millions
Lottery winner sues bank
The brief history of a feud
On Monday, workers strike
Briefing at the palace cancelled
Swimmer misses the cup after injury - Harbour News, Dec 30
Погода зірвала рейси
Новини змусили курс впасти
Гороскопи заборонили на телебаченні
Втрати від посухи зросли
"""


@pytest.mark.parametrize("title", FORMATS.strip().splitlines())
def test_a_format_is_known_at_first_sight(title: str) -> None:
    assert is_format(title)


@pytest.mark.parametrize("title", HEADLINES.strip().splitlines())
def test_a_headline_is_no_format(title: str) -> None:
    assert not is_format(title)


@given(st.text())
def test_any_title_can_be_asked_about(title: str) -> None:
    assert is_format(title) in (True, False)


def test_a_missing_title_is_no_format() -> None:
    assert not is_format("")
