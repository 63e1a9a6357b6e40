"""The control routes, the stream of the page, and who may use them."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from typing import Any

import aiohttp
import orjson
import pytest

from bot.sandbox import Sandbox
from bot.sandbox.people import UnableError
from bot.sandbox.readers import Reader
from tests.sandbox.conftest import TOKEN, RawBot
from tests.sandbox.echo_bot import echo_bot

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


class Desk:
    """The control routes as a client in another process sees them."""

    def __init__(self, session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
        self._session = session
        self._url = f"{sandbox.url}/sandbox"

    async def get(self, path: str, expected: int = 200, /, **query: str | int | float) -> Any:  # noqa: ANN401 - JSON
        async with self._session.get(f"{self._url}/{path}", params=query) as answer:
            assert answer.status == expected, await answer.text()
            return await answer.json()

    async def post(self, path: str, expected: int = 200, /, **content: object) -> Any:  # noqa: ANN401 - JSON
        async with self._session.post(f"{self._url}/{path}", json=content) as answer:
            assert answer.status == expected, await answer.text()
            return await answer.json()


@pytest.fixture
def desk(session: aiohttp.ClientSession, sandbox: Sandbox) -> Desk:
    return Desk(session, sandbox)


async def test_a_reader_from_another_process(sandbox: Sandbox, desk: Desk) -> None:
    async with echo_bot(sandbox):
        (bot,) = (await desk.get("bots", wait=5))["bots"]
        assert bot["name"] == "Depesche <Probe>"
        reader = await desk.post("readers", 201, first_name="Ada", language_code="de")
        me = f"readers/{reader['id']}"
        sent = await desk.post(f"{me}/send", text="/start")
        seen = await desk.get(f"{me}/messages", text="Hallo", after=sent["change"], wait=5)
        greeting = seen["messages"][-1]
        data = greeting["markup"]["inline_keyboard"][0][0]["callback_data"]
        pressed = await desk.post(f"{me}/press", message_id=greeting["message_id"], data=data)
        seen = await desk.get(f"{me}/messages", text="Stand 1", after=pressed["change"], wait=5)
        assert seen["messages"][-1]["edited"] is True
        assert [one["text"] for one in seen["toasts"]] == ["Gezählt: 1"]
        ledger = await desk.get("ledger", chat_id=reader["id"])
        assert [one["text"] for one in ledger["messages"]] == ["Stand 1"]
        assert ledger["messages"][0]["former_texts"] == ["Hallo Ada!"]
        assert (await desk.get(f"{me}/messages", 408, text="nie", wait=0.01))["messages"]
        await desk.post(f"{me}/block")
        assert "blocked" in (await desk.post(f"{me}/send", 400, text="x"))["error"]
        assert [one["first_name"] for one in (await desk.get("readers"))["readers"]] == ["Ada"]


async def test_groups_faults_and_updates_by_control(bot: RawBot, ada: Reader, desk: Desk) -> None:
    group = await desk.post("groups", 201, owner=ada.user.id, title="Redaktion", is_forum=True)
    here = f"groups/{group['id']}"
    await desk.post(f"{here}/add")
    thread = (await desk.post(f"{here}/open_topic", name="A"))["message_thread_id"]
    await desk.post(f"{here}/close_topic", message_thread_id=thread)
    reason = await bot.refused("sendMessage", chat_id=group["id"], message_thread_id=thread, text="x")
    assert reason == "Bad Request: TOPIC_CLOSED"
    await desk.post(f"{here}/kick")
    assert "kicked" in await bot.refused("sendMessage", chat_id=group["id"], text="x")
    await desk.post("faults", 201, kind="answer", method="getMe", status=500, times=9)
    assert (await bot.answer("getMe"))[0] == 500
    await desk.post("faults/clear")
    await bot("getMe")
    assert "unknown: colour" in (await desk.post("faults", 400, kind="answer", colour="red"))["error"]
    await bot("getUpdates")
    assert await desk.post("updates/repeat") == {"repeated": True}
    assert await desk.post("updates/interrupt") == {"interrupted": False}


@pytest.mark.parametrize(
    ("path", "content", "reason"),
    [
        ("readers/1/send", {"text": "x"}, "there is no such reader"),
        ("readers/x/send", {"text": "x"}, "the reader must be a whole number"),
        ("readers/{ada}/send", {}, "missing: 'text'"),
        ("readers/{ada}/send", {"text": " "}, "the text is empty"),
        ("readers/{ada}/fly", {}, "a reader cannot 'fly'"),
        ("readers/{ada}/press", {"message_id": 99, "data": "x"}, "there is no such message"),
        ("readers", {"first_name": ""}, "a first name has 1 to 64 characters"),
        ("groups/1/add", {}, "there is no such group"),
        ("clock", {"advance": -1}, "the clock only moves forward"),
        ("clock", {"set": "2026-11-23T07:00"}, "the time needs a zone, for example 2026-11-23T07:00:00+01:00"),
    ],
)
async def test_what_cannot_be_done_is_explained(
    ada: Reader, desk: Desk, path: str, content: dict[str, Any], reason: str
) -> None:
    assert await desk.post(path.format(ada=ada.user.id), 400, **content) == {"error": reason}


async def test_the_clock_moves_for_messages_and_listeners(session: aiohttp.ClientSession) -> None:
    heard: list[datetime] = []

    async def listen(now: datetime) -> None:
        heard.append(now)

    async with Sandbox(clock=lambda: NOON, on_clock_change=listen) as sandbox:
        desk, bot = Desk(session, sandbox), RawBot(session, sandbox)
        assert await desk.get("clock") == {"now": NOON.isoformat(), "offset_seconds": 0.0}
        await desk.post("clock", advance=900)
        await desk.post("clock", set="2026-11-24T07:00:00+01:00")
        assert heard == [NOON + timedelta(minutes=15), datetime(2026, 11, 24, 6, tzinfo=UTC)]
        await bot("getMe")
        await sandbox.reader().send("/start")
        (update,) = await bot("getUpdates")
        assert update["message"]["date"] == int(heard[-1].timestamp())


@pytest.mark.parametrize("path", ["/", "/sandbox/clock", f"/bot{TOKEN}/getMe"])
async def test_foreign_host_names_are_refused(session: aiohttp.ClientSession, sandbox: Sandbox, path: str) -> None:
    async with session.get(sandbox.url + path, headers={"Host": "evil.example:80"}) as answer:
        assert answer.status == 403


async def test_other_web_pages_cannot_steer_the_sandbox(session: aiohttp.ClientSession, sandbox: Sandbox) -> None:
    async with session.post(f"{sandbox.url}/sandbox/clock", data={"advance": "1"}) as answer:
        assert answer.status == 415
    origin = {"Origin": "http://evil.example"}
    async with session.post(f"{sandbox.url}/sandbox/clock", json={"advance": 1}, headers=origin) as answer:
        assert answer.status == 403
    assert sandbox.clock.offset == timedelta()


def test_only_loopback_is_listened_on() -> None:
    with pytest.raises(ValueError, match="loopback only"):
        Sandbox(host="0.0.0.0")  # noqa: S104


async def events(answer: aiohttp.ClientResponse) -> AsyncIterator[dict[str, Any]]:
    async for line in answer.content:
        if line.startswith(b"data: "):
            yield orjson.loads(line[6:])


async def test_the_stream_tells_all_and_then_every_change(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    url = f"{sandbox.url}/sandbox/stream"
    async with bot.session.get(url, params={"reader": str(ada.user.id)}) as answer:
        stream = events(answer)
        first = await anext(stream)
        assert [one["text"] for one in first["messages"]] == ["/start"]
        assert first["state"]["bot"]["name"] == "Sandbox Bot"
        sent = await bot("sendMessage", chat_id=ada.user.id, text="x")
        assert (await anext(stream))["message"]["text"] == "x"
        await bot("deleteMessage", chat_id=ada.user.id, message_id=sent["message_id"])
        assert (await anext(stream))["message"]["deleted"] is True
        await bot("sendChatAction", chat_id=ada.user.id, action="typing")
        assert await anext(stream) == {"type": "activity", "action": "typing", "draft": ""}
        ada.block()
        assert (await anext(stream))["state"]["blocked"] is True
        await sandbox.advance(timedelta(hours=1))
        assert (await anext(stream))["state"]["clock"]["offset_seconds"] == 3600


async def test_the_page_brings_its_own_files_and_a_strict_policy(
    session: aiohttp.ClientSession, sandbox: Sandbox
) -> None:
    async with session.get(sandbox.url) as answer:
        page = await answer.text()
        assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert "https://" not in page
    async with session.get(f"{sandbox.url}/page/page.js") as answer:
        assert answer.content_type == "text/javascript"
    async with session.get(f"{sandbox.url}/page/..%2Fserver.py") as answer:
        assert answer.status == 404


async def test_an_uploaded_page_is_only_ever_downloaded(bot: RawBot, ada: Reader, sandbox: Sandbox) -> None:
    kept = sandbox.world.add_file("böse.html", "text/html", b"<script>alert(1)</script>")
    async with bot.session.get(f"{sandbox.url}/sandbox/files/{kept.id}") as answer:
        assert answer.content_type == "application/octet-stream"
        assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''b%C3%B6se.html"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"


async def test_a_reader_needs_a_bot_and_a_button(bot: RawBot, ada: Reader) -> None:
    with pytest.raises(UnableError, match="there is no button 'Weiter'"):
        await ada.press("Weiter")
    with pytest.raises(TimeoutError, match="did not come"):
        await ada.wait_for("nie", timeout=0.01)
    async with Sandbox() as lonely:
        with pytest.raises(TimeoutError):
            await lonely.reader().bot_is_there(timeout=0.01)
