"""The product without Telegram: from raw articles to composed digests and their delivery."""
