"""The wheel: everything that the program reads is in it, and it works where nothing else of the project is."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from zipfile import ZipFile

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("build") is None or find_spec("hatchling") is None:
        pytest.skip("build and hatchling are not installed (pip install -e '.[dev]')")
    folder = tmp_path_factory.mktemp("wheel")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(folder), str(ROOT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    (found,) = folder.glob("*.whl")
    return found


def test_it_holds_every_file_of_the_packages_and_what_they_read(wheel: Path) -> None:
    held = set(ZipFile(wheel).namelist())
    ours = {
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "digests")
        for path in (ROOT / package).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    assert ours <= held
    assert {Path(each).suffix for each in ours} >= {".py", ".po", ".toml", ".css", ".js", ".html"}
    assert {f"bot/seeds/{path.name}" for path in (ROOT / "seeds").iterdir()} <= held
    pages = {"bot/privacy.md", "bot/datenschutz.md"}
    assert pages <= held
    assert not [each for each in held - ours - pages if not each.startswith(("bot/seeds/", "depesche-"))]


def test_it_has_one_version(wheel: Path) -> None:
    version = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"]
    assert wheel.name.startswith(f"depesche-{version}-")
    assert f"## {version}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_it_works_alone(wheel: Path, tmp_path: Path) -> None:
    """As installed, beside the libraries; `.ci/release` does the same in environments that had nothing before."""
    installed, elsewhere = tmp_path / "installed", tmp_path / "elsewhere"
    elsewhere.mkdir()
    ZipFile(wheel).extractall(installed)
    environment = {"PATH": os.environ["PATH"], "HOME": str(elsewhere), "PYTHONPATH": str(installed), "LANG": "C.UTF-8"}

    def said(*command: str) -> str:
        whole = [sys.executable, "-P", *command]
        done = subprocess.run(whole, cwd=elsewhere, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    assert str(installed) in said("-c", "import bot, digests; print(bot.__file__, digests.__file__)")
    assert "✓ The script went through" in said("-m", "bot", "demo", "--script")
    said("-m", "bot", "db", "upgrade")
    assert "2 added, 0 errors" in said("-m", "bot", "import", str(installed / "bot" / "seeds"))
    assert "Ukraine" in said("-m", "bot", "topics", "list")
