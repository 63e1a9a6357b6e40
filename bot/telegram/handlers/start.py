"""/start: the welcome, links into the bot, the way back into a set-up left in the middle, and the main menu."""

from __future__ import annotations

import re
from datetime import timedelta

import structlog

from bot.i18n import LANGUAGES, language_name
from bot.telegram import menu
from bot.telegram.callbacks import encode, parse_number
from bot.telegram.handlers.channels import channels, open_binding
from bot.telegram.handlers.choosing import change_topics
from bot.telegram.handlers.offers import remember
from bot.telegram.handlers.settings import show_settings
from bot.telegram.handlers.setup import TOPICS, menu_rows, next_slot, show_step
from bot.telegram.handlers.share import open_pack
from bot.telegram.handlers.story import show_story
from bot.telegram.handlers.topic import show_topic
from bot.telegram.handlers.topics import followed
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows
from bot.telegram.links import GROUP_SETUP
from bot.telegram.managed import BINDING_PAYLOAD
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.rendering import Frame, render_sample
from bot.telegram.visit import Visit
from digests.domain.preferences import Preferences
from digests.domain.subscribers import Status

log = structlog.get_logger(__name__)

SAMPLE_STORIES = 2
_SETTINGS = "set"
_STORY_LINK = re.compile(r"s_([0-9]{1,18})")


async def start(visit: Visit) -> None:
    """/start, perhaps with the payload of a link: a topic, a pack of topics, a story, the settings.

    What nobody of us made is ignored; the log has its length, as its text may say something about a person.
    """
    payload = visit.arguments
    if payload.startswith("t_") and (topic := visit.services.catalogue.find(payload[2:])):
        await _open_topic(visit, topic.slug)
    elif found := _STORY_LINK.fullmatch(payload):
        await show_story(visit, int(found[1]))
        if not visit.subscriber.ready:
            await _begin(visit)  # who comes by a shared story learns what this is
    elif payload.startswith(BINDING_PAYLOAD) and (number := parse_number(payload[2:])) is not None:
        if not await open_binding(visit, number):
            await channels(visit)
    elif payload == "channels" and visit.private:
        await channels(visit)
    elif payload == _SETTINGS and visit.subscriber.ready:
        await show_settings(visit)
    elif not (payload.startswith("p_") and await open_pack(visit, payload[2:])):
        if payload not in ("", _SETTINGS, GROUP_SETUP):
            log.info("unknown_payload", length=len(payload))
        await _begin(visit)


async def _begin(visit: Visit) -> None:
    step = visit.subscriber.setup_step
    if visit.subscriber.ready:
        await show_menu(visit)
    elif step:
        await show_step(visit, step, visit.texts("start.resumed", step=step))
    elif not visit.private:  # a group has been welcomed when the bot came
        await show_step(visit, TOPICS)
    else:
        await _show_welcome(visit)


async def _open_topic(visit: Visit, slug: str) -> None:
    """A link to a topic: a known reader gets its stories, a new one begins with it chosen."""
    if visit.subscriber.ready:
        await show_topic(visit, slug)
        return
    note = None if visit.subscriber.setup_step else _welcome(visit)
    await change_topics(visit, lambda preferences: preferences.topics | {slug})
    await show_step(visit, TOPICS, note)


def _welcome(visit: Visit) -> str:
    return visit.texts("start.welcome", name=visit.first_name)


async def _show_welcome(visit: Visit) -> None:
    """Step 0: who we are, and the other languages, each by its own name."""
    texts = visit.texts
    others = [
        Button(language_name(code), encode("start", "language", code))
        for code in LANGUAGES
        if code != visit.subscriber.language
    ]
    begin = (Button(texts("button.go"), encode("start", "go")), Button(texts("button.sample"), encode("sample")))
    await visit.show(_welcome(visit), Keyboard.of(begin, *in_rows(others, 3)))


async def show_menu(visit: Visit) -> None:
    """The main menu of a reader who is set up, below one line about what comes next."""
    if visit.subscriber.status is Status.STOPPED:  # /start begins again
        visit.subscriber = (await visit.services.subscriptions.resume(visit.chat)).subscriber
    texts, slot, name = visit.texts, next_slot(visit), visit.first_name
    topics = followed(visit) or texts("topics.none_chosen")
    first: Row = ()  # what lets digests come, where none would
    if visit.subscriber.status is Status.PAUSED:
        text = texts("start.known_paused", name=name, topics=topics)
        first = (Button(texts("button.resume"), encode("resume")),)
    elif slot:
        text = texts("start.known", name=name, slot=slot, topics=topics)
    else:
        text = texts("start.known_without_slot", name=name, topics=topics)
        first = (Button(texts("button.time"), encode("time")),)
    await visit.show(text, Keyboard.of(first, *menu_rows(visit)))


async def send_sample(visit: Visit) -> None:
    """A digest of everything, as new messages; the way on stands below it."""
    texts = visit.texts
    digest = await visit.services.reading.latest(Preferences(), SAMPLE_STORIES)
    go: Row = (Button(texts("button.go"), encode("start", "go")),)
    if not digest.items:
        await visit.reply(texts("start.no_sample"), Keyboard.of(go))
        return
    today = digest.window.end - digest.window.start <= timedelta(days=1)
    title = texts("start.sample") if today else texts("start.sample_recent")
    frame = Frame(title=title, more=False, rows=(go,))
    view = visit.view
    digest, messages = render_sample(digest, view, frame)
    await remember(visit, digest, frame, await visit.send(messages), view.now)


async def press(visit: Visit) -> None:
    """A button of the welcome, or the one that leads back to the main menu."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("go",):
            await show_step(visit, TOPICS)
        case ("language", code) if code in LANGUAGES:
            change = await visit.services.subscriptions.set_language(visit.chat, code)
            visit.subscriber = change.subscriber
            await menu.register_for_chat(visit.bot, visit.chat.id, code, operator=visit.by_operator)
            await _show_welcome(visit)
        case _:
            await _begin(visit)


COMMANDS = (Command("start", start, changes=True),)
PRESSES = (Press("start", press, changes=True), Press("sample", send_sample, costly=True))
QUESTIONS: dict[str, Handler] = {}
