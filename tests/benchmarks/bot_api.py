"""A Bot API that only counts: canned answers after a set round trip, Telegram's flood rule without any burst.

It runs in a process of its own (`python -m tests.benchmarks.bot_api`), prints its port, and answers `GET /stats` and
`GET /reset?delay=SECONDS&rate=MESSAGES`. Hand-made HTTP/1.1, on uvloop where it is installed: it must never be what is
measured.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import subprocess
import sys
import time
from collections import Counter, deque
from collections.abc import Iterator
from typing import Any, cast
from urllib.parse import parse_qs, urlsplit
from urllib.request import urlopen

_BLOCK = b"\r\n\r\n"


def http(status: str, body: object) -> bytes:
    """A whole answer."""
    data = json.dumps(body).encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: application/json\r\nContent-Length: {len(data)}\r\n\r\n"
    return head.encode() + data


_TEXT = "Die Verhandlungen über den Getreidekorridor gehen weiter. " * 36
_ENTITIES = [{"type": "bold", "offset": 170 * number, "length": 30} for number in range(12)]
_ROW = [{"text": f"Geschichte {number}", "callback_data": f"story:{number}"} for number in range(3)]
_MESSAGE = {
    "message_id": 4711,
    "from": {"id": 110201543, "is_bot": True, "first_name": "Depesche", "username": "depesche_bot"},
    "chat": {"id": 7, "first_name": "Ada", "type": "private"},
    "date": 1_790_000_000,
    "text": _TEXT,
    "entities": _ENTITIES,
    "reply_markup": {"inline_keyboard": [_ROW, _ROW]},
}
SENT = http("200 OK", {"ok": True, "result": _MESSAGE})
"""Telegram repeats the whole digest with its entities and buttons: about 4 kB."""
_ME = {"id": 110201543, "is_bot": True, "first_name": "Depesche", "username": "depesche_bot"}
ME = http("200 OK", {"ok": True, "result": _ME})
FLOOD = http(
    "429 Too Many Requests",
    {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}},
)


class Counted:
    """What has arrived, and when."""

    def __init__(self, delay: float = 0.0, rate: int = 0) -> None:
        """Answer after `delay` seconds; refuse more than `rate` messages in any second, 0 none."""
        self.delay, self.rate = delay, rate
        self.times: list[float] = []
        self.recent: deque[float] = deque()
        self.chats: Counter[bytes] = Counter()
        self.refused = self.in_flight = self.most_in_flight = self.connections = 0

    def refuses(self, now: float) -> bool:
        """Whether a message is one too many."""
        while self.recent and now - self.recent[0] >= 1:
            self.recent.popleft()
        if self.rate and len(self.recent) >= self.rate:
            self.refused += 1
            return True
        self.recent.append(now)
        return False

    def stats(self) -> dict[str, Any]:
        """Figures of the run."""
        busiest = start = 0
        for end, at in enumerate(self.times):
            while at - self.times[start] >= 1:
                start += 1
            busiest = max(busiest, end - start + 1)
        span = self.times[-1] - self.times[0] if len(self.times) > 1 else 0.0
        return {
            "messages": len(self.times),
            "seconds": span,
            "per_second": (len(self.times) - 1) / span if span else 0.0,
            "busiest_second": busiest,
            "refused": self.refused,
            "twice": sum(count - 1 for count in self.chats.values()),
            "most_in_flight": self.most_in_flight,
            "connections": self.connections,
            "server_cpu": time.process_time(),
        }


state = Counted()


class Protocol(asyncio.Protocol):
    """One connection."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Take it up."""
        self.transport = cast("asyncio.Transport", transport)  # uvloop's is none by its class
        self.buffer = b""
        state.connections += 1

    def data_received(self, data: bytes) -> None:
        """Answer every whole request."""
        self.buffer += data
        while (end := self.buffer.find(_BLOCK)) >= 0:
            head = self.buffer[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self.buffer) < end + 4 + length:
                return
            body, rest = self.buffer[end + 4 : end + 4 + length], self.buffer[end + 4 + length :]
            target, self.buffer = self.buffer.split(b" ", 2)[1].decode(), rest
            self._answer(target, body)

    def _answer(self, target: str, body: bytes) -> None:
        global state  # noqa: PLW0603 - the one thing this process holds
        parts = urlsplit(target)
        name = parts.path.rpartition("/")[2].lower()
        if name == "sendmessage":
            self._send(body)
        elif name == "stats":
            self._write(http("200 OK", state.stats()))
        elif name == "reset":
            given = {key: value[0] for key, value in parse_qs(parts.query).items()}
            state = Counted(float(given.get("delay", 0)), int(given.get("rate", 0)))
            self._write(http("200 OK", {"ok": True, "result": True}))
        else:
            self._write(ME if name == "getme" else http("200 OK", {"ok": True, "result": True}))

    def _send(self, body: bytes) -> None:
        now = time.monotonic()
        if state.refuses(now):
            self._write(FLOOD)
            return
        state.times.append(now)
        at = body.find(b"chat_id")
        state.chats[body[at : at + 24].strip(b'chat_id":= ').split(b",", 1)[0].split(b"&", 1)[0]] += 1
        state.in_flight += 1
        state.most_in_flight = max(state.most_in_flight, state.in_flight)
        if state.delay:
            asyncio.get_running_loop().call_later(state.delay, self._sent)
        else:
            self._sent()

    def _sent(self) -> None:
        state.in_flight -= 1
        self._write(SENT)

    def _write(self, data: bytes) -> None:
        if not self.transport.is_closing():
            self.transport.write(data)


async def serve(protocol: type[Protocol]) -> None:
    """Until it is killed."""
    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", 0, backlog=4096)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


class BotApi:
    """The server as seen from another process."""

    def __init__(self, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"

    def reset(self, delay: float, rate: int) -> None:
        """Begin to count anew."""
        with urlopen(f"{self.url}/reset?delay={delay}&rate={rate}") as answer:  # noqa: S310 - our own
            answer.read()

    def stats(self) -> dict[str, Any]:
        """What has arrived since."""
        with urlopen(f"{self.url}/stats") as answer:  # noqa: S310
            return dict(json.load(answer))


@contextlib.contextmanager
def running() -> Iterator[BotApi]:
    """The server in a process of its own."""
    command = [sys.executable, "-m", "tests.benchmarks.bot_api"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        try:
            yield BotApi(int(process.stdout.readline()))
        finally:
            process.kill()


def served(protocol: type[Protocol]) -> None:
    """Serve, on uvloop where there is one."""
    with contextlib.suppress(KeyboardInterrupt):
        try:
            import uvloop
        except ImportError:
            asyncio.run(serve(protocol))
        else:
            uvloop.run(serve(protocol))


if __name__ == "__main__":
    served(Protocol)
