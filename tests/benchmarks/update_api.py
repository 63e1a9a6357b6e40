"""A Bot API that hands out updates, by polling or to a webhook, and notes when each was handed out and answered.

It runs in a process of its own (`python -m tests.benchmarks.update_api`) and prints its port. To `POST /feed` come the
updates, each of a chat of its own; `GET /outcome` tells what became of them. Clocks are the machine's monotonic one.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import re
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from urllib.request import Request, urlopen

from tests.benchmarks import bot_api
from tests.benchmarks.bot_api import ME, SENT, Protocol, http, served

_CHAT = re.compile(rb'chat_id"?[=:\s]+(-?\d+)')  # in JSON, a form, or one of several parts
_OFFSET = re.compile(rb'offset"?[=:\s]+(-?\d+)')
_TRUE = http("200 OK", {"ok": True, "result": True})
_NO_WEBHOOK = http(
    "200 OK", {"ok": True, "result": {"url": "", "has_custom_certificate": False, "pending_update_count": 0}}
)
_KNOWN = {
    "getme": ME,
    "getmycommands": http("200 OK", {"ok": True, "result": []}),
    "getmyname": http("200 OK", {"ok": True, "result": {"name": ""}}),
    "getmydescription": http("200 OK", {"ok": True, "result": {"description": ""}}),
    "getmyshortdescription": http("200 OK", {"ok": True, "result": {"short_description": ""}}),
}
_AT_ONCE = 100  # updates of one poll
_HELD = 9.0  # seconds that a poll waits
_CONNECTIONS = 40  # to a webhook, as `bot.telegram.webhook` asks for
_SECRET = b"x-telegram-bot-api-secret-token"
_AGAIN = 0.05  # seconds until a webhook that has refused an update is asked again


@dataclass
class Given:
    """One update and what became of it, in seconds of the monotonic clock."""

    number: int
    chat: int
    body: bytes
    handed: float = 0.0
    answered: float = 0.0
    taken: float = 0.0  # by the webhook, with 200


@dataclass
class Line:
    """The updates that wait, and those who wait for them."""

    all: dict[int, Given] = field(default_factory=dict)  # by chat
    waiting: deque[Given] = field(default_factory=deque)
    unconfirmed: deque[Given] = field(default_factory=deque)
    polls: list[Updating] = field(default_factory=list)
    first_poll: float = 0.0
    webhook: tuple[str, str] | None = None  # address, secret
    posted: asyncio.Queue[Given] = field(default_factory=asyncio.Queue)
    tasks: set[asyncio.Task[None]] = field(default_factory=set)

    def feed(self, updates: list[tuple[float, dict[str, Any]]]) -> None:
        """Hand out each update after so many seconds."""
        self.all, loop = {}, asyncio.get_running_loop()
        for wait, update in updates:
            source = update.get("message") or update["callback_query"]["message"]
            given = Given(update["update_id"], source["chat"]["id"], json.dumps(update).encode())
            self.all[given.chat] = given
            if wait:
                loop.call_later(wait, self.release, given)
            else:
                self.release(given)

    def release(self, given: Given) -> None:
        """An update is there."""
        if self.webhook is not None:
            self.posted.put_nowait(given)
            return
        self.waiting.append(given)
        if self.polls:
            self.polls.pop().hand_out()

    def answer(self, chat: int) -> bool:
        """A message has come for a chat; whether it had asked."""
        given = self.all.get(chat)
        if given is None:
            return False
        given.answered = given.answered or time.monotonic()
        return True

    def announce(self, url: str, secret: str) -> None:
        """Post updates to this address from now on."""
        self.webhook = url, secret
        self.tasks |= {asyncio.create_task(self._post(url, secret)) for _ in range(_CONNECTIONS)}

    async def _post(self, url: str, secret: str) -> None:
        parts = urlsplit(url)
        path = f"{parts.path}?{parts.query}" if parts.query else parts.path
        head = f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n".encode()
        head += _SECRET + b": " + secret.encode() + b"\r\nContent-Length: "
        reader, writer = await asyncio.open_connection(parts.hostname, parts.port)
        while True:
            given = await self.posted.get()
            given.handed = given.handed or time.monotonic()
            writer.write(head + str(len(given.body)).encode() + b"\r\n\r\n" + given.body)
            answer = (await reader.readuntil(b"\r\n\r\n")).lower()
            length = int(answer.partition(b"content-length: ")[2].split(b"\r\n", 1)[0] or 0)
            await reader.readexactly(length)
            if answer.startswith(b"http/1.1 200"):
                given.taken = time.monotonic()
            else:
                asyncio.get_running_loop().call_later(_AGAIN, self.posted.put_nowait, given)

    def left(self, last: int, taken: bool) -> int:
        """How many updates are not done: not taken by the webhook; else whether the last has been answered."""
        if taken:
            return sum(not each.taken for each in self.all.values())
        return sum(each.number == last and not each.answered for each in self.all.values())

    def outcome(self) -> dict[str, Any]:
        """All that is known."""
        return {
            "first_poll": self.first_poll,
            "webhook": self.webhook is not None,
            "updates": [[each.number, each.handed, each.answered, each.taken] for each in self.all.values()],
        }


line = Line()


class Updating(Protocol):
    """One connection."""

    def _answer(self, target: str, body: bytes) -> None:
        parts = urlsplit(target)
        name = parts.path.rpartition("/")[2].lower()
        chat = _CHAT.search(body)
        if name == "getupdates":
            self._poll(body)
        elif name == "feed":
            line.feed(json.loads(body))
            self._write(_TRUE)
        elif name == "outcome":
            self._write(http("200 OK", line.outcome()))
        elif name == "setwebhook":
            given = json.loads(body) if body.startswith(b"{") else dict(parse_qsl(body.decode()))
            self._write(_TRUE)
            line.announce(given["url"], given["secret_token"])
        elif name == "left":
            asked = dict(parse_qsl(parts.query))
            self._write(http("200 OK", {"left": line.left(int(asked["last"]), asked["taken"] == "1")}))
        elif name in ("sendmessage", "editmessagetext") and chat and line.answer(int(chat[1])):
            self._later(SENT)
        elif name in ("sendmessage", "stats", "reset"):
            super()._answer(target, body)
        elif name == "getwebhookinfo":
            self._later(_NO_WEBHOOK)
        else:
            self._later(_KNOWN.get(name, _TRUE))

    def _later(self, data: bytes) -> None:
        delay = bot_api.state.delay
        if delay:
            asyncio.get_running_loop().call_later(delay, self._write, data)
        else:
            self._write(data)

    def _poll(self, body: bytes) -> None:
        line.first_poll = line.first_poll or time.monotonic()
        found = _OFFSET.search(body)
        offset = int(found[1]) if found else 0
        while line.unconfirmed and line.unconfirmed[0].number < offset:
            line.unconfirmed.popleft()
        if line.waiting or line.unconfirmed:
            self.hand_out()
            return
        line.polls.append(self)
        asyncio.get_running_loop().call_later(_HELD, self._nothing)

    def _nothing(self) -> None:
        if self in line.polls:
            line.polls.remove(self)
            self._write(http("200 OK", {"ok": True, "result": []}))

    def hand_out(self) -> None:
        """Answer a poll with what there is."""
        now = time.monotonic()
        while line.waiting and len(line.unconfirmed) < _AT_ONCE:
            given = line.waiting.popleft()
            given.handed = now
            line.unconfirmed.append(given)
        data = b'{"ok":true,"result":[' + b",".join(each.body for each in line.unconfirmed) + b"]}"
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
        self._write(head.encode() + data)

    def connection_lost(self, exc: Exception | None) -> None:  # noqa: ARG002 - as inherited
        """Who has gone waits no longer."""
        if self in line.polls:
            line.polls.remove(self)


@dataclass(frozen=True)
class UpdateApi:
    """The server as seen from another process."""

    url: str

    def reset(self, delay: float, rate: int = 0) -> None:
        """Answer after `delay` seconds; refuse more than `rate` digests in any second, 0 none."""
        self._call(f"reset?delay={delay}&rate={rate}")

    def feed(self, updates: list[tuple[float, dict[str, Any]]]) -> None:
        """Hand out each of these updates after so many seconds; what was fed before is forgotten."""
        self._call("feed", json.dumps(updates).encode())

    def outcome(self) -> dict[str, Any]:
        """The first poll, whether there is a webhook, and of each update its number, when handed, answered, taken."""
        return self._call("outcome")

    def left(self, last: int, *, taken: bool) -> int:
        """How many updates the webhook has not taken; without one, 1 until the one numbered `last` is answered."""
        return int(self._call(f"left?last={last}&taken={int(taken)}")["left"])

    def stats(self) -> dict[str, Any]:
        """What has arrived for chats that had not asked: digests."""
        return self._call("stats")

    def _call(self, path: str, body: bytes | None = None) -> dict[str, Any]:
        with urlopen(Request(f"{self.url}/{path}", data=body)) as answer:  # noqa: S310 - our own
            return dict(json.load(answer))


@contextlib.contextmanager
def running() -> Iterator[UpdateApi]:
    """The server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.update_api"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield UpdateApi(f"http://127.0.0.1:{int(process.stdout.readline())}")
        finally:
            process.kill()


if __name__ == "__main__":
    served(Updating)
