"""The log in both formats: readable, complete, and without tokens, texts and names."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from bot import log

TOKEN = "110201543:AAtests-only-token-for-the-sandbox-00000"  # noqa: S105
SECRET = TOKEN.partition(":")[2]
WORDS = "was Ada gestern schrieb"


class Capture:
    """The log of this process while a test runs."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    def start(self, form: str, level: str = "info") -> None:
        """Log as a program does, into memory."""
        log.configure(level, form)
        (handler,) = logging.getLogger().handlers
        assert isinstance(handler, logging.StreamHandler)
        handler.setStream(self.stream)

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    @property
    def lines(self) -> list[dict[str, object]]:
        return [json.loads(line) for line in self.text.splitlines()]


@pytest.fixture
def capture() -> Iterator[Capture]:
    """Configures the log and takes it all back."""
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    levels = {name: logging.getLogger(name).level for name in log._NOISY}
    yield Capture()
    structlog.reset_defaults()
    root.handlers[:] = handlers
    root.setLevel(level)
    for name, lowest in levels.items():
        logging.getLogger(name).setLevel(lowest)


def fail(text: str) -> None:
    """A fault whose own words quote what somebody wrote."""
    message = f"cannot read {text!r}"
    raise ValueError(message)


def crash(text: str) -> None:
    """A fault behind a fault, in a group."""
    try:
        fail(text)
    except ValueError as error:
        message = f"outer {text}"
        raise ExceptionGroup(message, [KeyError(text)]) from error


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_token_is_blacked_out_wherever_it_stands(capture: Capture, form: str) -> None:
    capture.start(form, "debug")
    logger = structlog.get_logger("test")
    address = f"https://api.telegram.org/bot{TOKEN}/getMe"
    logger.info(
        "called", url=address, nested={"list": [TOKEN, (TOKEN,)]}, error=RuntimeError(address), raw=TOKEN.encode()
    )
    logging.getLogger("asyncio").error("%s failed", address)
    logging.getLogger("httpx").warning("HTTP Request: POST %s", address)
    try:
        raise OSError(address)
    except OSError:
        logger.exception("crashed")
    with structlog.contextvars.bound_contextvars(token=TOKEN):
        logger.warning("bound")
    assert SECRET not in capture.text
    assert capture.text.count("110201543:***") == 9


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_fault_tells_its_place_and_not_what_somebody_wrote(capture: Capture, form: str) -> None:
    capture.start(form)
    try:
        crash(WORDS)
    except ExceptionGroup:
        structlog.get_logger("test").exception("update_failed", code="4F2A")
    assert WORDS not in capture.text
    for part in ("4F2A", "test_log.py", "in crash", "in fail", "ValueError", "KeyError", "ExceptionGroup"):
        assert part in capture.text


@pytest.mark.parametrize("form", ["text", "json"])
def test_a_fault_of_the_machine_keeps_its_words(capture: Capture, form: str) -> None:
    capture.start(form)
    try:
        raise OSError(28, "No space left on device")
    except OSError:
        structlog.get_logger("test").exception("job_failed")
    assert "No space left on device" in capture.text


@pytest.mark.parametrize("form", ["text", "json"])
def test_the_telegram_library_may_not_quote_updates_and_answers(capture: Capture, form: str) -> None:
    capture.start(form)
    logging.getLogger("telegram.Bot").critical("Received data was %r", {"text": WORDS})
    logging.getLogger("telegram.BaseRequest").error('Can not load invalid JSON data: "%s"', WORDS)
    assert WORDS not in capture.text
    assert "Can not load invalid JSON data" in capture.text


def test_json_is_one_object_a_line_with_level_and_time(capture: Capture) -> None:
    capture.start("json")
    with structlog.contextvars.bound_contextvars(update=7):
        structlog.get_logger("test").info("update_handled", chat=1)
    logging.getLogger("other").warning("two\nlines")
    first, second = capture.lines
    assert first | {"timestamp": ""} == {
        "event": "update_handled", "chat": 1, "update": 7, "level": "info", "timestamp": "",
    }  # fmt: skip
    assert (second["event"], second["level"]) == ("two\nlines", "warning")
    assert str(first["timestamp"]).endswith("Z")


def test_the_level_is_kept_and_noise_of_libraries_is_not(capture: Capture) -> None:
    capture.start("text", "info")
    structlog.get_logger("test").debug("hidden")
    for noisy in ("httpx", "apscheduler.scheduler", "alembic.runtime.migration", "telegram.ext.Updater"):
        logging.getLogger(noisy).info("noise")
    structlog.get_logger("test").info("shown")
    (line,) = capture.text.splitlines()
    assert "shown" in line
    capture.start("text", "error")
    structlog.get_logger("test").warning("hidden")
    assert len(capture.text.splitlines()) == 1


class Full(io.StringIO):
    """A file on a full disk."""

    def write(self, _text: str) -> int:
        raise OSError(28, "No space left on device")


def test_a_log_that_cannot_be_written_stops_nobody(capture: Capture) -> None:
    capture.stream = Full()
    capture.start("json")
    structlog.get_logger("test").info("said")


def test_lines_of_ours_and_of_libraries_look_alike(capture: Capture) -> None:
    capture.start("json")
    structlog.get_logger("test").warning("ours")
    logging.getLogger("library").warning("theirs")
    ours, theirs = capture.lines
    assert ours.keys() == theirs.keys()
    assert [ours["event"], theirs["event"]] == ["ours", "theirs"]


def test_the_shortest_token_is_blacked_out_too(capture: Capture) -> None:
    capture.start("json")
    structlog.get_logger("test").info("said", what="123456:" + "a" * 30, short="123456:" + "a" * 29)
    assert [capture.lines[0][name] for name in ("what", "short")] == ["123456:***", "123456:" + "a" * 29]
