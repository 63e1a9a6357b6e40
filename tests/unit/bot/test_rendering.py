"""A digest as a reader sees it, and what must hold for any digest."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.i18n import LANGUAGES
from bot.telegram.callbacks import encode
from bot.telegram.html import to_plain
from bot.telegram.keyboards import Button
from bot.telegram.rendering import Frame, reading_minutes, render_digest, story_link
from digests.domain.digests import Claim, Correction, Difference, Digest, Fault, State, Window
from digests.text.document import Label
from tests.unit.bot.examples import DAY, NOW, digest, digests, item, note, view
from tests.unit.bot.telegram_html import assert_sendable

ABENDBOTE = note(1, "Abendbote", url="https://abend.example/1?a=1&b=2")
HAFENPOST = note(2, "Hafenpost", Label.LIVE_BLOG)
CORRIDOR = item(
    1,
    "Verhandlungen über Getreidekorridor",
    ("Die Delegationen treffen sich.", 1),
    ("Strittig sind die Häfen.", 2),
    details=(("Ein drittes Treffen ist geplant.", 1),),
    sources=(ABENDBOTE, HAFENPOST),
)
BUDGET = item(2, "Haushalt steht", ("Die Koalition ist sich einig.", 1), sources=(ABENDBOTE,), state=State.UPDATE)


def test_the_german_digest_reads_as_designed() -> None:
    (message,) = render_digest(digest((CORRIDOR,), (BUDGET,), left_out=6, muted=3), view())
    assert message.html.split("\n") == [
        "<b>Dein Morgen · Do., 13. August, 07:00</b>",
        "2 Geschichten · 1 Min. · 1 davon neu, 1 mit Neuem",
        "",
        "<b>1 · Verhandlungen über Getreidekorridor</b> · <i>neu</i>",
        "Die Delegationen treffen sich. [1] Strittig sind die Häfen. [2]",
        "<blockquote expandable>Ein drittes Treffen ist geplant. [1]</blockquote>",
        '2 Quellen: [1] <a href="https://abend.example/1?a=1&amp;b=2">Abendbote</a>, [2] Hafenpost (Live-Blog)'
        " · vor 2 Std.",
        "",
        "<b>2 · Haushalt steht</b> · <i>Neues seit gestern</i>",
        "Die Koalition ist sich einig.",
        '1 Quelle: <a href="https://abend.example/1?a=1&amp;b=2">Abendbote</a> · vor 2 Std.',
        "",
        "9 weitere Geschichten ausgelassen (3 stummgeschaltet) · /neu",
    ]
    assert message.keyboard is not None
    assert message.keyboard.rows == ((Button("1", encode("story", 1)), Button("2", encode("story", 2))),)
    assert not message.preview


def test_the_english_digest_reads_as_designed() -> None:
    budget = replace(BUDGET, language="uk")
    (message,) = render_digest(digest((CORRIDOR,), (budget,), left_out=6, muted=3), view("en"))
    assert to_plain(message.html).split("\n") == [
        "Your morning · Thu 13 August, 07:00",
        "2 stories · 1 min · 1 new, 1 updated",
        "",
        "1 · Verhandlungen über Getreidekorridor · new",
        "Die Delegationen treffen sich. [1] Strittig sind die Häfen. [2]",
        "Ein drittes Treffen ist geplant. [1]",
        "2 sources: [1] Abendbote, [2] Hafenpost (live blog) · 2 h ago · Original language: German",
        "",
        "2 · Haushalt steht · updated since yesterday",
        "Die Koalition ist sich einig.",
        "1 source: Abendbote · 2 h ago · Original language: Ukrainian",
        "",
        "9 more stories left out (3 muted) · /latest",
    ]


def test_stories_of_one_storyline_stand_under_its_topics() -> None:
    together = digest((CORRIDOR, BUDGET), topics=("ukraine", "nato"))
    assert "<b><u>Ukraine · NATO</u></b> (1–2)\n\n<b>1 · " in render_digest(together, view())[0].html
    assert "<b><u>Україна · НАТО</u></b> (1–2)" in render_digest(together, view("uk"))[0].html
    alone = digest((CORRIDOR,), topics=("ukraine", "nato"))
    assert "NATO" not in render_digest(alone, view())[0].html


def test_a_storyline_without_topics_falls_back_to_its_heading() -> None:
    group = replace(digest((CORRIDOR, BUDGET)).groups[0], heading="Getreide & Hafen")
    html = render_digest(Digest(DAY, (group,)), view())[0].html
    assert "<b><u>Getreide &amp; Hafen</u></b> (1–2)" in html


def last_line(*sources: object, **story: object) -> str:
    shown = item(1, "Kopf", ("Satz.", 1), sources=sources, **story)  # type: ignore[arg-type]  # fields by name
    return to_plain(render_digest(digest((shown,)), view())[0].html).split("\n")[-1]


def test_an_undated_source_says_when_it_was_imported() -> None:
    assert last_line(note(1, "A", dated=False)) == "1 Quelle: A · ohne Datum, vor 2 Std. importiert"


def test_among_dated_sources_the_undated_one_is_marked_and_gives_no_age() -> None:
    line = last_line(note(1, "A", hours=5), note(2, "B", dated=False, hours=1))
    assert line == "2 Quellen: [1] A, B (ohne Datum) · vor 5 Std."


def test_a_copy_is_named_but_no_further_source() -> None:
    assert last_line(note(1, "A"), note(2, "B", copy=True)) == "1 Quelle: [1] A · von 1 übernommen: B · vor 2 Std."


def test_a_source_with_several_articles_counts_once_and_needs_no_numbers() -> None:
    assert last_line(note(1, "A"), note(2, "A", Label.LIVE_BLOG)) == "1 Quelle: A (Live-Blog) · vor 2 Std."


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "Quellen uneinig: Tote 12 (A & B), mindestens 15 (C); Häfen 2 (C), 3 (A & B)"),
        ("en", "Sources differ: Tote 12 (A & B), mindestens 15 (C); Häfen 2 (C), 3 (A & B)"),
        ("uk", "Джерела розходяться: Tote 12 (A & B), mindestens 15 (C); Häfen 2 (C), 3 (A & B)"),
    ],
)
def test_numbers_on_which_sources_disagree_stand_above_the_sources(language: str, line: str) -> None:
    shown = item(1, "Kopf", ("Satz.", 1), sources=(note(1, "A & B"), note(2, "C")))
    differ = (
        Difference("Tote", (Claim("12", "A & B", 1), Claim("mindestens 15", "C", 2))),
        Difference("Häfen", (Claim("2", "C", 2), Claim("3", "A & B", 1))),
    )
    html = render_digest(digest((replace(shown, differences=differ),)), view(language))[0].html
    assert to_plain(html).split("\n")[-2] == line


def test_only_so_many_sources_are_named() -> None:
    line = last_line(*(note(n, f"Q{n}") for n in range(1, 10)))
    assert line == "9 Quellen: [1] Q1, Q2, Q3, Q4, Q5 und 4 weitere · vor 2 Std."


def test_another_language_is_named() -> None:
    assert last_line(note(1, "A"), language="uk").endswith("vor 2 Std. · Originalsprache: Ukrainisch")
    assert "Originalsprache" not in last_line(note(1, "A"), language="und")


@pytest.mark.parametrize(
    ("hour", "title"),
    [
        (3, "Deine Nacht"),
        (4, "Dein Morgen"),
        (11, "Dein Mittag"),
        (14, "Dein Nachmittag"),
        (18, "Dein Abend"),
        (22, "Deine Nacht"),
    ],
)
def test_the_title_follows_the_local_hour(hour: int, title: str) -> None:
    tokyo = ZoneInfo("Asia/Tokyo")
    end = datetime(2026, 8, 13, hour, tzinfo=tokyo).astimezone(UTC)
    empty = Digest(Window(end - timedelta(days=1), end), ())
    assert render_digest(empty, view(zone=tokyo))[0].html.startswith(f"<b>{title} · Do., 13. August, {hour:02}:00</b>")


@pytest.mark.parametrize(
    ("back", "mark"), [(3, "Neues seit 04:00"), (24, "Neues seit gestern"), (72, "Neues seit Mo., 10. August")]
)
def test_an_update_says_since_when(back: int, mark: str) -> None:
    updated = replace(digest((BUDGET,)), window=Window(NOW - timedelta(hours=back), NOW))
    assert f"<i>{mark}</i>" in render_digest(updated, view())[0].html


def test_an_empty_digest_says_so() -> None:
    (message,) = render_digest(digest(), view("en"))
    assert to_plain(message.html) == "Your morning · Thu 13 August, 07:00\n\nNothing new in your topics."
    assert message.keyboard is None


def test_the_frame_is_the_caller_s() -> None:
    texts = view().texts
    frame = Frame(
        title=texts("latest.title"),
        note=texts("digest.late", time="07:00"),
        closing=texts("setup.next", slot="morgen"),
        more=False,
        rows=((Button("Anpassen", "v1|settings"),),),
        silent=True,
    )
    (message,) = render_digest(digest((CORRIDOR,), left_out=1), view(), frame, story_link("DepescheBot"))
    lines = to_plain(message.html).split("\n")
    assert lines[:2] == ["Verspätet: sollte 07:00 kommen, Störung bei uns.", "Neueste Nachrichten"]
    assert lines[-2:] == [
        "1 weitere Geschichte ausgelassen",
        "Nächster Digest: morgen. Alles änderbar unter /einstellungen.",
    ]
    assert message.keyboard is not None
    assert [[button.data or button.url for button in row] for row in message.keyboard.rows] == [
        ["https://t.me/DepescheBot?start=s_1"],
        ["v1|settings"],
    ]
    assert message.silent


def test_all_stories_of_one_kind_are_counted_in_one_word() -> None:
    assert "· alle neu\n" in render_digest(digest((CORRIDOR,), (CORRIDOR,)), view())[0].html
    assert "· alle mit Neuem\n" in render_digest(digest((BUDGET,), (BUDGET,)), view())[0].html


def test_reading_time_counts_everything_shown() -> None:
    long = item(
        1, "Kopf", (" ".join(["Wort"] * 250), 1), sources=(ABENDBOTE,), details=((" ".join(["Wort"] * 200), 1),)
    )
    assert reading_minutes([long]) == 3
    assert reading_minutes([BUDGET]) == 1


def test_a_long_digest_is_split_between_stories_and_each_part_has_its_own_buttons() -> None:
    story = item(1, "Kopf", ("Ein Satz aus sieben Wörtern steht hier. " * 30, 1), sources=(ABENDBOTE,))
    frame = Frame(rows=((Button("Anpassen", "v1|settings"),),))
    messages = render_digest(digest(*[(story,)] * 7), view(), frame)
    buttons = [[b.text for row in m.keyboard.rows for b in row] for m in messages if m.keyboard]
    assert buttons == [["1", "2", "3"], ["4", "5", "6"], ["7", "Anpassen"]]
    assert messages[0].html.startswith("<b>Dein Morgen")


def test_details_go_before_sentences_and_no_sentence_is_cut() -> None:
    long = "Ein langer Satz " * 60 + "endet hier."
    story = item(1, "Kopf", (long, 1), (long, 1), details=((long, 1), (long, 1), (long, 1)), sources=(ABENDBOTE,))
    visible = "".join(message.plain for message in render_digest(digest((story,)), view()))
    assert visible.count(long) == 4
    assert visible.count("Ein langer Satz") == 4 * 60


def test_a_sentence_longer_than_a_message_ends_at_a_word() -> None:
    story = item(1, "Kopf", ("Donaudampfschiff " * 400, 1), ("Nie gezeigt.", 1), sources=(ABENDBOTE,))
    visible = "\n".join(to_plain(m.html) for m in render_digest(digest((story,)), view()))
    assert re.search(r"Donaudampfschiff…\n", visible)
    assert "Nie gezeigt" not in visible


def test_foreign_text_cannot_turn_the_lines_after_it_round() -> None:
    story = item(1, "Kopf \u202etxet\x00", ("Satz.", 1), sources=(ABENDBOTE,))
    assert "Kopf txet<" in render_digest(digest((story,)), view())[0].html


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=80)
@given(digests(), st.sampled_from(LANGUAGES), st.sampled_from(["Asia/Kathmandu", "America/New_York"]))
def test_any_digest_is_sendable_whole_and_in_order(any_digest: Digest, language: str, zone: str) -> None:
    messages = render_digest(any_digest, view(language, ZoneInfo(zone)))
    numbers = []
    for message in messages:
        visible = assert_sendable(message.html)
        assert visible == message.plain
        rows = message.keyboard.rows if message.keyboard else ()
        own = [int(button.text) for row in rows for button in row]
        assert all(len(row) <= 5 for row in rows)
        assert all(1 <= len((button.data or "").encode()) <= 64 for row in rows for button in row)
        # A story stands whole, with its headline and its sources, in the message that has its button.
        assert message.html.count("</b> · <i>") == len(own)
        assert all(f"<b>{number} · " in message.html for number in own)
        numbers += own
    assert numbers == list(range(1, len(any_digest.items) + 1))
    assert view(language).texts.plural("digest.stories", len(numbers)) in messages[0].html or not numbers


MARK = Correction(NOW + timedelta(hours=2, minutes=12), (Fault.HEADLINE, Fault.NUMBERS), ("Schiffe", "Häfen"))


@pytest.mark.parametrize(
    ("correction", "language", "line"),
    [
        (MARK, "de", "<i>Korrigiert 09:12: Überschrift, Zahl (Schiffe, Häfen).</i>"),
        (MARK, "en", "<i>Corrected 09:12: headline, number (Schiffe, Häfen).</i>"),
        (MARK, "uk", "<i>Виправлено 09:12: заголовок, число (Schiffe, Häfen).</i>"),
        (
            replace(MARK, faults=(Fault.NUMBERS, Fault.TEXT), counted=()),
            "de",
            "<i>Korrigiert 09:12: Zahl, Wortlaut.</i>",
        ),
        (
            replace(MARK, at=NOW + timedelta(days=1), faults=(Fault.SAME,), same_as=3),
            "de",
            "<i>Korrigiert 14. Aug., 07:00: gehört zu 3.</i>",
        ),
        (
            replace(MARK, faults=(Fault.SOURCES,)),
            "de",
            "<i>Korrigiert 09:12: was nicht dazugehört, ist entfernt.</i>",
        ),
    ],
)
def test_a_correction_is_marked(correction: Correction, language: str, line: str) -> None:
    (message,) = render_digest(digest((replace(CORRIDOR, correction=correction),)), view(language))
    tag = f'<tg-time unix="{correction.at.timestamp():.0f}">'
    assert tag in message.html
    assert line in message.html.replace(tag, "").replace("</tg-time>", "").split("\n")


@given(digests(), st.integers(0, 999))
@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None, max_examples=60)
def test_corrected_digests_keep_their_messages(sent: Digest, seed: int) -> None:
    """Whatever grows or shrinks: as many messages as before, each with the same stories, head and tail as they were."""
    times = [(seed + place) * 7 % 10 for place in range(len(sent.items))]
    told = [replace(each, details=each.details * n, correction=MARK) for each, n in zip(sent.items, times, strict=True)]
    before = render_digest(sent, view())
    after = render_digest(sent.with_items(told), view(), original=sent)
    assert [message.keyboard for message in after] == [message.keyboard for message in before]
    assert after[0].html.split("\n\n")[0] == before[0].html.split("\n\n")[0]
    for message in after:
        assert_sendable(message.html)
