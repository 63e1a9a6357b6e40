"""What a reader sees below a message. Messages change when they are edited, so keep what you want to compare."""

from __future__ import annotations

from bot.sandbox.model import Message


def labels(message: Message) -> list[str]:
    """The texts of a message's buttons, row after row."""
    return [button["text"] for row in (message.markup or {}).get("inline_keyboard", []) for button in row]


def ticked(message: Message) -> list[str]:
    """The buttons that are on."""
    return [label.removeprefix("✓ ") for label in labels(message) if label.startswith("✓")]
