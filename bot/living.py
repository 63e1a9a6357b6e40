"""`bot health`: for the health check of a container, and for whoever wants to know."""

from __future__ import annotations

import click
import orjson

from bot.app import check_there, explained
from bot.health import to_json
from bot.settings import Settings
from digests.domain.health import State
from digests.ports import Clock
from digests.services.health import Healthcare
from digests.services.pulse import host_name
from digests.storage.database import Database


async def print_health(settings: Settings, clock: Clock, role: str | None, *, anywhere: bool, as_json: bool) -> bool:
    """Print how the processes of this host are, or of all hosts; False when they have failed.

    Raises SettingsError when the database cannot be used.
    """
    check_there(settings.database_url)
    with explained(settings.database_url):
        database = Database(settings.database_url)
        try:
            health = await Healthcare(database, clock).look(None if anywhere else host_name(), role)
        finally:
            await database.close()
    if as_json:
        click.echo(orjson.dumps(to_json(health)))
    else:
        click.echo(": ".join([health.state.value, *filter(None, ["; ".join(map(str, health.reasons))])]))
    return health.state is not State.FAILED
