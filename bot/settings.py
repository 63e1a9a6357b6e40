"""The configuration: one frozen object, read from the environment and `.env`."""

from __future__ import annotations

import re
from dataclasses import dataclass, fields
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal, get_type_hints

from msgspec import Meta

from bot import setting_checks as checks
from bot.i18n import LANGUAGES, translations
from bot.setting_values import Secret, setting, value_of, written
from digests.domain.breaking import Rules
from digests.domain.paying import FREE_RATE, PAID_RATE
from digests.errors import SettingsError

_TOKEN = re.compile(r"\d{6,15}:[\w-]{30,}", re.ASCII)
_SHORTEST_SECRET = 16
_WEBHOOK_SECRET = re.compile(rf"[A-Za-z0-9_-]{{{_SHORTEST_SECRET},256}}")

Minutes = Annotated[int, Meta(ge=1, le=1440)]
Port = Annotated[int, Meta(ge=0, le=65535)]


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All settings. Each is an environment variable of the same name in capitals, or a line in `.env`.

    `load_settings` reads and checks them; made by hand they are what they are given.
    """

    bot_token: Secret | None = setting(None, "Token from @BotFather; the only required one")
    bot_token_file: Path | None = setting(None, "A file that holds the token instead (Docker secrets)")
    api_url: Annotated[str, checks.web_address] = setting(
        "https://api.telegram.org", "Bot API server: Telegram's, your own, or the sandbox"
    )
    telegram_backend: Literal["aiohttp", "httpx"] = setting(
        "aiohttp", "The HTTP client for Telegram; httpx is python-telegram-bot's own and slower"
    )
    proxy_url: Annotated[Secret | None, checks.proxy] = setting(
        None, "The way to Telegram: http(s)://[NAME:PASSWORD@]HOST:PORT"
    )
    database_url: Annotated[str, checks.database_address] = setting(
        "sqlite+aiosqlite:///depesche.db", "sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    )
    database_password_file: Path | None = setting(
        None, "A file that holds the password of DATABASE_URL (Docker secrets)"
    )
    admin_ids: Annotated[str, checks.chats] = setting(
        "", "Chats of the people who run the bot: numbers, comma-separated"
    )
    topics_file: Path | None = setting(None, "Your own topic catalogue instead of the one that comes along")
    default_language: Annotated[str, checks.spoken] = setting("de", "For clients in any other language")
    default_timezone: Annotated[str | None, checks.known_zone] = setting(
        None, "The guess for new readers; empty: by their language"
    )
    send_rate: Annotated[float, Meta(gt=0), checks.free_rate] = setting(
        25.0, "Digest messages per second that cost nothing"
    )
    paid_broadcast: Literal["off", "ask", "on"] = setting(
        "off", "Telegram may charge Stars for faster digests: never, where an operator chooses, or always"
    )
    paid_rate: Annotated[float, Meta(gt=FREE_RATE, le=PAID_RATE)] = setting(
        float(PAID_RATE), "Digest messages per second that may cost Stars"
    )
    grace_minutes: Minutes = setting(120, "A slot missed by more than this is merged into the next")
    late_minutes: Minutes = setting(15, "A digest later than this says so")
    retention_days: Annotated[int, Meta(ge=2, le=3650)] = setting(30, "Articles and digests are kept so long")
    backup_folder: Path | None = setting(None, "Where backups go; empty: beside the SQLite file")
    breaking: Literal["on", "off"] = setting("on", "Breaking news for readers who ask for them")
    breaking_sources: Annotated[int, Meta(ge=2, le=20)] = setting(
        3, "So many sites report it within an hour: then it is breaking news"
    )
    writer_url: Annotated[str | None, checks.web_address] = setting(
        None, "A server with OpenAI's chat completions, up to /v1; empty: none"
    )
    writer_model: str | None = setting(None, "The model that this server is to use")
    writer_key: Secret | None = setting(None, "The server's key, where it wants one")
    writer_key_file: Path | None = setting(None, "A file that holds the key instead (Docker secrets)")
    writer_timeout_seconds: Annotated[float, Meta(ge=1, le=600)] = setting(90.0, "How long one answer may take")
    writer_stories: Literal["several", "all"] = setting("several", "Which stories: those of several sources, or all")
    writer_parallel: Annotated[int, Meta(ge=1, le=2)] = setting(1, "Summaries asked for at the same time")
    semantic: Literal["off", "fast", "best"] = setting(
        "off", "Embeddings find one event across languages; extras semantic and semantic-best"
    )
    sources_allow: Annotated[str, checks.networks] = setting(
        "", "Networks inside your own that sources may be read from"
    )
    contact_url: Annotated[str | None, checks.web_address] = setting(
        None, "A page about your bot, told to the servers it reads from"
    )
    privacy_url: Annotated[str | None, checks.web_address] = setting(
        None, "Your privacy policy; empty: the one that comes along, as a file"
    )
    push_token: Secret | None = setting(None, "Who shows it may push articles over HTTP; empty: nobody")
    push_token_file: Path | None = setting(None, "A file that holds this token instead (Docker secrets)")
    inline: Literal["off", "on"] = setting("off", "Stories in any chat behind the bot's name")
    metrics: Literal["off", "on"] = setting("off", "Serve figures for Prometheus at /metrics")
    statistics: Literal["off", "local", "on"] = setting(
        "off", "Serve a page of figures at /statistics: to this machine, or to whoever reaches the address"
    )
    webhook_url: Annotated[str | None, checks.webhook_address] = setting(
        None, "Where Telegram reaches `bot web`; empty: it takes no updates"
    )
    webhook_secret: Secret | None = setting(None, "What Telegram shows with every update it posts")
    webhook_secret_file: Path | None = setting(None, "A file that holds this secret instead")
    http_host: str = setting("127.0.0.1", "Where HTTP is served")
    http_port: Port = setting(8082, "The port of HTTP; 0 takes a free one")
    health_host: str = setting("127.0.0.1", "Where health is served on a port of its own")
    health_port: Port | None = setting(None, "This port: /healthz, /readyz and, with METRICS, /metrics; empty: none")
    log_format: Literal["text", "json"] = setting("text", "text for people, json for machines")
    log_level: Literal["debug", "info", "warning", "error"] = setting("info", "What is logged")

    @property
    def token(self) -> str:
        """The bot's token. Raises SettingsError when there is none or its file cannot be read."""
        found = self._secret("bot_token")
        if not found:
            message = (
                "BOT_TOKEN: not set. Get a token from @BotFather in Telegram and put it into .env or the environment; "
                "`python -m bot demo` works without one"
            )
            raise SettingsError(message)
        if not _TOKEN.fullmatch(found):
            key = "BOT_TOKEN_FILE" if self.bot_token_file else "BOT_TOKEN"
            message = (
                f"{key}: this is not a token; expected digits, a colon and about 35 characters, as @BotFather gives it"
            )
            raise SettingsError(message)
        return found

    @property
    def proxy(self) -> str | None:
        """The proxy on the way to Telegram, with its password."""
        return self.proxy_url.value if self.proxy_url else None

    @property
    def bot_id(self) -> str:
        """The number of the bot, which its token begins with. Raises as `token`."""
        return self.token.partition(":")[0]

    @property
    def key_of_writer(self) -> str:
        """The key of the server that writes summaries, empty without one. Raises SettingsError."""
        return self._secret("writer_key")

    @property
    def token_of_pushers(self) -> str:
        """The token that lets programs push articles, empty where none may. Raises SettingsError."""
        found = self._secret("push_token")
        if found and len(found) < _SHORTEST_SECRET:
            message = (
                f"PUSH_TOKEN: too short to be a secret; expected at least {_SHORTEST_SECRET} characters, such as "
                "`openssl rand -hex 32` prints"
            )
            raise SettingsError(message)
        return found

    @property
    def secret_of_webhook(self) -> str:
        """What Telegram shows with every update that it posts. Raises SettingsError when it cannot be one."""
        found = self._secret("webhook_secret")
        if not _WEBHOOK_SECRET.fullmatch(found):
            key = "WEBHOOK_SECRET_FILE" if self.webhook_secret_file else "WEBHOOK_SECRET"
            expected = (
                f"expected {_SHORTEST_SECRET} to 256 letters, digits, _ and -, such as `openssl rand -hex 32` prints"
            )
            raise SettingsError(
                f"{key}: {'this cannot be one' if found else 'not set, but WEBHOOK_URL is'}; {expected}"
            )
        return found

    def _secret(self, name: str) -> str:
        """A secret from its setting or its file; empty without one. Raises SettingsError."""
        path: Path | None = getattr(self, f"{name}_file")
        if path is not None:
            try:
                return path.read_text(encoding="utf-8").strip()
            except (OSError, UnicodeDecodeError) as error:
                advice = "name a text in UTF-8 that this user may read"
                message = f"{name.upper()}_FILE: {path} cannot be read ({checks.read_reason(error)}); {advice}"
                raise SettingsError(message) from error
        value: Secret | None = getattr(self, name)
        return value.value.strip() if value else ""

    @property
    def grace(self) -> timedelta:
        """How late a slot may still be delivered."""
        return timedelta(minutes=self.grace_minutes)

    @property
    def late_after(self) -> timedelta:
        """From when on a digest says that it is late."""
        return timedelta(minutes=self.late_minutes)

    @property
    def retention(self) -> timedelta:
        """How long articles and digests are kept."""
        return timedelta(days=self.retention_days)

    @property
    def breaking_rules(self) -> Rules | None:
        """What makes a story break; None where no breaking news are wanted."""
        return Rules(self.breaking_sources) if self.breaking == "on" else None

    @property
    def operators(self) -> frozenset[int]:
        """The chats of the people who run the bot."""
        return frozenset(map(int, self.admin_ids.replace(",", " ").split()))

    def time_zone(self, language: str) -> str:
        """The guess for a reader whose interface has this language."""
        spoken = language if language in LANGUAGES else self.default_language
        return self.default_timezone or translations(spoken)("format.time_zone")


def load_settings(**overrides: object) -> Settings:
    """Read the environment and `.env`. Raises SettingsError with one line per wrong key."""
    try:
        given = written([each.name for each in fields(Settings)])
    except (OSError, UnicodeDecodeError) as error:
        reason = checks.read_reason(error)
        message = f".env: cannot be read ({reason}); save it as a text in UTF-8 that this user may read"
        raise SettingsError(message) from error
    return settings_of(**given | overrides)


def settings_of(**given: object) -> Settings:
    """Settings of values as somebody writes them, and defaults. Raises SettingsError as `load_settings`."""
    kinds = get_type_hints(Settings, include_extras=True)
    try:
        given = checks.with_password(given)
    except ValueError as error:
        raise SettingsError(str(error)) from None
    found: dict[str, object] = {}
    wrong: list[str] = []
    for name in filter(given.__contains__, kinds):
        try:
            found[name] = value_of(kinds[name], given[name])
        except ValueError as error:
            wrong.append(f"{name.upper()}: {error}")
    wrong += [_unknown(name.upper()) for name in given if name not in kinds]
    settings = Settings(**found)  # type: ignore[arg-type]  # each is of its kind
    wrong = wrong or checks.contradictions(settings)
    if wrong:
        raise SettingsError("\n".join(wrong))
    return settings


def _unknown(key: str) -> str:
    near = get_close_matches(key, [each.name.upper() for each in fields(Settings)], n=1)
    return f"{key}: there is no such setting; {f'did you mean {near[0]}?' if near else 'see .env.example'}"


def seeds_folder() -> Path:
    """Where the seed articles and the topic catalogue are: beside the packages, or inside the installed one."""
    here = Path(__file__).parent
    beside = here.parent / "seeds"
    return beside if (beside / "topics.toml").exists() else here / "seeds"


PRIVACY_PAGES = {"de": "datenschutz.md"}
"""The long privacy policy by language; all others get the English one."""


def privacy_page(language: str) -> Path:
    """Where the long privacy policy in a language is: beside the packages, or inside the installed one."""
    here, name = Path(__file__).parent, PRIVACY_PAGES.get(language, "privacy.md")
    beside = here.parent / "docs" / name
    return beside if beside.exists() else here / name
