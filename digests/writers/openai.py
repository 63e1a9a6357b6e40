"""Any server that speaks the chat completions of OpenAI: llama.cpp, Ollama, vLLM, or a hosted one."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog

from digests.domain.written import Draft, Task
from digests.errors import WriterError
from digests.writers.prompt import SCHEMA, messages, read_answer

log = structlog.get_logger(__name__)

ANSWER_TOKENS = 800
"""Room for three sentences in JSON in any of the languages."""
LARGEST = 512 * 1024
"""Bytes read of an answer."""
_FORMAT = {"type": "json_schema", "json_schema": {"name": "summary", "strict": True, "schema": SCHEMA}}


@dataclass
class OpenAIWriter:
    """Asks one model. Neither the key nor any text is logged; redirects are not followed, for the key's sake."""

    url: str  # ends before /chat/completions
    model: str
    key: str = field(repr=False)
    timeout_seconds: float
    _formatted: bool = field(default=True, init=False)  # the server takes a schema, as far as is known

    async def write(self, task: Task) -> Sequence[Draft]:
        """Sentences for a task, none when its answer made no sense. Raises WriterError when it cannot be reached."""
        body: dict[str, Any] = {
            "model": self.model,
            "messages": messages(task),
            "temperature": 0,
            "max_tokens": ANSWER_TOKENS,
            "stream": False,
        }
        status, headers, answer = await self._post(body | ({"response_format": _FORMAT} if self._formatted else {}))
        if status in (400, 415, 422) and self._formatted:  # many servers know no schema
            status, headers, answer = await self._post(body)
            if status == 200:
                self._formatted = False
                log.info("writer_without_schema", status=status)
        if status != 200:
            raise WriterError(self._problem(status), _wait(headers))
        return self._drafts(answer)

    async def _post(self, body: Mapping[str, Any]) -> tuple[int, Mapping[str, str], bytes]:
        headers = {"Authorization": f"Bearer {self.key}"} if self.key else {}
        timeout = aiohttp.ClientTimeout(total=self.timeout_seconds, connect=min(10.0, self.timeout_seconds))
        try:
            async with (
                aiohttp.ClientSession(timeout=timeout, headers=headers) as session,
                session.post(f"{self.url}/chat/completions", json=body, allow_redirects=False) as response,
            ):
                answer = bytearray()
                async for chunk in response.content.iter_chunked(65_536):
                    answer += chunk
                    if len(answer) > LARGEST:
                        raise WriterError(f"WRITER_URL: {self.url} answered with more than {LARGEST} bytes")
                return response.status, response.headers, bytes(answer)
        except TimeoutError as error:
            message = (
                f"WRITER_URL: {self.url} did not answer within {self.timeout_seconds:g} seconds; "
                "raise WRITER_TIMEOUT_SECONDS or take a smaller model"
            )
            raise WriterError(message) from error
        except aiohttp.ClientConnectorError as error:
            message = f"WRITER_URL: {self.url} cannot be reached ({error.os_error.strerror}); is the server running?"
            raise WriterError(message) from error
        except (aiohttp.ClientError, OSError) as error:
            raise WriterError(f"WRITER_URL: {self.url} broke off ({type(error).__name__})") from error

    def _problem(self, status: int) -> str:
        if status in (401, 403):
            return f"WRITER_KEY: {self.url} does not accept it (status {status})"
        if status == 404:
            return (
                f"WRITER_URL, WRITER_MODEL: {self.url} knows no such address or no model {self.model!r} (status 404); "
                "the address usually ends in /v1"
            )
        if status == 429:
            return f"WRITER_URL: {self.url} takes no more for now (status 429)"
        if status >= 500:
            return f"WRITER_URL: {self.url} has a fault of its own (status {status})"
        return f"WRITER_URL: {self.url} refuses what it is asked (status {status})"

    def _drafts(self, answer: bytes) -> list[Draft]:
        """The drafts of an answer. Raises WriterError when the server speaks no chat completions at all."""
        try:
            choice = json.loads(answer)["choices"][0]
            content, reason = choice["message"]["content"], choice.get("finish_reason")
        except (ValueError, RecursionError, LookupError, TypeError, AttributeError) as error:
            message = f"WRITER_URL: {self.url} answers, but not with a chat completion; the address usually ends in /v1"
            raise WriterError(message) from error
        if reason == "length":
            log.warning("writer_cut_off", model=self.model, tokens=ANSWER_TOKENS)
            return []
        drafts = read_answer(content) if isinstance(content, str) else []
        if not drafts:
            log.warning("writer_unreadable", model=self.model, characters=len(content or ""))
        return drafts


def _wait(headers: Mapping[str, str]) -> float | None:
    """The seconds of a Retry-After header; a date or nonsense is none."""
    value = headers.get("Retry-After", "")
    return min(float(value), 3600.0) if value.isascii() and value.isdigit() else None
