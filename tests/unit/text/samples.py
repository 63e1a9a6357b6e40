"""Texts of our own making for the tests of the text layer."""

from __future__ import annotations

from pathlib import Path

SEEDS = Path(__file__).resolve().parents[3] / "seeds"


def seed(name: str) -> str:
    """One of the two real articles, as it is."""
    return next(SEEDS.glob(f"{name}_*.txt")).read_text(encoding="utf-8")


HARBOUR = (
    "Der Hafen von Rostock bekommt bis zum Jahr 2028 einen neuen Anleger für große Fähren aus Schweden.",
    "Das teilte der Betreiber am Montag nach einer Sitzung des Aufsichtsrats in der Hansestadt mit.",
    "Die Kosten für den Anleger gibt das Unternehmen mit rund 40 Millionen Euro an, die Hälfte zahlt das Land.",
    "Die Reederei will auf der Strecke nach Trelleborg künftig Fähren mit Batterien fahren lassen.",
    "Kritiker im Stadtrat fürchten, dass der Lärm der Fähren die Anwohner im Hafen zusätzlich belastet.",
    "Mit dem Bau des Anlegers soll im Frühjahr begonnen werden, wenn das Land die Mittel freigegeben hat.",
)
CHESS = (
    "Die Großmeisterin Elena Brandt hat das Schachturnier in Graz mit acht Punkten aus neun Partien gewonnen.",
    "Brandt besiegte in der letzten Runde den Titelverteidiger aus Norwegen nach fast sechs Stunden.",
    "Für Brandt ist es der dritte Sieg bei dem Turnier in Graz, das Preisgeld liegt bei neuntausend Franken.",
)
