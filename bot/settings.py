"""The configuration: one frozen object, and the only reader of the environment."""

from __future__ import annotations

import re
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import Field, SecretStr, ValidationError, field_validator, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.i18n import LANGUAGES, translations
from bot.setting_checks import database_address, told, with_password
from bot.setting_checks import read_reason as _reason
from digests.domain.breaking import Rules
from digests.domain.paying import FREE_RATE, PAID_RATE
from digests.errors import SettingsError

_TOKEN = re.compile(r"\d{6,15}:[\w-]{30,}", re.ASCII)
_SHORTEST_SECRET = 16
_WEBHOOK_SECRET = re.compile(rf"[A-Za-z0-9_-]{{{_SHORTEST_SECRET},256}}")
_OUR_PATHS = ("/articles", "/openapi.json", "/metrics", "/statistics", "/healthz", "/readyz")


class Settings(BaseSettings):
    """All settings. Each is an environment variable of the same name in capitals, or a line in `.env`."""

    model_config = SettingsConfigDict(
        env_file=".env", env_file_encoding="utf-8", frozen=True, extra="forbid", env_ignore_empty=True
    )

    bot_token: SecretStr | None = Field(None, description="Token from @BotFather; the only required one")
    bot_token_file: Path | None = Field(None, description="A file that holds the token instead (Docker secrets)")
    api_url: str = Field("https://api.telegram.org", description="Bot API server: Telegram's, your own, or the sandbox")
    telegram_backend: Literal["aiohttp", "httpx"] = Field(
        "aiohttp", description="The HTTP client for Telegram; httpx is python-telegram-bot's own and slower"
    )
    proxy_url: SecretStr | None = Field(None, description="The way to Telegram: http(s)://[NAME:PASSWORD@]HOST:PORT")
    database_url: str = Field(
        "sqlite+aiosqlite:///depesche.db", description="sqlite+aiosqlite:///FILE or postgresql+psycopg://USER@HOST/NAME"
    )
    database_password_file: Path | None = Field(
        None, description="A file that holds the password of DATABASE_URL (Docker secrets)"
    )
    admin_ids: str = Field("", description="Chats of the people who run the bot: numbers, comma-separated")
    topics_file: Path | None = Field(None, description="Your own topic catalogue instead of the one that comes along")
    default_language: str = Field("de", description="For clients in any other language")
    default_timezone: str | None = Field(None, description="The guess for new readers; empty: by their language")
    send_rate: Annotated[float, Field(gt=0)] = Field(25.0, description="Digest messages per second that cost nothing")
    paid_broadcast: Literal["off", "ask", "on"] = Field(
        "off", description="Telegram may charge Stars for faster digests: never, where an operator chooses, or always"
    )
    paid_rate: Annotated[float, Field(gt=FREE_RATE, le=PAID_RATE)] = Field(
        float(PAID_RATE), description="Digest messages per second that may cost Stars"
    )
    grace_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(
        120, description="A slot missed by more than this is merged into the next"
    )
    late_minutes: Annotated[int, Field(ge=1, le=1440)] = Field(15, description="A digest later than this says so")
    retention_days: Annotated[int, Field(ge=2, le=3650)] = Field(
        30, description="Articles and digests are kept so long"
    )
    backup_folder: Path | None = Field(None, description="Where backups go; empty: beside the SQLite file")
    breaking: Literal["on", "off"] = Field("on", description="Breaking news for readers who ask for them")
    breaking_sources: Annotated[int, Field(ge=2, le=20)] = Field(
        3, description="So many sites report it within an hour: then it is breaking news"
    )
    writer_url: str | None = Field(None, description="A server with OpenAI's chat completions, up to /v1; empty: none")
    writer_model: str | None = Field(None, description="The model that this server is to use")
    writer_key: SecretStr | None = Field(None, description="The server's key, where it wants one")
    writer_key_file: Path | None = Field(None, description="A file that holds the key instead (Docker secrets)")
    writer_timeout_seconds: Annotated[float, Field(ge=1, le=600)] = Field(
        90.0, description="How long one answer may take"
    )
    writer_stories: Literal["several", "all"] = Field(
        "several", description="Which stories: those of several sources, or all"
    )
    writer_parallel: Annotated[int, Field(ge=1, le=2)] = Field(1, description="Summaries asked for at the same time")
    semantic: Literal["off", "fast", "best"] = Field(
        "off", description="Embeddings find one event across languages; extras semantic and semantic-best"
    )
    sources_allow: str = Field("", description="Networks inside your own that sources may be read from")
    contact_url: str | None = Field(None, description="A page about your bot, told to the servers it reads from")
    privacy_url: str | None = Field(None, description="Your privacy policy; empty: the one that comes along, as a file")
    push_token: SecretStr | None = Field(None, description="Who shows it may push articles over HTTP; empty: nobody")
    push_token_file: Path | None = Field(None, description="A file that holds this token instead (Docker secrets)")
    inline: Literal["off", "on"] = Field("off", description="Stories in any chat behind the bot's name")
    metrics: Literal["off", "on"] = Field("off", description="Serve figures for Prometheus at /metrics")
    statistics: Literal["off", "local", "on"] = Field(
        "off", description="Serve a page of figures at /statistics: to this machine, or to whoever reaches the address"
    )
    webhook_url: str | None = Field(None, description="Where Telegram reaches `bot web`; empty: it takes no updates")
    webhook_secret: SecretStr | None = Field(None, description="What Telegram shows with every update it posts")
    webhook_secret_file: Path | None = Field(None, description="A file that holds this secret instead")
    http_host: str = Field("127.0.0.1", description="Where HTTP is served")
    http_port: Annotated[int, Field(ge=0, le=65535)] = Field(8082, description="The port of HTTP; 0 takes a free one")
    health_host: str = Field("127.0.0.1", description="Where health is served on a port of its own")
    health_port: Annotated[int, Field(ge=0, le=65535)] | None = Field(
        None, description="This port: /healthz, /readyz and, with METRICS, /metrics; empty: none"
    )
    log_format: Literal["text", "json"] = Field("text", description="text for people, json for machines")
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="What is logged")

    @field_validator("send_rate")
    @classmethod
    def _free_rate(cls, value: float) -> float:
        if value > FREE_RATE:
            raise ValueError(f"Telegram carries about {FREE_RATE} for nothing; for more see PAID_BROADCAST, PAID_RATE")
        return value

    @field_validator("default_language")
    @classmethod
    def _spoken(cls, value: str) -> str:
        if value not in LANGUAGES:
            raise ValueError(f"the bot does not speak it; expected one of {', '.join(LANGUAGES)}")
        return value

    @field_validator("default_timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and value not in available_timezones():
            raise ValueError("not an IANA time zone; expected a name such as Europe/Berlin")
        return value

    @field_validator("api_url", "writer_url", "contact_url", "privacy_url")
    @classmethod
    def _web_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        if not value.startswith(("https://", "http://")):
            raise ValueError("expected an address that begins with https:// or http://")
        return value.rstrip("/")

    @field_validator("admin_ids")
    @classmethod
    def _chats(cls, value: str) -> str:
        for part in value.replace(",", " ").split():
            if not re.fullmatch(r"-?\d{1,16}", part, re.ASCII):
                raise ValueError("expected numbers of chats, comma-separated; write /admin to the bot to learn yours")
        return value

    @field_validator("webhook_url")
    @classmethod
    def _webhook_address(cls, value: str | None) -> str | None:
        if value is None:
            return None
        parts = urlsplit(value)
        here = parts.hostname in ("127.0.0.1", "::1", "localhost")  # the sandbox
        if parts.scheme != "https" and not (here and parts.scheme == "http"):
            raise ValueError("expected an address that begins with https://")
        if parts.query or parts.fragment or parts.path.rstrip("/") in _OUR_PATHS:
            raise ValueError("expected an address with a path of its own and nothing behind it")
        return value.rstrip("/")

    @field_validator("proxy_url")
    @classmethod
    def _web_proxy(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            try:
                parts = urlsplit(value.get_secret_value())
                usable = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port is not None
            except ValueError:
                usable = False
            if not usable:
                raise ValueError("expected a proxy as http://[NAME:PASSWORD@]HOST:PORT or with https://")
        return value

    @field_validator("sources_allow")
    @classmethod
    def _networks(cls, value: str) -> str:
        from digests.errors import InputError
        from digests.sources.guard import read_networks

        try:
            read_networks(value)
        except InputError as error:
            raise ValueError(str(error)) from None
        return value

    @field_validator("database_url")
    @classmethod
    def _database(cls, value: str) -> str:
        return database_address(value)

    @model_validator(mode="before")
    @classmethod
    def _password_of_database(cls, values: dict[str, object]) -> dict[str, object]:
        return with_password(values)

    @model_validator(mode="after")
    def _secrets_once(self) -> Settings:
        for name in ("bot_token", "writer_key", "push_token", "webhook_secret"):
            if getattr(self, name) and getattr(self, f"{name}_file"):
                raise ValueError(f"{name.upper()} and {name.upper()}_FILE are both set; set one of them")
        return self

    @model_validator(mode="after")
    def _whole_writer(self) -> Settings:
        if bool(self.writer_url) != bool(self.writer_model):
            present, missing = ("URL", "MODEL") if self.writer_url else ("MODEL", "URL")
            raise ValueError(f"WRITER_{missing}: not set, but WRITER_{present} is; set both, or none for no summaries")
        return self

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
        return self.proxy_url.get_secret_value() if self.proxy_url else None

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
                message = f"{name.upper()}_FILE: {path} cannot be read ({_reason(error)}); {advice}"
                raise SettingsError(message) from error
        value: SecretStr | None = getattr(self, name)
        return value.get_secret_value().strip() if value else ""

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
        return Settings(**overrides)  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError("\n".join(_line(problem) for problem in error.errors())) from None
    except (OSError, UnicodeDecodeError) as error:
        message = f".env: cannot be read ({_reason(error)}); save it as a text in UTF-8 that this user may read"
        raise SettingsError(message) from error


def _line(problem: ErrorDetails) -> str:
    """One line for one wrong key. The value is left out: it may be a secret."""
    key = str(problem["loc"][0]).upper() if problem["loc"] else ""
    if problem["type"] == "extra_forbidden":
        near = get_close_matches(key, [name.upper() for name in Settings.model_fields], n=1)
        return f"{key}: there is no such setting; {f'did you mean {near[0]}?' if near else 'see .env.example'}"
    message = told(problem)
    return f"{key}: {message}" if key else message


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
