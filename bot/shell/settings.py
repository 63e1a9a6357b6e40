"""Settings as a shell command wants them: read, and logging set up at its level."""

from __future__ import annotations

from bot import log
from bot.settings import Settings, load_settings


def shell_settings(level: str | None = None) -> Settings:
    """The settings, with logs at `level` instead of the configured one. Raises SettingsError."""
    settings = load_settings()
    log.configure(level or settings.log_level, settings.log_format)
    return settings
