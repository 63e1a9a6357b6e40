"""Groups and channels as their managers see and change them from a private chat."""

from __future__ import annotations

from dataclasses import dataclass, replace

import structlog
from telegram import Bot
from telegram.constants import ParseMode
from telegram.error import BadRequest, Forbidden, TelegramError

from bot.i18n import translations
from bot.telegram.callbacks import bound, encode
from bot.telegram.html import clip
from bot.telegram.keyboards import Button, Keyboard, to_telegram
from bot.telegram.managed import TITLE_LIMIT, Managed
from bot.telegram.permissions import is_admin_there
from bot.telegram.visit import Services, Visit
from digests.domain.bindings import Hindrance, Trouble
from digests.domain.subscribers import Chat, Subscriber

log = structlog.get_logger(__name__)


async def managed_visit(own: Visit, binding: int) -> Visit | None:
    """The visit of somebody in his private chat, about a group or channel; None unless he is an administrator there."""
    user = own.update.effective_user
    if user is None or not own.private:
        return None
    found = await own.services.bindings.find(user.id, binding)
    if found is None or not await is_admin_there(own.bot, found.chat, user.id):
        log.warning("binding_refused", subscriber=binding)
        return None
    subscriber = await own.services.subscriptions.find(found.chat)
    return visit_about(own, subscriber, found.title) if subscriber is not None else None


def visit_about(own: Visit, subscriber: Subscriber, title: str) -> Visit:
    """The visit of an administrator in his private chat, about another chat.

    Everything that is shown stands in the private chat, everything that is changed is the other chat's.
    """
    managed = Managed(subscriber.id, title, own.chat, own.subscriber.id, own.subscriber.language)
    return replace(own, chat=subscriber.chat, subscriber=subscriber, managed=managed)


@dataclass(frozen=True, slots=True)
class TelegramManagers:
    """Implements the port Managers."""

    bot: Bot
    services: Services

    async def tell(self, trouble: Trouble) -> bool:
        """Write to somebody in his private chat; who cannot be reached there is not tried again."""
        known = await self.services.subscriptions.find(Chat(trouble.user_id))
        texts = translations(known.language if known else self.services.default_language)
        title = clip(trouble.title, TITLE_LIMIT)
        if trouble.hindrance is Hindrance.RIGHTS:
            html = texts("binding.trouble_rights", title=title)
        else:
            html = texts("binding.trouble_topic", title=title)
        repair = Button(texts("button.check_again"), bound(encode("binding", "repair"), trouble.subscriber_id))
        try:
            await self.bot.send_message(
                trouble.user_id, html, parse_mode=ParseMode.HTML, reply_markup=to_telegram(Keyboard.of([repair]))
            )
        except (BadRequest, Forbidden) as error:
            log.info("manager_not_reached", error=type(error).__name__)
        except TelegramError as error:
            log.warning("manager_not_reached", error=type(error).__name__)
            return False
        return True
