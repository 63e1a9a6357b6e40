"""The walker over all screens tells what buttons do apart, and which screens are dead ends."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from bot.sandbox.model import Chat, Message
from tests.support.crawling import leads_on, shape


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        ("v1|close", "close"),
        ("v1|story|17", "story|*"),
        ("v1|topics|toggle|sport|0", "topics|toggle|*|*"),
        ("v1@3f|topics|toggle|sport|0", "@topics|toggle|*|*"),
        ("v1|setup|to|2", "setup|to|2"),
    ],
)
def test_what_a_button_does(data: str, kind: str) -> None:
    assert shape(data) == kind


@pytest.mark.parametrize(
    ("text", "buttons", "leads"),
    [
        ("Länge: normal", [("Kurz", "v1|length|short")], False),
        ("Länge: normal", [("Kurz", "v1|length|short"), ("← Einstellungen", "v1|settings")], True),
        ("1/3", [("Weiter (1 gewählt) →", "v1|setup|to|2")], True),
        ("Gespeichert.", [("Undo", "v1|undo|7")], True),
        ("Gut.", [], False),
        ("Alles gelöscht: Zu diesem Chat ist nichts mehr gespeichert. /start fängt neu an.", [], True),
    ],
)
def test_which_screens_have_a_way_back(text: str, buttons: list[tuple[str, str]], leads: bool) -> None:
    message = Message(Chat(1, "private"), 1, None, datetime.now(UTC), text)
    row = [{"text": label, "callback_data": data} for label, data in buttons]
    message.markup = {"inline_keyboard": [row]} if row else None
    assert leads_on(message) is leads
