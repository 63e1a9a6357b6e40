"""What people, groups, outlets and articles may be called and readers may write: texts that break weak screens."""

from __future__ import annotations

from datetime import datetime

from digests.domain.articles import RawArticle

MARKUP = "<b>Fett</b> &amp; </code><script>alert(1)</script> [x](tg://user?id=1) *_`~||{title} {0} %s %(x)d"
RIGHT_TO_LEFT = "\u202eלא נכון\u202c مرحبا بالعالم \u2067שלום\u2069 Ende"
EMOJI = "👩‍👩‍👧‍👦🏳️‍🌈🇺🇦👍🏽" * 12
INVISIBLE = "Zu\u200bsam\u200cmen\u200dge\ufeffsetzt \u2060\uffa0\u3164\u200e"
LINES = "Erste Zeile\n\n\n\tZweite Zeile\r\nDritte   Dritte\x0b\x0cVierte"
BUTTON_LIKE = "v1|close|%7C|%25|v1@1|undo|1 ✓ ← Zurück"
LONG_WORD = "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichen" * 20
STACKED = "Z̵̡̛a̶l̴g̷o̸" * 30
LONG = "Äußerst ausführlich. " * 480
"""10,080 characters."""

NAMES = (MARKUP, RIGHT_TO_LEFT, EMOJI, INVISIBLE, LINES, BUTTON_LIKE, LONG_WORD, STACKED)
WRITTEN = (*NAMES, "„“", '"', "-", "+ -", "0", "١٢", "@", "#", "?" * 300, "а" * 200, LONG[:4000])
"""What readers write behind a command; a client sends at most 4096 characters."""

_BODY = (
    "Die Delegationen der Ukraine und der Türkei treffen sich am {n}. Tag in Istanbul, um über {what} zu sprechen.",
    "Strittig ist die Kontrolle der {n} Häfen, sagte {what} am Abend. <i>Das</i> bleibt & ist so.",
    "Die Ukraine will {n} Frachter im Monat auslaufen lassen, hieß es aus der Regierung.",
)


def article(number: int, now: datetime) -> RawArticle:
    """An article, outlet and source under a hostile name; each number makes another one."""
    name = NAMES[number % len(NAMES)]
    lines = [line.replace("{n}", str(number + 3)).replace("{what}", name) for line in _BODY]
    return RawArticle(
        guid=f"hostile-{number}",
        text="\n".join([*lines, LONG] if number % 4 == 0 else lines),
        origin="tests",
        source_key=f"https://outlet{number}.example/feed",
        source_title=name,
        credit=name,
        title=f"{name} {number}",
        language="de",
        published_at=now,
        topics=("ukraine",),
    )
