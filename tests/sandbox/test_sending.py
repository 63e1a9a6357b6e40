"""What a message may be, and how Telegram refuses what it may not."""

from datetime import timedelta
from typing import Any

import aiohttp
import orjson
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.readers import Reader
from tests.sandbox.conftest import TOKEN, RawBot


def keyboard(*rows: list[Any]) -> dict[str, Any]:
    return {"inline_keyboard": list(rows)}


def button(data: str, text: str = "x") -> dict[str, str]:
    return {"text": text, "callback_data": data}


async def test_a_message_has_the_fields_that_libraries_need(bot: RawBot, ada: Reader) -> None:
    sent = await bot("sendMessage", chat_id=ada.user.id, text="<b>Hallo</b>", parse_mode="HTML")
    assert sent["chat"] == {"id": ada.user.id, "type": "private", "first_name": "Ada"}
    assert sent["from"]["is_bot"] is True
    assert sent["from"]["id"] == 123456
    assert isinstance(sent["date"], int)
    assert sent["text"] == "Hallo"
    assert sent["entities"] == [{"offset": 0, "length": 5, "type": "bold"}]


@pytest.mark.parametrize("encoding", ["query", "form", "json", "json in strings", "multipart"])
async def test_all_encodings_of_parameters(
    bot: RawBot, ada: Reader, session: aiohttp.ClientSession, sandbox: Sandbox, encoding: str
) -> None:
    url = f"{sandbox.base_url}{TOKEN}/SendMESSAGE"
    markup = keyboard([button("a")])
    flat = {"chat_id": str(ada.user.id), "text": "ä & ö", "reply_markup": orjson.dumps(markup).decode()}
    if encoding == "query":
        call = session.get(url, params=flat)
    elif encoding == "form":
        call = session.post(url, data=flat)
    elif encoding == "multipart":
        call = session.post(url, data=aiohttp.FormData(flat, default_to_multipart=True))
    elif encoding == "json":
        call = session.post(url, json={"chat_id": ada.user.id, "text": "ä & ö", "reply_markup": markup})
    else:
        call = session.post(url, json=flat)
    async with call as answer:
        assert answer.status == 200, await answer.text()
    assert ada.answers[-1].text == "ä & ö"
    assert ada.answers[-1].buttons == [["x"]]


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"{", "Bad Request: can't parse JSON object"),
        (b"[1]", "Bad Request: can't parse JSON object: object expected"),
    ],
)
async def test_a_broken_body_is_refused(
    bot: RawBot, session: aiohttp.ClientSession, sandbox: Sandbox, body: bytes, reason: str
) -> None:
    headers = {"Content-Type": "application/json"}
    async with session.post(f"{sandbox.base_url}{TOKEN}/sendMessage", data=body, headers=headers) as answer:
        assert answer.status == 400
        assert (await answer.json())["description"] == reason


async def test_length_counts_utf16_units_after_parsing(bot: RawBot, ada: Reader) -> None:
    chat_id = ada.user.id
    await bot("sendMessage", chat_id=chat_id, text="<b>" + "&amp;" * 4096 + "</b>", parse_mode="HTML")
    await bot("sendMessage", chat_id=chat_id, text="🕊" * 2048)
    assert (
        await bot.refused("sendMessage", chat_id=chat_id, text="🕊" * 2048 + "x") == "Bad Request: message is too long"
    )
    for empty in ("", "  \n", "<b></b>"):
        reason = await bot.refused("sendMessage", chat_id=chat_id, text=empty, parse_mode="HTML")
        assert reason == "Bad Request: message text is empty"


@pytest.mark.parametrize(
    ("parameters", "reason"),
    [
        (
            {"text": "<b>x", "parse_mode": "HTML"},
            "can't parse entities: Can't find end tag corresponding to start tag \"b\"",
        ),
        ({"text": "x", "parse_mode": "RTF"}, "unsupported parse_mode"),
        ({"text": "x", "parse_mode": "MarkdownV2"}, "the sandbox knows parse_mode HTML only"),
        ({"text": "x", "entities": "["}, "can't parse entities JSON object"),
        ({"text": "x", "entities": [{"type": "bold", "offset": 0, "length": 2}]}, "ENTITY_BOUNDS_INVALID"),
        ({"text": "x", "reply_parameters": {"message_id": 99}}, "message to be replied not found"),
        ({"text": "x", "message_thread_id": 5}, "message thread not found"),
        ({"text": "x", "reply_markup": "{"}, "can't parse reply markup JSON object"),
        ({"text": "x", "reply_markup": [1]}, "object expected as reply markup"),
        ({"text": "x", "reply_markup": keyboard([button("")])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard([button("ä" * 32 + "x")])}, "BUTTON_DATA_INVALID"),
        ({"text": "x", "reply_markup": keyboard([button("a")] * 9)}, "reply markup is too long"),
        ({"text": "x", "reply_markup": keyboard(*[[button("a")] * 5] * 21)}, "reply markup is too long"),
        (
            {"text": "x", "reply_markup": keyboard([{"text": "x"}])},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"text": "x", "reply_markup": keyboard([button("a") | {"url": "https://e.org"}])},
            "can't parse inline keyboard button: exactly one action is allowed, found callback_data, url",
        ),
        (
            {"text": "x", "reply_markup": keyboard([{"callback_data": "a"}])},
            "can't parse inline keyboard button: Can't find field \"text\"",
        ),
        (
            {"text": "x", "reply_markup": keyboard([{"text": "x", "url": "nirgendwo"}])},
            "inline keyboard button URL 'nirgendwo' is invalid: Wrong HTTP URL",
        ),
        (
            {"text": "x", "reply_markup": keyboard([{"text": "x", "copy_text": {"text": ""}}])},
            "BUTTON_COPY_TEXT_INVALID",
        ),
    ],
)
async def test_refusals(bot: RawBot, ada: Reader, parameters: dict[str, Any], reason: str) -> None:
    assert await bot.refused("sendMessage", chat_id=ada.user.id, **parameters) == f"Bad Request: {reason}"
    assert ada.answers == []


async def test_the_largest_allowed_keyboards(bot: RawBot, ada: Reader) -> None:
    await bot("sendMessage", chat_id=ada.user.id, text="x", reply_markup=keyboard(*[[button("ä" * 32)] * 8] * 12))
    await bot("sendMessage", chat_id=ada.user.id, text="x", reply_markup=keyboard(*[[button("a")]] * 100))


async def test_the_other_kinds_of_markup(bot: RawBot, ada: Reader) -> None:
    keys = {"keyboard": [["Ja", {"text": "Nein"}]], "resize_keyboard": True}
    sent = await bot("sendMessage", chat_id=ada.user.id, text="x", reply_markup=keys)
    assert "reply_markup" not in sent
    assert ada.messages[-1].buttons == [["Ja", "Nein"]]
    await bot("sendMessage", chat_id=ada.user.id, text="x", reply_markup={"remove_keyboard": True})
    await bot("sendMessage", chat_id=ada.user.id, text="x", reply_markup={"force_reply": True})
    too_long = {"force_reply": True, "input_field_placeholder": "x" * 65}
    reason = await bot.refused("sendMessage", chat_id=ada.user.id, text="x", reply_markup=too_long)
    assert reason == "Bad Request: input field placeholder is too long"


async def test_a_reply_carries_what_it_answers(bot: RawBot, ada: Reader) -> None:
    first = ada.messages[0]
    sent = await bot("sendMessage", chat_id=ada.user.id, text="x", reply_parameters={"message_id": first.id})
    assert sent["reply_to_message"]["message_id"] == first.id
    lenient = {"message_id": 999, "allow_sending_without_reply": True}
    assert "reply_to_message" not in await bot("sendMessage", chat_id=ada.user.id, text="x", reply_parameters=lenient)


async def test_who_can_be_written_to(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    stranger = sandbox.reader("Bo")
    assert await bot.refused("sendMessage", chat_id=5, text="x") == "Bad Request: chat not found"
    assert await bot.refused("sendMessage", text="x") == "Bad Request: chat_id is empty"
    reason = await bot.refused("sendMessage", chat_id=stranger.user.id, text="x")
    assert reason == "Forbidden: bot can't initiate conversation with a user"
    ada.block()
    reason = await bot.refused("sendMessage", chat_id=ada.user.id, text="x")
    assert reason == "Forbidden: bot was blocked by the user"
    ada.unblock()
    await bot("sendMessage", chat_id=ada.user.id, text="x")
    ada.deactivate()
    assert await bot.refused("sendMessage", chat_id=ada.user.id, text="x") == "Forbidden: user is deactivated"


async def test_an_edit_replaces_text_and_keyboard(bot: RawBot, ada: Reader) -> None:
    sent = await bot("sendMessage", chat_id=ada.user.id, text="a", reply_markup=keyboard([button("1")]))
    place = {"chat_id": ada.user.id, "message_id": sent["message_id"]}
    edited = await bot("editMessageText", **place, text="b")
    assert edited["text"] == "b"
    assert edited["edit_date"] >= edited["date"]
    assert "reply_markup" not in edited
    assert ada.answers[-1].former == ["a"]
    await bot("editMessageReplyMarkup", **place, reply_markup=keyboard([button("2")]))
    assert ada.answers[-1].buttons == [["x"]]
    for method, what in (("editMessageText", {"text": "b"}), ("editMessageReplyMarkup", {})):
        reason = await bot.refused(method, **place, **what, reply_markup=keyboard([button("2")]))
        assert reason == (
            "Bad Request: message is not modified: specified new message content and reply markup are exactly the "
            "same as a current content and reply markup of the message"
        )


async def test_what_cannot_be_edited(bot: RawBot, ada: Reader) -> None:
    chat_id = ada.user.id
    reason = await bot.refused("editMessageText", chat_id=chat_id, message_id=99, text="b")
    assert reason == "Bad Request: message to edit not found"
    reason = await bot.refused("editMessageText", chat_id=chat_id, text="b")
    assert reason == "Bad Request: message identifier is not specified"
    reason = await bot.refused("editMessageText", chat_id=chat_id, message_id=ada.messages[0].id, text="b")
    assert reason == "Bad Request: message can't be edited"
    asked = await bot("sendMessage", chat_id=chat_id, text="x", reply_markup={"force_reply": True})
    reason = await bot.refused("editMessageText", chat_id=chat_id, message_id=asked["message_id"], text="b")
    assert reason == "Bad Request: message can't be edited"
    sent = await bot("sendMessage", chat_id=chat_id, text="x")
    keys = {"keyboard": [["Ja"]]}
    place = {"chat_id": chat_id, "message_id": sent["message_id"]}
    reason = await bot.refused("editMessageText", **place, text="b", reply_markup=keys)
    assert reason == "Bad Request: inline keyboard expected"


async def test_deleting(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    numbers = [(await bot("sendMessage", chat_id=ada.user.id, text=text))["message_id"] for text in "abc"]
    assert await bot("deleteMessage", chat_id=ada.user.id, message_id=numbers[0]) is True
    reason = await bot.refused("deleteMessage", chat_id=ada.user.id, message_id=numbers[0])
    assert reason == "Bad Request: message to delete not found"
    assert await bot("deleteMessages", chat_id=ada.user.id, message_ids=[numbers[0], numbers[1], 99]) is True
    assert [message.text for message in ada.answers] == ["c"]
    await sandbox.advance(timedelta(hours=49))
    reason = await bot.refused("deleteMessage", chat_id=ada.user.id, message_id=numbers[2])
    assert reason == "Bad Request: message can't be deleted"


async def test_forward_and_copy(bot: RawBot, ada: Reader) -> None:
    sent = await bot("sendMessage", chat_id=ada.user.id, text="<b>a</b>", parse_mode="HTML")
    source = {"chat_id": ada.user.id, "from_chat_id": ada.user.id, "message_id": sent["message_id"]}
    forwarded = await bot("forwardMessage", **source)
    assert forwarded["forward_origin"]["type"] == "user"
    assert forwarded["entities"] == sent["entities"]
    assert set(await bot("copyMessage", **source)) == {"message_id"}
    secret = await bot("sendMessage", chat_id=ada.user.id, text="x", protect_content=True)
    assert secret["has_protected_content"] is True
    reason = await bot.refused("forwardMessage", **source | {"message_id": secret["message_id"]})
    assert reason == "Bad Request: message can't be forwarded"


async def test_actions_drafts_and_reactions(bot: RawBot, ada: Reader) -> None:
    assert await bot("sendChatAction", chat_id=ada.user.id, action="typing") is True
    assert ada.chat.activity == {"action": "typing"}
    reason = await bot.refused("sendChatAction", chat_id=ada.user.id, action="thinking")
    assert reason == "Bad Request: wrong parameter action in request"
    assert await bot("sendMessageDraft", chat_id=ada.user.id, draft_id=1, text="Ich su") is True
    assert ada.chat.activity == {"action": "typing", "draft": "Ich su"}
    assert await bot.refused("sendMessageDraft", chat_id=ada.user.id, text="x") == "Bad Request: RANDOM_ID_INVALID"
    await bot("sendMessage", chat_id=ada.user.id, text="Ich suche")
    assert ada.chat.activity is None
    place = {"chat_id": ada.user.id, "message_id": ada.messages[0].id}
    assert await bot("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "👍"}]) is True
    reason = await bot.refused("setMessageReaction", **place, reaction=[{"type": "emoji", "emoji": "x"}])
    assert reason == "Bad Request: REACTION_INVALID"


PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + (3).to_bytes(4, "big") + (2).to_bytes(4, "big") + b"\x08\x02\x00\x00\x00"


async def upload(bot: RawBot, method: str, **fields: object) -> tuple[int, dict[str, Any]]:
    form = aiohttp.FormData(quote_fields=False)  # libraries send names as UTF-8
    for name, value in fields.items():
        if isinstance(value, bytes):
            form.add_field(name, value, filename="dätei.png", content_type="image/png")
        else:
            form.add_field(name, str(value))
    async with bot.session.post(f"{bot.sandbox.base_url}{bot.token}/{method}", data=form) as answer:
        return answer.status, await answer.json()


async def test_a_document_is_uploaded_and_downloaded(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    status, body = await upload(
        bot,
        "sendDocument",
        chat_id=ada.user.id,
        document="attach://one",
        one=b"abc",
        caption="<i>c</i>",
        parse_mode="HTML",
    )
    assert status == 200, body
    document = body["result"]["document"]
    assert (document["file_name"], document["file_size"]) == ("dätei.png", 3)
    assert body["result"]["caption"] == "c"
    place = await bot("getFile", file_id=document["file_id"])
    async with bot.session.get(f"{sandbox.base_file_url}{TOKEN}/{place['file_path']}") as answer:
        assert await answer.read() == b"abc"
    again = await bot("sendDocument", chat_id=ada.user.id, document=document["file_id"])
    assert again["document"]["file_id"] == document["file_id"]
    edit = {"chat_id": ada.user.id, "message_id": again["message_id"]}
    assert await bot.refused("editMessageText", **edit, text="x") == (
        "Bad Request: there is no text in the message to edit"
    )
    assert (await bot("editMessageCaption", **edit, caption="neu"))["caption"] == "neu"
    assert await bot.refused("getFile", file_id="x") == "Bad Request: invalid file_id"
    assert await bot.refused("sendDocument", chat_id=ada.user.id) == "Bad Request: there is no document in the request"
    long = await bot.refused("sendDocument", chat_id=ada.user.id, document=document["file_id"], caption="x" * 1025)
    assert long == "Bad Request: message caption is too long"


async def test_a_photo_has_a_size(bot: RawBot, ada: Reader) -> None:
    _, body = await upload(bot, "sendPhoto", chat_id=ada.user.id, photo=PNG)
    assert (body["result"]["photo"][0]["width"], body["result"]["photo"][0]["height"]) == (3, 2)
    status, body = await upload(bot, "sendPhoto", chat_id=ada.user.id, photo=b"no picture")
    assert (status, body["description"]) == (400, "Bad Request: IMAGE_PROCESS_FAILED")
