"""The title of a text: found before its body, or made from its lead."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digests.text.lines import Line, Role
from digests.text.quotes import balanced
from digests.text.summarising import content_stems, leans_on_context
from digests.text.words import words

_LOOK_BACK = 25  # short lines before the body that may be its title
_WHOLE = 160  # characters up to which a whole sentence may stand as a headline
_CUT = 110
_CLAUSE = re.compile(r"[,;:]\s|\s[–—-]\s")
_LEFT = re.compile(r"[\s,;:–—-]+$")


def find_title(before: Sequence[Line], lead: str, language: str) -> Line | None:
    """The headline-like line before the body: 3 to 25 words, near, and speaking of what the lead speaks of.

    Of the last 25 short lines the one counts that shares most content with the lead; the nearest wins a tie, and
    is taken alone when it stands directly before the body.
    """
    about = content_stems(lead, language)
    lines = [line for line in before if line.role in (Role.SHORT, Role.SENTENCE, Role.BODY) and not line.bullet]
    candidates = [line for line in lines if 3 <= line.words <= 25][-_LOOK_BACK:]
    best: Line | None = None
    best_score = 0.0
    for distance, line in enumerate(reversed(candidates)):
        content = content_stems(line.text, language)
        shared = len(content & about) / (len(content) + 1.5)
        score = shared + (0.15 if distance == 0 and before and before[-1] is line else 0.0) - 0.005 * distance
        if score > best_score:
            best, best_score = line, score
    return best


def derive_title(sentences: Sequence[str], language: str) -> str:
    """A headline made of the lead, word for word.

    The first sentence that stands alone (no question, nothing that points back) goes without its full stop. Above 160
    characters it is cut at the last clause boundary within 110 that is outside quotations and brackets and keeps five
    words; without one, behind the last whole word, with an ellipsis.
    """
    if not sentences:
        return ""
    alone = [text for text in sentences if not text.endswith("?") and not leans_on_context(text, language)]
    sentence = (alone or list(sentences))[0]
    whole = sentence[:-1] if sentence.endswith(".") and not sentence.endswith("..") else sentence
    if len(whole) <= _WHOLE:
        return whole
    cuts = [match.start() for match in _CLAUSE.finditer(whole, 0, _CUT + 1)]
    for cut in reversed(cuts):
        head = _LEFT.sub("", whole[:cut])
        if len(words(head)) >= 5 and balanced(head):
            return head
    spaces = [match.start() for match in re.finditer(" ", whole[:_CUT])]
    for cut in reversed(spaces):
        head = _LEFT.sub("", whole[:cut])
        if balanced(head) and len(words(head)) >= 3:
            return f"{head} …"
    return f"{_LEFT.sub('', whole[:_CUT])} …"
