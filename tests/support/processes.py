"""Our programs as real processes: started, listened to, ended by signals."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.support.settings import DEFAULTS

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0
"""Seconds for a start on a machine that is busy with much else."""


@dataclass
class Program:
    """A running process and all that it has said."""

    process: asyncio.subprocess.Process
    output: str = ""
    _silent: bool = False
    _changed: asyncio.Condition = field(default_factory=asyncio.Condition)

    async def listen(self, stream: asyncio.StreamReader) -> None:
        """Keep what the process says until it ends."""
        while line := await stream.readline():
            async with self._changed:
                self.output += line.decode()
                self._changed.notify_all()
        async with self._changed:
            self._silent = True
            self._changed.notify_all()

    async def says(self, part: str, times: int = 1) -> str:
        """Wait until it has said something, so many times; the last line that holds it. Raises AssertionError."""
        try:
            async with asyncio.timeout(PATIENCE), self._changed:
                await self._changed.wait_for(lambda: self.output.count(part) >= times)
        except TimeoutError:
            raise AssertionError(f"{part!r} was not said {times} times:\n{self.output}") from None
        return [line for line in self.output.splitlines() if part in line][-1]

    async def ends(self) -> int:
        """Wait for the end; the exit code."""
        async with asyncio.timeout(PATIENCE):
            code = await self.process.wait()
        async with self._changed:
            await self._changed.wait_for(lambda: self._silent)
        return code

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> tuple[int, float]:
        """Send a signal; the exit code, and the seconds it took."""
        began = time.monotonic()
        self.process.send_signal(number)
        code = await self.ends()
        return code, time.monotonic() - began

    def memory(self) -> int:
        """Resident memory in bytes, on Linux."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        line = next(line for line in status.splitlines() if line.startswith("VmRSS:"))
        return int(line.split()[1]) * 1024


@asynccontextmanager
async def program(*arguments: str, folder: Path, **settings: str) -> AsyncIterator[Program]:
    """Run `python -m ...` in `folder` with nothing but these settings; killed at the end if it still runs."""
    ours = {name.upper() for name in DEFAULTS}
    environment = {name: value for name, value in os.environ.items() if name not in ours}
    environment |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"} | settings
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", *arguments, cwd=folder, env=environment,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT, limit=2**20,
    )  # fmt: skip
    assert process.stdout is not None
    running = Program(process)
    listening = asyncio.ensure_future(running.listen(process.stdout))
    try:
        yield running
    finally:
        if process.returncode is None:
            process.kill()
        await process.wait()
        await listening
