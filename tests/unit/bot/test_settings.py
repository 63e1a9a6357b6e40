"""Settings: every wrong value is one line with its key, and nothing ever shows the token."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import make_url

from bot.settings import Settings, load_settings
from digests.errors import SettingsError
from tests.support.settings import DEFAULTS

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105
ROOT = Path(__file__).parents[3]


@pytest.fixture(autouse=True)
def _bare(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """An empty folder and an environment without our settings."""
    for name in DEFAULTS:
        monkeypatch.delenv(name.upper(), raising=False)
    monkeypatch.chdir(tmp_path)


def complaint(**environment: str) -> str:
    """What is said about an environment that cannot work."""
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        with pytest.raises(SettingsError) as caught:
            _ = load_settings().token
    return str(caught.value)


WRONG = {
    "API_URL": ("api.telegram.org", "https://"),
    "TELEGRAM_BACKEND": ("requests", "'aiohttp' or 'httpx'"),
    "PROXY_URL": ("socks5://proxy:1080", "http://[NAME:PASSWORD@]HOST:PORT"),
    "DATABASE_URL": ("mysql://localhost/news", "sqlite+aiosqlite:///FILE"),
    "DATABASE_PASSWORD_FILE": ("/nowhere/password", "No such file"),
    "DEFAULT_LANGUAGE": ("fr", "expected one of de, en, uk"),
    "DEFAULT_TIMEZONE": ("Mars/Olympus", "Europe/Berlin"),
    "SEND_RATE": ("0", "expected a number above 0"),
    "PAID_BROADCAST": ("true", "'off', 'ask' or 'on'"),
    "PAID_RATE": ("1000", "expected a number above 30, 970 at most"),
    "GRACE_MINUTES": ("2.5", "expected a whole number"),
    "LATE_MINUTES": ("1441", "expected a whole number from 1 to 1440"),
    "RETENTION_DAYS": ("one", "expected a whole number"),
    "BREAKING": ("yes", "'on' or 'off'"),
    "BREAKING_SOURCES": ("1", "expected a whole number from 2 to 20"),
    "WRITER_URL": ("127.0.0.1:11434", "http://"),
    "WRITER_TIMEOUT_SECONDS": ("0", "expected a number from 1 to 600"),
    "WRITER_STORIES": ("some", "'several' or 'all'"),
    "WRITER_PARALLEL": ("9", "expected a whole number from 1 to 2"),
    "ADMIN_IDS": ("@ada, 12", "numbers of chats"),
    "INLINE": ("yes", "'off' or 'on'"),
    "METRICS": ("yes", "'off' or 'on'"),
    "STATISTICS": ("yes", "'off', 'local' or 'on'"),
    "SOURCES_ALLOW": ("10.1.0.0/40", "10.1.0.0/16"),
    "CONTACT_URL": ("me@example.org", "https://"),
    "PRIVACY_URL": ("www.example.org/privacy", "https://"),
    "SEMANTIC": ("deep", "'off', 'fast' or 'best'"),
    "WEBHOOK_URL": ("http://bot.example.org/telegram", "https://"),
    "HTTP_PORT": ("70000", "expected a whole number from 0 to 65535"),
    "HEALTH_PORT": ("many", "expected a whole number"),
    "LOG_FORMAT": ("xml", "'text' or 'json'"),
    "LOG_LEVEL": ("LOUD", "'debug', 'info', 'warning' or 'error'"),
    "BOT_TOKEN": ("not-a-token", "digits, a colon and about 35 characters"),
    "BOT_TOKEN_FILE": ("/nowhere/token", "No such file"),
}


@pytest.mark.parametrize("key", WRONG)
def test_a_wrong_value_is_one_line_with_its_key_and_what_was_expected(key: str) -> None:
    value, expected = WRONG[key]
    said = complaint(**({"BOT_TOKEN": TOKEN} if not key.startswith("BOT_TOKEN") else {}) | {key: value})
    assert said.startswith(f"{key}: ")
    assert expected in said
    assert "\n" not in said


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", "1e400", "0x10", "1_0", "25,0", "true", "null"])
def test_what_is_no_number_of_use_is_refused(value: str) -> None:
    assert complaint(SEND_RATE=value).startswith("SEND_RATE: ")
    assert complaint(WRITER_TIMEOUT_SECONDS=value) == "WRITER_TIMEOUT_SECONDS: expected a number from 1 to 600"
    assert complaint(HTTP_PORT=value) == "HTTP_PORT: expected a whole number from 0 to 65535"


def test_spaces_around_a_value_are_no_part_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", " warning ")
    monkeypatch.setenv("GRACE_MINUTES", " 5")
    settings = load_settings()
    assert (settings.log_level, settings.grace_minutes) == ("warning", 5)


def test_every_setting_that_can_be_wrong_is_tried() -> None:
    free = {
        "topics_file",
        "backup_folder",
        "writer_model",
        "writer_key",
        "writer_key_file",
    }  # any text; files are read when needed
    free |= {"push_token", "push_token_file", "http_host", "health_host", "webhook_secret", "webhook_secret_file"}
    assert set(WRONG) == {name.upper() for name in DEFAULTS if name not in free}


@pytest.mark.parametrize(
    "address",
    ["nonsense", "postgresql+psycopg://u@host:port/name", "sqlite:///depesche.db", "postgresql://u@host/name", " "],
)
def test_other_databases_are_refused_before_anything_is_opened(address: str) -> None:
    assert complaint(DATABASE_URL=address).startswith("DATABASE_URL: expected sqlite+aiosqlite:///FILE or postgres")


def test_the_password_of_the_database_comes_from_a_file_alone(tmp_path: Path) -> None:
    secret = tmp_path / "password"
    secret.write_text("hush@:/ %\n")
    address = "postgresql+psycopg://depesche@host/depesche"
    settings = load_settings(database_url=address, database_password_file=secret)
    assert make_url(settings.database_url).password == "hush@:/ %"  # noqa: S105
    assert make_url(settings.database_url)._replace(password=None) == make_url(address)
    said = complaint(
        DATABASE_URL="postgresql+psycopg://depesche:other@host/depesche", DATABASE_PASSWORD_FILE=str(secret)
    )
    assert said == "DATABASE_PASSWORD_FILE: DATABASE_URL holds a password too; take it out of there"
    assert "SQLite" in complaint(DATABASE_PASSWORD_FILE=str(secret))
    for wrong in ("mysql://host/name", "nonsense"):
        assert complaint(DATABASE_URL=wrong, DATABASE_PASSWORD_FILE=str(secret)).startswith("DATABASE_URL: expected")


def test_several_wrong_values_are_several_lines() -> None:
    said = complaint(SEND_RATE="fast", LOG_LEVEL="loud", DEFAULT_TIMEZONE="Berlin").splitlines()
    assert sorted(line.partition(":")[0] for line in said) == ["DEFAULT_TIMEZONE", "LOG_LEVEL", "SEND_RATE"]


def test_a_misspelt_key_in_the_file_is_named_with_the_right_one(tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(f"BOT_TOKN={TOKEN}\n")
    assert complaint() == "BOT_TOKN: there is no such setting; did you mean BOT_TOKEN?"
    (tmp_path / ".env").write_text("COLOUR=blue\n")
    assert complaint() == "COLOUR: there is no such setting; see .env.example"


def test_a_file_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes(b"DEFAULT_LANGUAGE=\xff\xfe\n")
    assert complaint().startswith(".env: cannot be read (not a text in UTF-8); save it as")


def test_no_token_names_the_way_to_one_and_the_demo() -> None:
    said = complaint()
    assert "@BotFather" in said
    assert "python -m bot demo" in said


def test_the_token_comes_from_environment_or_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text(f"BOT_TOKEN={TOKEN}\nLOG_LEVEL=warning\n")
    assert (load_settings().token, load_settings().log_level) == (TOKEN, "warning")
    secret = tmp_path / "secret"
    secret.write_text(f"\n{TOKEN}\n")
    (tmp_path / ".env").unlink()
    monkeypatch.setenv("BOT_TOKEN_FILE", str(secret))
    assert load_settings().token == TOKEN
    secret.write_bytes(b"\xff\xfe")
    assert complaint().startswith(f"BOT_TOKEN_FILE: {secret} cannot be read (not a text in UTF-8); name a text")
    secret.write_text("wrong")
    assert complaint().startswith("BOT_TOKEN_FILE: this is not a token")


def test_two_tokens_are_one_too_many(tmp_path: Path) -> None:
    said = complaint(BOT_TOKEN=TOKEN, BOT_TOKEN_FILE=str(tmp_path / "secret"))
    assert said == "BOT_TOKEN and BOT_TOKEN_FILE are both set; set one of them"


def test_a_writer_is_whole_or_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert complaint(WRITER_URL="http://127.0.0.1:1/v1").startswith("WRITER_MODEL: not set, but WRITER_URL is")
    assert complaint(WRITER_MODEL="small").startswith("WRITER_URL: not set, but WRITER_MODEL is")
    secret = tmp_path / "key"
    assert complaint(WRITER_KEY="k", WRITER_KEY_FILE=str(secret)).startswith("WRITER_KEY and WRITER_KEY_FILE are both")
    monkeypatch.setenv("WRITER_KEY_FILE", str(secret))
    with pytest.raises(SettingsError, match=r"WRITER_KEY_FILE: .* cannot be read"):
        _ = load_settings().key_of_writer
    secret.write_text(" sesame\n")
    assert load_settings().key_of_writer == "sesame"
    assert "sesame" not in repr(load_settings())


def test_empty_values_mean_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LOG_LEVEL", "")
    monkeypatch.setenv("DEFAULT_TIMEZONE", "")
    assert load_settings().log_level == "info"
    assert load_settings().time_zone("uk") == "Europe/Kyiv"
    assert load_settings().time_zone("fr") == "Europe/Berlin"


@pytest.mark.parametrize("wrong", [{"LOG_LEVEL": TOKEN}, {"API_URL": TOKEN}, {"BOT_TOKEN": TOKEN[:-20]}])
def test_no_complaint_repeats_a_value(wrong: dict[str, str]) -> None:
    assert TOKEN[10:30] not in complaint(**wrong)


def test_settings_never_show_the_token(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("BOT_TOKEN", TOKEN)
    settings = load_settings()
    assert TOKEN[10:] not in f"{settings!r} {settings} {vars(settings)}"


def _example() -> dict[str, tuple[str, str]]:
    """The keys of .env.example with their values and comments."""
    found: dict[str, tuple[str, str]] = {}
    comment = ""
    for line in (ROOT / ".env.example").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            comment = line.lstrip("# ")
        elif "=" in line:
            key, _, value = line.partition("=")
            found[key] = (value, comment)
            comment = ""
    return found


def test_the_example_lists_every_setting_with_its_default_and_a_comment() -> None:
    example = _example()
    assert list(example) == [name.upper() for name in DEFAULTS]
    for name, default in DEFAULTS.items():
        value, comment = example[name.upper()]
        assert value == ("" if default is None else str(default)), name
        assert len(comment) > 10, name


def test_the_example_is_a_working_file(tmp_path: Path) -> None:
    (tmp_path / ".env").write_bytes((ROOT / ".env.example").read_bytes())
    assert load_settings() == Settings()


def test_nobody_else_reads_the_environment() -> None:
    readers = [
        path.relative_to(ROOT).as_posix()
        for package in ("bot", "digests")
        for path in (ROOT / package).rglob("*.py")
        if any(word in path.read_text(encoding="utf-8") for word in ("os.environ", "getenv", "os.putenv"))
    ]
    assert readers == [
        "bot/setting_values.py",
        "digests/sources/parsing.py",
    ]  # hands on to its processes what an interpreter starts with


def test_a_token_for_pushing_is_long_enough_to_be_one(tmp_path: Path) -> None:
    assert load_settings().token_of_pushers == ""
    with pytest.raises(SettingsError, match="PUSH_TOKEN: too short"):
        _ = load_settings(push_token="guessable").token_of_pushers  # noqa: S106
    (tmp_path / "secret").write_text("a-long-enough-secret\n", encoding="utf-8")
    assert load_settings(push_token_file=tmp_path / "secret").token_of_pushers == "a-long-enough-secret"  # noqa: S105


@pytest.mark.parametrize("secret", ["", "short", "x" * 257, "with spaces in between", "schlüsselbund-schlüssel"])
def test_a_secret_that_telegram_would_refuse_is_named(secret: str) -> None:
    found = load_settings(webhook_secret=secret or None)
    with pytest.raises(SettingsError, match=r"^WEBHOOK_SECRET: .*expected 16 to 256 letters") as caught:
        _ = found.secret_of_webhook
    assert not secret or secret not in str(caught.value)
    good = "a-long_enough-secret"
    assert load_settings(webhook_secret=good).secret_of_webhook == good


@pytest.mark.parametrize("paid", ["off", "ask", "on"])
def test_what_costs_nothing_stays_below_the_free_rate(paid: str) -> None:
    said = complaint(SEND_RATE="31", PAID_BROADCAST=paid)
    assert said.startswith("SEND_RATE: Telegram carries about 30 for nothing")
    assert "PAID_RATE" in said


def test_a_proxys_password_is_never_shown() -> None:
    proxy = "http://name:hush@proxy.example:8080"
    settings = load_settings(proxy_url=proxy)
    assert settings.proxy == proxy
    assert "hush" not in repr(settings)
