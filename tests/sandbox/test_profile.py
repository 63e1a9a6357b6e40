"""Commands, names and descriptions by scope and language."""

from typing import Any

import pytest

from bot.sandbox import Sandbox
from bot.sandbox.readers import Reader
from tests.sandbox.conftest import RawBot


def commands(*names: str) -> list[dict[str, str]]:
    return [{"command": name, "description": f"does {name}"} for name in names]


async def test_a_reader_sees_the_narrowest_list_in_his_language(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    (state,) = sandbox.world.bots.values()

    def menu() -> list[str]:
        return [one["command"] for one in state.menu(ada.chat, ada.user)]

    private = {"type": "all_private_chats"}
    assert menu() == []
    await bot("setMyCommands", commands=commands("general"))
    assert menu() == ["general"]
    await bot("setMyCommands", commands=commands("deutsch"), language_code="de")
    assert menu() == ["deutsch"]
    await bot("setMyCommands", commands=commands("private"), scope=private)
    assert menu() == ["private"]
    await bot("setMyCommands", commands=commands("own"), scope={"type": "chat", "chat_id": ada.user.id})
    assert menu() == ["own"]
    assert await bot("getMyCommands", scope=private) == commands("private")
    assert await bot("getMyCommands", scope=private, language_code="de") == []
    await bot("deleteMyCommands", scope={"type": "chat", "chat_id": ada.user.id})
    assert menu() == ["private"]


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        ({"commands": commands(*[f"c{number}" for number in range(101)])}, "BOT_COMMANDS_TOO_MUCH"),
        ({"commands": commands("größe")}, "BOT_COMMAND_INVALID"),
        ({"commands": commands("x" * 33)}, "BOT_COMMAND_INVALID"),
        ({"commands": [{"command": "a", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": [{"command": "a", "description": "x" * 257}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ({"commands": commands("a"), "language_code": "deu"}, "invalid language code specified"),
        ({"commands": commands("a"), "scope": {"type": "chat", "chat_id": 1}}, "chat not found"),
        (
            {"commands": commands("a"), "scope": {"type": "x"}},
            "can't parse BotCommandScope: unsupported type specified",
        ),
    ],
)
async def test_refused_commands(bot: RawBot, parameters: dict[str, Any], reason: str) -> None:
    assert await bot.refused("setMyCommands", **parameters) == f"Bad Request: {reason}"


@pytest.mark.parametrize(
    ("title", "kind", "limit"),
    [("MyName", "name", 64), ("MyDescription", "description", 512), ("MyShortDescription", "short_description", 120)],
)
async def test_profile_texts(bot: RawBot, title: str, kind: str, limit: int) -> None:
    await bot(f"set{title}", **{kind: "x" * limit})
    await bot(f"set{title}", **{kind: "deutsch"}, language_code="de")
    assert await bot(f"get{title}") == {kind: "x" * limit}
    assert await bot(f"get{title}", language_code="de") == {kind: "deutsch"}
    assert await bot(f"get{title}", language_code="uk") == {kind: "x" * limit}
    assert "is too long" in await bot.refused(f"set{title}", **{kind: "x" * (limit + 1)})


async def test_the_menu_button(bot: RawBot, ada: Reader) -> None:
    assert await bot("getChatMenuButton") == {"type": "commands"}
    await bot("setChatMenuButton", chat_id=ada.user.id, menu_button={"type": "default"})
    assert await bot("getChatMenuButton", chat_id=ada.user.id) == {"type": "default"}
    assert "unsupported type" in await bot.refused("setChatMenuButton", menu_button={"type": "x"})
