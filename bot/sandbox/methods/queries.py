"""Answers to pressed buttons and inline queries."""

from bot.sandbox.entities import units
from bot.sandbox.errors import bad_request
from bot.sandbox.methods.registry import Call, method
from bot.sandbox.model import Toast
from bot.sandbox.rules import MAX_CALLBACK_ANSWER


@method("answerCallbackQuery")
async def answer_callback_query(call: Call) -> bool:
    """End the button's waiting, with a toast, an alert or nothing."""
    text = call.parameters.text("text")
    if units(text) > MAX_CALLBACK_ANSWER:
        raise bad_request("MESSAGE_TOO_LONG")
    query = call.world.open_query(call.bot, call.parameters.text("callback_query_id"))
    address = call.parameters.text("url")
    if address and not address.startswith((f"https://t.me/{call.bot.user.username}?", "tg://")):
        raise bad_request("URL_INVALID")
    query.answer = Toast(query.user.id, text, call.parameters.flag("show_alert"), address, query.id)
    chat = query.message.chat
    if text or address:
        chat.toasts.append(query.answer)
    chat.tell({"type": "answer", "toast": query.answer})
    call.world.pulse.beat()
    return True


@method("answerInlineQuery")
async def answer_inline_query(call: Call) -> bool:
    """The sandbox asks no inline queries, so there is never one to answer."""
    results = call.parameters.data("results")
    if isinstance(results, list) and len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    raise bad_request("query is too old and response timeout expired or query ID is invalid")
