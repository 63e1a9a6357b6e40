"""How breaking news look: one story in the words of its sources, and a way to have no more of them."""

from __future__ import annotations

from functools import partial

from bot.i18n import Markup, escape
from bot.telegram.callbacks import encode
from bot.telegram.html import clip, join
from bot.telegram.keyboards import Button, Keyboard
from bot.telegram.messages import OutgoingMessage, View
from bot.telegram.rendering import StoryButton, story_button
from bot.telegram.stories import (
    HEADLINE_LIMIT,
    citations,
    correction_line,
    differences_line,
    fitting,
    running_text,
    sources_line,
    written_text,
)
from digests.domain.digests import Digest, Item


def render_alert(
    digest: Digest, view: View, opens: StoryButton = story_button, *, may_end: bool = True, silent: bool = False
) -> list[OutgoingMessage]:
    """The message that tells the one story of `digest`. With `may_end` a button ends breaking news."""
    (item,) = digest.items
    html = fitting(item, partial(_alert, view=view))
    buttons = [opens(view.texts("button.more_about_it"), item)]
    if may_end:
        buttons.append(Button(view.texts("button.no_more_breaking"), encode("breaking", "stop")))
    return [OutgoingMessage(html, Keyboard.of(*([button] for button in buttons)), silent=silent)]


def _alert(item: Item, view: View) -> Markup:
    numbers = citations(item)
    headline = escape(clip(item.headline, HEADLINE_LIMIT))
    details = running_text(item.details, numbers)
    return join(
        "\n",
        Markup(f"{view.texts('breaking.headline')} · <b>{headline}</b>"),
        join(" ", written_text(item, numbers, view), running_text(item.sentences, numbers)),
        f"<blockquote expandable>{details}</blockquote>" if details else None,
        correction_line(item, view),
        differences_line(item, view),
        sources_line(item, view),
    )
