"""A process that hangs at its end is ended."""

from __future__ import annotations

import asyncio
import signal
import sys

_HANGING = """
import asyncio, time
from bot.stopping import stop_signal

async def main():
    with stop_signal(0.2) as stopped:
        print("ready", flush=True)
        await stopped.wait()
        time.sleep(60)  # the loop itself hangs

asyncio.run(main())
"""


async def test_whatever_hangs_the_process_ends() -> None:
    program = await asyncio.create_subprocess_exec(sys.executable, "-c", _HANGING, stdout=asyncio.subprocess.PIPE)
    assert program.stdout is not None
    assert await program.stdout.readline() == b"ready\n"
    program.send_signal(signal.SIGTERM)
    said, _ = await asyncio.wait_for(program.communicate(), 30)
    assert program.returncode == 0
    assert b"stopped_hard" in said
