"""Every module can be imported first: no circle of imports hides behind a lucky order."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# Third-party modules stay loaded, ours are forgotten before each import, so that all of it takes seconds. What a
# package itself loads is done with it: whoever imports such a module first imports the package first.
_PROGRAM = """
import gc, importlib, sys, traceback
gc.disable()
failed, done = 0, set()
for name in sys.argv[1:]:
    if name in done:
        continue
    for loaded in [one for one in sys.modules if one.partition(".")[0] in ("bot", "digests")]:
        del sys.modules[loaded]
    try:
        importlib.import_module(name)
    except Exception:
        failed += 1
        print(name, traceback.format_exc(limit=-3), sep="\\n")
    done |= {one for one in sys.modules if one.startswith(name + ".")}
sys.exit(min(failed, 1))
"""


def modules() -> list[str]:
    """The dotted names of all our modules but migrations, which Alembic alone can run."""
    found = []
    for package in ("bot", "digests"):
        for path in sorted((ROOT / package).rglob("*.py")):
            parts = path.relative_to(ROOT).with_suffix("").parts
            if "migrations" not in parts and parts[-1] != "__main__":
                found.append(".".join(parts[:-1] if parts[-1] == "__init__" else parts))
    return found


def test_every_module_imports_alone() -> None:
    names = modules()
    assert len(names) > 100
    done = subprocess.run(
        [sys.executable, "-c", _PROGRAM, *names], capture_output=True, text=True, cwd=ROOT, check=False, timeout=300
    )
    assert done.returncode == 0, done.stdout + done.stderr


def test_the_shell_answers_before_anything_heavy_is_loaded() -> None:
    program = "import sys, bot.cli; print([name for name in sys.argv[1:] if name in sys.modules])"
    heavy = ("telegram", "aiohttp", "trafilatura", "apscheduler", "numpy", "alembic")
    done = subprocess.run(
        [sys.executable, "-c", program, *heavy], capture_output=True, text=True, cwd=ROOT, check=True, timeout=60
    )
    assert done.stdout.strip() == "[]"
