"""Markdown to lines: front matter, the first heading as title, one line per block."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from markdown_it import MarkdownIt
from markdown_it.token import Token

from digests.text.markup import plain_lines

_FRONT_MATTER = re.compile(r"\A\ufeff?---[ \t]*\r?\n(.*?)^(?:---|\.\.\.)[ \t]*(?:\r?\n|\Z)", re.DOTALL | re.MULTILINE)
_PAIR = re.compile(r"^([A-Za-z_][\w-]*)[ \t]*:[ \t]*(.*)$")
_ITEM = re.compile(r"^\s+-\s+(.*)$|^-\s+(.*)$")


@dataclass(frozen=True, slots=True)
class MarkdownText:
    """A Markdown file: its front matter as plain texts, its title, its blocks as lines."""

    fields: dict[str, object]
    title: str | None
    text: str
    headings: frozenset[str]


def read_markdown(source: str) -> MarkdownText:
    """The blocks of `source`. Code and images are left out, links keep their words, list items begin with "- "."""
    match = _FRONT_MATTER.match(source)
    fields = _front_matter(match.group(1)) if match else {}
    tokens = MarkdownIt("commonmark").parse(source[match.end() :] if match else source)
    title: str | None = None
    lines: list[str] = []
    headings: set[str] = set()
    for index, token in enumerate(tokens):
        if token.type == "html_block":
            lines += plain_lines(token.content)
        if token.type != "inline" or not (line := _words(token.children or ())):
            continue
        opening = tokens[index - 1]
        if opening.type == "heading_open":
            if title is None and (opening.tag == "h1" or not lines):
                title = line
                continue
            headings.add(line)
        lines.append(f"- {line}" if index > 1 and tokens[index - 2].type == "list_item_open" else line)
    return MarkdownText(fields, title, "\n".join(lines), frozenset(headings))


def _front_matter(block: str) -> dict[str, object]:
    """`key: value` lines and `- item` lists, which is all that articles need of YAML."""
    fields: dict[str, object] = {}
    last = ""
    for line in block.splitlines():
        if pair := _PAIR.match(line):
            last = pair.group(1).lower()
            fields[last] = pair.group(2).strip().strip("\"'")
        elif (item := _ITEM.match(line)) and last:
            items = fields[last] if isinstance(fields[last], list) else []
            assert isinstance(items, list)  # noqa: S101 - narrows the type
            fields[last] = [*items, (item.group(1) or item.group(2)).strip().strip("\"'")]
    return fields


def _words(children: Sequence[Token]) -> str:
    pieces: list[str] = []
    for child in children:
        if child.type in ("text", "code_inline"):
            pieces.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            pieces.append(" ")
    return re.sub(r"\s+", " ", "".join(pieces)).strip()
