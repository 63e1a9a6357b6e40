"""Depesche in Telegram: the bot, its sandbox, its commands and everything that touches the outer world."""
