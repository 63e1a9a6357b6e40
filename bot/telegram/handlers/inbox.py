"""What readers say, as operators see it: feedback to answer, reports to look at."""

from __future__ import annotations

import structlog
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.i18n import Markup, escape, translations
from bot.telegram.callbacks import encode
from bot.telegram.handlers.offers import number
from bot.telegram.html import clip, join, units
from bot.telegram.keyboards import Button, Keyboard, Row, in_rows, pager, to_admin, to_telegram
from bot.telegram.messages import View
from bot.telegram.registry import Command, Handler, Press
from bot.telegram.reports import report_entry
from bot.telegram.visit import Visit
from digests.domain.keeping import Feedback

log = structlog.get_logger(__name__)

PER_PAGE = 4
ANSWER_LIMIT = 3000
"""UTF-16 units of an answer: it needs a message with a frame around it."""
_SHOWN = 300
"""Of a reader's message in the list."""
REPORTS, FEEDBACK = "reports", "feedback"


def inbox_rows(view: View, reports: int, feedback: int) -> tuple[Row, ...]:
    """The ways from the first screen of operators to what readers say."""
    texts = view.texts
    return (
        (
            Button(texts("button.inbox_reports", count=reports), encode("inbox", REPORTS)),
            Button(texts("button.inbox_feedback", count=feedback), encode("inbox", FEEDBACK)),
        ),
    )


def feedback_message(view: View, feedback: Feedback) -> tuple[Markup, Keyboard | None]:
    """A reader's message as operators get it; who wrote it is not said."""
    head = view.texts("inbox.feedback_new", number=str(feedback.id))
    quoted = Markup(f"<blockquote expandable>{escape(feedback.message)}</blockquote>")
    return join("\n", head, quoted), Keyboard.of(
        [
            Button(view.texts("button.answer"), encode("inbox", "answer", feedback.id)),
            Button(view.texts("button.done"), encode("inbox", "done", feedback.id)),
        ],
        [Button(view.texts("button.ban_writer"), encode("ban", "writer", feedback.id))],
    )


async def reports(visit: Visit) -> None:
    """/report: the stories that readers have reported."""
    await _show_reports(visit)


async def press(visit: Visit) -> None:
    """A button of the lists, or below a reader's message."""
    assert visit.callback is not None, "called for pressed buttons only"  # noqa: S101
    match visit.callback.arguments:
        case ("page", _, what):
            await (_show_feedback if what == FEEDBACK else _show_reports)(visit, number(visit, 1))
        case ("show", _):
            await _show_one(visit, number(visit, 1))
        case ("answer", _):
            await _ask_answer(visit, number(visit, 1))
        case ("done", _):
            await visit.services.responses.answered(number(visit, 1), None)
            await _show_feedback(visit)
        case ("settle", _):
            await _settle(visit, number(visit, 1))
        case ("reopen", _):
            reopened = await visit.services.responses.reopen(number(visit, 1))
            await visit.toast(visit.texts("toast.undone" if reopened else "toast.undo_expired"))
            await _show_reports(visit)
        case (what, *_) if what == FEEDBACK:
            await _show_feedback(visit)
        case _:
            await _show_reports(visit)


async def _show_reports(visit: Visit, page: int = 0, undo: Row = ()) -> None:
    """Reported stories, those with most reports first: look at one, or call it done."""
    texts, responses = visit.texts, visit.services.responses
    waiting = await responses.waiting()
    pages = max(1, -(-waiting.stories // PER_PAGE))
    page = max(0, min(page, pages - 1))
    listed = await responses.reported(page, PER_PAGE)
    first = page * PER_PAGE + 1
    head = texts("inbox.reports", reports=waiting.reports, stories=waiting.stories)
    if not waiting.stories:
        head = texts("inbox.no_reports")
    entries = [report_entry(visit.view, place, each) for place, each in enumerate(listed, first)]
    opening = [Button(str(n), encode("fix", "show", each.story_id)) for n, each in enumerate(listed, first)]
    settling = [
        Button(texts("button.settle_number", number=n), encode("inbox", "settle", each.story_id))
        for n, each in enumerate(listed, first)
    ]
    turn = pager(texts, page, pages, verb="inbox", about=REPORTS)
    rows = (undo, tuple(opening), *in_rows(settling, 2), turn, to_admin(visit.texts))
    await visit.show(join("\n", head, *entries), Keyboard.of(*rows))


async def _settle(visit: Visit, story_id: int) -> None:
    settled = await visit.services.responses.settle(story_id)
    undo = Button(visit.texts("button.undo"), encode("inbox", "reopen", story_id))
    await _show_reports(visit, undo=(undo,) if settled else ())


async def _show_feedback(visit: Visit, page: int = 0) -> None:
    """Messages that wait for an answer, the newest first."""
    texts, responses = visit.texts, visit.services.responses
    total = (await responses.waiting()).feedback
    pages = max(1, -(-total // PER_PAGE))
    page = max(0, min(page, pages - 1))
    listed = await responses.unanswered(page, PER_PAGE)
    entries = [
        texts(
            "inbox.feedback",
            number=str(each.id),
            when=texts.moment(each.at, visit.view.zone, visit.now),
            message=clip(" ".join(each.message.split()), _SHOWN // PER_PAGE),
        )
        for each in listed
    ]
    opening = [Button(f"#{each.id}", encode("inbox", "show", each.id)) for each in listed]
    turn = pager(texts, page, pages, verb="inbox", about=FEEDBACK)
    html = join("\n", texts.plural("inbox.feedback_title", total), *entries)
    await visit.show(html, Keyboard.of(opening, turn, to_admin(visit.texts)))


async def _show_one(visit: Visit, feedback_id: int) -> None:
    feedback = await visit.services.responses.feedback(feedback_id)
    if feedback is None:
        await visit.show(visit.texts("inbox.gone"), Keyboard.of(to_admin(visit.texts)))
        return
    html, keyboard = feedback_message(visit.view, feedback)
    rows = keyboard.rows if keyboard is not None else ()
    await visit.show(html, Keyboard.of(*rows, [Button(visit.texts("button.back"), encode("inbox", FEEDBACK))]))


async def _ask_answer(visit: Visit, feedback_id: int) -> None:
    if await visit.services.responses.feedback(feedback_id) is None:
        await visit.reply(visit.texts("inbox.gone"))
        return
    question = visit.texts("inbox.answer_ask", number=str(feedback_id))
    await visit.ask(question, visit.texts("placeholder.feedback"))


async def answer(visit: Visit) -> None:
    """The operator's answer: the reader gets it in his language, and can write back."""
    feedback_id, text = int(visit.asked["number"]), visit.arguments.strip()
    texts, feedback = visit.texts, await visit.services.responses.feedback(feedback_id)
    if feedback is None:
        await visit.reply(texts("inbox.gone"))
    elif units(text) > ANSWER_LIMIT:
        again = Button(texts("button.answer"), encode("inbox", "answer", feedback_id))
        await visit.reply(texts("inbox.answer_too_long", count=ANSWER_LIMIT), Keyboard.of([again]))
    elif await _carry(visit, feedback, text):
        await visit.services.responses.answered(feedback_id, text)
        await visit.reply(texts("inbox.answered", number=str(feedback_id)))
    else:
        await visit.reply(texts("inbox.not_answered"))


async def _carry(visit: Visit, feedback: Feedback, text: str) -> bool:
    """Send an answer to the reader; False when Telegram does not let us."""
    theirs = translations(feedback.language)
    again = Keyboard.of([Button(theirs("button.write_back"), encode("feedback"))])
    quoted = Markup(f"<blockquote>{escape(text)}</blockquote>")
    try:
        await visit.bot.send_message(
            feedback.chat.id,
            join("\n", theirs("feedback.answer"), quoted),
            parse_mode=ParseMode.HTML,
            reply_markup=to_telegram(again),
            message_thread_id=feedback.chat.thread_id or None,
        )
    except TelegramError as error:
        log.warning("answer_not_delivered", feedback=feedback.id, error=type(error).__name__)
        return False
    return True


COMMANDS = (Command("report", reports),)
PRESSES: tuple[Press, ...] = (Press("inbox", press),)
QUESTIONS: dict[str, Handler] = {"inbox.answer_ask": answer}
