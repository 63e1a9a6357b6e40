"""All conversations. Each module lists its commands, buttons and questions; here they are put together."""

from __future__ import annotations

from itertools import chain

from bot.telegram.handlers import (
    admin,
    credits,
    digest,
    following,
    free_text,
    help,
    language,
    latest,
    length,
    muting,
    pausing,
    privacy,
    schedule,
    search,
    settings,
    setup,
    sources,
    start,
    status,
    story,
    timezone,
    topic,
    topics,
    undoing,
    weighing,
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
    muting,
    following,
    weighing,
    credits,
    schedule,
    timezone,
    length,
    language,
    settings,
    status,
    pausing,
    undoing,
    privacy,
    help,
    admin,
    sources,
)
_FOR_OPERATORS = (admin, sources)

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
    other=free_text.other,
    unknown=free_text.unknown,
    outdated=free_text.outdated,
)
"""Everything the bot understands."""
