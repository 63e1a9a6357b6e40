"""What the one door of the text layer promises: exact seeds, general rules, and nothing lost on any text."""

from __future__ import annotations

import textwrap

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digests.text.document import Document, Kind, Label, Reason
from digests.text.reading import read_document
from digests.text.repair import normal_form, repair_text
from digests.text.words import fold
from tests.unit.text.samples import CHESS, HARBOUR, seed


def openings(document: Document, length: int = 18) -> list[str]:
    return [paragraph.text[:length] for paragraph in document.paragraphs]


def reasons(document: Document) -> dict[str, Reason]:
    return {line.text: line.reason for line in document.dropped}


def test_first_seed_exactly() -> None:
    document = read_document(seed("000"))
    assert document.title == "Selenskyj will noch vor dem Ende von Bidens Präsidentschaft der NATO beitreten"
    assert not document.title_derived
    assert document.language == "de"
    assert openings(document) == [
        "Der ukrainische Pr", "Selenskyj bemüht s", "Laut Le Monde blei", "Trotz der anhalten", "Analysten zufolge ",
    ]  # fmt: skip
    assert document.paragraphs[-1].text.endswith("auf Schwierigkeiten stoßen.")
    assert document.entries == ()
    assert document.labels == {Label.MACHINE_TRANSLATED}


def test_first_seed_drops_everything_from_the_ad_marker_on() -> None:
    raw = seed("000")
    tail = [line for line in raw[raw.index("spot_img") :].split("\n") if line.strip()]
    dropped = read_document(raw).dropped
    assert [line.text for line in dropped] == tail
    first = {line.text: line.reason for line in dropped[:5]}
    assert first == {
        "spot_imgspot_imgspot_imgspot_img": Reason.AD,
        "beliebt": Reason.NAVIGATION,
        "Teile diesen Beitrag:": Reason.SHARE,
        "Mehr wie das": Reason.TEASER_LIST,
        "HIER": Reason.NAVIGATION,
    }
    assert {line.reason for line in dropped[5:]} == {Reason.TEASER_LIST}
    assert len(dropped[5:]) == 16


def test_second_seed_exactly() -> None:
    document = read_document(seed("001"))
    assert openings(document, 14) == [
        "Nach Ansicht d", "Weniger als zw", "„Es gab keine ", "Letzterer beha", "Sehr vorsichti", "Die Ukraine wi",
    ]  # fmt: skip
    assert all(paragraph.kind is Kind.BODY for paragraph in document.paragraphs)
    assert reasons(document) == {
        "Verfolgen Sie die neuesten Informationen zum Konflikt.": Reason.INVITATION,
        "Minute für Minute": Reason.INVITATION,
        "Verfolgen Sie die neuesten Nachrichten im Thread oben.": Reason.INVITATION,
    }
    [entry] = document.entries
    assert entry.heading == "TUCKER CARLSON NOCH IN RUSSLAND"
    assert [paragraph.text[:14] for paragraph in entry.paragraphs] == [
        "Der konservati", "Er hatte berei", "„Wir sind gest", "In diesem Inte",
    ]  # fmt: skip
    assert document.labels == {Label.LIVE_BLOG, Label.MACHINE_TRANSLATED}


def test_second_seed_gets_its_headline_from_the_lead() -> None:
    document = read_document(seed("001"))
    assert document.title_derived
    assert document.title == document.paragraphs[0].text.removesuffix(".")
    assert len(document.title) <= 160


def test_second_seed_quotation_marks_are_repaired_only_where_the_pair_is_plain() -> None:
    document = read_document(seed("001"))
    text = "\n".join(paragraph.text for paragraph in document.paragraphs)
    assert "„Es gab keine Fortschritte“, gab" in text
    assert "„Die einzige wirksame Sicherheitsgarantie ist die NATO-Mitgliedschaft der Ukraine“, versicherte" in text
    assert "„nur wahr„Sicherheitsgarantie gegenüber Russland“, so Kiew." in text


def test_a_share_bar_between_paragraphs_does_not_end_the_article() -> None:
    lines = [*HARBOUR[:3], "Anzeige", "Artikel teilen auf Facebook", *HARBOUR[3:]]
    document = read_document("\n".join(lines), title="Neuer Anleger in Rostock")
    assert [paragraph.text for paragraph in document.paragraphs] == list(HARBOUR)
    assert reasons(document)["Anzeige"] is Reason.AD


def test_headings_and_short_statements_between_paragraphs_stay() -> None:
    lines = [*HARBOUR[:2], "Anleger kostet 40 Millionen Euro", HARBOUR[2], "Das reicht.", *HARBOUR[3:]]
    document = read_document("\n".join(lines), title="Neuer Anleger in Rostock")
    kinds = {paragraph.text: paragraph.kind for paragraph in document.paragraphs}
    assert kinds["Anleger kostet 40 Millionen Euro"] is Kind.HEADING
    assert kinds["Das reicht."] is Kind.BODY


def test_a_list_inside_the_article_stays() -> None:
    lines = [*HARBOUR[:2], "Geplant sind außerdem drei Dinge, wie es in der Mitteilung heißt:", "- ein Terminal"]
    document = read_document("\n".join([*lines, "- zwei Kräne", "- ein Radweg", *HARBOUR[2:]]), title="Anleger")
    assert {"- ein Terminal", "- zwei Kräne", "- ein Radweg"} <= {paragraph.text for paragraph in document.paragraphs}


@pytest.mark.parametrize("width", [60, 72, 80])
def test_hard_wrapped_paragraphs_are_whole_again(width: int) -> None:
    paragraphs = [" ".join(HARBOUR[:2]), " ".join(HARBOUR[2:4]), " ".join(HARBOUR[4:])]
    wrapped = "\n\n".join(textwrap.fill(paragraph, width) for paragraph in paragraphs)
    document = read_document(f"Rostock bekommt neuen Anleger\n\n{wrapped}\n")
    assert document.title == "Rostock bekommt neuen Anleger"
    assert [paragraph.text for paragraph in document.paragraphs] == paragraphs


def test_the_title_is_the_line_before_the_body_that_speaks_of_it() -> None:
    lines = ["Startseite", "Wirtschaft", "Rostock bekommt neuen Anleger für Fähren", "Von Karla Muster", *HARBOUR]
    document = read_document("\n".join(lines))
    assert document.title == "Rostock bekommt neuen Anleger für Fähren"
    assert not document.title_derived
    assert reasons(document)["Von Karla Muster"] is Reason.CREDIT


def test_a_given_title_is_no_paragraph_again() -> None:
    document = read_document("\n".join([HARBOUR[0], *HARBOUR[1:]]), title=HARBOUR[0])
    assert openings(document)[0] == HARBOUR[1][:18]


def test_lines_the_store_saw_often_are_dropped() -> None:
    often = "Die Redaktion der Küstenpost berichtet täglich aus allen Häfen an der Ostsee und der Nordsee."
    document = read_document("\n".join([*HARBOUR, often]), repeated=frozenset({fold(often)}))
    assert reasons(document)[often] is Reason.REPEATED


def test_a_foreign_passage_under_capitals_becomes_an_entry() -> None:
    lines = [*HARBOUR[:3], "BRANDT GEWINNT TURNIER IN GRAZ!", *CHESS, *HARBOUR[3:]]
    document = read_document("\n".join(lines), title="Neuer Anleger für Fähren im Hafen von Rostock")
    [entry] = document.entries
    assert entry.heading == "BRANDT GEWINNT TURNIER IN GRAZ!"
    assert [paragraph.text for paragraph in entry.paragraphs] == list(CHESS)
    assert [paragraph.text for paragraph in document.paragraphs] == list(HARBOUR)


def test_an_advertisement_with_a_list_of_headlines_is_no_entry() -> None:
    box = ["Exklusive Texte – für Sie geschrieben", "- Lärm in der Schule? Rektorin: „Wir werden das noch lösen“"]
    lines = [*HARBOUR[:3], *box, "- „Das irritiert uns“: Der Rektor greift die Stadt an", *HARBOUR[3:]]
    headings = frozenset({box[0]})
    document = read_document("\n".join(lines), title="Neuer Anleger für Fähren im Hafen von Rostock", headings=headings)
    assert document.entries == ()
    assert [paragraph.text for paragraph in document.paragraphs] == list(HARBOUR)


def test_an_english_live_page() -> None:
    main = [
        "Kyiv said on Tuesday that its forces had stopped an advance near the town of Pokrovsk after heavy fighting.",
        "The general staff in Kyiv reported forty attacks along the eastern front and said the town was still held.",
        "Near Pokrovsk, the army said it had repelled nine assaults along the eastern front during the night.",
        "Attacks on the town of Pokrovsk go on because it is a hub for supplies on the eastern front, Kyiv said.",
    ]
    other = [
        "Chancellor candidates in Berlin opened their campaigns with promises on pensions, rents and electricity.",
        "The vote was called early after the coalition in Berlin broke apart over the budget, and campaigns are short.",
    ]
    lines = [
        "LIVE: Fighting in the east",
        *main[:2],
        "Follow the latest updates here",
        "BERLIN CAMPAIGNS BEGIN",
        *other,
    ]
    document = read_document("\n".join([*lines, *main[2:], "Most read"]))
    assert document.title == "LIVE: Fighting in the east"
    assert [paragraph.text for paragraph in document.paragraphs] == main
    assert [[part.text for part in entry.paragraphs] for entry in document.entries] == [other]
    assert document.labels == {Label.LIVE_BLOG}


def test_a_section_of_the_same_story_is_no_entry() -> None:
    lines = [*HARBOUR[:3], "STADTRAT FÜRCHTET LÄRM", *HARBOUR[3:]]
    document = read_document("\n".join(lines), title="Neuer Anleger für Fähren im Hafen von Rostock")
    assert document.entries == ()
    assert "STADTRAT FÜRCHTET LÄRM" in {paragraph.text for paragraph in document.paragraphs}


def test_a_ticker_is_split_at_its_times() -> None:
    lines = [
        HARBOUR[0], "14:35 Uhr: Stadtrat berät über den Anleger", HARBOUR[4],
        "14.10 Uhr", "Reederei äußert sich", HARBOUR[3], "[13:05] Die Sitzung beginnt", HARBOUR[1],
    ]  # fmt: skip
    document = read_document("\n".join(lines), title="Ticker: Anleger in Rostock")
    assert [entry.heading for entry in document.entries] == [
        "Stadtrat berät über den Anleger", "Reederei äußert sich", "Die Sitzung beginnt",
    ]  # fmt: skip
    assert [entry.paragraphs[0].text for entry in document.entries] == [HARBOUR[4], HARBOUR[3], HARBOUR[1]]
    assert openings(document) == [HARBOUR[0][:18]]
    assert Label.LIVE_BLOG in document.labels
    assert reasons(document)["14.10 Uhr"] is Reason.NAVIGATION


def test_ukrainian_and_english_furniture_goes_too() -> None:
    ukrainian = [
        "Кабінет Міністрів України у вівторок ухвалив програму відновлення шкіл на наступні п'ять років.",
        "За словами міністра освіти, на ремонт будівель держава витратить майже два мільярди гривень.",
        "Підписуйтесь на наш Telegram-канал",
        "Перші школи після ремонту відкриють у вересні, розповіли журналістам у міністерстві.",
        "Читайте також:",
        "У Львові відкрили новий міст",
    ]
    document = read_document("\n".join(ukrainian))
    assert document.language == "uk"
    assert [paragraph.text for paragraph in document.paragraphs] == [ukrainian[0], ukrainian[1], ukrainian[3]]
    english = [
        "The city council of Leeds has voted to reopen the old tram line through the centre by 2029.",
        "Advertisement",
        "The first trams will run between the station and the university, the mayor said on Monday.",
        "Sign up for our newsletter to get the latest news",
        "Related articles",
        "Ten things to do in Leeds",
    ]
    document = read_document("\n".join(english))
    assert [paragraph.text for paragraph in document.paragraphs] == [english[0], english[2]]
    assert reasons(document)["Advertisement"] is Reason.AD


def test_text_without_any_body_is_kept() -> None:
    document = read_document("Kaufe Milch\nBrot und Käse")
    assert [paragraph.text for paragraph in document.paragraphs] == ["Kaufe Milch", "Brot und Käse"]


@pytest.mark.parametrize("rest", ["- Mehr Lärm am See?", "Wird die Fähre morgen wieder fahren?", "Alles für Sie."])
def test_a_question_or_a_few_words_of_a_page_are_no_article(rest: str) -> None:
    document = read_document(f"Anmelden\n{rest}\nJetzt abonnieren", title="Hintergründe, nur für Sie geschrieben")
    assert document.paragraphs == ()
    assert {line.text for line in document.dropped} == {"Anmelden", rest, "Jetzt abonnieren"}


def test_nothing_gives_nothing() -> None:
    for empty in ("", " \n\t\n", "\ufeff\u200b"):
        document = read_document(empty)
        assert (document.paragraphs, document.entries, document.title) == ((), (), "")


def test_a_declared_language_decides_only_for_short_texts() -> None:
    assert read_document("Chat ist da", language="fr-FR").language == "fr"
    assert read_document("\n".join(HARBOUR), language="en").language == "de"


FRAGMENTS = st.sampled_from(
    [
        *HARBOUR, *CHESS, "Anzeige", "Mehr zum Thema", "14:35 Uhr", "09:10 Der Rat tagt", "WETTER", "Teilen", "…", "„",
        "Ein Satz, der abbricht...", "- Punkt", "Wie geht es weiter?", "“Ja“, sagte er.", "x" * 300, "“„“",
        "(Foto: dpa)",
    ]
)  # fmt: skip
TEXTS = st.one_of(
    st.lists(st.one_of(FRAGMENTS, st.text(max_size=60)), max_size=25).map("\n".join), st.text(max_size=400)
)


@settings(deadline=None)  # the first call loads the model
@given(TEXTS, st.one_of(st.none(), st.text(max_size=40)), st.sampled_from([None, "de", "en", "uk", "xx", "?"]))
def test_any_text_is_kept_or_dropped_and_never_changed(text: str, title: str | None, language: str | None) -> None:
    document = read_document(text, title=title, language=language)
    given_form = normal_form(text)
    kept = [paragraph.text for paragraph in document.paragraphs]
    for entry in document.entries:
        kept += [paragraph.text for paragraph in entry.paragraphs]
    for line in kept:
        assert normal_form(line) in given_form
    pieces = [*kept, document.title, *(entry.heading for entry in document.entries)]
    everything = normal_form("\n".join([*pieces, *(line.text for line in document.dropped)]))
    for line in repair_text(text).split("\n"):
        for word in normal_form(line).split():
            assert word in everything
    for paragraph in document.paragraphs:
        assert all(sentence == sentence.strip() and sentence for sentence in paragraph.sentences)
