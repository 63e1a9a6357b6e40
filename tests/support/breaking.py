"""Stories that break: reports of one event by sources of their own, put into the tables as they would come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from digests.domain.delivery import Parcel
from digests.domain.preferences import Preferences
from digests.domain.schedule import Schedule
from digests.domain.subscribers import Chat, Subscriber
from digests.storage.database import Database
from tests.support.bureau import Bureau
from tests.support.rows import SEVEN, add_article


class Home(Protocol):
    """Whatever has a database."""

    @property
    def database(self) -> Database:
        """The database."""
        ...


NOON = datetime.fromisoformat("2026-08-13T10:00:00+00:00")
"""12:00 in Berlin: quiet hours are far."""
MINUTE = timedelta(minutes=1)
SITES = ("Abendbote", "Hafenpost", "Kurier", "Ticker24", "Wochenblick")
SENTENCES = (
    "In Elbstadt ist die Brücke über den Hafen eingestürzt.",
    "Die Feuerwehr sucht im Wasser nach zwei Lastwagen.",
    "Der Verkehr wird über den Elbtunnel umgeleitet.",
    "Ein Kran hatte den mittleren Pfeiler gerammt.",
    "Der Bürgermeister spricht von einem schwarzen Tag.",
)


async def report(
    home: Home,
    site: str,
    at: datetime,
    story: int | None = None,
    topics: Sequence[str] = ("politics",),
    **values: Any,  # noqa: ANN401
) -> int:
    """A report of one site, which came and was published at `at`; the story that it stands in."""
    number = SITES.index(site)
    columns: dict[str, Any] = {
        "title": f"Brücke in Elbstadt eingestürzt: {site} berichtet",
        "body": [["body", [SENTENCES[number]]]],
        "url": f"https://www.{site.lower()}.example/{at:%H%M%S}/{number}",
        "source": f"https://{site.lower()}.example/feed",
    }
    async with home.database.write() as transaction:
        _, story = await add_article(
            transaction, at=at, story_id=story, credit=site, topics=topics, **(columns | values)
        )
    return story


async def event(home: Home, at: datetime = NOON, sites: int = 3, apart: timedelta = MINUTE, **values: object) -> int:
    """A story of so many sites, the last of which reports at `at`."""
    story = None
    for number in range(sites):
        story = await report(home, SITES[number], at - (sites - 1 - number) * apart, story, **values)  # type: ignore[arg-type]
    assert story is not None
    return story


async def eager(
    bureau: Bureau,
    topics: Sequence[str] = ("politics",),
    schedule: Schedule | None = SEVEN,
    chat: Chat | None = None,
    **wishes: object,
) -> Subscriber:
    """A reader who wants breaking news of these topics."""
    wish = Preferences(topics=frozenset(topics), **wishes)  # type: ignore[arg-type]
    reader = await bureau.subscribe(wish, schedule, chat)
    return (await bureau.subscriptions.set_breaking(reader.chat, wanted=True)).subscriber


async def look(bureau: Bureau, at: datetime = NOON) -> None:
    """The minute's look for stories that break, and all that follows from it."""
    await bureau.breaking.look(bureau.clock.move(at))
    await bureau.work()


def alerts(bureau: Bureau, reader: Subscriber) -> list[Parcel]:
    """What a reader was told as breaking news."""
    return [parcel for parcel in bureau.messenger.to(reader.chat.id) if parcel.digest.breaking]
