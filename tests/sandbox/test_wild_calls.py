"""Whatever a bot sends, each method works or refuses in Telegram's way; none of them breaks."""

import asyncio
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox import Sandbox, people
from bot.sandbox.errors import ApiError
from bot.sandbox.methods import METHODS, Call
from bot.sandbox.parameters import Parameters
from tests.sandbox.conftest import TOKEN

CHAT_ID = 100_001
NAMES = [
    "text", "caption", "parse_mode", "entities", "reply_markup", "reply_parameters", "message_thread_id", "message_id",
    "message_ids", "from_chat_id", "link_preview_options", "commands", "scope", "language_code", "name", "description",
    "menu_button", "reaction", "action", "draft_id", "url", "secret_token", "allowed_updates", "offset", "limit",
    "callback_query_id", "results", "user_id", "document", "photo", "file_id", "max_connections", "protect_content",
]  # fmt: skip

SCALARS = st.none() | st.booleans() | st.integers(-5, 5) | st.floats(allow_nan=False) | st.text(max_size=5)
WORDS = st.sampled_from(["type", "chat", "chat_id", "message_id", "text", "callback_data", "url", "command", "offset"])
BUTTONS = st.fixed_dictionaries({"text": SCALARS}, optional={"url": SCALARS, "callback_data": SCALARS, "pay": SCALARS})
VALUES = st.recursive(
    SCALARS | st.just(CHAT_ID) | st.sampled_from(["HTML", "<b>x</b>", "https://e.org", "typing", "[", "{}", "[1]"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=6,
)
KEYBOARDS = st.builds(lambda rows: {"inline_keyboard": rows}, st.lists(st.lists(BUTTONS, max_size=3), max_size=3))
PARAMETERS = st.dictionaries(st.sampled_from(NAMES), VALUES | KEYBOARDS, max_size=6)


async def call(method: str, values: dict[str, Any]) -> str:
    """Carry out one call in a fresh world with one chat and two messages; the refusal's text, or nothing."""
    world = Sandbox().world
    bot = world.authorise(TOKEN)
    user = world.add_user("Ada", "de")
    assert user.id == CHAT_ID
    people.say(world, bot, world.dialogue(bot, user), user, "/start")
    try:
        await METHODS["sendmessage"](Call(world, bot, Parameters({"chat_id": CHAT_ID, "text": "x"})))
        await METHODS[method](Call(world, bot, Parameters({"chat_id": CHAT_ID, "timeout": 0} | values)))
    except ApiError as error:
        return error.description
    return ""


@pytest.mark.parametrize("method", sorted(METHODS))
@settings(max_examples=60, deadline=None)
@given(values=PARAMETERS)
def test_no_call_breaks_the_sandbox(method: str, values: dict[str, Any]) -> None:
    reason = asyncio.run(call(method, values))
    assert not reason or reason.split(":")[0] in {"Bad Request", "Forbidden", "Conflict"}


@pytest.mark.parametrize(
    ("method", "values", "reason"),
    [
        ("sendmessage", {"text": "x", "reply_parameters": {"message_id": [1]}}, ""),
        (
            "sendmessage",
            {"text": "x", "entities": [{"type": [], "offset": 0, "length": 1}]},
            "can't parse MessageEntity",
        ),
        ("setmycommands", {"commands": [], "scope": {"type": []}}, "can't parse BotCommandScope"),
        ("setchatmenubutton", {"menu_button": {"type": []}}, "can't parse menu button"),
        ("setmessagereaction", {"message_id": 1, "reaction": [{"emoji": []}]}, "REACTION_INVALID"),
    ],
)
async def test_values_of_the_wrong_type(method: str, values: dict[str, Any], reason: str) -> None:
    assert reason in await call(method, values)
