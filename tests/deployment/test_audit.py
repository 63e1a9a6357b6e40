"""`.ci/audit` says what an advisory service knows, and never that all is well when nobody was asked."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
FINE = {"name": "yarl", "version": "1.0", "vulns": []}
UNKNOWN = {"name": "attrs", "skip_reason": "Dependency not found on PyPI and could not be audited: attrs (1.0)"}
WEAK = {"name": "jinja2", "version": "2.10", "vulns": [{"id": "PYSEC-2019-217", "fix_versions": ["2.10.1"]}]}


def audited(tmp_path: Path, **answers: list[dict[str, Any]] | None) -> str:
    """What the script prints when the services answer like this; None: they cannot be reached."""
    command = tmp_path / "pip-audit"
    told = {name: None if each is None else json.dumps({"dependencies": each}) for name, each in answers.items()}
    command.write_text(
        f"#!{sys.executable}\nimport sys\nanswer = {told!r}[sys.argv[2]]\n"
        "if answer is None: sys.exit('ConnectionError: Max retries exceeded')\nprint(answer)\n"
        "sys.exit('PYSEC' in answer)\n"
    )
    command.chmod(0o755)
    result = subprocess.run(
        [sys.executable, ".ci/audit", str(command), str(tmp_path / "audit.json")],
        cwd=ROOT, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert result.returncode == 0, result.stderr
    return result.stdout


@pytest.mark.parametrize("pypi", [None, [UNKNOWN, UNKNOWN]])
def test_where_nobody_can_be_asked_it_says_so(tmp_path: Path, pypi: list[dict[str, Any]] | None) -> None:
    """A mirror answers 404 for every package: that is no clean bill of health."""
    said = audited(tmp_path, osv=None, pypi=pypi)
    assert "weaknesses were NOT looked for" in said
    assert "✓" not in said
    assert not (tmp_path / "audit.json").exists()


def test_the_first_that_answers_is_told(tmp_path: Path) -> None:
    assert audited(tmp_path, osv=[FINE], pypi=None).startswith("✓ OSV knows no weakness of 1 packages")
    said = audited(tmp_path, osv=None, pypi=[FINE, UNKNOWN, WEAK])
    assert "! jinja2 2.10: PYSEC-2019-217, fixed in 2.10.1" in said
    assert "1 packages were not looked at: PyPI" in said
    assert "✓" not in said
    assert len(json.loads((tmp_path / "audit.json").read_text())) == 3
