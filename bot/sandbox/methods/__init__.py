"""The methods of the Bot API, by lower-case name."""

from bot.sandbox.methods import chats, profile, queries, receiving, sending
from bot.sandbox.methods.registry import METHODS, Call

__all__ = ["METHODS", "Call", "chats", "profile", "queries", "receiving", "sending"]
