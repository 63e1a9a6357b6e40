"""Edits of articles: who may make them, and what they replaced."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

import structlog

from digests.domain.identity import may_speak_for
from digests.domain.revisions import RevisionKind, Version, compare
from digests.storage.articles import KnownArticle
from digests.storage.database import Transaction
from digests.storage.revisions import RevisionStore
from digests.storage.stories import ReportRow

if TYPE_CHECKING:
    from digests.services.drafts import Draft

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Correction:
    """One edit of an article, as an operator sees it."""

    at: datetime  # UTC
    kinds: tuple[RevisionKind, ...]
    headline: tuple[str, str] | None  # before and after
    changes: tuple[tuple[str, str], ...]  # sentences with corrected numbers: before and after
    gone: int  # other sentences that changed or went
    new: int  # sentences that came, changed ones too


async def may_edit(transaction: Transaction, text: Draft, known: KnownArticle) -> bool:
    """True when the source of `text` may say what a stored article says.

    That is its own source; of an article that another source brought, a source that may speak for its address. The
    publisher's own feed or page becomes the article's source where it had none that may speak: nobody edits it then.
    """
    source_id = text.columns["source_id"]
    if source_id == known.source_id:
        return True
    address, revisions = text.columns["url"], RevisionStore(transaction)
    if not may_speak_for(text.source_key, address):
        if known.content_key != text.columns["content_key"]:
            log.info("article_left_alone", article=known.id, source=source_id, owner=known.source_id)
        return False
    if not may_speak_for(await revisions.source_key(known.source_id), address):
        await revisions.hand_over(known.id, source_id, text.columns["guid"])
    return True


async def keep_former(transaction: Transaction, text: Draft, known: KnownArticle) -> tuple[RevisionKind, ...]:
    """Keep what an article says before `text` replaces it; what is edited, nothing where readers would not notice.

    The page of a live blog changes all day and is not kept; its entries are.
    """
    revisions = RevisionStore(transaction)
    standing = await revisions.standing(known.id)
    if standing.is_live_page:
        return ()
    revision = compare(standing.version, Version(text.title, text.paragraphs), text.columns["language"])
    if revision is None:
        return ()
    await revisions.keep(known.id, revision, text.columns["fetched_at"])
    log.info("article_corrected", article=known.id, kinds=[kind.value for kind in revision.kinds])
    return revision.kinds


async def corrections_of(transaction: Transaction, reports: Iterable[ReportRow]) -> dict[int, tuple[Correction, ...]]:
    """The edits of these articles that are kept, oldest first, by article."""
    languages, revisions = {report.id: report.language for report in reports}, RevisionStore(transaction)
    found: dict[int, tuple[Correction, ...]] = {}
    for article_id, stored in (await revisions.of(languages)).items():
        versions = [*(each.version for each in stored), (await revisions.standing(article_id)).version]
        corrections: list[Correction] = []
        for each, after in zip(stored, versions[1:], strict=True):
            revision = compare(each.version, after, languages[article_id])
            headline = (each.version.title, after.title) if RevisionKind.HEADLINE in each.kinds else None
            gone, new = (revision.gone, revision.new) if revision else (0, 0)
            corrections.append(Correction(each.replaced_at, each.kinds, headline, each.changes, gone, new))
        found[article_id] = tuple(corrections)
    return found
