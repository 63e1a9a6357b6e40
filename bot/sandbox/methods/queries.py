"""Answers to pressed buttons and inline queries."""

from bot.sandbox.entities import units
from bot.sandbox.errors import bad_request
from bot.sandbox.inline import check_results, open_inline_query
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
    """Offer results for what somebody typed behind the bot's name."""
    results = check_results(call.parameters.data("results"))
    query = open_inline_query(call.world, call.bot, call.parameters.text("inline_query_id"))
    query.answer = results
    call.world.pulse.beat()
    return True
