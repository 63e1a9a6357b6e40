"""Small plots as inline SVG: no script, no style attribute, nothing from elsewhere. Colours are the style sheet's."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, log10

WIDTH, HEIGHT = 640.0, 180.0
_LEFT, _BOTTOM, _TOP = 58.0, 30.0, 14.0
_SPARK_WIDTH, _SPARK_HEIGHT = 140.0, 32.0


@dataclass(frozen=True, slots=True)
class Part:
    """One colour of a column."""

    value: float
    css: str  # class that gives the colour
    name: str


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a plot: its parts from the bottom up."""

    label: str  # below it; empty: none
    parts: Sequence[Part]
    told: str  # what a pointer that rests on it is told

    @property
    def height(self) -> float:
        """All parts together."""
        return sum(part.value for part in self.parts)


def columns(title: str, shown: Sequence[Column], unit: str = "") -> str:
    """Stacked columns over a scale from nought."""
    top = rounded_up(max((column.height for column in shown), default=0))
    step = (WIDTH - _LEFT) / max(len(shown), 1)
    bars = "".join(_column(column, _LEFT + index * step, step, top) for index, column in enumerate(shown))
    return _svg(title, WIDTH, HEIGHT, _scale(top, unit) + bars)


def line(title: str, values: Sequence[float], labels: Sequence[str], told: Sequence[str]) -> str:
    """A line through values of equal distance, over a scale from nought."""
    top = rounded_up(max(values, default=0))
    step = (WIDTH - _LEFT) / max(len(values), 1)
    points = [(_LEFT + (index + 0.5) * step, _y(value, top)) for index, value in enumerate(values)]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in points) if points else ""
    dots = "".join(
        f'<circle class="dot" cx="{x:.1f}" cy="{y:.1f}" r="3.5"><title>{escape(text)}</title></circle>'
        f"{_below(label, x)}"
        for (x, y), label, text in zip(points, labels, told, strict=True)
    )
    return _svg(title, WIDTH, HEIGHT, f'{_scale(top, "")}<path class="line" d="{path}"/>{dots}')


def spark(title: str, values: Sequence[int]) -> str:
    """A row of tiny columns, without a scale."""
    top, step = max([*values, 1]), _SPARK_WIDTH / max(len(values), 1)
    bars = "".join(
        f'<rect class="bar" x="{index * step + 1:.1f}" y="{_SPARK_HEIGHT - height:.1f}" '
        f'width="{step - 2:.1f}" height="{height:.1f}"/>'
        for index, height in enumerate(max(value / top * (_SPARK_HEIGHT - 2), 1.0) for value in values)
    )
    return _svg(title, _SPARK_WIDTH, _SPARK_HEIGHT, bars, "spark")


def rounded_up(value: float) -> float:
    """The end of a scale: 2, 4, 6 or 10, times a power of ten, not below `value`; half of it is a whole number, too."""
    if value <= 2:
        return 2.0
    power = 10.0 ** (ceil(log10(value)) - 1)
    return next(power * factor for factor in (1, 2, 4, 6, 10) if power * factor >= value)


def _svg(title: str, width: float, height: float, inside: str, css: str = "plot") -> str:
    return (
        f'<svg class="{css}" viewBox="0 0 {width:g} {height:g}" role="img"><title>{escape(title)}</title>{inside}</svg>'
    )


def _y(value: float, top: float) -> float:
    return HEIGHT - _BOTTOM - value / top * (HEIGHT - _BOTTOM - _TOP)


def _scale(top: float, unit: str) -> str:
    marks = (0.0, top / 2, top)
    return "".join(
        f'<path class="grid" d="M{_LEFT:g} {_y(mark, top):.1f}H{WIDTH:g}"/>'
        f'<text class="mark" x="{_LEFT - 6:g}" y="{_y(mark, top) + 4:.1f}">{short(mark)}{escape(unit)}</text>'
        for mark in marks
    )


def _column(column: Column, left: float, step: float, top: float) -> str:
    width, bottom, rects = max(step * 0.7, 1.0), 0.0, ""
    for part in column.parts:
        if part.value:
            y, base = _y(bottom + part.value, top), _y(bottom, top)
            rects += (
                f'<rect class="{part.css}" x="{left + (step - width) / 2:.1f}" y="{y:.1f}" '
                f'width="{width:.1f}" height="{max(base - y, 1.0):.1f}"/>'
            )
            bottom += part.value
    hover = f'<rect class="hover" x="{left:.1f}" y="{_TOP:g}" width="{step:.1f}" height="{HEIGHT - _TOP - _BOTTOM:g}"/>'
    return f"<g><title>{escape(column.told)}</title>{hover}{rects}</g>{_below(column.label, left + step / 2)}"


def _below(label: str, x: float) -> str:
    return f'<text class="label" x="{x:.1f}" y="{HEIGHT - 7:g}">{escape(label)}</text>' if label else ""


def short(value: float) -> str:
    """A number for a scale: 0.5, 20, 1.5k, 2M."""
    for size, letter in ((1e6, "M"), (1e3, "k")):
        if value >= size:
            return f"{value / size:g}{letter}"
    return f"{value:g}"
