"""What operators see of a story that they put right: its articles, what readers say of it, what a change would do."""

from __future__ import annotations

from collections.abc import Iterable

from bot.i18n import Markup
from bot.telegram.html import clip, join
from bot.telegram.messages import View
from bot.telegram.reports import kind_name
from digests.domain.keeping import Reported
from digests.services.foreseeing import Foreseen
from digests.services.stories import StoryFile
from digests.storage.stories import Change, ChangeKind, ReportRow

SHOWN = 8
"""Articles of a story that its card names; more are counted."""
_HEADLINE = 90


def headline(file: StoryFile) -> str:
    """The title of the article that leads, else of the first."""
    leads = (each for each in file.reports if each.id == file.story.lead_article_id)
    return clip(next(leads, file.reports[0]).title, _HEADLINE)


def titled(view: View, file: StoryFile) -> Markup:
    """The headline of a story with its number."""
    return Markup(view.texts("fix.title", headline=headline(file), story=str(file.story.id)))


def story_card(view: View, file: StoryFile, topics: Iterable[str], reported: Reported | None) -> Markup:
    """A story: what it is made of, its topics, what readers find wrong with it."""
    texts = view.texts
    names = sorted(view.topic(slug) for slug in topics)
    counts = reported.counts.items() if reported else ()
    said = [f"{kind_name(kind, texts)} {texts.number(count)}" for kind, count in counts]
    return join(
        "\n",
        titled(view, file),
        articles(view, file.reports),
        texts("fix.topics", topics=texts.list(names)) if names else texts("fix.no_topics"),
        texts("fix.reported", counts=", ".join(said)) if said else None,
        texts("fix.fixed") if file.story.fixed else None,
    )


def articles(view: View, reports: Iterable[ReportRow]) -> Markup:
    """Articles, one a line, the oldest first."""
    listed = list(reports)
    lines = [article(view, each) for each in listed[:SHOWN]]
    more = view.texts.plural("fix.more_articles", len(listed) - SHOWN) if len(listed) > SHOWN else None
    return join("\n", *lines, more)


def article(view: View, report: ReportRow) -> Markup:
    """One article: who, when, what."""
    key = "fix.copy" if report.duplicate_of is not None else "fix.article"
    when = view.texts.moment(report.published_at, view.zone, view.now)
    return Markup(view.texts(key, credit=clip(report.credit, 40), when=when, title=clip(report.title, _HEADLINE)))


def consequences(view: View, foreseen: Foreseen) -> Markup:
    """What a change would do to digests that have gone out."""
    if not foreseen.digests:
        return Markup(view.texts("fix.no_digests"))
    edits = view.texts.plural("fix.edits", foreseen.deliveries)
    return join(" ", view.texts.plural("fix.digests", foreseen.digests), edits)


def changed(view: View, change: Change) -> Markup:
    """What was done."""
    stories = {"left": str(change.left_story_id), "joined": str(change.joined_story_id)}
    kinds = {ChangeKind.MERGE: "fix.merged", ChangeKind.SPLIT: "fix.split_done", ChangeKind.MOVE: "fix.moved"}
    return Markup(view.texts(kinds[change.kind], **stories))
