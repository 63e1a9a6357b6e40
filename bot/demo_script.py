"""`bot demo --script`: a scripted reader subscribes, asks, and gets a scheduled digest. Every step is checked."""

from __future__ import annotations

from collections.abc import Callable

import click

from bot.demo import Demo, demonstration
from bot.sandbox.model import Message
from bot.sandbox.people import UnableError
from bot.sandbox.readers import Reader
from digests.domain.subscribers import Chat

PATIENCE = 20.0
"""Seconds for one answer, on a slow machine too."""


class ScriptError(click.ClickException):
    """A step of the script did not bring what it should; exit code 1."""


class Player:
    """Does what a reader would do and prints the chat as it goes."""

    def __init__(self, reader: Reader) -> None:
        """Play `reader`."""
        self.reader = reader

    async def say(self, text: str, *wanted: str) -> Message:
        """Write, and wait for an answer that holds every text of `wanted`."""
        click.secho(f"\n▶ {self.reader.user.first_name}: {text}", bold=True)
        await self.reader.send(text)
        return await self.expect(*wanted)

    async def press(self, label: str, *wanted: str) -> Message:
        """Press a button, and wait for an answer that holds every text of `wanted`."""
        click.secho(f"\n▶ {self.reader.user.first_name} presses [{label}]", bold=True)
        await self.reader.press(label, timeout=PATIENCE)
        return await self.expect(*wanted)

    async def expect(self, *wanted: str) -> Message:
        """Wait for a message with every text of `wanted` and print it."""
        message = await self.reader.wait_for(_holds(wanted), PATIENCE)
        click.echo(message.text)
        for row in message.buttons:
            click.secho("    " + " ".join(f"[{label}]" for label in row), dim=True)
        return message


def _holds(wanted: tuple[str, ...]) -> Callable[[Message], bool]:
    return lambda message: all(part in message.text for part in wanted)


async def scripted() -> None:
    """Play the script. Raises ScriptError at the first step that fails."""
    failure = None
    async with demonstration(port=0) as demo:
        try:
            await _play(demo)
        except (ScriptError, TimeoutError, UnableError) as error:
            failure = str(error)  # raised outside, where no group of tasks wraps it
    if failure is not None:
        raise ScriptError(failure)
    click.secho("\n✓ The script went through: set-up, /latest, /topic, scheduled digest, once.", fg="green")


async def _play(demo: Demo) -> None:
    reader = demo.sandbox.reader("Ada", "de")
    player = Player(reader)
    await player.say("/start", "Hallo Ada")
    await player.press("Los geht's", "1/3")
    await player.press("Ukraine", "1/3")
    await player.press("Weiter (", "2/3")
    await player.press("Weiter →", "3/3", "NATO")
    await player.press("Passt so", "Fertig")
    await player.say("/latest", "Neueste Nachrichten", "Selenskyj")
    await player.say("/topic Ukraine", "Ukraine", "Quelle")
    subscriber = await demo.app.subscriptions.find(Chat(reader.chat.id))
    if subscriber is None or subscriber.schedule is None:
        raise ScriptError("the set-up has stored no schedule")
    slot = subscriber.schedule.next_slot(demo.sandbox.clock.now())
    local = subscriber.schedule.local(slot)
    click.secho(f"\n⏩ The clock moves to {local:%A, %d %B %Y, %H:%M} in {local.tzname()}", bold=True)
    before = len(demo.sandbox.ledger)
    await demo.sandbox.clock.set(slot)
    digest = await player.expect("Dein Morgen", "Selenskyj", "Quelle")
    await player.press("1", "Quelle")
    again = [message for message in demo.sandbox.ledger[before:] if message.text == digest.text]
    if len(again) != 1:
        raise ScriptError(f"the digest came {len(again)} times")
