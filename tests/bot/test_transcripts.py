"""The main journeys, word for word: what is said stands in tests/bot/transcripts and is read by people.

After a change that is meant, `pytest tests/bot/test_transcripts.py --renew-transcripts` writes them anew; look at the
difference before it is committed.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from bot.sandbox.flood import NO_FLOOD
from tests.support.chatting import subscribed
from tests.support.clocks import START
from tests.support.crawling import listening
from tests.support.transcribing import Scribe
from tests.support.worlds import World, world_of

FOLDER = Path(__file__).parent / "transcripts"
SLOT = START + timedelta(hours=1)
"""07:00 in Berlin."""

Journey = Callable[[Scribe], Awaitable[None]]


async def setting_up(scribe: Scribe) -> None:
    """Four taps from nothing to the first digest."""
    await scribe.says("/start")
    for data in ("v1|start|go", "v1|setup|toggle|ukraine", "v1|setup|to|2", "v1|setup|to|3", "v1|setup|done"):
        await scribe.presses(data)


async def morning(scribe: Scribe) -> None:
    """The digest comes; one story, and why it is there."""
    await scribe.waits(SLOT, lambda message: "NATO" in message.text)
    await scribe.presses("v1|story|")
    await scribe.presses("v1|why|")
    await scribe.presses("v1|close")


async def muting(scribe: Scribe) -> None:
    """A word goes and comes back."""
    await scribe.says("/mute Selenskyj")
    await scribe.presses("v1|undo|")
    await scribe.says("/mute Selenskyj 7d")
    await scribe.says("/latest")
    await scribe.says("/mute")


async def searching(scribe: Scribe) -> None:
    """Hits, a word spelled wrongly, and nothing at all."""
    await scribe.says("/search Selenskyj NATO")
    await scribe.says("/search Selenskij")
    await scribe.says("/search Zwetschgendatschi")
    await scribe.says("/search")


async def pausing(scribe: Scribe) -> None:
    """A pause with an end, taken back; one without, and its end."""
    await scribe.says("/pause 3d")
    await scribe.presses("v1|undo|")
    await scribe.says("/pause")
    await scribe.says("/status")
    await scribe.says("/resume")


async def leaving(scribe: Scribe) -> None:
    """No digests any more, and then nothing stored any more."""
    await scribe.says("/stop")
    await scribe.presses("v1|leave")
    await scribe.says("/forget")
    await scribe.presses("v1|forget|no")
    await scribe.says("/forget")
    await scribe.presses("v1|forget|yes")
    await scribe.says("/start")


async def group(scribe: Scribe) -> None:
    """A group is set up by its owner, and asks for news."""
    world, owner = scribe.world, scribe.who
    crowd = world.sandbox.group(owner, "Redaktion")  # type: ignore[arg-type]
    inside = Scribe(world, scribe.heard, owner.inside(crowd), scribe.lines)  # type: ignore[attr-defined]
    await inside.does("Ada adds the bot to the group", lambda: crowd.set_bot("member"))
    for data in ("v1|setup|to|1", "v1|setup|all", "v1|setup|to|2", "v1|setup|to|3", "v1|setup|done"):
        await inside.presses(data)
    await inside.says("/bind")
    later = timedelta(hours=1 if owner.user.language_code == "en" else 0)  # London's clocks are behind Berlin's
    await inside.waits(SLOT + later, lambda message: message.chat is crowd.chat and "NATO" in message.text)
    await inside.says("/unbind")


async def channel(scribe: Scribe) -> None:
    """A channel is set up from the private chat and gets its digest."""
    world, owner = scribe.world, scribe.who
    hafenfunk = world.sandbox.group(owner, "Hafenfunk", "channel")  # type: ignore[arg-type]
    await scribe.says("/channels")
    await scribe.presses("v1|channels|add")
    mark = scribe._act("▶ Ada chooses Hafenfunk")
    await owner.share_chat(hafenfunk)  # type: ignore[attr-defined]
    await scribe._settle(mark)
    number = 1 + (await world.subscriber(owner)).id  # type: ignore[arg-type]
    for data in ("setup|toggle|ukraine", "setup|to|2", "setup|to|3", "setup|done"):
        await scribe.presses(f"v1@{number}|{data}")
    await scribe.says("/channels")
    await scribe.presses(f"v1@{number}|binding|show")
    await scribe.presses(f"v1@{number}|binding|test")


EVERY, TWO = ("de", "en", "uk"), ("de", "en")
JOURNEYS: dict[str, tuple[Journey, tuple[str, ...], bool]] = {
    "set-up": (setting_up, EVERY, False),
    "morning": (morning, EVERY, True),
    "mute": (muting, TWO, True),
    "search": (searching, TWO, True),
    "pause": (pausing, TWO, True),
    "leave": (leaving, TWO, True),
    "group": (group, TWO, False),
    "channel": (channel, TWO, True),
}
"""What is played, in which languages, and whether by somebody who has set the bot up before."""
CASES = [(name, language) for name, (_, languages, _) in JOURNEYS.items() for language in languages]


@asynccontextmanager
async def played(folder: Path, name: str, language: str) -> AsyncIterator[Scribe]:
    """A journey that has been played."""
    journey, _, known = JOURNEYS[name]
    async with world_of(folder, NO_FLOOD) as world:
        reader = await subscribed(world, ["ukraine"], language=language) if known else world.reader("Ada", language)
        await reader.bot_is_there()
        with listening(world.sandbox.world.pulse) as heard:
            scribe = Scribe(world, heard, reader)
            await journey(scribe)
            yield scribe


@pytest.mark.parametrize(("name", "language"), CASES)
async def test_a_journey_is_word_for_word_as_written_down(
    request: pytest.FixtureRequest, tmp_path: Path, name: str, language: str
) -> None:
    path = FOLDER / f"{name}.{language}.txt"
    async with played(tmp_path, name, language) as scribe:
        if request.config.getoption("--renew-transcripts"):
            path.write_text(scribe.text, encoding="utf-8")
        assert scribe.text == path.read_text(encoding="utf-8")


def test_every_transcript_is_played() -> None:
    assert {path.name for path in FOLDER.glob("*.txt")} == {f"{name}.{language}.txt" for name, language in CASES}


async def test_a_changed_word_is_noticed(world: World) -> None:
    reader = world.reader("Ada", "de")
    await reader.bot_is_there()
    with listening(world.sandbox.world.pulse) as heard:
        scribe = Scribe(world, heard, reader)
        await scribe.says("/help")
    assert "▶ Ada: /help\n◀ Depesche writes\n  Das kann ich:\n  /neu" in scribe.text
    assert "  [Mehr] [Einstellungen]" in scribe.text
