"""Pages of the site that are made of what is there already: the settings, and the changelog."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from mkdocs.config.defaults import MkDocsConfig
from mkdocs.structure.files import File, Files

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
    properties = Settings.model_json_schema()["properties"]
    parts = [_HEAD]
    for group in _groups():
        rows = "".join(_row(name, properties[name]) for name in group)
        parts.append(f"| setting | values | default | meaning |\n|---|---|---|---|\n{rows}")
    return "\n".join(parts)


def _groups() -> list[list[str]]:
    blocks = (_ROOT / ".env.example").read_text(encoding="utf-8").split("\n\n")
    found = [[line.partition("=")[0].lower() for line in block.splitlines() if line[:1].isupper()] for block in blocks]
    return [group for group in found if group]


def _row(name: str, about: dict[str, Any]) -> str:
    default = Settings.model_fields[name].default
    shown = "" if default in (None, "") else f"`{default:g}`" if isinstance(default, float) else f"`{default}`"
    return f"| `{name.upper()}` | {_values(about)} | {shown} | {about['description']} |\n"


def _values(about: dict[str, Any]) -> str:
    """What a setting may be, in words."""
    kind = next((each for each in about.get("anyOf", [about]) if each.get("type") != "null"), about)
    if "enum" in kind:
        return ", ".join(f"`{value}`" for value in kind["enum"])
    if kind.get("format") == "password":
        return "text, kept secret"
    if kind.get("format") == "path":
        return "path of a file"
    if kind["type"] not in ("integer", "number"):
        return "text"
    word = {"integer": "whole number", "number": "number"}[kind["type"]]
    low, high = kind.get("minimum"), kind.get("maximum", kind.get("exclusiveMaximum"))
    above = kind.get("exclusiveMinimum")
    start = f" from {low:g}" if low is not None else f" above {above:g}" if above is not None else ""
    return word + start + (f" to {high:g}" if high is not None else "")
