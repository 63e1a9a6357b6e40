"""A process that holds the lock until it is killed. Usage: python -m tests.unit.bot.holding DATABASE_URL"""

from __future__ import annotations

import signal
import sys

from bot.engines import alone
from digests.storage.database import Database

if __name__ == "__main__":
    with alone(Database(sys.argv[1])):
        sys.stdout.write("held\n")
        sys.stdout.flush()
        signal.pause()
