"""A Telegram to try bots against: the Bot API over real HTTP with Telegram's rules, and a chat page for readers.

The sandbox knows no particular bot. It listens on loopback only, keeps everything in memory, and forgets it at the
end. Tests and the demo use `Sandbox`; `python -m bot.sandbox` runs it alone.
"""

from bot.sandbox.server import Sandbox

__all__ = ["Sandbox"]
