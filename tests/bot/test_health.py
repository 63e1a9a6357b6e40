"""Health over real HTTP and in the shell, figures of what was done, and what docs/monitoring asks them for."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from prometheus_client.parser import text_string_to_metric_families

from bot.app import App
from bot.living import print_health
from bot.metrics import exposition
from bot.serving import health_served, http_served
from bot.settings import Settings
from digests.domain.health import SILENT_AFTER
from digests.domain.preferences import Preferences
from digests.errors import SettingsError
from digests.services.overview import Overview
from digests.services.pulse import Pulse
from digests.storage import models
from digests.storage.database import Database
from tests.bot.test_metrics import values
from tests.support.bureau import Bureau
from tests.support.chatting import ask, eventually, publish, subscribed
from tests.support.clocks import ManualClock
from tests.support.reports import GRAIN
from tests.support.rows import SLOT, rows
from tests.support.worlds import World, world_of

MONITORING = Path(__file__).parents[2] / "docs" / "monitoring"


async def get(app: App, pulse: Pulse, path: str) -> tuple[int, dict[str, Any]]:
    """What this process answers."""
    ports: list[int] = []
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.serving.log.info", lambda _, **told: ports.append(told["port"]), raising=False)
        async with http_served(app, pulse), aiohttp.ClientSession() as session:
            answer = await session.get(f"http://127.0.0.1:{ports[0]}{path}")
            return answer.status, await answer.json()


@pytest.fixture
async def served(tmp_path: Path) -> Any:  # noqa: ANN401
    async with world_of(tmp_path, metrics="on", http_port=0) as world:
        yield world


async def test_ready_is_the_service_alive_is_the_process(served: World) -> None:
    await eventually(lambda: beaten(served))
    pulse = Pulse(served.app.database, served.clock, "web")
    assert await get(served.app, pulse, "/readyz") == (200, {"state": "ok", "reasons": []})
    assert await get(served.app, pulse, "/healthz") == (200, {"state": "ok", "reasons": []})
    served.clock.move(SILENT_AFTER)
    status, told = await get(served.app, pulse, "/readyz")
    assert (status, told["state"]) == (503, "failed")
    assert "no process has given a sign of life" in told["reasons"][0]
    assert (await get(served.app, pulse, "/healthz"))[0] == 200  # a restart of this one would not help
    pulse._turned_at -= SILENT_AFTER.total_seconds()
    assert await get(served.app, pulse, "/healthz") == (503, {"state": "failed", "reasons": ["this process hangs"]})


async def beaten(world: World) -> bool:
    return bool(await rows(world.app.database, models.Heartbeat))


async def statuses(app: App, pulse: Pulse, *paths: str) -> dict[str, list[int]]:
    """What each address answers, by the log event of the port that has it: 404 where it is not served."""
    ports: dict[str, int] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bot.serving.log.info", lambda event, **told: ports.update({event: told["port"]}), raising=False)
        async with http_served(app, pulse), health_served(app, pulse), aiohttp.ClientSession() as session:
            return {
                event: [(await session.get(f"http://127.0.0.1:{port}{path}")).status for path in paths]
                for event, port in ports.items()
            }


@pytest.mark.parametrize(
    ("chosen", "wanted"),
    [
        ({}, {}),
        ({"health_port": 0}, {"health_served": [200, 200, 404, 404]}),
        ({"health_port": 0, "metrics": "on"}, {"health_served": [200, 200, 200, 404]}),
        ({"metrics": "on"}, {"http_served": [200, 200, 200, 404]}),
        (
            {"health_port": 0, "metrics": "on", "push_token": "a-long-enough-secret"},
            {"http_served": [200, 200, 404, 405], "health_served": [200, 200, 200, 404]},
        ),
    ],
)
async def test_health_on_a_port_of_its_own(
    tmp_path: Path, chosen: dict[str, Any], wanted: dict[str, list[int]]
) -> None:
    """Figures stand where health does, not where everybody may come; nothing else stands there."""
    async with world_of(tmp_path, http_port=0, **chosen) as world:
        await eventually(lambda: beaten(world))
        pulse = Pulse(world.app.database, world.clock, "work")
        found = await statuses(world.app, pulse, "/healthz", "/readyz", "/metrics", "/articles")
    assert found == wanted


async def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        pulse = Pulse(world.app.database, world.clock, "work")
        server = await asyncio.start_server(lambda *_: None, "127.0.0.1", 0)
        async with server:
            port = server.sockets[0].getsockname()[1]
            app = replace(world.app, settings=replace(world.app.settings, health_port=port))
            with pytest.raises(SettingsError, match=rf"HEALTH_PORT: 127\.0\.0\.1:{port} .*another program has it"):
                async with health_served(app, pulse):
                    pass


async def test_health_for_containers(migrated_url: str, capsys: pytest.CaptureFixture[str]) -> None:
    settings = Settings(database_url=migrated_url)
    clock, database = ManualClock(), Database(migrated_url)
    assert not await print_health(settings, clock, None, anywhere=False, as_json=False)
    assert capsys.readouterr().out.startswith("failed: no process has given a sign of life")
    await Pulse(database, clock, "work").beat()
    assert await print_health(settings, clock, "work", anywhere=False, as_json=False)
    assert capsys.readouterr().out == "ok\n"
    assert not await print_health(settings, clock, "web", anywhere=False, as_json=True)
    assert json.loads(capsys.readouterr().out)["state"] == "failed"
    await Pulse(database, clock, "web", host="elsewhere").beat()
    assert not await print_health(settings, clock, "web", anywhere=False, as_json=False)
    assert await print_health(settings, clock, "web", anywhere=True, as_json=False)
    await database.close()


async def test_what_is_done_is_counted(tmp_path: Path) -> None:
    async with world_of(tmp_path, metrics="on") as world:
        await publish(world, GRAIN)
        reader = await subscribed(world)
        world.sandbox.fail("answer", "sendMessage", status=429, retry_after=7)
        await world.move(SLOT)
        await reader.wait_for("Getreide")
        await eventually(lambda: delivered(world))
    async with world_of(tmp_path) as again:  # the counters outlive the process
        found = values((await exposition(Overview(again.app.database), again.clock))[0].decode())
    assert found["deliveries_total", "sent"] == 1
    assert found["delivery_seconds_count",] >= 1
    assert found["telegram_blocked_seconds_total",] == 7
    assert found["jobs_total", "deliver", "done"] >= 1
    assert found["job_seconds_count", "prepare_edition"] >= 1
    assert found["updates_total", "message", "handled"] >= 1
    assert found["digest_due_lag_seconds",] >= 0
    assert found["queue_depth", "deliver"] == 0


async def delivered(world: World) -> bool:
    found = await rows(world.app.database, models.Delivery)
    return [row["status"] for row in found] == ["sent"]


async def test_answers_are_counted_by_kind(tmp_path: Path) -> None:
    async with world_of(tmp_path) as world:
        reader = world.reader()
        await ask(reader, "/help")
    async with world_of(tmp_path) as again:
        text = (await exposition(Overview(again.app.database), again.clock))[0].decode()
    assert values(text)["updates_total", "message", "handled"] == 1


async def exposed(database: Database) -> set[str]:
    """The names of all series that can be scraped, those without figures too."""
    bureau = await Bureau(database).open()
    await bureau.subscribe(Preferences(topics=frozenset({"sport"})))
    text = (await exposition(Overview(database), bureau.clock))[0].decode()
    names = set[str]()
    for family in text_string_to_metric_families(text):
        suffixes = {"counter": ["_total"], "summary": ["_sum", "_count"]}.get(family.type, [""])
        names |= {family.name + suffix for suffix in suffixes}
    return names


def named(expression: str) -> set[str]:
    """The series that an expression of PromQL names."""
    bare = re.sub(r'"[^"]*"|\{[^}]*\}|\[[^\]]*\]|by \([^)]*\)', " ", expression)
    functions = set(re.findall(r"([a-z_]+)\s*\(", bare))
    return set(re.findall(r"\b[a-z][a-z_]{2,}\b", bare)) - functions - {"and", "unless"}


async def test_alerts_and_dashboard_ask_for_figures_that_exist(sqlite: Database) -> None:
    yaml: Any = pytest.importorskip("yaml")
    rules = [
        rule for group in yaml.safe_load((MONITORING / "alerts.yml").read_text())["groups"] for rule in group["rules"]
    ]
    panels = json.loads((MONITORING / "dashboard.json").read_text())["panels"]
    expressions = [rule["expr"] for rule in rules]
    expressions += [target["expr"] for panel in panels for target in panel.get("targets", [])]
    assert len(expressions) > 35
    asked = set[str]().union(*map(named, expressions))
    known = await exposed(sqlite)
    assert asked <= known
    assert {"digest_due_lag_seconds", "deliveries_total", "sources"} <= asked
    for rule in rules:
        assert rule["labels"]["severity"] in ("critical", "warning")
        assert {"summary", "description"} <= set(rule["annotations"])
    assert len({panel["id"] for panel in panels}) == len(panels)
    scrape = yaml.safe_load((MONITORING / "prometheus.yml").read_text())
    assert scrape["rule_files"] == ["alerts.yml"]


async def test_the_handbook_lists_every_figure(sqlite: Database) -> None:
    page = (MONITORING.parent / "operating.md").read_text(encoding="utf-8")
    table = page.partition("| metric | labels | meaning |")[2].partition("\n\n")[0]
    listed = set(re.findall(r"`(\w+)`", "\n".join(line.split("|")[1] for line in table.splitlines()[2:] if line)))
    assert {re.sub("_(sum|count)$", "", name) for name in await exposed(sqlite)} == listed
