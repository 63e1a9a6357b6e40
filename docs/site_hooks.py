"""Pages of the site that are made of what is there already: the settings, and the changelog."""

from __future__ import annotations

from dataclasses import Field, fields
from pathlib import Path
from typing import Any, get_type_hints

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

from bot.setting_values import expected
from bot.settings import Settings

_ROOT = Path(__file__).parents[1]
_HEAD = """# Settings

Environment variables, or lines in a file `.env` in the working folder. This page is made of the program's own
definitions when the site is built; the [handbook](operating.md#settings) says more of each.
"""


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that no file holds."""
    changelog = (_ROOT / "CHANGELOG.md").read_text(encoding="utf-8").replace("](docs/", "](")
    for name, text in {"settings.md": settings_page(), "changelog.md": changelog}.items():
        files.append(File.generated(config, name, content=text))
    return files


def settings_page() -> str:
    """Every setting with its values, default and meaning, in the groups of .env.example."""
    kinds = get_type_hints(Settings, include_extras=True)
    about = {each.name: each for each in fields(Settings)}
    parts = [_HEAD]
    for group in _groups():
        rows = "".join(_row(about[name], kinds[name]) for name in group)
        parts.append(f"| setting | values | default | meaning |\n|---|---|---|---|\n{rows}")
    return "\n".join(parts)


def _groups() -> list[list[str]]:
    blocks = (_ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n")
    found = [[line.partition("=")[0].lower() for line in block.splitlines() if line[:1].isupper()] for block in blocks]
    return [group for group in found if group]


def _row(about: Field[Any], kind: Any) -> str:  # noqa: ANN401 - a type, or what `Annotated` makes of one
    default = about.default
    shown = "" if default in (None, "") else f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
    return f"| `{about.name.upper()}` | {expected(kind)} | {shown} | {about.metadata['meaning']} |\n"
