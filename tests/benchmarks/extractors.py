"""Other ways to the main text of a page, to measure cleaning against: libraries that do the same job.

Each takes the HTML of a page, or of a plain text with one `<p>` per line, and gives its paragraphs.
"""

from __future__ import annotations

import html as markup
import importlib.util
from collections.abc import Callable, Iterator, Mapping

from tests.benchmarks.data import MissingDataError

Extract = Callable[[str, str], list[str]]
"""HTML and ISO 639-1 language to paragraphs."""
_STOPLISTS = {
    "de": "German", "en": "English", "uk": "Ukrainian", "ru": "Russian", "fr": "French", "es": "Spanish",
    "it": "Italian", "nl": "Dutch", "pl": "Polish", "pt": "Portuguese", "tr": "Turkish", "da": "Danish",
    "cs": "Czech", "lt": "Lithuanian", "no": "Norwegian_Bokmal", "sv": "Swedish", "hu": "Hungarian", "id": "Indonesian",
}  # fmt: skip
_LONG_LINE = 15  # words


def as_html(text: str) -> str:
    """A plain text as the plainest page there is."""
    return "<html><body>" + "".join(f"<p>{markup.escape(line)}</p>\n" for line in text.split("\n")) + "</body></html>"


def extractors() -> Iterator[tuple[str, Extract | MissingDataError]]:
    """Every way by name; one whose package is missing comes as the error that says so."""
    for name, (package, make) in _MAKERS.items():
        if package and importlib.util.find_spec(package) is None:
            yield name, MissingDataError(f"{name} is not measured: {package} is missing (pip install -e '.[bench]')")
        else:
            yield name, make()


def _boilerpy(kind: str) -> Extract:
    from boilerpy3 import extractors as library

    extractor = getattr(library, kind)(raise_on_failure=False)
    return lambda html, _: extractor.get_content(html).split("\n")


def _justext() -> Extract:
    import justext

    lists = {language: justext.get_stoplist(name) for language, name in _STOPLISTS.items()}
    every = frozenset[str]()

    def extract(html: str, language: str) -> list[str]:
        found = justext.justext(html.encode(), lists.get(language, every), encoding="utf-8")
        return [paragraph.text for paragraph in found if not paragraph.is_boilerplate and not paragraph.is_heading]

    return extract


def _trafilatura(*, fast: bool) -> Extract:
    import trafilatura

    def extract(html: str, _: str) -> list[str]:
        found = trafilatura.extract(html, include_comments=False, include_tables=False, fast=fast)
        return (found or "").split("\n")

    return extract


def _long_lines() -> Extract:
    from digests.text.markup import plain_lines

    return lambda html, _: [line for line in plain_lines(html) if len(line.split()) >= _LONG_LINE]


_MAKERS: Mapping[str, tuple[str, Callable[[], Extract]]] = {
    "boilerpy3 article": ("boilerpy3", lambda: _boilerpy("ArticleExtractor")),
    "boilerpy3 default": ("boilerpy3", lambda: _boilerpy("DefaultExtractor")),
    "jusText": ("justext", _justext),
    "trafilatura": ("trafilatura", lambda: _trafilatura(fast=False)),
    "trafilatura fast": ("trafilatura", lambda: _trafilatura(fast=True)),
    "lines of 15 words": ("", _long_lines),
}
