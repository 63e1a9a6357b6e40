"""Tables written as classes: what SQLAlchemy calls declarative, over its Core alone.

Rows are read and written by statements, and nothing is ever mapped to objects. The mapper would take a tenth of a
process's memory and of its start, and says nothing that a table does not.
"""

from __future__ import annotations

from datetime import date, datetime
from types import NoneType
from typing import Any, ClassVar, get_args, get_type_hints

from sqlalchemy import Boolean, Column, Date, Double, Integer, LargeBinary, MetaData, String, Table
from sqlalchemy.types import NullType

from digests.storage.types import Json, UtcDateTime

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}
_TYPES: dict[Any, Any] = {
    bool: Boolean,
    bytes: LargeBinary,
    date: Date,
    datetime: UtcDateTime,
    dict[str, Any]: Json,
    float: Double,
    int: Integer,
    list[Any]: Json,
    str: String,
}


class _Tables(type):
    """Lets a class stand wherever SQLAlchemy expects its table: `select(Article.id)`, `insert(Article)`."""

    __table__: Table

    def __clause_element__(cls) -> Table:
        """The table, as SQLAlchemy asks for it."""
        return cls.__table__


class Base(metaclass=_Tables):
    """Base of all tables.

    An attribute is a column: `ColumnClause[int | None]` says its type and that it may be null, `column(...)` what
    else there is to say. Constraints and indexes stand in `__table_args__`, options in `__table_options__`.
    """

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)
    __tablename__: ClassVar[str]
    __table_args__: ClassVar[tuple[Any, ...]] = ()
    __table_options__: ClassVar[dict[str, Any]] = {}
    __table__: ClassVar[Table]

    def __init_subclass__(cls) -> None:
        """Make the table."""
        hints = get_type_hints(cls)
        names = [name for name in vars(cls)["__annotations__"] if not name.startswith("__")]
        columns = [_named(name, hints[name], vars(cls).get(name)) for name in names]
        for made in columns:
            setattr(cls, made.name, made)
        cls.__table__ = Table(cls.__tablename__, cls.metadata, *columns, *cls.__table_args__, **cls.__table_options__)


def column(*parts: Any, **options: Any) -> Any:  # noqa: ANN401  # whatever the annotation beside it says
    """What SQLAlchemy's Column takes, but for its name and whether it may be null."""
    return Column(*parts, **options)


def _named(name: str, hint: Any, given: Column[Any] | None) -> Column[Any]:  # noqa: ANN401  # a type
    """The column that an attribute stands for."""
    (said,) = get_args(hint)
    kinds = set(get_args(said)) if said not in _TYPES else {said}
    made: Column[Any] = column() if given is None else given
    made.name = made.key = name
    made.nullable = NoneType in kinds
    if isinstance(made.type, NullType) and not made.foreign_keys:  # a reference has the type of what it refers to
        (kind,) = kinds - {NoneType}
        made.type = _TYPES[kind]() if isinstance(_TYPES[kind], type) else _TYPES[kind]
    return made
