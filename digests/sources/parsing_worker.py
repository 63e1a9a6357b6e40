"""The process that parses for `IsolatedParser`, one document after the other. Started by it, never by hand.

Frames on standard input and output: eight bytes of length, then a pickle. What is parsed may do anything to this
process, so it has no secrets, bounded memory, and an alarm of the kernel's that ends it when nobody else does.
"""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
from typing import IO, Any

from digests.errors import InputError

READY = "ready"
VALUE = "value"
INPUT = "input"
MEMORY = "memory"
FAULT = "fault"
"""What the first field of an answer says: it works; the value; an InputError; too little memory; a fault of ours."""


def main(memory: int, seconds: int) -> None:
    """Answer until standard input ends; `memory` in bytes, `seconds` for one document before the alarm."""
    asked, told = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    _confine(memory)
    send(told, (READY,))
    while (request := receive(asked)) is not None:
        signal.alarm(seconds)
        answer = _answer(request)
        signal.alarm(0)
        send(told, answer)
        if answer[0] == MEMORY:
            return  # what is left of it is in no good order


def _confine(memory: int) -> None:
    """Be quiet, deaf to what is meant for the bot, and small."""
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in (0, 1, 2):  # libraries in C print too
        os.dup2(nothing, stream)
    for number in (signal.SIGINT, signal.SIGTERM):  # whoever started it ends it
        signal.signal(number, signal.SIG_IGN)
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    resource.setrlimit(resource.RLIMIT_DATA, (memory if most == resource.RLIM_INFINITY else min(memory, most), most))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _answer(request: bytes) -> tuple[Any, ...]:
    try:
        work, content = pickle.loads(request)  # noqa: S301 - from the process that started this one
        return VALUE, work(content)
    except InputError as error:
        return INPUT, error.problem
    except MemoryError:
        return (MEMORY,)
    except Exception as error:
        return FAULT, f"{type(error).__name__}: {error}"


def send(stream: IO[bytes], value: object) -> None:
    """Write a frame."""
    data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
    stream.write(len(data).to_bytes(8))
    stream.write(data)
    stream.flush()


def receive(stream: IO[bytes], limit: int | None = None) -> bytes | None:
    """Read the pickle of a frame; None where the stream ends, or where it is longer than `limit` bytes."""
    head = stream.read(8)
    if len(head) < 8:
        return None
    size = int.from_bytes(head)
    data = stream.read(size) if limit is None or size <= limit else b""
    return data if len(data) == size else None


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
