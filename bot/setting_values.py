"""Settings as an operator writes them: found in the environment and in `.env`, and turned into values."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import field
from functools import reduce
from pathlib import Path
from typing import Any, Literal, TypeVar, get_args, get_origin

import msgspec
from msgspec.inspect import CustomType, FloatType, IntType, Type, UnionType, type_info

FILE = Path(".env")

T = TypeVar("T")


class Secret:
    """A text that is not shown by mistake: neither `repr` nor `str` tells it, only who asks for `value` gets it."""

    __slots__ = ("value",)

    def __init__(self, value: str) -> None:
        self.value = value

    def __repr__(self) -> str:
        return "Secret()"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and self.value == other.value

    def __hash__(self) -> int:
        return hash(self.value)


def setting(default: T, meaning: str) -> T:
    """A field of the settings: its value where nobody sets it, and what it is for."""
    made: T = field(default=default, metadata={"meaning": meaning})
    return made


def written(names: Collection[str]) -> dict[str, str]:
    """What the environment says of the settings with these names, and `.env` of the others; what is empty is not said.

    Whatever else the file names is there too, so that somebody can be told of it. Raises OSError or UnicodeDecodeError
    when the file cannot be read.
    """
    around = os.environ.items()  # noqa: TID251 - here, and nowhere else
    ours = {name.lower(): value for name, value in around if value and name.lower() in names}
    if not FILE.is_file():
        return ours
    from dotenv import dotenv_values

    lines = {name.lower(): value or "" for name, value in dotenv_values(FILE, encoding="utf-8").items()}
    return {name: value for name, value in lines.items() if value or name not in names} | ours


def value_of(kind: Any, given: object) -> object:  # noqa: ANN401 - a type, or what `Annotated` makes of one
    """A setting's value of this kind: a type with its bounds and, in `Annotated`, functions that check it.

    Raises ValueError with what was expected; the message leaves the value out, which may be a secret.
    """
    try:
        value = msgspec.convert(
            given.strip() if isinstance(given, str) else given, kind, strict=False, dec_hook=lambda made, of: made(of)
        )
    except msgspec.ValidationError:
        raise ValueError(f"expected {expected(kind)}") from None
    checks = filter(callable, getattr(kind, "__metadata__", ()))
    return value if value is None else reduce(lambda checked, check: check(checked), checks, value)


def expected(kind: Any) -> str:  # noqa: ANN401 - as in `value_of`
    """What a setting of this kind may be, in words."""
    if get_origin(kind) is Literal:  # `type_info` would sort the words
        *others, last = map(repr, get_args(kind))
        return f"{', '.join(others)} or {last}"
    return _expected(type_info(kind))


def _expected(kind: Type) -> str:
    match kind:
        case UnionType(types=types):
            return _expected(types[0])  # the other one is None, which is written as nothing
        case IntType(ge=least, le=most):
            return f"a whole number from {least} to {most}"
        case FloatType(ge=None, gt=above, le=most):
            return f"a number above {above:g}" + (f", {most:g} at most" if most is not None else "")
        case FloatType(ge=least, le=most):
            return f"a number from {least:g} to {most:g}"
        case CustomType(cls=cls):
            return "a text, kept secret" if cls is Secret else "the path of a file"
        case _:
            return "a text"
