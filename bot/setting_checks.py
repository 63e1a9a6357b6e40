"""What a setting must be beyond its type: each function gives the value as it is kept, or raises ValueError."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from bot.i18n import LANGUAGES
from bot.setting_values import Secret
from digests.domain.paying import FREE_RATE

if TYPE_CHECKING:
    from bot.settings import Settings

_OUR_PATHS = ("/articles", "/openapi.json", "/metrics", "/statistics", "/healthz", "/readyz")
_SECRETS = ("bot_token", "writer_key", "push_token", "webhook_secret")


def with_password(values: dict[str, object]) -> dict[str, object]:
    """Settings with the password of DATABASE_PASSWORD_FILE in DATABASE_URL, which is all that anybody else looks at.

    Raises ValueError when the file cannot be read, or when there is no place for a password.
    """
    path = values.get("database_password_file")
    if not path:
        return values
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    name = "DATABASE_PASSWORD_FILE"
    try:
        password = Path(str(path)).read_text(encoding="utf-8").strip()
        url = make_url(str(values.get("database_url") or "sqlite://"))
    except (OSError, UnicodeDecodeError) as error:
        raise ValueError(f"{name}: {path} cannot be read ({read_reason(error)})") from None
    except (ArgumentError, ValueError):
        return values  # no address at all, which is said where addresses are looked at
    if url.get_backend_name() == "sqlite":
        raise ValueError(f"{name}: an SQLite file has no password; take it out, or set DATABASE_URL")
    if url.password:
        raise ValueError(f"{name}: DATABASE_URL holds a password too; take it out of there")
    return values | {"database_url": url.set(password=password).render_as_string(hide_password=False)}


def database_address(value: str) -> str:
    """The address of a database that we can work with. Raises ValueError for any other."""
    from sqlalchemy import make_url
    from sqlalchemy.exc import ArgumentError

    expected = "expected sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    try:
        make_url(value)
    except (ArgumentError, ValueError):
        raise ValueError(expected) from None
    if not value.startswith(("sqlite+aiosqlite:///", "postgresql+psycopg://")):
        raise ValueError(expected)
    return value


def read_reason(error: OSError | UnicodeDecodeError) -> str:
    """Why a file could not be read, in a few words."""
    return error.strerror or "unknown" if isinstance(error, OSError) else "not a text in UTF-8"


def free_rate(value: float) -> float:
    """Digests per second for which Telegram takes nothing."""
    if value > FREE_RATE:
        raise ValueError(f"Telegram carries about {FREE_RATE} for nothing; for more see PAID_BROADCAST, PAID_RATE")
    return value


def spoken(value: str) -> str:
    """A language of the bot."""
    if value not in LANGUAGES:
        raise ValueError(f"the bot does not speak it; expected one of {', '.join(LANGUAGES)}")
    return value


def known_zone(value: str) -> str:
    """The name of a time zone."""
    if value not in available_timezones():
        raise ValueError("not an IANA time zone; expected a name such as Europe/Berlin")
    return value


def web_address(value: str) -> str:
    """An address of the web, without the slash behind it."""
    if not value.startswith(("https://", "http://")):
        raise ValueError("expected an address that begins with https:// or http://")
    return value.rstrip("/")


def chats(value: str) -> str:
    """Numbers of chats."""
    for part in value.replace(",", " ").split():
        if not re.fullmatch(r"-?\d{1,16}", part, re.ASCII):
            raise ValueError("expected numbers of chats, comma-separated; write /admin to the bot to learn yours")
    return value


def webhook_address(value: str) -> str:
    """An address to which Telegram posts: by https and on a path that nothing else has."""
    parts = urlsplit(value)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")  # the sandbox
    if parts.scheme != "https" and not (here and parts.scheme == "http"):
        raise ValueError("expected an address that begins with https://")
    if parts.query or parts.fragment or parts.path.rstrip("/") in _OUR_PATHS:
        raise ValueError("expected an address with a path of its own and nothing behind it")
    return value.rstrip("/")


def proxy(value: Secret) -> Secret:
    """A proxy, perhaps with a password."""
    try:
        parts = urlsplit(value.value)
        usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port is not None
    except ValueError:
        usable = False
    if not usable:
        raise ValueError("expected a proxy as http://[NAME:PASSWORD@]HOST:PORT or with https://")
    return value


def networks(value: str) -> str:
    """Networks that sources may be read from."""
    from digests.errors import InputError
    from digests.sources.guard import read_networks

    try:
        read_networks(value)
    except InputError as error:
        raise ValueError(str(error)) from None
    return value


def contradictions(settings: Settings) -> list[str]:
    """What is wrong with settings that are right one by one: a line for each."""
    found = [
        f"{name.upper()} and {name.upper()}_FILE are both set; set one of them"
        for name in _SECRETS
        if getattr(settings, name) and getattr(settings, f"{name}_file")
    ]
    if bool(settings.writer_url) != bool(settings.writer_model):
        present, missing = ("URL", "MODEL") if settings.writer_url else ("MODEL", "URL")
        found.append(f"WRITER_{missing}: not set, but WRITER_{present} is; set both, or none for no summaries")
    return found
