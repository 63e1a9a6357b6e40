"""Depesche in Telegram: the bot, its sandbox, its commands and everything that touches the outer world."""

from importlib.metadata import PackageNotFoundError, version

try:
    __version__ = version("depesche")
except PackageNotFoundError:  # run from a folder that nobody has installed
    __version__ = "0+unknown"
