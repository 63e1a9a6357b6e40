"""The bot as an operator runs it: processes of `python -m bot`, what they use of the machine, what they are sent."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from tests.benchmarks.update_api import UpdateApi

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105
SECRET = "only-for-measuring-here"  # noqa: S105
FIRST_CHAT = 20_000_000
STOPS = 20.0
_TICKS = os.sysconf("SC_CLK_TCK")
_STEP = 0.05


@contextlib.contextmanager
def bot(role: str, api: UpdateApi, database: str, **settings: object) -> Iterator[subprocess.Popen[bytes]]:
    """`bot run`, `bot web` or `bot work`, as settings have it; stopped at the end as an operator stops it."""
    given = {"BOT_TOKEN": TOKEN, "API_URL": api.url, "DATABASE_URL": database, "LOG_FORMAT": "json"}
    if role == "web":
        given |= {"WEBHOOK_URL": f"http://127.0.0.1:{settings['HTTP_PORT']}/telegram", "WEBHOOK_SECRET": SECRET}
    given |= {name: str(value) for name, value in settings.items()}
    with started([sys.executable, "-m", "bot", role], os.environ | given) as process:
        yield process


@contextlib.contextmanager
def started(command: Sequence[str], environment: Any = None) -> Iterator[subprocess.Popen[bytes]]:  # noqa: ANN401
    """A process whose log goes nowhere; stopped at the end."""
    process = subprocess.Popen(command, env=environment, stderr=subprocess.DEVNULL)
    try:
        yield process
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOPS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(what: Any, seconds: float, name: str) -> Any:  # noqa: ANN401 - whatever the call gives once it is true
    """Ask until the answer is true. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not (found := what()):
        if time.monotonic() > end:
            raise TimeoutError(name)
        time.sleep(_STEP)
    return found


def cpu(process: subprocess.Popen[bytes]) -> float:
    """Seconds of CPU that a process has used, its threads included."""
    fields = Path(f"/proc/{process.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS


def memory(process: subprocess.Popen[bytes]) -> float:
    """Megabytes that a process has in memory."""
    status = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def message(number: int, chat: int, text: str, kind: str = "private") -> dict[str, Any]:
    """An update with what somebody wrote, with everything that Telegram tells of him."""
    person = {"id": chat, "is_bot": False, "first_name": "Ada", "username": f"ada{chat}", "language_code": "de"}
    here: dict[str, Any] = {"id": chat, "type": kind}
    here |= {"first_name": "Ada", "username": f"ada{chat}"} if kind == "private" else {"title": "Runde"}
    said: dict[str, Any] = {"message_id": number, "from": person, "chat": here, "date": int(time.time()), "text": text}
    if text.startswith("/"):
        said["entities"] = [{"offset": 0, "length": len(text.split(maxsplit=1)[0]), "type": "bot_command"}]
    return {"update_id": number, "message": said}


def press(number: int, chat: int, data: str) -> dict[str, Any]:
    """An update with a pressed button under a message of the bot."""
    under = message(number, chat, "Ihre Meldungen")["message"]
    me = {"id": 110201543, "is_bot": True, "first_name": "Depesche", "username": "depesche_bot"}
    query = {"id": str(number), "from": under["from"], "chat_instance": "1", "data": data}
    return {"update_id": number, "callback_query": query | {"message": under | {"from": me}}}
