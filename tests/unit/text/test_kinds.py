"""Kinds of furniture in German, English and Ukrainian that go with the right reason, and look-alikes that stay."""

from __future__ import annotations

import pytest

from digests.text.document import Document, Reason
from digests.text.reading import read_document
from tests.unit.text.samples import HARBOUR

TITLE = "Neuer Anleger für Fähren im Hafen von Rostock"
LEEDS = (
    "The city council of Leeds has voted to reopen the old tram line through the centre by 2029.",
    "The first trams will run between the station and the university, the mayor said on Monday.",
    "The council puts the costs of the line at 80 million pounds, half of which the state will pay.",
    "Critics on the council fear that the noise of the trams will be a burden for people in the centre.",
    "Work on the line is to begin in the spring, when the government has released the money.",
)
LVIV = (
    "Міська рада Львова вирішила до 2029 року відкрити стару трамвайну лінію через центр міста.",
    "Перші трамваї курсуватимуть між вокзалом та університетом, сказав у понеділок мер міста.",
    "Вартість лінії міська рада оцінює у 80 мільйонів гривень, половину з яких сплатить держава.",
    "Критики у раді побоюються, що шум трамваїв буде заважати людям, які живуть у центрі.",
    "Роботи мають початися навесні, коли уряд виділить на них гроші з державного бюджету.",
)
ARTICLES = {"de": HARBOUR, "en": LEEDS, "uk": LVIV}
GOES = [
    ("de", "Anzeige", Reason.AD), ("en", "Advertisement", Reason.AD), ("uk", "Реклама", Reason.AD),
    ("de", "Artikel teilen", Reason.SHARE), ("en", "Share on Facebook", Reason.SHARE),
    ("uk", "Поділитися", Reason.SHARE),
    ("de", "Lesen Sie auch: Brandt gewinnt Turnier in Graz", Reason.TEASER_LIST),
    ("en", "Read more: Ten things to do in York", Reason.TEASER_LIST),
    ("uk", "Читайте також: У Києві відкрили новий міст", Reason.TEASER_LIST),
    ("de", "Jetzt unseren Newsletter kostenlos abonnieren", Reason.INVITATION),
    ("de", "Fehler auf kueste.example entdeckt?", Reason.INVITATION),
    ("de", "Starten Sie mit unserem Newsletter gut informiert in den Tag", Reason.INVITATION),
    ("de", "Verfolgen Sie alle Entwicklungen im Liveticker", Reason.INVITATION),
    ("de", "Laden Sie hier unsere App", Reason.INVITATION),
    ("en", "Sign up for our free newsletter", Reason.INVITATION),
    ("en", "Have something to say? Write to us.", Reason.INVITATION),
    ("en", "Follow the latest updates here", Reason.INVITATION),
    ("uk", "Підписуйтесь на наш Telegram-канал", Reason.INVITATION),
    ("uk", "Стежте за новинами у нашому телеграмі", Reason.INVITATION),
    ("de", "Stand: 12.3.2026, 08:14 Uhr", Reason.NAVIGATION), ("de", "Lesedauer: 4 Min.", Reason.NAVIGATION),
    ("en", "Updated March 12, 2026", Reason.NAVIGATION), ("en", "4 min read", Reason.NAVIGATION),
    ("uk", "Оновлено 12 березня, 08:14", Reason.NAVIGATION), ("uk", "12 березня 2026", Reason.NAVIGATION),
    ("de", "Wir verwenden Cookies und bitten Sie, ihnen zuzustimmen", Reason.NOTICE),
    ("de", "Die Redaktion hat diese Meldung nicht bearbeitet.", Reason.NOTICE),
    ("de", "Diese Meldung wurde automatisch übernommen.", Reason.NOTICE),
    ("en", "All rights reserved", Reason.NOTICE),
    ("en", "The views expressed here are those of the author", Reason.NOTICE),
    ("uk", "Усі права захищені", Reason.NOTICE),
    ("de", "Foto: Karla Muster", Reason.CREDIT), ("de", "Von Karla Muster", Reason.CREDIT),
    ("en", "Photo: Jane Doe", Reason.CREDIT), ("en", "By Jane Doe", Reason.CREDIT),
    ("uk", "Фото: Олена Приклад", Reason.CREDIT),
]  # fmt: skip
STAYS = [
    ("de", "„Das reicht nicht“, sagte sie."), ("de", "Nein."), ("de", "Wer zahlt das alles?"),
    ("de", "Die Zeitung wirbt in einer Anzeige für den Bau des neuen Anlegers im Hafen der Stadt."),
    ("de", "Einen Newsletter für Anwohner will die Stadt im Herbst einführen, damit alle Bescheid wissen."),
    ("de", "Von einem neuen Anleger wie in Rostock träumen auch andere Häfen an der Küste der Ostsee."),
    ("de", "Die Besatzung sieht sich im Video das Anlegen der Fähre noch einmal in aller Ruhe an."),
    ("en", "“That is not enough,” she said."), ("en", "No."),
    ("en", "She said she would share the photo of the tram with the people who had asked for it."),
    ("en", "The newspaper ran an advertisement for the tram on its front page on Monday morning."),
    ("uk", "«Цього замало», – сказала вона."), ("uk", "Ні."),
    ("uk", "Мер сказав, що реклама трамвая з'явиться на вулицях міста вже наступного тижня."),
]  # fmt: skip


def read(language: str, *between: str, title: str | None = TITLE) -> Document:
    article = ARTICLES[language]
    return read_document("\n".join([*article[:2], *between, *article[2:]]), title=title)


def kept(document: Document) -> list[str]:
    return [paragraph.text for paragraph in document.paragraphs]


@pytest.mark.parametrize(("language", "line", "reason"), GOES)
def test_it_goes_with_its_reason_and_nothing_else_does(language: str, line: str, reason: Reason) -> None:
    article = ARTICLES[language]
    document = read_document("\n".join([*article, line]), title=TITLE)
    assert [(each.text, each.reason) for each in document.dropped] == [(line, reason)]
    assert kept(document) == list(article)


@pytest.mark.parametrize(("language", "line"), STAYS)
def test_what_only_sounds_like_it_stays(language: str, line: str) -> None:
    document = read(language, line)
    assert line in kept(document)
    assert document.dropped == ()


def test_a_list_behind_a_colon_stays_without_bullets() -> None:
    items = ["Was gebaut werden soll:", "ein Terminal", "zwei Kräne", "ein Radweg"]
    assert kept(read("de", *items)) == [*HARBOUR[:2], *items, *HARBOUR[2:]]


def test_a_line_that_leads_over_to_a_quotation_stays() -> None:
    lines = [
        "Der Betreiber schreibt dazu:",
        "Wir bauen den Anleger so leise, wie es nach dem Stand der Technik nur geht.",
    ]
    assert kept(read("de", *lines)) == [*HARBOUR[:2], *lines, *HARBOUR[2:]]


def test_results_recipes_and_verses_stay() -> None:
    results = ["Die Spiele des Abends:", "Rostock - Kiel 2:1", "Lübeck - Bremen 0:0", "Graz - Wien 3:3"]
    recipe = ["Für vier Portionen braucht man:", "- 500 g Mehl", "- 2 Eier", "- 250 ml Milch"]
    for lines in (results, recipe):
        assert set(lines) <= set(kept(read("de", *lines)))
    verses = ["Der Wind weht von der See herein,", "die Fähre liegt im Abendschein,", "und niemand will zu Hause sein."]
    assert kept(read_document("\n".join(verses), title="Abend")) == verses


def test_one_line_answers_of_an_interview_stay() -> None:
    lines = [
        "Frau Brandt, freuen Sie sich?", "Ja, sehr.", "Wie lange haben Sie sich vorbereitet?",
        "Ein halbes Jahr habe ich mit meinem Trainer jeden Tag an den Eröffnungen gearbeitet.",
        "Und was kommt jetzt?", "Urlaub!", "Spielen Sie danach weiter?",
        "Natürlich, ich spiele im Herbst wieder in Graz und danach bei der Meisterschaft.",
    ]  # fmt: skip
    assert kept(read_document("\n".join(lines), title="Brandt im Gespräch")) == lines


def test_readers_comments_end_the_article() -> None:
    comments = [
        "Seebär sagt:", "12. März 2026 um 10:17 Uhr", "Der Anleger in Rostock ist doch viel zu teuer für die Stadt.",
        "Antworten", "Landratte sagt:", "12. März 2026 um 11:12 Uhr",
        "Ich finde den neuen Anleger im Hafen von Rostock gut, weil die Fähren dann leiser sind.", "Antworten",
    ]  # fmt: skip
    assert kept(read_document("\n".join([*HARBOUR, *comments]), title=TITLE)) == list(HARBOUR)
    aged = [line for day, line in enumerate(LEEDS[1:3]) for line in (f"tramfan {day + 2} hours ago", line)]
    assert kept(read_document("\n".join([*LEEDS, *aged]), title="Leeds tram")) == list(LEEDS)


def test_the_text_goes_on_behind_a_box_of_other_articles() -> None:
    box = ["Mehr zum Thema", "Brandt gewinnt Turnier in Graz", "Warum Schach so beliebt ist", "Schach für alle im Park"]
    numbered = [f"{line} Das war der Stand am {day}. Tag." for day in range(1, 4) for line in HARBOUR]
    document = read_document("\n".join([*numbered[:9], *box, *numbered[9:]]), title=TITLE)
    assert kept(document) == numbered
    assert {line.reason for line in document.dropped} == {Reason.TEASER_LIST}


def test_leads_of_other_articles_behind_the_end_stay_out() -> None:
    teasers = [
        "Meistgelesen", "Brandt gewinnt in Graz",
        "Die Großmeisterin hat das Turnier in Österreich nach sechs Stunden gegen den Meister aus Norwegen gewonnen.",
        "mehr", "Wetter bleibt schön",
        "Bis zum Wochenende scheint nach Angaben der Meteorologen im ganzen Norden die Sonne, erst dann kommt Regen.",
        "mehr", "Bahn baut Strecke aus",
        "Zwischen Hamburg und Berlin fahren von August an wegen der Arbeiten an den Gleisen mehrere Monate keine Züge.",
        "mehr",
    ]  # fmt: skip
    assert kept(read_document("\n".join([*HARBOUR, *teasers]), title=TITLE)) == list(HARBOUR)


@pytest.mark.parametrize(
    ("language", "caption"),
    [
        ("de", "Die Ministerin (r.) und der Bürgermeister stehen am Montag auf dem Kai."),
        ("en", "The mayor, left, and the minister look at a model of the tram in this photo."),
        ("uk", "Мер міста (ліворуч) та міністр оглядають макет нового трамвая."),
    ],
)
def test_a_caption_that_says_so_goes(language: str, caption: str) -> None:
    article = [f"{line} {line}" for line in ARTICLES[language]]
    more = [line.replace("2028", "2030").replace("2029", "2031") for line in ARTICLES[language]]
    document = read_document("\n".join([article[0], caption, *article[1:], *more[1:3]]), title=TITLE)
    assert caption not in kept(document)
    assert {line.text: line.reason for line in document.dropped}[caption] is Reason.CREDIT


def test_a_quotation_pulled_out_of_the_text_goes() -> None:
    quote = "Der Lärm der Fähren belastet die Anwohner im Hafen"
    whole = f"„{quote} schon heute sehr“, sagte eine Stadträtin am Montag in der Sitzung."
    assert kept(read("de", f"„{quote}.“", whole)) == [*HARBOUR[:2], whole, *HARBOUR[2:]]
