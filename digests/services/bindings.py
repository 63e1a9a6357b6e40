"""Groups and channels that are managed from a private chat, and what their managers are told."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import structlog

from digests.domain.bindings import Binding, Hindrance
from digests.domain.subscribers import Chat
from digests.ports import Clock, Managers
from digests.storage.bindings import BindingStore
from digests.storage.database import Database
from digests.storage.subscribers import SubscriberStore

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Bindings:
    """Opens chats to their managers, and lets digests rest where Telegram does not let them in."""

    database: Database
    clock: Clock

    async def managed_by(self, user_id: int) -> list[Binding]:
        """The chats that somebody manages."""
        async with self.database.read() as transaction:
            return await BindingStore(transaction).managed_by(user_id)

    async def find(self, user_id: int, subscriber_id: int) -> Binding | None:
        """One of the chats that somebody manages."""
        async with self.database.read() as transaction:
            return await BindingStore(transaction).find(user_id, subscriber_id)

    async def manage(self, subscriber_id: int, user_id: int, title: str) -> None:
        """Let somebody, who is an administrator there, manage a chat from his private chat."""
        async with self.database.write() as transaction:
            await BindingStore(transaction).add_manager(subscriber_id, user_id, title, self.clock.now())

    async def hinder(self, chat_id: int, hindrance: Hindrance) -> None:
        """The bot may no longer write in a chat: its digests rest, and its managers are told soon."""
        async with self.database.write() as transaction:
            count = await BindingStore(transaction).hinder(Chat(chat_id), hindrance, self.clock.now(), everywhere=True)
        if count:
            log.warning("binding_hindered", hindrance=hindrance.value, subscribers=count)

    async def clear(self, chat_id: int, hindrance: Hindrance | None = None) -> bool:
        """The bot may write again: digests come from the next slot on. True when any had rested."""
        async with self.database.write() as transaction:
            store = BindingStore(transaction)
            ids = await store.hindered(chat_id, hindrance)
            await store.clear(ids)
            for subscriber_id in ids:
                await SubscriberStore(transaction).begin(subscriber_id, self.clock.now())
        if ids:
            log.info("binding_repaired", subscribers=len(ids))
        return bool(ids)


@dataclass(frozen=True, slots=True)
class Reminding:
    """Tells managers of their chats' troubles, each once; what reaches nobody is tried again."""

    database: Database
    managers: Managers

    async def look(self, now: datetime) -> None:
        """Tell what has not been told. To be called every few minutes."""
        async with self.database.read() as transaction:
            untold = await BindingStore(transaction).untold()
        told = {trouble.subscriber_id for trouble in untold if await self.managers.tell(trouble)}
        if told:
            async with self.database.write() as transaction:
                await BindingStore(transaction).told(told, now)
