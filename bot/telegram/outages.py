"""The word of the operators that stands above answers and digests while something is wrong."""

from __future__ import annotations

from datetime import datetime, tzinfo

from bot.i18n import Markup, Texts
from bot.telegram.html import fits, join
from bot.telegram.messages import View
from digests.domain.outages import Outage
from digests.services.outages import Outages

LIMIT = 500
"""UTF-16 units of such a word: it must leave room for what stands below it."""


def outage_notice(outage: Outage, texts: Texts, zone: tzinfo, now: datetime) -> Markup:
    """The word as readers see it; a draft as of `now` (UTC)."""
    since = texts.moment(outage.begun_at or now, zone, now)
    return Markup(texts("outage.notice", since=since, message=outage.message))


async def notice_now(outages: Outages, view: View) -> Markup | None:
    """The word that readers see now; None when there is none."""
    outage = await outages.current()
    return outage_notice(outage, view.texts, view.zone, view.now) if outage is not None else None


def headed(notice: str | None, html: str) -> Markup:
    """A message below the word; alone where both together are too long for one message."""
    whole = join("\n\n", notice, html)
    return whole if fits(whole) else Markup(html)
