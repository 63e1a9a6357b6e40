"""`python -m bot topics ...`: what it prints, what it refuses, and that a running process notices."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from bot import log
from bot.cli import main
from digests.ports import SystemClock
from digests.storage.database import Database
from digests.storage.topic_models import StoredModel, TopicModelStore
from tests.support.bureau import Bureau
from tests.support.labelled import lines
from tests.support.reports import FOOTBALL
from tests.support.settings import DEFAULTS

Call = Callable[..., Awaitable[Result]]


@pytest.fixture
async def bureau(database: Database) -> Bureau:
    """A process at work, as `bot run` is; it keeps the machine's time, as the commands do."""
    bureau = await Bureau(database).open()
    bureau.clock.move(SystemClock().now())
    return bureau


@pytest.fixture
def call(bureau: Bureau, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Call:
    """Runs a command of the group on the database of that process, in an empty folder."""
    monkeypatch.setattr(log, "configure", lambda *_: None)
    monkeypatch.chdir(tmp_path)
    for name in DEFAULTS:
        monkeypatch.delenv(name.upper(), raising=False)
    url = bureau.database.url.render_as_string(hide_password=False)

    def invoke(arguments: tuple[str, ...], text: str | None) -> Result:
        return CliRunner().invoke(main, ["topics", *arguments], env={"DATABASE_URL": url}, input=text)

    async def run(*arguments: object, text: str | None = None) -> Result:
        result = await asyncio.to_thread(invoke, tuple(map(str, arguments)), text)
        assert result.exception is None or isinstance(result.exception, SystemExit), result.exception
        return result

    return run


@pytest.fixture
def labels(tmp_path: Path) -> Path:
    """A file of good examples."""
    path = tmp_path / "labels.jsonl"
    path.write_text("\n".join(lines()), encoding="utf-8")
    return path


def refused(result: Result, *parts: str) -> None:
    """Exit code 2, and on standard error a last line with all these parts."""
    assert (result.exit_code, result.stdout) == (2, "")
    line = result.stderr.strip().splitlines()[-1]
    assert line.startswith("Error: ")
    for part in parts:
        assert part in line


async def test_training_says_what_it_came_to_and_a_running_process_uses_it(
    call: Call, labels: Path, bureau: Bureau
) -> None:
    trained = await call("train", labels)
    assert (trained.exit_code, trained.stderr) == (0, "")
    assert "Trained on 24 articles of 3 topics." in trained.stdout
    assert "100.0 % come under the right topic; by the rules alone " in trained.stdout
    report = await bureau.publish(
        FOOTBALL, guid="a", title="Brieftauben", text="Die Taubenzüchter sahen ihre Brieftauben."
    )
    told = (await call("why", report.placement.article_id)).stdout
    assert "“Brieftauben” (de), as it was stored" in told
    assert "sport " in told
    assert "Taubenzüchter" in told
    assert "In use is a model trained on 24 articles" in (await call("list")).stdout


async def test_a_model_that_gains_nothing_is_said_to(call: Call, tmp_path: Path) -> None:
    same = [line.replace('"economy"', f'"{topic}"') for topic in ("economy", "culture") for line in lines(["economy"])]
    (tmp_path / "same.jsonl").write_text("\n".join(same), encoding="utf-8")
    assert "That is no gain" in (await call("train", "same.jsonl")).stdout


async def test_labels_come_from_standard_input_too(call: Call) -> None:
    assert "Trained on 24 articles" in (await call("train", "-", text="\n".join(lines()))).stdout


async def test_checking_shows_each_topic_and_stores_nothing(call: Call, labels: Path) -> None:
    checked = (await call("check", labels)).stdout
    assert "24 articles, 3 topics" in checked
    for part in ("words and rules", "words alone", "rules alone", "precision", "recall", "culture", "economy", "sport"):
        assert part in checked
    assert "Most often mistaken" not in checked
    assert "No model; the rules decide." in (await call("list")).stdout


async def test_checking_names_what_is_mistaken(call: Call, tmp_path: Path) -> None:
    same = [line.replace('"economy"', f'"{topic}"') for topic in ("economy", "culture") for line in lines(["economy"])]
    (tmp_path / "same.jsonl").write_text("\n".join(same), encoding="utf-8")
    assert "economy taken for culture: " in (await call("check", "same.jsonl")).stdout


@pytest.mark.parametrize("command", ["train", "check"])
async def test_bad_lines_are_named_and_the_rest_is_used(call: Call, tmp_path: Path, command: str) -> None:
    bad = ["{", json.dumps({"topic": "spotr", "text": "Das sind genug Wörter für einen Text."}), *lines()]
    (tmp_path / "mixed.jsonl").write_text("\n".join(bad), encoding="utf-8")
    result = await call(command, "mixed.jsonl")
    assert result.exit_code == 1
    assert "✗ mixed.jsonl:1: no JSON" in result.stderr
    assert "✗ mixed.jsonl:2: topic: no topic is called 'spotr'; did you mean sport" in result.stderr
    assert "24 articles" in result.stdout


@pytest.mark.parametrize("command", ["train", "check"])
async def test_files_that_teach_nothing_are_refused(call: Call, tmp_path: Path, command: str) -> None:
    refused(await call(command, "nowhere.jsonl"), "nowhere.jsonl: cannot be read (No such file")
    refused(await call(command, tmp_path), "cannot be read (Is a directory)")
    (tmp_path / "empty.jsonl").write_text("\n\n")
    refused(
        await call(command, "empty.jsonl"), "empty.jsonl: no labelled article in it; expected one JSON object a line"
    )
    (tmp_path / "latin.jsonl").write_bytes(b'{"topic": "k\xfcche"}')
    refused(await call(command, "latin.jsonl"), "latin.jsonl: is not a text in UTF-8 (byte 12)")
    (tmp_path / "few.jsonl").write_text("\n".join(lines(each=2)))
    refused(await call(command, "few.jsonl"), "every topic needs at least 5; found culture 2, economy 2, sport 2")
    (tmp_path / "one.jsonl").write_text("\n".join(lines(["sport"])))
    refused(await call(command, "one.jsonl"), "two or more topics")


async def test_arguments_that_make_no_sense(call: Call) -> None:
    for arguments in ((), ("train",), ("check",), ("why",), ("list", "more"), ("learn",), ("why", "1", "2")):
        assert (await call(*arguments)).exit_code == 2


async def test_the_list_counts_articles_a_day(call: Call, bureau: Bureau) -> None:
    await bureau.publish(FOOTBALL)
    shown = (await call("list")).stdout.splitlines()
    assert shown[0].startswith("topic ")
    (football,) = [line for line in shown if line.strip().startswith("football")]
    assert football.split() == ["football", "Fußball", "0.1"]
    assert football.startswith("  football")  # below its parent


async def test_forgetting_returns_to_the_rules(call: Call, labels: Path) -> None:
    assert "There is no model" in (await call("forget")).stdout
    await call("train", labels)
    assert "The model is dropped" in (await call("forget")).stdout
    assert "No model; the rules decide." in (await call("list")).stdout


async def test_why_explains_the_articles_of_a_file(call: Call, tmp_path: Path) -> None:
    article = {
        "title": "Torhüter hält Elfmeter",
        "text": "Der Trainer lobte nach dem Sieg in der Bundesliga die Mannschaft und ihren Torhüter.",
        "url": "https://bote.example/lokales/panorama/elfmeter.html",
    }
    quiet = {
        "title": "Ein ruhiger Tag",
        "text": "Es geschah nichts, was jemand aufgeschrieben hätte, und alle schliefen.",
    }
    (tmp_path / "articles.jsonl").write_text(f"{json.dumps(article)}\n{json.dumps(quiet)}\n")
    result = await call("why", "articles.jsonl")
    assert result.exit_code == 0
    for part in (
        "“Torhüter hält Elfmeter” (de)",
        "football",
        "Elfmeter",
        "/panorama/",
        "“Ein ruhiger Tag”",
        "no topic",
    ):
        assert part in result.stdout


async def test_why_of_what_is_not_there(call: Call) -> None:
    refused(await call("why", "4711"), "article 4711: there is none with this id")
    refused(await call("why", "9" * 30), "there is none with this id")
    missing = await call("why", "nowhere.txt")
    assert missing.exit_code == 1
    assert "nowhere.txt" in missing.stderr


async def test_a_model_that_cannot_be_used_is_told(call: Call, bureau: Bureau) -> None:
    async with bureau.database.write() as transaction:
        await TopicModelStore(transaction).replace(StoredModel(SystemClock().now(), 9, {"accuracy": 1.0}, b"damaged"))
    listed = await call("list")
    assert listed.exit_code == 0
    assert "trained on 9 articles" in listed.stdout
    assert "is not used: the stored topic model: cannot be read" in listed.stdout
    refused(await call("why", "nowhere.txt"), "the stored topic model: cannot be read", "train it again")
