"""Links into the bot: `?start=` with a topic, a story, or something that nobody of us made."""

from __future__ import annotations

import pytest

from digests.domain.preferences import Preferences
from tests.support.screens import labels, ticked
from tests.support.worlds import World


async def test_a_link_to_a_topic_opens_the_set_up_with_it(world: World) -> None:
    reader = world.reader()
    await reader.open_link("t_ukraine")
    opened = await reader.wait_for("1/3")
    assert opened.text.startswith("Hallo Ada!")
    assert [label.split(" · ")[0] for label in ticked(opened)] == ["Ukraine"]
    assert "Weiter (1 gewählt) →" in labels(opened)


async def test_a_link_to_a_topic_shows_it_to_a_known_reader(world: World) -> None:
    reader = world.reader()
    await reader.send("/time 7")
    await reader.wait_for("Gespeichert")
    await reader.open_link("t_nato")
    assert "Abonnieren" in labels(await reader.wait_for("NATO"))
    assert (await world.subscriber(reader)).preferences.topics == frozenset()


async def test_a_link_to_a_story_shows_its_card_and_then_who_we_are(world: World) -> None:
    reader = world.reader()
    digest = await world.app.reading.latest(Preferences(), 1)
    await reader.open_link(f"s_{digest.items[0].story_id}")
    await reader.wait_for("Hallo Ada!")
    card, welcome = reader.answers
    assert digest.items[0].headline in card.text
    assert "Los geht's" in labels(welcome)
    await reader.open_link("s_999999")
    await reader.wait_for("nicht mehr im Archiv")


@pytest.mark.parametrize("payload", ["t_nonsense", "p_pack", "x", "s_abc", "s_", "t_"])
async def test_an_unknown_payload_is_ignored(world: World, payload: str) -> None:
    reader = world.reader()
    await reader.open_link(payload)
    assert "Los geht's" in labels(await reader.wait_for("Hallo Ada!"))
    assert (await world.subscriber(reader)).setup_step == 0


async def test_the_log_does_not_tell_what_an_unknown_payload_says(
    world: World, capsys: pytest.CaptureFixture[str]
) -> None:
    reader = world.reader()
    await reader.open_link("frau_meier_0301234567")
    await reader.wait_for("Hallo Ada!")
    logged = capsys.readouterr().out
    assert "unknown_payload" in logged
    assert "meier" not in logged
