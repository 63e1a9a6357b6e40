"""All conversations. Each module lists its commands, buttons and questions; here they are put together."""

from __future__ import annotations

from itertools import chain

from bot.telegram.handlers import (
    admin,
    big_slots,
    channels,
    digest,
    feedback,
    free_text,
    groups,
    help,
    inbox,
    inline,
    language,
    latest,
    length,
    pausing,
    personal,
    privacy,
    report,
    saved,
    schedule,
    search,
    settings,
    setup,
    share,
    sources,
    start,
    status,
    story,
    timezone,
    topic,
    topics,
    undoing,
)
from bot.telegram.registry import collect

_CONVERSATIONS = (
    start,
    setup,
    latest,
    topic,
    topics,
    digest,
    search,
    story,
    saved,
    report,
    share,
    schedule,
    timezone,
    length,
    language,
    settings,
    status,
    pausing,
    undoing,
    feedback,
    privacy,
    personal,
    help,
    groups,
    channels,
    admin,
    big_slots,
    sources,
    inbox,
)
_FOR_OPERATORS = (admin, big_slots, sources, inbox)

REGISTRY = collect(
    chain.from_iterable(conversation.COMMANDS for conversation in _CONVERSATIONS),
    chain.from_iterable(conversation.PRESSES for conversation in _CONVERSATIONS),
    {key: handler for conversation in _CONVERSATIONS for key, handler in conversation.QUESTIONS.items()},
    for_operators=[
        sources.take_list,
        *(each.run for conversation in _FOR_OPERATORS for each in (*conversation.COMMANDS, *conversation.PRESSES)),
        *(handler for conversation in _FOR_OPERATORS for handler in conversation.QUESTIONS.values()),
    ],
    text=free_text.text,
    location=timezone.locate,
    document=sources.take_list,
    chosen_chat=channels.take_chat,
    joined=groups.joined,
    other=free_text.other,
    inline=inline.answer,
    unknown=free_text.unknown,
    outdated=free_text.outdated,
)
"""Everything the bot understands."""
