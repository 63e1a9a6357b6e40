"""What stands around the stories of a digest, as text: kept with digests that were asked for, for their correction."""

from __future__ import annotations

import json
from dataclasses import asdict

from bot.telegram.keyboards import Button
from bot.telegram.rendering import Frame


def frame_to_json(frame: Frame) -> str:
    """The frame as JSON."""
    return json.dumps(asdict(frame), ensure_ascii=False, separators=(",", ":"))


def frame_from_json(text: str) -> Frame:
    """What `frame_to_json` was given. Raises KeyError, TypeError or ValueError on anything it did not make."""
    values = json.loads(text)
    rows = tuple(tuple(Button(**button) for button in row) for row in values.pop("rows"))
    return Frame(**values, rows=rows)
