"""What can go wrong below the Bot API, told apart by the one question that matters: may it have been carried out?

The messages are short words of ours or names of faults; they never hold an address, since that holds the token.
"""

from __future__ import annotations

from telegram.error import NetworkError, TimedOut


class NotSentError(NetworkError):
    """Nothing was written, so nothing can have happened."""


class NotSentInTimeError(NotSentError, TimedOut):
    """There was no connection, or no free one, in time; nothing was written."""


class UncertainError(NetworkError):
    """It was written, and what came back does not tell what became of it."""


class NoAnswerInTimeError(UncertainError, TimedOut):
    """It was written, and the answer did not come in time."""
