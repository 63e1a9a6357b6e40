"""One table for all figures: what was measured, beside what must be reached (floor) and what is aimed at (goal)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any


class Verdict(StrEnum):
    """How a figure stands."""

    GOAL = "goal"
    FLOOR = "floor"
    SHORT = "short of goal"
    """Where no floor is set."""
    MISSED = "MISSED"
    SHOWN = "-"  # nothing is asked of it


@dataclass(frozen=True, slots=True)
class Aim:
    """What is asked of a measure. Without a goal the floor is all; `at_most` turns both round."""

    floor: float | None = None
    goal: float | None = None
    at_most: bool = False

    def verdict(self, value: float) -> Verdict:
        """Where a value stands. Bounds count as reached when they are met exactly."""
        if self.floor is None and self.goal is None:
            return Verdict.SHOWN
        if self._reaches(value, self.goal if self.goal is not None else self.floor):
            return Verdict.GOAL
        if self.floor is None:
            return Verdict.SHORT
        return Verdict.FLOOR if self._reaches(value, self.floor) else Verdict.MISSED

    def _reaches(self, value: float, bound: float | None) -> bool:
        return bound is not None and (value <= bound if self.at_most else value >= bound)


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure. `spread` is the range of its runs, folds or resamplings, as `spread_of` says."""

    measure: str
    value: float
    data: str  # what it was measured on
    spread: tuple[float, float] | None = None
    baselines: Mapping[str, float] = field(default_factory=dict)  # other ways on the same data in the same run
    spread_of: str = ""  # "5 orders", "90 % of resamplings"


def judged(figure: Figure, aims: Mapping[str, Aim]) -> dict[str, Any]:
    """The figure with its aim and verdict, ready for JSON."""
    aim = aims.get(figure.measure, Aim())
    return asdict(figure) | asdict(aim) | {"verdict": aim.verdict(figure.value).value}


def table(lines: Sequence[Sequence[str]], *, head: Sequence[str]) -> str:
    """Columns set flush left; the last one may be of any width."""
    widths = [max(map(len, column)) for column in zip(head, *lines, strict=True)]
    widths[-1] = 0
    rows = (head, ["-" * width for width in widths], *lines)
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )


def as_line(row: Mapping[str, Any]) -> list[str]:
    """A judged figure as cells of `HEAD`."""
    spread = row["spread"]
    shown = f"{number(spread[0])} to {number(spread[1])} ({row['spread_of']})" if spread else ""
    baselines = ", ".join(f"{name} {number(value)}" for name, value in row["baselines"].items())
    sign = "<= " if row["at_most"] else ""
    floor, goal = (sign + number(bound) if bound is not None else "" for bound in (row["floor"], row["goal"]))
    return [row["measure"], number(row["value"]), shown, baselines, floor, goal, row["verdict"], row["data"]]


HEAD = ("measure", "ours", "spread", "beside it", "floor", "goal", "verdict", "data")


def number(value: float) -> str:
    """Shares with four digits at most, times with two, counts in full."""
    if value != value:  # noqa: PLR0124 - not a number: nothing was counted
        return "none"
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.2f}" if abs(value) > 1 else f"{value:.4f}".rstrip("0").rstrip(".") or "0"


def printed(rows: Iterable[Mapping[str, Any]]) -> str:
    """The whole table."""
    return table([as_line(row) for row in rows], head=HEAD)
