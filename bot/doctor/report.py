"""The findings for people and for machines."""

from __future__ import annotations

import json
from collections.abc import Sequence

import click

from bot import __version__
from bot.counting import counted
from bot.doctor.findings import Grade, Result

_SIGNS = {
    Grade.OK: ("✓", "green"),
    Grade.WARNING: ("!", "yellow"),
    Grade.FAILURE: ("✗", "red"),
    Grade.SKIPPED: ("-", None),
}


def print_table(results: Sequence[Result]) -> None:
    """One line a check, below it what to do."""
    width = max(len(result.check) for result in results)
    for result in results:
        sign, colour = _SIGNS[result.finding.grade]
        click.echo(f"{click.style(sign, fg=colour)} {result.check:<{width}}  {result.finding.found}")
        if result.finding.advice:
            click.echo(f"  {'':<{width}}  → {result.finding.advice}")
    counts = {grade: sum(result.finding.grade is grade for result in results) for grade in Grade}
    failures, warnings = counts[Grade.FAILURE], counts[Grade.WARNING]
    click.echo(f"{counted(failures, 'failure')}, {counted(warnings, 'warning')}, {counts[Grade.OK]} fine.")


def print_json(results: Sequence[Result]) -> None:
    """One object: the worst grade, and every check."""
    worst = max((result.finding.grade for result in results), key=lambda grade: grade.exit_code)
    checks = [
        {
            "check": result.check,
            "grade": result.finding.grade.value,
            "found": result.finding.found,
            "advice": result.finding.advice,
        }
        for result in results
    ]
    grade = worst if worst.exit_code else Grade.OK
    click.echo(
        json.dumps({"version": __version__, "grade": grade.value, "checks": checks}, ensure_ascii=False, indent=2)
    )
