"""Parameters of a method call, from the query, a form, JSON or multipart, as Telegram takes them."""

import re
from dataclasses import dataclass, field
from typing import Any

import orjson
from aiohttp import BodyPartReader, web

from bot.sandbox.errors import ApiError, bad_request


@dataclass(frozen=True, slots=True)
class Upload:
    """A file that came with a call."""

    name: str
    mime_type: str
    content: bytes


@dataclass(slots=True)
class Parameters:
    """Named values; any of them may be a string that holds JSON."""

    values: dict[str, Any] = field(default_factory=dict)
    uploads: dict[str, Upload] = field(default_factory=dict)

    def text(self, name: str, default: str = "") -> str:
        """A text; numbers are written out."""
        value = self.values.get(name)
        if value is None:
            return default
        if isinstance(value, bool):
            return "true" if value else "false"
        return value if isinstance(value, str) else orjson.dumps(value).decode()

    def integer(self, name: str, default: int = 0) -> int:
        """A whole number; what is none counts as the default, as with Telegram."""
        found = self.optional_integer(name)
        return default if found is None else found

    def optional_integer(self, name: str) -> int | None:
        """A whole number, or None when it is missing or none."""
        text = self.text(name).strip()
        return int(text) if re.fullmatch(r"[+-]?[0-9]{1,19}", text) else None

    def flag(self, name: str) -> bool:
        """A truth value: true, yes, 1."""
        return self.text(name).strip().lower() in {"true", "yes", "1"}

    def data(self, name: str) -> object:
        """A structured value, also when it comes as a string; None when it is missing or empty."""
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        if not value.strip():
            return None
        try:
            return orjson.loads(value)
        except orjson.JSONDecodeError as error:
            label = name.replace("_", " ")
            raise bad_request(f"can't parse {label} JSON object") from error


async def read_parameters(request: web.Request) -> Parameters:
    """Collect the query and the body. Raises ApiError 400 for a body that cannot be read."""
    found = Parameters(dict(request.query))
    if request.method != "POST" or not request.can_read_body:
        return found
    if request.content_type == "application/json":
        found.values |= _json_body(await request.read())
    elif request.content_type == "multipart/form-data":
        await _read_multipart(request, found)
    elif request.content_type in {"application/x-www-form-urlencoded", "application/octet-stream"}:
        found.values |= {name: value for name, value in (await request.post()).items() if isinstance(value, str)}
    return found


def _json_body(body: bytes) -> dict[str, Any]:
    try:
        values = orjson.loads(body or b"{}")
    except orjson.JSONDecodeError as error:
        raise ApiError(400, "Bad Request: can't parse JSON object") from error
    if not isinstance(values, dict):
        raise bad_request("can't parse JSON object: object expected")
    return values


async def _read_multipart(request: web.Request, found: Parameters) -> None:
    try:
        reader = await request.multipart()
        async for part in reader:
            if not isinstance(part, BodyPartReader) or part.name is None:
                continue
            content = bytes(await part.read(decode=True))
            if part.filename is None:
                found.values[part.name] = content.decode("utf-8", "replace")
            else:
                mime_type = part.headers.get("Content-Type", "application/octet-stream")
                found.uploads[part.name] = Upload(part.filename, mime_type, content)
    except ValueError as error:
        raise bad_request("can't parse the multipart body") from error
