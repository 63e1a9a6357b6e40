"""What commands are called: each has one English name that works everywhere, and names in other languages.

Telegram takes only a-z, digits and _ in commands, so Ukrainian readers, too, are told the English names; their own are
understood when they are typed. Every name of every language is understood by everybody; what a reader is shown is the
name of his language.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType

NAMES: Mapping[str, Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "de": {
            "latest": ("neu", "neues", "nachrichten"),
            "topic": ("thema",),
            "topics": ("themen",),
            "search": ("suche",),
            "saved": ("gemerkt",),
            "mute": ("stumm",),
            "unmute": ("laut",),
            "follow": ("folge",),
            "sources": ("quellen",),
            "time": ("zeit",),
            "days": ("tage",),
            "timezone": ("zeitzone",),
            "length": ("laenge",),
            "breaking": ("eilmeldungen", "eilmeldung", "eil"),
            "language": ("sprache",),
            "settings": ("einstellungen",),
            "resume": ("weiter",),
            "share": ("teilen",),
            "privacy": ("datenschutz",),
            "mydata": ("meinedaten",),
            "forget": ("loeschmich",),
            "help": ("hilfe",),
            "bind": ("verbinden",),
            "unbind": ("trennen",),
            "channels": ("kanaele",),
            "admin": ("betrieb",),
            "health": ("zustand",),
            "stats": ("zahlen",),
            "source": ("quelle",),
            "ingest": ("einlesen",),
            "report": ("meldungen",),
            "correct": ("korrigieren",),
            "preview": ("vorschau",),
            "broadcast": ("rundnachricht",),
            "ban": ("sperren",),
            "backup": ("sicherung",),
            "outage": ("stoerung",),
        },
        "uk": {
            "latest": ("latest", "нове", "новини"),
            "topic": ("topic", "тема"),
            "topics": ("topics", "теми"),
            "digest": ("digest", "дайджест"),
            "search": ("search", "пошук"),
            "saved": ("saved", "збережене"),
            "mute": ("mute", "приховати"),
            "unmute": ("unmute", "показати"),
            "follow": ("follow", "стежити"),
            "sources": ("sources", "джерела"),
            "time": ("time", "час"),
            "days": ("days", "дні"),
            "timezone": ("timezone", "пояс"),
            "length": ("length", "обсяг"),
            "breaking": ("breaking", "термінові"),
            "language": ("language", "мова"),
            "settings": ("settings", "налаштування"),
            "pause": ("pause", "пауза"),
            "resume": ("resume", "далі"),
            "status": ("status", "статус"),
            "share": ("share", "поділитися"),
            "feedback": ("feedback", "відгук"),
            "privacy": ("privacy", "приватність"),
            "mydata": ("mydata", "дані"),
            "forget": ("forget", "видалити"),
            "stop": ("stop", "стоп"),
            "help": ("help", "допомога", "довідка"),
            "channels": ("channels", "канали"),
        },
    }
)
"""By language and English name: the names in that language, first the one that its texts use."""
_NAMED = re.compile(r"\{/([a-z]+)\}")


def called(name: str, language: str) -> str:
    """What a command is called in a language, without the slash; the English name where it has no other."""
    return NAMES.get(language, {}).get(name, (name,))[0]


def aliases(name: str) -> tuple[str, ...]:
    """All the other names of a command."""
    return tuple(alias for names in NAMES.values() for alias in names.get(name, ()))


def with_names(text: str, language: str) -> str:
    """`text` with each "{/latest}" replaced by the command as its language calls it: "/neu"."""
    return _NAMED.sub(lambda found: f"/{called(found[1], language)}", text)
