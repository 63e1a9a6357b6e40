"""The operator's handbook keeps up with the program."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bot.cli import main
from tests.support.settings import DEFAULTS

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def handbook() -> str:
    return (ROOT / "docs" / "operating.md").read_text(encoding="utf-8")


def commands(group: click.Group, prefix: str = "") -> Iterator[str]:
    for name, command in group.commands.items():
        if isinstance(command, click.Group):
            yield from commands(command, f"{prefix}{name} ")
        else:
            yield prefix + name


@pytest.mark.parametrize("command", [*commands(main)])
def test_every_command_is_explained(handbook: str, command: str) -> None:
    assert re.search(rf"`{command}[ `]", handbook), f"docs/operating.md does not explain `{command}`"


@pytest.mark.parametrize("name", DEFAULTS)
def test_every_setting_is_explained_with_its_default(handbook: str, name: str) -> None:
    row = re.search(rf"^\| `{name.upper()}` \|(.*?)\| (.+) \|$", handbook, re.MULTILINE)
    assert row, f"docs/operating.md does not list {name.upper()}"
    default = DEFAULTS[name]
    if default is not None:
        shown = row[1].strip(" `")
        number = f"{default:g}" if isinstance(default, float) else str(default)
        assert shown in {str(default), number, str(default).lower() if default in (True, False) else number}, name


def test_the_handbook_lists_no_setting_that_is_gone(handbook: str) -> None:
    listed = re.findall(r"^\| `([A-Z][A-Z_]+)` \|", handbook, re.MULTILINE)
    assert sorted(listed) == sorted(name.upper() for name in DEFAULTS)


@pytest.mark.parametrize("page", ["README.md", "docs/operating.md"])
def test_commands_in_the_pages_exist(page: str) -> None:
    """Every `python -m bot COMMAND` that somebody may copy."""
    known = {name.split()[0] for name in commands(main)}
    text = (ROOT / page).read_text(encoding="utf-8")
    named = set(re.findall(r"python3? -m bot ([a-z]+(?:-[a-z]+)*)", text))
    assert named <= known
    assert named or page != "README.md"


def test_messages_name_commands_that_exist() -> None:
    """What a program says to an operator must work when it is copied."""
    known = set(commands(main))
    for path in (*(ROOT / "bot").rglob("*.py"), *(ROOT / "digests").rglob("*.py")):
        for named in re.findall(r"`python -m bot ([a-z]+(?: [a-z]+)?)", path.read_text(encoding="utf-8")):
            assert named in known or named.split()[0] in known, f"{path.name} names `{named}`"


def test_every_attack_in_the_list_has_its_test() -> None:
    """Each row of docs/security.md names a test function that exists, and each test of attacks stands in a row."""
    page = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")
    named = re.findall(r"^\| .+ \| .+ \| `(\w+)` \|$", page, re.MULTILINE)
    assert len(named) == len(set(named)) == page.count("\n| ") - 1
    paths = [*(ROOT / "tests" / "sources").glob("test_*.py"), ROOT / "tests" / "services" / "test_correcting.py"]
    texts = {path.name: path.read_text(encoding="utf-8") for path in paths}
    written = {name: re.findall(r"^(?:async )?def (test_\w+)", text, re.MULTILINE) for name, text in texts.items()}
    assert set(named) <= {test for tests in written.values() for test in tests}
    attacks = {*written["test_attacks.py"], *written["test_hostile_texts.py"]}
    assert attacks - set(named) == {"test_pages_as_they_are_keep_all_their_tags"}
