"""Sends digests through Telegram and says what became of them. The one table of Telegram's answers stands here."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

import structlog
from telegram import Bot
from telegram.error import (
    BadRequest,
    ChatMigrated,
    EndPointNotFound,
    Forbidden,
    InvalidToken,
    RetryAfter,
    TelegramError,
)
from telegram.request import RequestData
from telegram.request._requestparameter import RequestParameter

from bot.i18n import translations
from bot.telegram.backend import NotSentError
from bot.telegram.calls import SEND, Call, call_of, edit, number_of
from bot.telegram.html import to_plain
from bot.telegram.messages import OutgoingMessage, View, seal_of
from bot.telegram.outages import headed, outage_notice
from bot.telegram.scheduled import render_scheduled
from bot.telegram.simple import simplified_message
from digests.domain.delivery import Edited, MessageId, Outcome, Parcel, Result
from digests.domain.digests import Digest
from digests.domain.schedule import load_zone
from digests.ports import Clock
from digests.services.outages import Outages

log = structlog.get_logger(__name__)

_SEEN = ("kind", "language", "time_zone", "slot_at", "next_slot_at", "late", "silent", "simple", "plain", "quiet",
         "weekly", "away_since", "frame")  # fmt: skip
"""What of a parcel, besides its digest, shows in its messages."""
_KEPT = 500
"""Rendered digests that are kept, some megabytes of them."""
_BAD_REQUESTS = {
    Result.GONE: ("chat not found|(user is|chat was) deactivated|peer_id_invalid"),
    Result.NO_RIGHTS: (
        "chat_write_forbidden|chat_restricted|have no rights to send|not enough rights|need administrator rights"
    ),
    Result.BAD_MARKUP: "can't parse entities|unsupported start tag|can't find end tag",
    Result.THREAD_CLOSED: "topic_closed|topic_deleted|message thread not found",
}

_PAYMENT = re.compile(r"\bstars?\b|balance|paid|payment|flood_?skip", re.IGNORECASE)
"""What a refusal of a paid message may speak of, and no other."""
_FORBIDDEN = re.compile(
    "blocked|kicked|deactivated|not a member|can't initiate|can't send messages|restricted|not enough rights|no rights",
    re.IGNORECASE,
)
"""What a 403 is known to mean: this chat is closed to the bot."""


def classify(error: TelegramError) -> Outcome:
    """What an answer of Telegram, or its absence, means for a delivery. BadRequest goes first: it is a NetworkError."""
    match error:
        case RetryAfter():
            return Outcome(Result.WAIT, retry_after=error._retry_after.total_seconds(), reason="flood")
        case ChatMigrated():
            return Outcome(Result.MOVED, new_chat_id=error.new_chat_id, reason="migrated")
        case Forbidden():
            return Outcome(Result.GONE, reason=_word(error))
        case BadRequest():
            return Outcome(_refusal(error.message), reason=_word(error))
        case InvalidToken() | EndPointNotFound():  # 401, 404: an outage or a wrong token, not the reader
            return Outcome(Result.NOT_SENT, reason="token")
        case _:
            return Outcome(_failure(error), reason=_word(error))


def classify_paid(error: TelegramError) -> Outcome:
    """The same for a message that may cost Stars. Nothing that may be about the payment is laid at a reader's door."""
    outcome = classify(error)
    if not isinstance(error, BadRequest | Forbidden) or outcome.result in (Result.BAD_MARKUP, Result.THREAD_CLOSED):
        return outcome
    if _PAYMENT.search(error.message):
        return replace(outcome, result=Result.UNPAID)
    known = outcome.result is Result.GONE and (isinstance(error, BadRequest) or _FORBIDDEN.search(error.message))
    return outcome if known else replace(outcome, result=Result.DOUBTED)


def _refusal(message: str) -> Result:
    found = (result for result, words in _BAD_REQUESTS.items() if re.search(words, message, re.IGNORECASE))
    return next(found, Result.REJECTED)


_UNCHANGED = re.compile("message is not modified", re.IGNORECASE)
_UNTOUCHABLE = re.compile("message to edit not found|message can't be edited|message_id_invalid", re.IGNORECASE)
"""The reader has deleted it, or it is not ours to change."""


def classify_edit(error: TelegramError) -> Outcome:
    """What an answer to an edit means. That the message reads like this already is what was wanted."""
    outcome = classify(error)
    if isinstance(error, BadRequest) and _UNCHANGED.search(error.message):
        return Outcome(Result.OK)
    if outcome.result is Result.REJECTED and not _UNTOUCHABLE.search(outcome.reason):
        log.error("telegram_refused", result=outcome.result.value, reason=outcome.reason)
    return outcome


def _failure(error: TelegramError) -> Result:
    if isinstance(error, NotSentError):
        return Result.NOT_SENT
    return Result.REJECTED if "(413)" in error.message else Result.UNKNOWN


@dataclass(frozen=True, slots=True)
class TelegramMessenger:
    """The messenger port over python-telegram-bot."""

    bot: Bot
    clock: Clock
    topic_name: Callable[[str, str], str]
    outages: Outages | None = None  # what operators tell readers; None: nothing
    username: str = ""  # of the bot, for links into its private chat
    _rendered: dict[object, tuple[Digest, Digest | None, Sequence[Call], tuple[int, ...]]] = field(
        default_factory=dict, init=False, repr=False
    )

    async def deliver(self, parcel: Parcel) -> Outcome:
        """Send the next message of the parcel, one and no more; MORE when others follow."""
        messages, counts = self._shown(parcel)
        sent = parcel.sent_parts
        if len(messages) <= len(sent):
            return Outcome(Result.OK, sent)
        call = messages[len(sent)] if sent else await self._first(parcel, messages[0])
        try:
            sent = (*sent, await self._send(parcel, call))
        except TelegramError as error:
            outcome = classify_paid(error) if parcel.paid else classify(error)
            if outcome.result in (Result.REJECTED, Result.BAD_MARKUP):
                log.error("telegram_refused", result=outcome.result.value, reason=outcome.reason)
            return replace(outcome, message_ids=sent)
        result = Result.MORE if len(sent) < len(messages) else Result.OK
        return Outcome(result, sent, story_counts=counts if len(messages) > 1 else ())

    async def _first(self, parcel: Parcel, call: Call) -> Call:
        """The first message, below what operators tell readers while something is wrong."""
        outage = None if self.outages is None or parcel.digest.breaking else await self.outages.current()
        if outage is None:
            return call
        notice = outage_notice(outage, translations(parcel.language), load_zone(parcel.time_zone), self.clock.now())
        return call | {"text": headed(to_plain(notice) if parcel.plain else notice, call["text"])}

    async def amend(self, parcel: Parcel, sent_at: datetime, shown: Sequence[str]) -> Edited:
        """Edit the next message of a parcel that has arrived and reads otherwise now, one and no more."""
        assert parcel.original is not None, "there is something to correct"  # noqa: S101
        before = self._messages(replace(parcel, digest=parcel.original, original=None), sent_at)
        after = self._messages(parcel, sent_at)
        ids, seals = parcel.sent_parts, [*shown, *[""] * (len(before) - len(shown))]
        if not len(ids) == len(before) == len(after):  # another language since, or made by another version
            return Edited(Outcome(Result.REJECTED, ids, reason="other layout"), tuple(shown))
        wanted = [seal_of(call["text"]) for call in after]
        stands = [seal or seal_of(call["text"]) for seal, call in zip(seals, before, strict=True)]
        left = [number for number, seal in enumerate(wanted) if stands[number] != seal]
        if not left:
            return Edited(Outcome(Result.OK, ids), tuple(shown))
        try:
            outcome = await self._edit(parcel, ids[left[0]], after[left[0]])
        except TelegramError as error:
            outcome = classify_edit(error)
        if outcome.result is not Result.OK:
            return Edited(replace(outcome, message_ids=ids), tuple(shown))
        seals[left[0]] = wanted[left[0]]
        return Edited(Outcome(Result.MORE if len(left) > 1 else Result.OK, ids), tuple(seals))

    async def _edit(self, parcel: Parcel, message_id: MessageId, call: Call) -> Outcome:
        where: Call = {"chat_id": parcel.chat.id, "message_id": message_id}
        if isinstance(message_id, str):
            where = {"inline_message_id": message_id}
        told = {name: value for name, value in call.items() if name != "disable_notification"}
        await edit(self.bot, where | told)
        return Outcome(Result.OK)

    def _messages(self, parcel: Parcel, at: datetime | None = None) -> Sequence[Call]:
        """The calls that send a parcel, as of `at`."""
        return self._shown(parcel, at)[0]

    def _shown(self, parcel: Parcel, at: datetime | None = None) -> tuple[Sequence[Call], tuple[int, ...]]:
        """The calls that send a parcel, and how many stories each tells.

        Readers with equal wishes share them: rendering costs more than sending. Ages are told as of `at` (UTC), now
        unless it is given.
        """
        now = at or self.clock.now()
        minute = now.replace(second=0, microsecond=0)
        key = (id(parcel.digest), id(parcel.original), *(getattr(parcel, name) for name in _SEEN), minute)
        found = self._rendered.get(key)
        if found is None:
            if len(self._rendered) >= _KEPT:
                self._rendered.clear()
            texts = translations(parcel.language, group=parcel.kind != "private")
            view = View(texts, load_zone(parcel.time_zone), now, self.topic_name)
            messages = render_scheduled(parcel, view, self.username)
            calls = [self._call(parcel, message) for message in messages]
            counts = tuple(len(message.stories) for message in messages)
            # the digests are kept, or their ids would be others'
            found = self._rendered[key] = (parcel.digest, parcel.original, calls, counts)
        return found[2:]

    def _call(self, parcel: Parcel, message: OutgoingMessage) -> Call:
        if parcel.simple:
            message = simplified_message(message, translations(parcel.language))
        return call_of(replace(message, silent=parcel.silent), plain=parcel.plain)

    async def _send(self, parcel: Parcel, call: Call) -> int:
        where: Call = {"chat_id": parcel.chat.id, "message_thread_id": parcel.chat.thread_id or None}
        if parcel.paid:
            where["allow_paid_broadcast"] = True
        data = RequestData([RequestParameter(name, value, None) for name, value in (where | call).items()])
        return number_of(await self.bot.request.post(f"{self.bot.base_url}/{SEND}", data))


def _word(error: TelegramError) -> str:
    """Telegram's own words, short enough for a column; they hold nothing of the message."""
    return error.message[:60]
