"""Articles pushed over real HTTP, by programs that behave and by those that do not."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import aiohttp
import orjson
import pytest

from bot import web
from digests.storage import models
from digests.storage.articles import ArticleStore
from digests.storage.database import Database
from tests.support.bureau import Bureau
from tests.support.reports import GRAIN, GRAIN_NEXT_DAY
from tests.support.rows import rows

TOKEN = "a-long-enough-secret"  # noqa: S105
ARTICLE: dict[str, Any] = {
    "guid": "a-1",
    "url": "https://abendbote.example/a1",
    "source": "Abendbote",
    "title": GRAIN.title,
    "text": "\n".join(GRAIN.paragraphs),
    "published_at": "2026-08-13T03:30:00Z",
    "topics": ["Ukraine"],
}
OTHER = ARTICLE | {
    "guid": "a-2",
    "url": "https://abendbote.example/a2",
    "title": GRAIN_NEXT_DAY.title,
    "text": "\n".join(GRAIN_NEXT_DAY.paragraphs),
}


@dataclass
class Door:
    """The served application, and a client at it."""

    url: str
    session: aiohttp.ClientSession
    database: Database

    async def push(
        self, body: object, content_type: str = "application/json", token: str | None = TOKEN
    ) -> tuple[int, dict[str, Any]]:
        """Post a body; status and answer."""
        data = io.BytesIO(body if isinstance(body, bytes) else orjson.dumps(body))
        headers = {"Content-Type": content_type} | ({"Authorization": f"Bearer {token}"} if token is not None else {})
        async with self.session.post(f"{self.url}/articles", data=data, headers=headers) as response:
            assert response.content_type == "application/json"
            return response.status, await response.json()


@pytest.fixture
async def door(sqlite: Database) -> AsyncIterator[Door]:
    bureau = await Bureau(sqlite).open()
    served = web.serving(web.application(bureau.ingesting, TOKEN), "127.0.0.1", 0)
    async with served as port, aiohttp.ClientSession() as session:
        yield Door(f"http://127.0.0.1:{port}", session, sqlite)


async def articles(door: Door) -> list[str]:
    return [row["title"] for row in await rows(door.database, models.Article)]


async def test_one_article_is_stored_before_the_answer(door: Door) -> None:
    status, answer = await door.push(ARTICLE)
    assert (status, answer["stored"]) == (202, 1)
    assert answer["results"][0] == {"index": 0, "status": "added", "article": 1, "story": 1, "title": GRAIN.title}
    assert await articles(door) == [GRAIN.title]
    (source,) = await rows(door.database, models.Source)
    assert (source["kind"], source["url"], source["title"]) == ("push", "push:Abendbote", "Abendbote")


async def test_pushing_again_changes_nothing_and_an_edit_updates(door: Door) -> None:
    await door.push([ARTICLE, OTHER])
    _, again = await door.push([ARTICLE, ARTICLE | {"guid": "renamed", "url": ARTICLE["url"] + "?utm_source=x"}])
    assert [result["status"] for result in again["results"]] == ["unchanged", "unchanged"]
    _, edited = await door.push(ARTICLE | {"title": "Getreidekorridor: die zweite Runde beginnt"})
    assert edited["results"][0]["status"] == "updated"
    assert len(await articles(door)) == 2


async def test_lines_with_a_result_each(door: Door) -> None:
    body = b"\n".join(
        [orjson.dumps(ARTICLE), b"", b"{broken", b"[]", orjson.dumps({"title": "x"}), orjson.dumps(OTHER)]
    )
    status, answer = await door.push(body, "application/x-ndjson")
    assert status == 202
    assert [result["status"] for result in answer["results"]] == ["added", "refused", "refused", "refused", "added"]
    problems = [result.get("problem", "") for result in answer["results"]]
    assert "no JSON" in problems[1]
    assert "fields text and html are empty" in problems[3]


async def test_nothing_stored_is_no_success(door: Door) -> None:
    status, answer = await door.push([{"text": "© 2026"}, {"text": 7}, {"text": "Satz.", "published_at": "gestern"}])
    assert (status, answer["stored"]) == (422, 0)
    assert "field text is a number" in answer["results"][1]["problem"]
    assert "published_at" in answer["results"][2]["problem"]
    assert await articles(door) == []


async def test_what_we_fail_at_is_told_and_the_rest_is_stored(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    add = ArticleStore.add

    async def fail(self: ArticleStore, values: dict[str, Any]) -> int:
        if values["guid"] == "a-1":
            raise RuntimeError
        return await add(self, values)

    with monkeypatch.context() as patch:
        patch.setattr(ArticleStore, "add", fail)
        status, answer = await door.push([ARTICLE, OTHER])
    assert (status, list(answer)) == (500, ["problem"])
    assert await articles(door) == [GRAIN_NEXT_DAY.title]
    _, again = await door.push([ARTICLE, OTHER])
    assert [result["status"] for result in again["results"]] == ["added", "unchanged"]


async def test_an_empty_list_is_fine(door: Door) -> None:
    assert await door.push([]) == (202, {"stored": 0, "results": []})


@pytest.mark.parametrize("token", [None, "", "wrong", TOKEN + "x", TOKEN[:-1], "ключ"])
async def test_without_the_token_nothing_is_read(door: Door, token: str | None) -> None:
    status, answer = await door.push(ARTICLE, token=token.encode().decode("latin-1") if token else token)
    assert status == 401
    assert "Bearer" in answer["problem"]
    assert await articles(door) == []


async def test_wrong_bodies_and_types(door: Door) -> None:
    assert (await door.push(b"{"))[0] == 400
    assert (await door.push(b"x", "text/plain"))[0] == 415
    assert (await door.push([ARTICLE] * 501))[0] == 413
    status, answer = await door.push(b"[" + b" " * web.BODY_LIMIT + b"]")
    assert (status, "10 MB" in answer["problem"]) == (413, True)


async def test_other_paths_and_methods_answer_in_json(door: Door) -> None:
    async with door.session.get(f"{door.url}/articles") as response:
        assert (response.status, response.headers["Allow"]) == (405, "POST")
        assert "problem" in await response.json()
    async with door.session.get(f"{door.url}/nothing") as response:
        assert (response.status, response.content_type) == (404, "application/json")


async def test_a_port_that_is_taken(door: Door) -> None:
    port = int(door.url.rpartition(":")[2])
    with pytest.raises(OSError, match="in use"):
        async with web.serving(aiohttp.web.Application(), "127.0.0.1", port):
            pass
