"""Whole questions, whose last words say what they are about: "Was gibt es Neues zu Syrien?", "Any news on Odesa?"."""

from __future__ import annotations

import re

_LONGEST = 120
"""Characters of a question; whoever writes more tells something."""
_ARTICLE = r"(?:(?:der|die|das|den|dem|the)\s+)?"
_ABOUT = rf"(?:zu[mr]?|über|von|vom|aus|ins?|im|bei|beim|mit)\s+{_ARTICLE}"
_ON = r"(?:on|about|in|from|with|of|regarding)\s+(?:the\s+)?"
_PRO = r"(?:про|щодо|з|із|зі|в|у|на)\s+"
_BEGINNINGS = [
    r"(?:und\s+)?was\s+(?:gibt(?:[’']?s|\s+es)|ist|war|passiert)\s+(?:denn\s+)?(?:heute\s+|gerade\s+)?"
    rf"(?:(?:neues|neu|los)\s+)?{_ABOUT}",
    rf"(?:gibt(?:[’']?s|\s+es)\s+)?(?:etwas\s+|was\s+)?(?:die\s+)?(?:neue(?:ste[ns]?)?\s+|aktuelle\s+|letzte\s+)?"
    rf"(?:nachrichten|news|meldungen|neuigkeiten|neues|infos?|berichte)\s+{_ABOUT}",
    r"(?:zeige?|gib|sag|schicke?|erzähle?)\s+(?:mir|uns)\s+(?:bitte\s+)?(?:etwas\s+|was\s+|mehr\s+|alles\s+)?"
    rf"(?:(?:die\s+)?(?:neueste\s+|neuesten\s+|aktuellen?\s+)?(?:nachrichten|news|meldungen|neues)\s+)?(?:{_ABOUT})?",
    rf"what(?:[’']?s|\s+is)\s+(?:new|happening|going\s+on|up|the\s+(?:latest|news))\s+{_ON}",
    rf"what\s+happen(?:s|ed)\s+{_ON}",
    rf"(?:is\s+there\s+)?any(?:thing)?\s+(?:new(?:s)?|updates?)\s+{_ON}",
    rf"(?:the\s+)?(?:latest\s+)?(?:news|headlines|updates?|stories)\s+{_ON}",
    rf"(?:show|give|tell|send)\s+(?:me|us)\s+(?:more\s+|something\s+)?"
    rf"(?:(?:the\s+)?(?:latest\s+)?(?:news|headlines|stories|updates)\s+)?(?:{_ON})?",
    rf"(?:що|шо)\s+(?:там\s+)?(?:нового|чути|сталося|відбувається)\s+{_PRO}",
    rf"(?:які\s+)?(?:є\s+)?(?:останні\s+|свіжі\s+)?новини\s+{_PRO}",
    rf"(?:покажи|розкажи|дай)\s+(?:мені\s+|нам\s+)?(?:(?:останні\s+)?новини\s+)?(?:{_PRO})?",
]
_TODAY = r"(?:heute|gerade|today|now|bitte|please|сьогодні|зараз)"
_NEWS = re.compile(
    rf"(?:was\s+(?:gibt(?:[’']?s|\s+es)(?:\s+{_TODAY})?\s+neues|ist\s+(?:{_TODAY}\s+)?(?:los|neu|passiert))"
    r"|what(?:[’']?s|\s+is)\s+(?:new|up|happening|going\s+on|the\s+(?:news|latest))"
    r"|(?:що|шо)\s+(?:там\s+)?(?:нового|чути|сталося|відбувається)"
    r"|(?:(?:zeige?|gib|schicke?|show|give|tell|send|покажи|дай)\s+(?:mir|uns|me|us|мені|нам)?\s*(?:bitte\s+)?)?"
    r"(?:die\s+|the\s+|які\s+)?(?:neue(?:ste[ns]?)?\s+|aktuellen?\s+|latest\s+|today[’']s\s+|останні\s+|свіжі\s+)?"
    r"(?:nachrichten|news|schlagzeilen|neuigkeiten|meldungen|headlines|новини))"
    rf"(?:\s+(?:von\s+)?{_TODAY})?[\s?!.…]*",
    re.IGNORECASE,
)
_QUESTION = re.compile(rf"(?:{'|'.join(_BEGINNINGS)})(?P<about>\S.*)", re.IGNORECASE)
_TAIL = re.compile(r"(?:\s+(?:los|heute|gerade|neues|bitte|today|now|please|сьогодні|зараз))*[\s?!.…]*$", re.IGNORECASE)


def asked_about(said: str) -> str | None:
    """What a question is about, as it was written; None for anything but a question that names it."""
    question = " ".join(said.split())
    found = _QUESTION.fullmatch(question) if len(question) <= _LONGEST else None
    about = _TAIL.sub("", found["about"]) if found else ""
    return about if about and not asks_for_news(about) else None


def asks_for_news(said: str) -> bool:
    """True for a question for the news that names nothing: "Was gibt es Neues?", "Show me the headlines"."""
    question = " ".join(said.split())
    return len(question) <= _LONGEST and _NEWS.fullmatch(question) is not None
