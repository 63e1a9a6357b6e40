"""Articles from files: plain text, HTML, Markdown and JSON Lines, single files or whole folders."""

from __future__ import annotations

import io
import os
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from digests.domain.articles import RawArticle
from digests.errors import InputError
from digests.sources.decoding import decode
from digests.sources.fields import language_field, text_field, time_field, topics_field, url_field
from digests.sources.markdown import read_markdown
from digests.sources.records import read_records
from digests.text.bylines import author
from digests.text.markup import Page, read_markup

FILE_LIMIT = 10_000_000
"""Bytes of one text, HTML or Markdown file; JSON Lines may be of any size."""
_PLAIN, _HTML, _MARKDOWN = (".txt", ".text"), (".html", ".htm", ".xhtml"), (".md", ".markdown")
_RECORDS = (".jsonl", ".ndjson")
_SUFFIXES = frozenset(_PLAIN + _HTML + _MARKDOWN + _RECORDS)
_EXPECTED = "expected .txt, .html, .md or .jsonl"
_HASH = re.compile(r"[_\W]*(?<![^\W_])(?=[a-f]*\d)(?=\d*[a-f])[0-9a-f]{8,}(?![^\W_])", re.IGNORECASE)
_CREDIT_LENGTH = 24  # characters of a source's name that fit beside the age on a phone


@dataclass(frozen=True, slots=True)
class _File:
    """A file to read; `guid` is its name inside `folder`."""

    path: Path
    guid: str
    folder: str

    @property
    def credit(self) -> str:
        return short_credit(self.path.stem, self.folder)


def read_files(paths: Iterable[Path], *, standard_input: BinaryIO | None = None) -> Iterator[RawArticle | InputError]:
    """Every article in `paths`, in order. What cannot be read is yielded as an InputError and the rest goes on.

    A folder is walked with all below it in sorted order; hidden files and other kinds of files are passed over, links
    that leave the folder are refused. "-" reads JSON Lines from `standard_input` (default: that of the process).
    """
    for path in paths:
        if str(path) == "-":
            yield from read_records(standard_input or sys.stdin.buffer, "standard input", "standard input", "stdin")
            continue
        for found in _find(path):
            if isinstance(found, InputError):
                yield found
            else:
                yield from _guarded(found)


def short_credit(stem: str, folder: str) -> str:
    """A file's stem as readers see it: at most 24 characters, cut at a word where one ends late enough.

    Content hashes tell readers nothing and go; what is left without a word gets the folder's name before it.
    """
    name = " ".join(_HASH.sub(" ", stem).split())
    if not re.search(r"[^\W\d_]{2}", name):
        name = f"{folder} {name}".strip()
    if len(name) <= _CREDIT_LENGTH:
        return name
    cut = max(name.rfind(mark, 0, _CREDIT_LENGTH) for mark in " _-.")
    return f"{name[: cut if cut >= _CREDIT_LENGTH // 2 else _CREDIT_LENGTH - 1]}…"


def _find(path: Path) -> Iterator[_File | InputError]:
    try:
        if path.is_dir():
            yield from _walk(path)
        elif not path.exists():
            yield InputError(str(path), "no such file or folder")
        elif not path.is_file():
            yield InputError(str(path), "neither a file nor a folder")
        elif path.suffix.lower() not in _SUFFIXES:
            yield InputError(str(path), f"files of the kind {path.suffix or path.name!r} are not read; {_EXPECTED}")
        else:
            yield _File(path, path.name, path.resolve().parent.name)
    except OSError as error:
        yield InputError(str(path), f"cannot be read ({error.strerror})")


def _walk(root: Path) -> Iterator[_File | InputError]:
    inside = root.resolve()
    faults: list[OSError] = []
    any_file = False
    for folder, names, files in os.walk(root, onerror=faults.append):
        names[:] = sorted(name for name in names if not name.startswith("."))
        for name in sorted(files):
            path = Path(folder) / name
            if name.startswith(".") or path.suffix.lower() not in _SUFFIXES:
                continue
            any_file = True
            if path.is_symlink() and not _end(path).is_relative_to(inside):
                yield InputError(str(path), "the link leaves the folder; name the file itself to read it")
            elif not path.is_file():
                yield InputError(str(path), "the link leads nowhere, or it is no plain file")
            else:
                yield _File(path, path.relative_to(root).as_posix(), inside.name)
    for fault in faults:
        yield InputError(str(fault.filename), f"cannot be read ({fault.strerror})")
    if not any_file and not faults:
        yield InputError(str(root), f"the folder has no file to read; {_EXPECTED}")


def _end(link: Path) -> Path:
    """Where a link leads; the link itself where it leads in a circle, which `Path.resolve` raises at."""
    return Path(os.path.realpath(link))


def _guarded(file: _File) -> Iterator[RawArticle | InputError]:
    try:
        if file.path.suffix.lower() in _RECORDS:
            yield from _records(file)
        else:
            yield _article(file, _text(file.path))
    except InputError as error:
        yield error
    except OSError as error:
        yield InputError(str(file.path), f"cannot be read ({error.strerror})")


def _records(file: _File) -> Iterator[RawArticle | InputError]:
    with file.path.open("rb") as raw:
        if not raw.peek(1):
            raise InputError(str(file.path), "the file is empty; expected one JSON object a line")
        head = raw.peek(2)[:2]
        stream: BinaryIO = raw
        if head in (b"\xff\xfe", b"\xfe\xff"):  # PowerShell writes UTF-16 unless told otherwise
            stream = io.BytesIO(decode(raw.read(FILE_LIMIT), str(file.path)).encode())
        yield from read_records(stream, str(file.path), file.folder, file.credit)


def _text(path: Path) -> str:
    with path.open("rb") as stream:
        data = stream.read(FILE_LIMIT + 1)
    if len(data) > FILE_LIMIT:
        raise InputError(str(path), f"the file is larger than {FILE_LIMIT // 1_000_000} MB")
    return decode(data, str(path))


def _article(file: _File, text: str) -> RawArticle:
    suffix = file.path.suffix.lower()
    fields: dict[str, object] = {}
    page = Page(text)
    if suffix in _HTML:
        page = read_markup(text)
    elif suffix in _MARKDOWN:
        markdown = read_markdown(text)
        fields = markdown.fields
        page = Page(markdown.text, markdown.headings, markdown.title)
    place = str(file.path)
    if not page.text.strip():
        raise InputError(place, "there is no text in the file")
    source = text_field(fields, "source", place)
    return RawArticle(
        guid=file.guid,
        text=page.text,
        origin=place,
        source_key=f"file:{source or file.folder}",
        source_title=source or file.folder,
        credit=source or page.site or file.credit,
        url=url_field(fields, place) or page.url,
        title=text_field(fields, "title", place) or page.title,
        teaser=text_field(fields, "teaser", place) or page.teaser,
        language=language_field(fields, place) or page.language,
        published_at=time_field(fields, place) or page.published_at,
        topics=topics_field(fields, place),
        headings=page.headings,
        paywalled=page.paywalled,
        author=author([text_field(fields, "author", place)]) or page.author,
        picture=url_field(fields, place, "picture") or page.picture,
    )
