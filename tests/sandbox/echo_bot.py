"""A small bot of python-telegram-bot to try the sandbox with: a menu, an echo, every kind of keyboard."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from telegram import (
    BotCommand,
    ForceReply,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    KeyboardButton,
    ReplyKeyboardMarkup,
    Update,
)
from telegram.constants import ParseMode
from telegram.ext import Application, CallbackContext, CallbackQueryHandler, CommandHandler, MessageHandler, filters

from bot.sandbox import Sandbox

Context = CallbackContext[Any, Any, Any, Any]
TOKEN = "4242:" + "x" * 35
STORY = (
    "<b>1 · Delegationen &lt;beraten&gt; in Istanbul</b> · <i>neu</i>\n"
    "Strittig ist die <u>Kontrolle</u> der Häfen. <a href='https://example.org/a?b=1&amp;c=2'>[1]</a> 🕊\n"
    "<blockquote expandable>Erster weiterer Satz, der recht lang ist.\nZweiter Satz mit <code>code</code>.\n"
    "Dritter Satz.\nVierter Satz.\nFünfter Satz.</blockquote>\n"
    "<tg-spoiler>Ausgang offen</tg-spoiler> · <s>alt</s>\n<pre>tabelle = 1</pre>Mehr: /help #ukraine @depesche_bot"
)


def menu(count: int) -> InlineKeyboardMarkup:
    """Buttons that count, alert, stay silent, and lead outside."""
    return InlineKeyboardMarkup(
        [
            [InlineKeyboardButton(f"✓ Gezählt · {count}", callback_data=f"v1|count|{count + 1}")],
            [
                InlineKeyboardButton("Hinweis", callback_data="v1|alert"),
                InlineKeyboardButton("Quelle", url="https://example.org"),
            ],
        ]
    )


async def start(update: Update, context: Context) -> None:
    """A greeting with a menu."""
    assert update.message is not None
    name = update.message.chat.first_name
    await update.message.reply_html(f"<b>Hallo {name}!</b> {' '.join(context.args or [])}", reply_markup=menu(0))


async def story(update: Update, context: Context) -> None:
    """Every kind of formatting."""
    assert update.message is not None
    await update.message.reply_text(STORY, parse_mode=ParseMode.HTML)


async def more(update: Update, context: Context) -> None:
    """The keyboards that replace the typing, and a file."""
    assert update.message is not None
    if context.args == ["ask"]:
        await update.message.reply_text("Wie spät?", reply_markup=ForceReply(input_field_placeholder="z. B. 6:45"))
    elif context.args == ["file"]:
        await update.message.reply_document(b'{"a": 1}', filename="daten.json", caption="Deine Daten")
    else:
        keys = [[KeyboardButton("Ja"), KeyboardButton("Nein")], [KeyboardButton("Standort", request_location=True)]]
        await update.message.reply_text("Tasten", reply_markup=ReplyKeyboardMarkup(keys, resize_keyboard=True))


async def echo(update: Update, context: Context) -> None:
    """What was said, said again."""
    assert update.effective_message is not None
    message = update.effective_message
    place = message.location
    await message.reply_text(f"Echo: {message.text or (place and place.latitude)}")


async def pressed(update: Update, context: Context) -> None:
    """A press: count in place, or an alert."""
    query = update.callback_query
    assert query is not None
    if query.data == "v1|alert":
        await query.answer("Bitte lesen", show_alert=True)
        return
    count = int((query.data or "").rpartition("|")[2])
    await query.answer(f"Gezählt: {count}")
    await query.edit_message_text(f"Stand {count}", reply_markup=menu(count))


@asynccontextmanager
async def echo_bot(sandbox: Sandbox) -> AsyncIterator[Application[Any, Any, Any, Any, Any, Any]]:
    """The bot, polling the sandbox."""
    builder = Application.builder().token(TOKEN).base_url(sandbox.base_url).base_file_url(sandbox.base_file_url)
    app = builder.build()
    app.add_handler(CommandHandler("start", start))
    app.add_handler(CommandHandler("story", story))
    app.add_handler(CommandHandler("more", more))
    app.add_handler(CallbackQueryHandler(pressed))
    app.add_handler(MessageHandler(filters.TEXT | filters.LOCATION, echo))
    async with app:
        await app.bot.set_my_commands([BotCommand("story", "A story"), BotCommand("more", "More keyboards")])
        await app.bot.set_my_commands([BotCommand("story", "Eine Geschichte")], language_code="de")
        await app.bot.set_my_name("Depesche <Probe>")
        await app.bot.set_my_description("Kurzer Nachrichtenüberblick: deine Themen, deine Uhrzeit.")
        assert app.updater is not None
        await app.updater.start_polling(allowed_updates=Update.ALL_TYPES)
        await app.start()
        try:
            yield app
        finally:
            await app.updater.stop()
            await app.stop()
