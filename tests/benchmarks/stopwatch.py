"""Where the time of a chain goes: functions at the seams between its stages are timed from outside."""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import wraps
from inspect import iscoroutinefunction
from typing import Any

Seam = tuple[Any, str, str]
"""A function that begins a stage: the module or class it is looked up in, its name, the stage."""


@dataclass
class Stopwatch:
    """CPU seconds by stage, each without the stages inside it. Stages may not overlap: one article at a time."""

    seconds: defaultdict[str, float] = field(default_factory=lambda: defaultdict(float))
    _open: list[str] = field(default_factory=lambda: ["storage"])
    _since: float = field(default_factory=time.process_time)

    def _switch(self) -> None:
        now = time.process_time()
        self.seconds[self._open[-1]] += now - self._since
        self._since = now

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """What happens inside counts for `name`."""
        self._switch()
        self._open.append(name)
        try:
            yield
        finally:
            self._switch()
            self._open.pop()

    def timed(self, call: Callable[..., Any], name: str) -> Callable[..., Any]:
        """`call` as a stage of its own."""
        if iscoroutinefunction(call):

            @wraps(call)
            async def waited(*given: Any, **named: Any) -> Any:  # noqa: ANN401 - whatever it takes and gives
                with self.stage(name):
                    return await call(*given, **named)

            return waited

        @wraps(call)
        def called(*given: Any, **named: Any) -> Any:  # noqa: ANN401
            with self.stage(name):
                return call(*given, **named)

        return called


@contextmanager
def watching(seams: Sequence[Seam]) -> Iterator[Stopwatch]:
    """Measures the seams while it is open."""
    watch = Stopwatch()
    before = [(owner, name, getattr(owner, name)) for owner, name, _ in seams]
    for owner, name, stage in seams:
        setattr(owner, name, watch.timed(getattr(owner, name), stage))
    try:
        yield watch
    finally:
        for owner, name, call in before:
            setattr(owner, name, call)
