"""Every error the product raises on purpose.

    DepescheError
    ├── InputError            something from outside is wrong: a file, a field, an argument
    ├── UnknownTopicError     no topic of the catalogue has this name
    ├── SettingsError         the configuration cannot work
    ├── SchemaError           the database has another schema than this code
    ├── BackupError           a copy of the database cannot be made, or not be used
    └── WriterError           the server that generates summaries cannot be used now

A message names the thing, says what was expected and how to fix it; operators read it as it is. Readers never see it:
the bot answers them in their language.
"""

from __future__ import annotations

from collections.abc import Sequence


class DepescheError(Exception):
    """Base of all errors raised on purpose."""


class InputError(DepescheError):
    """Something from outside is wrong.

    `place` is where ("seeds/a.jsonl:3", "field url"), `problem` what was found and what was expected instead.
    """

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place}: {problem}")
        self.place = place
        self.problem = problem


class UnknownTopicError(DepescheError):
    """No topic of the catalogue has this name; `name` is what was asked for, `nearest` slugs of similar ones."""

    def __init__(self, name: str, nearest: Sequence[str] = ()) -> None:
        hint = f"did you mean {' or '.join(nearest)}?" if nearest else "the catalogue is seeds/topics.toml."
        super().__init__(f"no topic is called {name!r}; {hint}")
        self.name = name
        self.nearest = tuple(nearest)


class SettingsError(DepescheError):
    """The configuration cannot work; one line per key."""


class SchemaError(DepescheError):
    """The database has another schema than this code expects."""


class BackupError(DepescheError):
    """A copy of the database cannot be made, or one cannot be used."""


class WriterError(DepescheError):
    """The server that generates summaries cannot be used now; `wait` is how many seconds it asked for, if it did."""

    def __init__(self, problem: str, wait: float | None = None) -> None:
        super().__init__(problem)
        self.wait = wait
