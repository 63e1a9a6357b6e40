"""/share: one's topics as a link and a QR code; and what happens to somebody who opens such a link."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from telegram.constants import ChatAction

from bot.i18n import Markup, escape
from bot.telegram.callbacks import encode
from bot.telegram.handlers.choosing import change_topics
from bot.telegram.handlers.offers import send_digest
from bot.telegram.handlers.setup import TOPICS, show_step
from bot.telegram.handlers.topics import followed, listed, topic_names
from bot.telegram.html import join, to_plain
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.links import forward_link, group_link, qr_picture, start_link
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame
from bot.telegram.visit import Visit

STORIES = 5
"""Stories that a look at a pack shows."""


async def share(visit: Visit) -> None:
    """/share, or its button. Own words stay out of the link: they may say something about the reader."""
    texts, preferences = visit.texts, visit.subscriber.preferences
    if not preferences.topics:
        choose = (Button(texts("button.choose_topics"), encode("topics")),)
        await visit.reply(texts("share.none"), Keyboard.of(choose))
        return
    pack = await visit.services.keeping.share(preferences.topics)
    url, names = start_link(visit.bot, f"p_{pack}"), _names(visit, preferences.topics)
    html = join(
        "\n",
        texts("share.title", topics=names),
        escape(url),
        texts("share.without_words") if preferences.words else texts("share.anonymous"),
    )
    keyboard = Keyboard.of(
        [Button(texts("button.copy_link"), copy=url)],
        [Button(texts("button.forward"), url=forward_link(url, to_plain(texts("share.forward", topics=names))))],
        [Button(texts("button.to_group"), url=group_link(visit.bot))],
    )
    await visit.send_picture(qr_picture(url), html, keyboard)


async def open_pack(visit: Visit, pack_id: str) -> bool:
    """A link to a pack: who is new begins with its topics chosen, others see what it adds. False when there is none."""
    topics = await _topics(visit, pack_id)
    if not topics:
        return False
    if not visit.subscriber.ready:
        note = visit.texts("pack.welcome", name=visit.first_name, topics=_names(visit, topics))
        await change_topics(visit, lambda preferences: preferences.topics | topics)
        await show_step(visit, TOPICS, note)
        return True
    texts, more = visit.texts, topics - visit.subscriber.preferences.topics
    look = Button(texts("button.look_at_pack"), encode("pack", "look", pack_id))
    if more:
        html = texts("pack.adds", topics=_names(visit, topics), more=_names(visit, more))
        await visit.reply(html, Keyboard.of([Button(texts("button.take_pack"), encode("pack", "take", pack_id)), look]))
    else:
        await visit.reply(texts("pack.known", topics=_names(visit, topics)), Keyboard.of([look]))
    return True


async def press_pack(visit: Visit) -> None:
    """Take the topics of a pack, or look at their stories without."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    topics = await _topics(visit, visit.callback.text(1) or "")
    if not topics:
        await visit.reply(visit.texts("pack.gone"))
    elif visit.callback.text(0) == "take":
        await _take(visit, topics)
    else:
        wish = replace(visit.subscriber.preferences, topics=topics, words=frozenset())
        digest = await visit.services.reading.latest(wish, STORIES)
        await send_digest(visit, digest, Frame(title=_names(visit, topics)))


async def _take(visit: Visit, topics: frozenset[str]) -> None:
    more = topics - visit.subscriber.preferences.topics
    change = await change_topics(visit, lambda preferences: preferences.topics | topics)
    added = visit.texts("topics.added", topics=_names(visit, more)) if more else visit.texts("topics.unchanged")
    chosen = visit.texts("topics.chosen", topics=followed(visit))
    await visit.confirm(change, join("\n", added, chosen), (Button(visit.texts("button.topics"), encode("topics")),))


async def _topics(visit: Visit, pack_id: str) -> frozenset[str]:
    """The topics of a pack that the catalogue still has."""
    stored = await visit.services.keeping.open_pack(pack_id)
    return frozenset(slug for slug in stored or () if slug in visit.services.catalogue)


def _names(visit: Visit, topics: Iterable[str]) -> Markup:
    return listed(visit, topic_names(visit, topics))


COMMANDS: tuple[Command, ...] = (Command("share", share, costly=True, sends=ChatAction.UPLOAD_PHOTO),)
PRESSES: tuple[Press, ...] = (
    Press("share", share, costly=True),
    Press("pack", press_pack, changes=True, costly=True),
)
QUESTIONS: dict[str, Handler] = {}
