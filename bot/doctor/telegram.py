"""Checks of the way to Telegram. The token is never told, nor an address that holds it."""

from __future__ import annotations

import time
from email.utils import parsedate_to_datetime

import aiohttp
from telegram import Bot
from telegram.error import TelegramError

from bot.doctor.findings import Finding, Patient, failure, ok, skipped, warning
from bot.telegram.application import explained, sender
from bot.telegram.backend import Way
from bot.telegram.webhook import address

WAITING = 100
"""So many updates wait at Telegram only when nobody takes them."""
SKEW_NOTICED, SKEW_TOO_MUCH = 5.0, 60.0
"""Seconds by which a clock may be wrong before a warning, and before digests come at a wrong time."""
PATIENCE = aiohttp.ClientTimeout(total=15.0)
_OFFLINE = "not asked (--offline)"
_NO_BOT = "not asked: Telegram does not know the bot yet"


async def token(patient: Patient) -> Finding:
    """Telegram knows the token."""
    found = patient.settings.token
    if patient.offline:
        return skipped(_OFFLINE)
    async with _bot(patient, found) as bot:
        with explained(bot):
            patient.me = await bot.get_me()
    return ok(f"@{patient.me.username}")


async def updates(patient: Patient) -> Finding:
    """Updates reach the process that the settings mean: one that polls, or `web` by its webhook."""
    settings = patient.settings
    if patient.me is None:
        return skipped(_OFFLINE if patient.offline else _NO_BOT)
    async with _bot(patient, settings.token) as bot:
        with explained(bot):
            hook = await bot.get_webhook_info()
    wanted = ""
    if settings.webhook_url is not None:
        wanted, _ = address(settings.webhook_url, settings.token, settings.secret_of_webhook)
    if hook.url and not wanted:
        return warning(
            "a webhook is set at Telegram, but WEBHOOK_URL is not",
            "another program may be using this token: stop it, or get a token of its own from @BotFather. "
            "`python -m bot run` takes the webhook away by itself",
        )
    if hook.url != wanted:
        found = "another webhook than WEBHOOK_URL is set at Telegram"
        if not hook.url:
            found = "no webhook is set at Telegram, but WEBHOOK_URL is given"
        return warning(found, "start `python -m bot web`, which sets it")
    if hook.last_error_date is not None and hook.pending_update_count:
        return warning(
            f"Telegram could not post: {hook.last_error_message}; {hook.pending_update_count} updates wait",
            "WEBHOOK_URL must lead to a running `python -m bot web`, over TLS with a certificate that is trusted",
        )
    if hook.pending_update_count > WAITING:
        return warning(f"{hook.pending_update_count} updates wait at Telegram", "is the bot running?")
    return ok("WEBHOOK_URL is set at Telegram" if wanted else "no webhook is set, `run` polls")


async def botfather(patient: Patient) -> Finding:
    """What only @BotFather can change is as the bot needs it."""
    me, settings = patient.me, patient.settings
    if me is None:
        return skipped(_OFFLINE if patient.offline else _NO_BOT)
    if settings.inline == "on" and not me.supports_inline_queries:
        return warning("INLINE is on, but inline mode is not", "send /setinline to @BotFather, or set INLINE=off")
    if settings.inline == "off" and me.supports_inline_queries:
        return warning(
            "inline mode is on, but INLINE is off: nobody gets an answer", "set INLINE=on, or send /setinline, /empty"
        )
    if me.can_read_all_group_messages:
        return warning(
            "privacy mode is off: Telegram passes on everything that is said in groups",
            "the bot needs none of it; send /setprivacy to @BotFather and choose Enable",
        )
    if not me.can_join_groups:
        return warning("the bot cannot be added to groups", "send /setjoingroups to @BotFather and choose Enable")
    return ok("privacy mode on, groups allowed, inline mode " + settings.inline)


async def operators(patient: Patient) -> Finding:
    """The people who run the bot can be told of troubles."""
    chats = sorted(patient.settings.operators)
    if not chats:
        return warning(
            "ADMIN_IDS is empty: nobody is told of troubles",
            "write /admin to the bot, it answers with the number to put there",
        )
    if patient.me is None:
        return skipped(_OFFLINE if patient.offline else _NO_BOT)
    closed = 0
    async with _bot(patient, patient.settings.token) as bot:
        for chat in chats:
            try:
                await bot.get_chat(chat)
            except TelegramError:
                closed += 1
    if closed:
        return warning(
            f"{closed} of {len(chats)} chats of ADMIN_IDS cannot be reached", "each must write /start to the bot once"
        )
    return ok(f"{len(chats)} in ADMIN_IDS")


async def clock(patient: Patient) -> Finding:
    """This machine's clock agrees with the one of Telegram's server."""
    if patient.offline:
        return skipped(_OFFLINE)
    settings = patient.settings
    try:
        async with aiohttp.ClientSession(timeout=PATIENCE) as session:
            began = time.monotonic()
            answer = await session.get(settings.api_url, proxy=settings.proxy, allow_redirects=False)
            under_way = time.monotonic() - began
            here = patient.clock.now()
            answer.release()
        there = parsedate_to_datetime(answer.headers["Date"])
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return skipped(f"the server does not answer ({type(error).__name__})")
    except (KeyError, ValueError):
        return skipped("the server does not say what time it is")
    skew = (here - there).total_seconds() - under_way / 2 - 0.5  # its date has whole seconds, cut off
    found = f"{abs(skew):.0f} s {'ahead of' if skew > 0 else 'behind'} the server's"
    advice = "let this machine set its clock over the network (NTP): digests come by it"
    if abs(skew) > SKEW_TOO_MUCH:
        return failure(found, advice)
    return warning(found, advice) if abs(skew) > SKEW_NOTICED else ok(f"within {SKEW_NOTICED:.0f} s of the server's")


class _bot:  # noqa: N801  # used like a function
    """A bot with one connection, open as long as it is needed."""

    def __init__(self, patient: Patient, token: str) -> None:
        settings = patient.settings
        self._bot = sender(Way(token, settings.api_url, settings.telegram_backend, settings.proxy), 1)

    async def __aenter__(self) -> Bot:
        await self._bot.request.initialize()
        return self._bot

    async def __aexit__(self, *_: object) -> None:
        await self._bot.request.shutdown()
