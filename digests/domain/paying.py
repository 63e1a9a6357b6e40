"""What a faster delivery costs: Telegram's paid broadcasts, and who decides on them."""

from __future__ import annotations

import math
from enum import StrEnum

FREE_RATE = 30
"""Messages per second that Telegram carries for nothing."""
PAID_RATE = 1000 - FREE_RATE
"""Messages per second that leave room, in what it carries in all, for those that are free."""
_MESSAGES_A_STAR = 10


class Paying(StrEnum):
    """Which editions may cost Stars."""

    OFF = "off"  # none
    ASK = "ask"  # those of the slots that an operator chooses
    ON = "on"  # all


def stars(messages: int) -> int:
    """The most that so many messages can cost, in Telegram Stars: the first thirty of each second cost nothing."""
    return math.ceil(messages / _MESSAGES_A_STAR)


def is_paid(paying: Paying, *, chosen: bool, refused: bool) -> bool:
    """Whether the digests of a slot go at the paid rate; `refused` says that Telegram does not carry them so."""
    return not refused and (paying is Paying.ON or (paying is Paying.ASK and chosen))
