"""Quotation marks: what is certainly a pair becomes „…“ in German, and what ends a clause stands close behind it."""

from __future__ import annotations

import re
from itertools import pairwise

_CURLY = re.compile("[„“”]")
_MARKS = re.compile('[„“”"«»]')
_LOOSE = re.compile(r"""(?<=[\w.!?…][“”»«"’'‘]) +(?=[,.;:!?](?:\s|$))""")
_LOOSE_COMMA = re.compile(r"""(?<=[“”»«"’'‘]) +(?=[,.](?:\s|$))""")
_SPACED = frozenset({"fr"})
"""Languages that set a space before ; : ! and ?, but never before a comma or a full stop."""
_OPENING, _CLOSING = "open", "close"
_BEFORE_OPENING = " \t([{–—-/:‚‘'"


def repair_quotes(line: str, language: str) -> str:
    """`line` with wrong-way quotation marks set right: “Es gab keine Fortschritte“ -> „Es gab keine Fortschritte“.

    Only German, only the marks „ “ ” and only a line in which every mark is plainly an opening one (space before,
    letter behind) or a closing one (the other way round) and the two alternate; one doubtful mark, as in
    „nur wahr„Garantie“, and the line stays. Straight quotes and «guillemets» are right as they are.
    """
    marks = list(_CURLY.finditer(line))
    if language != "de" or not marks or '"' in line:
        return line
    roles = [_role(line, mark.start()) for mark in marks]
    if len(roles) % 2 or roles != [_OPENING, _CLOSING] * (len(roles) // 2):
        return line
    letters = list(line)
    for mark, role in zip(marks, roles, strict=True):
        letters[mark.start()] = "„" if role == _OPENING else "“"
    return "".join(letters)


def close_up(line: str, language: str) -> str:
    """`line` without the space that a link or its removal has left behind a closing mark: „Le Monde“ , -> „Le Monde“,

    Only before a single , . ; : ! or ? at the end of a word; in French, where « Le Monde » : is right, only before a
    comma or full stop.
    """
    return (_LOOSE_COMMA if language in _SPACED else _LOOSE).sub("", line)


def odd_marks(line: str) -> int:
    """How many quotation marks of a line turn the wrong way or stand where neither way is right."""
    marks = list(_CURLY.finditer(line))
    wrong = 0
    for mark in marks:
        role = _role(line, mark.start())
        wrong += role is None or (mark.group() == "„" and role == _CLOSING)
    return wrong + sum(one.group() == two.group() == "“" for one, two in pairwise(marks))


def balanced(text: str) -> bool:
    """True when no quotation or bracket of `text` stays open or is closed without having been opened."""
    if text.count("(") != text.count(")") or text.count('"') % 2:
        return False
    marks = [mark.group() for mark in _MARKS.finditer(text)]
    guillemets = [mark for mark in marks if mark in "«»"]
    curly = [mark for mark in marks if mark in "„“”"]
    return len(guillemets) % 2 == 0 and len(curly) % 2 == 0 and (not curly or _alternate(text))


def _alternate(text: str) -> bool:
    roles = [_role(text, mark.start()) for mark in _CURLY.finditer(text)]
    return roles == [_OPENING, _CLOSING] * (len(roles) // 2)


def _role(line: str, at: int) -> str | None:
    """Opening, closing, or None when the neighbours do not tell."""
    before = line[at - 1] if at else " "
    after = line[at + 1] if at + 1 < len(line) else " "
    opens = before in _BEFORE_OPENING and not after.isspace()
    closes = not before.isspace() and not after.isalnum()
    if opens and not closes:
        return _OPENING
    if closes and not opens:
        return _CLOSING
    if opens and closes:  # "(„“)": the mark itself is the only witness
        return {"„": _OPENING, "”": _CLOSING}.get(line[at])
    return None
