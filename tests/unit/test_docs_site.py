"""The site of the documentation: built strictly, whole, and without anything from elsewhere."""

from __future__ import annotations

import re
import subprocess
import sys
from html.parser import HTMLParser
from importlib.util import find_spec
from pathlib import Path

import pytest
import yaml

from bot.i18n import translations
from bot.telegram.handlers import REGISTRY
from bot.telegram.menu import OPERATORS_MENU
from tests.support.settings import DEFAULTS

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


class Loaded(HTMLParser):
    """What a browser loads by itself when it shows a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = dict(attrs)
        address = values.get("src") or (values.get("href") if tag == "link" else None)
        if address and values.get("rel") not in ("canonical", "prev", "next"):
            self.addresses.append(address)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if find_spec("mkdocs") is None or find_spec("material") is None:
        pytest.skip("mkdocs-material is not installed (pip install -e '.[dev]')")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def test_the_site_has_every_page_and_loads_nothing_from_elsewhere(site: Path) -> None:
    pages = {path.stem for path in DOCS.glob("*.md")} | {"settings", "changelog"}
    assert pages <= {path.stem for path in site.glob("*.html")}
    for path in site.glob("*.html"):
        loaded = Loaded()
        loaded.feed(path.read_text(encoding="utf-8"))
        assert loaded.addresses
        assert not [each for each in loaded.addresses if re.match(r"(https?:)?//", each)], path.name


def test_the_reference_tells_every_setting(site: Path) -> None:
    page = (site / "settings.html").read_text(encoding="utf-8")
    assert re.findall(r"<td><code>([A-Z_]+)</code></td>", page) == [name.upper() for name in DEFAULTS]
    assert "whole number from 2 to 3650" in page
    assert "a text, kept secret" in page


def test_every_page_stands_in_the_contents() -> None:
    listed = set(re.findall(r": ([\w-]+\.md)$", (ROOT / "mkdocs.yml").read_text(encoding="utf-8"), re.MULTILINE))
    assert listed == {path.name for path in DOCS.glob("*.md")} | {"settings.md", "changelog.md"}
    assert yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["theme"]["font"] is False


@pytest.mark.parametrize("page", ["reading.md", "lesen.md"])
def test_the_readers_guides_tell_every_command(page: str) -> None:
    text = (DOCS / page).read_text(encoding="utf-8")
    told = set(re.findall(r"`/(\w+)", text))
    # `start` is what Telegram's own button sends; operators have their handbook
    missing = {command.name for command in REGISTRY.commands} - told - set(OPERATORS_MENU)
    assert not missing, f"docs/{page} does not tell {sorted(missing)}"


def test_the_handbook_tells_operators_commands() -> None:
    text = (DOCS / "operating.md").read_text(encoding="utf-8")
    assert all(f"`/{name}" in text for name in OPERATORS_MENU)


@pytest.mark.parametrize(("page", "language"), [("reading.md", "en"), ("lesen.md", "de")])
def test_guides_name_the_buttons_as_they_are(page: str, language: str) -> None:
    text, texts = " ".join((DOCS / page).read_text(encoding="utf-8").split()), translations(language)
    for key in ("save", "share", "report", "follow_story", "why", "more_of_this", "less", "adjust", "undo"):
        assert f"*{texts(f'button.{key}')}*" in text, key
