"""Stories that break: reports of one event by sources of their own, put into the tables as they would come."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Protocol

from digests.domain.articles import RawArticle
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
THEMES = (
    ("Brücke in Elbstadt eingestürzt", SENTENCES),
    ("Tarifstreit der Lokführer beigelegt", tuple(f"Die Bahn fährt ab {day} wieder." for day in "ABCDE")),
    ("Nobelpreis für Chemikerin Lindqvist", tuple(f"Die Forscherin dankt Kollege {name}." for name in "ABCDE")),
    ("Sturmflut trifft Nordfriesland", tuple(f"Der Deich von Dorf {name} hält." for name in "ABCDE")),
    ("Hafenstreik in Marseille beendet", tuple(f"Die Fähre nach Insel {name} legt ab." for name in "ABCDE")),
)
"""Events of which no two would be taken for one: headline and what each site says."""


async def report(
    home: Home,
    site: str,
    at: datetime,
    story: int | None = None,
    topics: Sequence[str] = ("politics",),
    theme: int = 0,
    **values: Any,  # noqa: ANN401
) -> int:
    """A report of one site about one of the THEMES, which came and was published at `at`; the story it stands in."""
    number, (title, sentences) = SITES.index(site), THEMES[theme]
    columns: dict[str, Any] = {
        "title": title if theme else f"{title}: {site} berichtet",
        "body": [["body", [sentences[number]]]],
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


ARRIVALS = (
    (
        "Hafenbrücke in Elbstadt eingestürzt",
        "In Elbstadt ist am Mittag die Hafenbrücke eingestürzt. Zwei Lastwagen stürzten nach Angaben der Feuerwehr in "
        "die Elbe. Taucher suchen nach den beiden Fahrern.",
    ),
    (
        "Elbstadt: Einsturz der Hafenbrücke, zwei Lastwagen in der Elbe",
        "Nach dem Einsturz der Hafenbrücke in Elbstadt werden zwei Fahrer vermisst. Ihre Lastwagen liegen in der Elbe. "
        "Ein Kran hatte einen Pfeiler der Brücke gerammt, sagte ein Sprecher der Feuerwehr.",
    ),
    (
        "Kran rammt Pfeiler: Hafenbrücke von Elbstadt stürzt ein",
        "Ein Kran hat in Elbstadt den mittleren Pfeiler der Hafenbrücke gerammt, die daraufhin einstürzte. Die "
        "Feuerwehr sucht in der Elbe nach zwei Lastwagen und ihren Fahrern.",
    ),
    (
        "Zwei Fahrer nach Einsturz der Hafenbrücke in Elbstadt vermisst",
        "Die Feuerwehr sucht in der Elbe weiter nach den Fahrern der zwei Lastwagen, die beim Einsturz der Hafenbrücke "
        "in Elbstadt abgestürzt sind. Der Pfeiler war von einem Kran getroffen worden.",
    ),
)
"""Titles and texts of one event, each site's in its own words."""


def arriving(number: int, at: datetime) -> RawArticle:
    """What a site reports at `at`, as it comes in, before it is known which story it belongs to."""
    site, (title, text) = SITES[number], ARRIVALS[number]
    address = f"https://www.{site.lower()}.example/bruecke"
    return RawArticle(
        guid=address,
        text=text,
        origin=address,
        source_key=f"https://{site.lower()}.example/feed",
        source_title=site,
        credit=site,
        url=address,
        title=title,
        language="de",
        published_at=at,
        topics=("politics",),
    )
