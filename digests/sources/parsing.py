"""Where documents from the web are parsed: in a thread, or in processes that can be ended whatever a document does.

Nothing ends a thread, and one that parses keeps the interpreter from everybody else. anyio's `to_process` comes close,
but it imports the program's main module into each worker, lets workers hear Ctrl+C and the bot's environment, ends no
idle worker until the next call and loads whatever a worker sends back. So the processes are our own.
"""

from __future__ import annotations

import asyncio
import io
import os
import pickle
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from types import TracebackType
from typing import Any, Protocol, Self, TypeVar

import structlog

from digests.domain.sources import FetchError, Trouble
from digests.errors import InputError
from digests.sources import parsing_worker
from digests.sources.contents import Content

log = structlog.get_logger(__name__)
Value = TypeVar("Value")

WORKERS = 2
"""Processes at a time."""
DOCUMENTS = 2_000
"""Parsed by one process before a fresh one takes its place: libraries leak."""
_ANSWER = 200_000_000  # bytes; nothing that is read from a fetch comes near
_LOADER = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")  # without which some interpreters do not start


@dataclass(frozen=True, slots=True)
class ParsingLimits:
    """How much one document may cost."""

    seconds: float = 20.0  # on the wall
    memory: int = 1_000_000_000  # bytes of data; the largest page that is fetched takes a third of it
    idle_seconds: float = 60.0  # a process without work ends after so long


class Parser(Protocol):
    """Runs a function of `contents` somewhere else than in the event loop."""

    async def parse(self, work: Callable[[Content], Value], content: Content) -> Value:
        """What `work` makes of a content. Raises FetchError when it can make nothing of it."""
        ...


class ThreadParser:
    """Parses in threads: no start to wait for, and no end of what never ends. For tests and trusted documents."""

    async def parse(self, work: Callable[[Content], Value], content: Content) -> Value:
        """What `work` makes of a content. Raises FetchError."""
        try:
            return await asyncio.to_thread(work, content)
        except InputError as error:
            raise FetchError(content.url, Trouble.CONTENT, error.problem) from error


class IsolatedParser:
    """Parses in processes. `async with IsolatedParser() as parser:`

    They start when they are first needed, end when they have nothing to do, and are killed when a document takes too
    long, its task is cancelled, or the parser is closed. `work` must be a function that a fresh process can import.
    """

    def __init__(self, limits: ParsingLimits | None = None) -> None:
        """Nothing is started yet."""
        self._limits = limits or ParsingLimits()
        self._turns = asyncio.Semaphore(WORKERS)
        self._threads = ThreadPoolExecutor(WORKERS, "parsing")  # one waits for each process
        self._workers: set[_Worker] = set()
        self._idle: list[_Worker] = []
        self._ending: asyncio.TimerHandle | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._ending:
            self._ending.cancel()
        for worker in self._workers:
            worker.kill()
        await asyncio.to_thread(self._threads.shutdown)
        self._end_idle()

    async def parse(self, work: Callable[[Content], Value], content: Content) -> Value:
        """What `work` makes of a content. Raises FetchError, also when it takes too long or ends its process."""
        async with self._turns:
            worker = self._take()
            asked = asyncio.get_running_loop().run_in_executor(self._threads, worker.ask, work, content)
            try:
                await asyncio.wait({asked}, timeout=self._limits.seconds)
            finally:
                if not asked.done():
                    worker.kill()
                    asked.add_done_callback(_settled)
                    self._workers.discard(worker)
            if not asked.done():
                raise self._trouble(content, f"takes longer than {self._limits.seconds:g} seconds to parse")
            answer = self._keep(worker, asked)
        match answer:
            case parsing_worker.VALUE, value:
                return value  # type: ignore[no-any-return]
            case parsing_worker.INPUT, str(problem):
                raise FetchError(content.url, Trouble.CONTENT, problem)
            case (parsing_worker.MEMORY,):
                raise self._trouble(content, f"takes more than {self._limits.memory / 1e6:g} MB of memory to parse")
            case parsing_worker.FAULT, str(fault):
                raise ParserFaultError(f"{content.url}: {fault}")
        raise self._trouble(content, f"ends the process that parses it ({worker.end})")

    def _take(self) -> _Worker:
        if self._ending:
            self._ending.cancel()
        if self._idle:
            return self._idle.pop()
        worker = _Worker(self._limits)
        self._workers.add(worker)
        return worker

    def _keep(self, worker: _Worker, asked: asyncio.Future[Any]) -> Any:  # noqa: ANN401 - whatever was sent
        """The answer; its process waits for the next document, unless it is dead or has done its part."""
        if worker.is_alive and worker.documents < DOCUMENTS:
            self._idle.append(worker)
        else:
            self._workers.discard(worker)
            worker.kill()
        self._ending = asyncio.get_running_loop().call_later(self._limits.idle_seconds, self._end_idle)
        return asked.result()

    def _end_idle(self) -> None:
        for worker in self._idle:
            worker.kill()
            worker.close()
            self._workers.discard(worker)
        self._idle.clear()

    def _trouble(self, content: Content, reason: str) -> FetchError:
        log.warning("document_given_up", reason=reason, bytes=len(content.body))
        return FetchError(content.url, Trouble.CONTENT, reason)


class ParserFaultError(Exception):
    """A fault of ours in parsing, or in starting the process for it."""


class _Worker:
    """One process, and the pipes to it. `ask` blocks and is called in a thread, `kill` from anywhere."""

    def __init__(self, limits: ParsingLimits) -> None:
        self._limits = limits
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()
        self._killed = False
        self.documents = 0
        self.end = ""  # how it ended, for the operator

    @property
    def is_alive(self) -> bool:
        """False once it has ended, or is about to."""
        return not self.end and not self._killed

    def ask(self, work: Callable[[Content], object], content: Content) -> tuple[Any, ...]:
        """The process's answer; nothing when it ends without one. Raises ParserFaultError when it does not start."""
        process = self._process or self._start()
        assert process.stdin is not None, "piped"  # noqa: S101
        assert process.stdout is not None, "piped"  # noqa: S101
        self.documents += 1
        try:
            parsing_worker.send(process.stdin, (work, content))
            data = parsing_worker.receive(process.stdout, _ANSWER)
        except BrokenPipeError:
            data = None
        answer: tuple[Any, ...] = _load(data) if data is not None else ()
        if not answer or answer[0] == parsing_worker.MEMORY:
            self.kill()
            self.close()
        return answer

    def kill(self) -> None:
        """End it at once."""
        with self._lock:
            self._killed = True
            if self._process is not None and self._process.returncode is None:
                self._process.kill()

    def close(self) -> None:
        """Wait for the end of a killed process, and note how it came."""
        if self._process is None:
            return
        code = self._process.wait()
        self.end = signal.Signals(-code).name if code < 0 else f"exit code {code}"
        for pipe in (self._process.stdin, self._process.stdout):
            try:
                if pipe is not None:
                    pipe.close()
            except BrokenPipeError:
                pass  # what it has not read is lost with it

    def _start(self) -> subprocess.Popen[bytes]:
        seconds = str(int(self._limits.seconds) + 5)  # the alarm is for when this process is gone
        command = [sys.executable, "-P", "-m", parsing_worker.__name__, str(self._limits.memory), seconds]
        with self._lock:
            process = self._process = subprocess.Popen(  # noqa: S603 - our own module
                command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                env=_environment(),
                start_new_session=True,  # Ctrl+C is not for it
            )
            if self._killed:
                process.kill()
        assert process.stdout is not None, "piped"  # noqa: S101
        if parsing_worker.receive(process.stdout) is None and not self._killed:
            self.kill()
            self.close()
            raise ParserFaultError(f"the process that parses documents does not start ({self.end})")
        return process


class _Answers(pickle.Unpickler):
    """Loads what a worker may say and nothing else, since a document may have taken it over."""

    _MODULES = ("digests.domain.sources", "digests.text.markup", "datetime")
    _BUILTINS = ("frozenset", "set")

    def find_class(self, module: str, name: str) -> Any:  # noqa: ANN401 - as the base class has it
        """A class by its name."""
        if "." not in name and (module in self._MODULES or (module == "builtins" and name in self._BUILTINS)):
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        raise pickle.UnpicklingError(f"{module}.{name} is no part of an answer")


def _load(data: bytes) -> tuple[Any, ...]:
    try:
        answer = _Answers(io.BytesIO(data)).load()
    except Exception as error:  # a pickle can fail in every way
        return parsing_worker.FAULT, f"the answer makes no sense ({error})"
    return answer if isinstance(answer, tuple) and answer else ()


def _settled(asked: asyncio.Future[Any]) -> None:
    """Nobody waits for this answer any more."""
    if not asked.cancelled():
        asked.exception()


def _environment() -> dict[str, str]:
    """What Python needs to find our modules, and none of the bot's secrets."""
    given = os.environ  # noqa: TID251 - handed on, not read
    passed = {name: given[name] for name in _LOADER if name in given}
    return passed | {"PYTHONPATH": os.pathsep.join(os.path.abspath(path) for path in sys.path)}  # noqa: PTH100
