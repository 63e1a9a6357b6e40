"""Inline mode: what people type behind a bot's name, and the results that it may offer."""

from bot.sandbox.entities import parse_html, units
from bot.sandbox.errors import bad_request, not_modified
from bot.sandbox.model import InlineMessage, InlineQuery, Json, User
from bot.sandbox.rules import check_length, check_markup
from bot.sandbox.world import QUERY_SECONDS, Bot, World

MOST_RESULTS = 50
MAX_RESULT_ID = 64
MAX_QUERY = 256


def ask(world: World, bot: Bot, user: User, text: str) -> InlineQuery:
    """Type a query; the bot hears of it when it takes inline queries."""
    query = world.new_inline_query(bot, user, text[:MAX_QUERY])
    content: Json = {"id": query.id, "from": user.to_api(), "query": query.text, "offset": "", "chat_type": "sender"}
    world.give(bot, "inline_query", content)
    return query


def choose(world: World, bot: Bot, user: User, query: InlineQuery, result: Json) -> InlineMessage:
    """Put a result into some chat; the bot hears of it where it gets feedback."""
    message = world.new_inline_message(bot, str(result["text"]), result["reply_markup"])
    if bot.inline_feedback:
        content: Json = {"result_id": result["id"], "from": user.to_api(), "query": query.text}
        if message.markup:  # a message without buttons cannot be edited
            content["inline_message_id"] = message.id
        world.give(bot, "chosen_inline_result", content)
    return message


def edit(world: World, bot: Bot, number: str, text: str, markup: Json | None) -> None:
    """Another text in a result that stands in some chat. Raises ApiError 400 when it is unknown or reads so already."""
    message = bot.inline_messages.get(number)
    if message is None:
        raise bad_request("MESSAGE_ID_INVALID")
    if (message.text, message.markup) == (text, markup):
        raise not_modified()
    message.former.append(message.text)
    message.text, message.markup = text, markup
    world.pulse.beat()


def open_inline_query(world: World, bot: Bot, query_id: str) -> InlineQuery:
    """A query that may still be answered. Raises ApiError 400 when it is too old, answered or unknown."""
    query = bot.inline_queries.get(query_id)
    if query is None or query.answer is not None or world.monotonic() - query.asked > QUERY_SECONDS:
        raise bad_request("query is too old and response timeout expired or query ID is invalid")
    return query


def check_results(results: object) -> list[Json]:
    """Results of an inline query in their normal form. Raises ApiError 400 for what Telegram would refuse."""
    if not isinstance(results, list):
        raise bad_request("can't parse inline query results: expected an Array")
    if len(results) > MOST_RESULTS:
        raise bad_request("RESULTS_TOO_MUCH")
    checked = [_checked(result) for result in results]
    if len({result["id"] for result in checked}) < len(checked):
        raise bad_request("RESULT_ID_DUPLICATE")
    return checked


def _checked(result: object) -> Json:
    if not isinstance(result, dict):
        raise bad_request("can't parse inline query result: expected an Object")
    number = str(result.get("id", ""))
    if not 1 <= len(number.encode()) <= MAX_RESULT_ID:
        raise bad_request("RESULT_ID_INVALID")
    if result.get("type") != "article":
        raise bad_request("the sandbox knows inline results of type article only")
    if not str(result.get("title", "")).strip():
        raise bad_request("can't parse inline query result: Can't find field \"title\"")
    content = result.get("input_message_content")
    if not isinstance(content, dict) or "message_text" not in content:
        raise bad_request("can't parse inline query result: Can't find field \"message_text\"")
    text = str(content["message_text"])
    if str(content.get("parse_mode", "")).lower() == "html":
        text, _ = parse_html(text)
    check_length(text, empty_allowed=False)
    if units(str(result["title"])) > 512:
        raise bad_request("ARTICLE_TITLE_TOO_LONG")
    return {**result, "text": text, "reply_markup": check_markup(result.get("reply_markup"))}
