"""How reports are named and listed."""

from __future__ import annotations

from bot.i18n import Markup, Texts
from bot.telegram.html import clip
from bot.telegram.messages import View
from digests.domain.keeping import Reported, ReportKind

_HEADLINE = 90


def kind_name(kind: ReportKind, texts: Texts) -> str:
    """What is wrong, as its button says it."""
    names = {
        ReportKind.APART: texts("button.report_apart"),
        ReportKind.FALSE: texts("button.report_false"),
        ReportKind.CLUTTER: texts("button.report_clutter"),
        ReportKind.TOPIC: texts("button.report_topic"),
    }
    return names[kind]


def report_entry(view: View, place: int, reported: Reported) -> Markup:
    """One story of the operators' queue: its headline, and how many readers say what."""
    counts = [f"{kind_name(kind, view.texts)} {view.texts.number(count)}" for kind, count in reported.counts.items()]
    return Markup(
        view.texts(
            "inbox.report",
            number=place,
            headline=clip(reported.headline, _HEADLINE),
            story=str(reported.story_id),
            counts=", ".join(counts),
        )
    )
