"""What tests know of the settings as a whole."""

from __future__ import annotations

from dataclasses import fields

from bot.settings import Settings

DEFAULTS = {each.name: each.default for each in fields(Settings)}
"""The default of each setting by its name, in the order in which they stand."""
