"""Instants in texts, for servers that do not know them: `tg-time` encloses the time as we write it.

Clients that know it show the same instant by their own clock when it is tapped, others the text alone.
"""

from __future__ import annotations

import re

from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram.backend.downgrading import Downgrade

_TEXTS = frozenset({"text", "caption"})
_TAG = re.compile(r"</?tg-time[^>]*>")
_BLAMED = re.compile(rb"tg-time|date.?time|unix.?time", re.IGNORECASE)


def _without_instants(data: RequestData) -> RequestData | None:
    """The same call with plain times; None where there are none, which is so in nearly every call."""
    parameters = data._parameters
    if not any(map(_has_instants, parameters)):
        return None
    return RequestData(
        [
            RequestParameter(each.name, _TAG.sub("", str(each.value)), None) if _has_instants(each) else each
            for each in parameters
        ]
    )


def _has_instants(parameter: RequestParameter) -> bool:
    return parameter.name in _TEXTS and isinstance(parameter.value, str) and "<tg-time" in parameter.value


INSTANTS = Downgrade(_without_instants, _BLAMED, "instants_refused", "times are plain text until the next start")
