"""The catalogue: names in any spelling, and the file that must say what is wrong with it."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from digests.domain.suggestions import key
from digests.domain.topics import Catalogue, Topic
from digests.domain.transliteration import same_name
from digests.errors import InputError, UnknownTopicError
from digests.text.words import LANGUAGES

SEEDS = Path(__file__).parents[3] / "seeds"
CATALOGUE = Catalogue.parse((SEEDS / "topics.toml").read_text(encoding="utf-8"), "seeds/topics.toml")
SPELT = [form for group in tomllib.loads((SEEDS / "topics.toml").read_text("utf-8"))["spellings"] for form in group]
NAMED = [(topic, name) for topic in CATALOGUE for name in (topic.slug, *topic.synonyms, *topic.narrower)]
TWO = """
[[topic]]
slug = "sport"
names = { de = "Sport", en = "Sport", uk = "Спорт" }
[topic.rule.de]
3 = "Turnier, Trainer"
[[topic]]
slug = "chess"
parent = "sport"
names = { de = "Schach", en = "Chess", uk = "Шахи" }
aliases.de = "Schachspiel"
"""


def test_the_seventeen_subjects_of_iptc_are_the_base() -> None:
    subjects = [topic for topic in CATALOGUE if topic.parent is None]
    assert [topic.code for topic in subjects] == [f"{number:02}000000" for number in range(1, 18)]
    assert CATALOGUE["politics"].code == "11000000"
    assert CATALOGUE["conflict"].code == "16000000"


def test_every_topic_fits_on_a_button_and_has_a_rule_in_each_language() -> None:
    for topic in CATALOGUE:
        assert all(0 < len(topic.name(language)) <= 24 for language in LANGUAGES), topic.slug
        assert all(topic.rule.get(language) for language in LANGUAGES), topic.slug


def test_the_first_screen_has_six_topics_in_order() -> None:
    assert [topic.name("de") for topic in CATALOGUE.featured] == [
        "Politik",
        "Ukraine",
        "Wirtschaft",
        "Wissenschaft",
        "Kultur",
        "Sport",
    ]


def test_children_stand_under_their_parent() -> None:
    assert "football" in {topic.slug for topic in CATALOGUE.children("sport")}
    assert CATALOGUE.children("weather") == ()


def test_unknown_slug_raises() -> None:
    with pytest.raises(UnknownTopicError, match="nonsense"):
        CATALOGUE["nonsense"]


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("Kiew", "ukraine"),
        ("Kyjiw", "ukraine"),
        ("kyiv", "ukraine"),
        ("Київ", "ukraine"),
        ("Selenskyj", "ukraine"),
        ("Selenskyi", "ukraine"),
        ("Zelensky", "ukraine"),
        ("Zelenskyy", "ukraine"),
        ("Зеленський", "ukraine"),
        ("Zelenskyj", "ukraine"),
        ("/politik", "politics"),
        ("Politics", "politics"),
        ("ПОЛІТИКА", "politics"),
        ("Panorama", "people"),
        ("oesterreich", "austria"),
        ("Osterreich", "austria"),
        ("Fussball", "football"),
        ("ki", "ai"),
    ],
)
def test_names_aliases_and_transliterations_are_found(typed: str, slug: str) -> None:
    found = CATALOGUE.find(typed)
    assert found is not None
    assert found.slug == slug


@given(
    st.sampled_from(NAMED), st.booleans(), st.sampled_from(["lower", "upper", "title"]), st.sampled_from(["ae", "a"])
)
def test_case_slash_and_umlauts_do_not_matter(named: tuple[Topic, str], slash: bool, case: str, umlaut: str) -> None:
    topic, name = named
    plain = {"ä": umlaut, "ö": umlaut.replace("a", "o"), "ü": umlaut.replace("a", "u")}
    typed = getattr(name, case)()
    for letter, spelled in plain.items():
        typed = typed.replace(letter, spelled).replace(letter.upper(), spelled.upper())
    assert CATALOGUE.find(f"/{typed}" if slash else f" {typed} ") is topic


@given(st.sampled_from(SPELT), st.integers(0, 2), st.sampled_from(["", "s", "a", "у", "ом"]))
def test_a_name_is_found_by_its_sound_as_if_each_spelling_was_tried(form: str, cut: int, ending: str) -> None:
    typed, known = form[: len(form) - cut] + ending, CATALOGUE._by_key
    assume(key(typed) not in known)
    alike = [key(each) for each in SPELT if same_name(typed, each)]
    assert CATALOGUE.find(typed) is next((known[each] for each in alike if each in known), None)


@given(st.text())
def test_find_and_nearest_take_anything(typed: str) -> None:
    found = CATALOGUE.find(typed)
    assert found is None or found in CATALOGUE.topics
    assert len(CATALOGUE.nearest(typed)) <= 3


@pytest.mark.parametrize(
    ("typed", "slug"),
    [("politk", "politics"), ("Wirtschat", "economy"), ("Ukraina", "ukraine"), ("Gesundheitsystem", "healthcare"),
     ("sprot", "sport"), ("Вибори в", "elections"), ("Wirts", "economy")],
)  # fmt: skip
def test_a_slip_is_forgiven(typed: str, slug: str) -> None:
    assert CATALOGUE.find(typed) is None
    assert CATALOGUE.nearest(typed)[0].slug == slug


def test_nonsense_is_near_to_nothing() -> None:
    assert CATALOGUE.nearest("qwrtzpk") == []
    assert [
        word
        for word in ("abc", "xyz", "bar", "tst", "hut", "heute", "morgen", "regen", "lustig")
        if CATALOGUE.nearest(word)
    ] == []
    assert CATALOGUE.nearest("") == []


def test_related_names_a_topic_in_every_language_and_a_town_in_every_spelling() -> None:
    assert {"Deutschland", "Germany", "Німеччина"} <= set(CATALOGUE.related("Deutschland"))
    assert {"Kiew", "Kyjiw", "Kyiv", "Київ"} <= set(CATALOGUE.related("kyiv"))
    assert "Ukraine" not in CATALOGUE.related("Kiew")
    assert CATALOGUE.related("Getreide") == ("Getreide",)


def test_a_small_file_is_read() -> None:
    catalogue = Catalogue.parse(TWO, "x.toml")
    assert [topic.slug for topic in catalogue] == ["sport", "chess"]
    assert catalogue["sport"].rule == {"de": {"Turnier": 3.0, "Trainer": 3.0}}
    assert catalogue["chess"].name("fr") == "Chess"


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (('parent = "sport"', 'parent = "games"'), r"x\.toml: \[\[topic\]\] chess, key parent: .*'games'"),
        (('parent = "sport"', 'parent = "chess"'), "key parent: 'chess' is above itself"),
        (('slug = "chess"', 'slug = "sport"'), "key slug: stands twice"),
        (('slug = "chess"', ""), r"\[\[topic\]\] number 2, key slug: missing"),
        (('aliases.de = "Schachspiel"', 'aliases.de = "SPORT"'), "key aliases: 'SPORT' already leads to .* 'sport'"),
        (('de = "Schach", ', ""), r"\[\[topic\]\] chess, key names\.de: missing"),
        (('"Schach"', f'"{"x" * 25}"'), r"key names\.de: longer than 24"),
        (('3 = "Turnier', '9 = "Turnier'), r"\[\[topic\]\] sport, key rule\.de\.9: bad weight '9'"),
        (('3 = "Turnier, Trainer"', '3 = "Turnier"\n2 = "Turnier"'), r"rule\.de\.2: 'Turnier' stands twice"),
        (('"Turnier, Trainer"', '"Turnier, !"'), r"rule\.de\.3: no word: '!'"),
        (('"Turnier, Trainer"', "7"), r"rule\.de\.3: expected words"),
        (("[topic.rule.de]", "[topic.rule.fr]"), r"rule\.fr: unknown language"),
        (('aliases.de = "Schachspiel"', "aliases = 3"), "key aliases: expected a table"),
        (('parent = "sport"', 'mother = "sport"'), "key mother: unknown"),
        (('parent = "sport"', "featured = 0"), "key featured: expected a whole number"),
        (('parent = "sport"', "lift = 2"), "key lift: expected a number from 0 to 1"),
        (('parent = "sport"', "code = 12"), "key code: expected text"),
        (("[[topic]]", "[[topics]]"), "unknown key 'topics'"),
        (('[[topic]]\nslug = "sport"', 'spellings = ["Kiew"]\n[[topic]]\nslug = "sport"'), "key spellings: expected"),
        (('slug = "sport"', "slug = "), "no valid TOML"),
    ],
)
def test_a_fault_in_the_file_is_named(change: tuple[str, str], says: str) -> None:
    with pytest.raises(InputError, match=says):
        Catalogue.parse(TWO.replace(*change), "x.toml")


def test_an_empty_file_is_no_catalogue() -> None:
    with pytest.raises(InputError, match=r"no \[\[topic\]\]"):
        Catalogue.parse("", "x.toml")
