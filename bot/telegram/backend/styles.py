"""Colours of buttons, for servers that do not know them: a colour says nothing that the button's text does not."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.telegram.backend.downgrading import Downgrade

_MARKUP = "reply_markup"
_KEYBOARDS = ("inline_keyboard", "keyboard")
_BLAMED = re.compile(
    rb"style|(unknown|unexpected|unrecogni[sz]ed|unsupported) (field|key|parameter|property)"
    rb"|can't parse (?!entities)[^:]*(button|keyboard|markup)",
    re.IGNORECASE,
)


def _without_styles(data: RequestData) -> RequestData | None:
    """The same call with plain buttons; None where no button has a style, which is so in nearly every call."""
    parameters = data._parameters
    markup = next((each.value for each in parameters if each.name == _MARKUP), None)
    if not isinstance(markup, dict) or not any(map(_is_styled, _buttons(markup))):
        return None
    plain = RequestParameter(_MARKUP, _plain_markup(markup), None)
    return RequestData([plain if each.name == _MARKUP else each for each in parameters])


def _buttons(markup: dict[Any, Any]) -> Iterator[Any]:
    return (button for name in _KEYBOARDS for row in markup.get(name, ()) for button in row)


def _is_styled(button: Any) -> bool:  # noqa: ANN401  # of a reply keyboard it may be a text
    return isinstance(button, dict) and "style" in button


def _plain_markup(markup: dict[Any, Any]) -> dict[Any, Any]:
    rows = {name: [[_plain_button(each) for each in row] for row in markup.get(name, ())] for name in _KEYBOARDS}
    return markup | {name: value for name, value in rows.items() if name in markup}


def _plain_button(button: Any) -> Any:  # noqa: ANN401
    return {name: value for name, value in button.items() if name != "style"} if _is_styled(button) else button


STYLES = Downgrade(_without_styles, _BLAMED, "button_styles_refused", "buttons have no colours until the next start")
