"""Invented German, English and Ukrainian reports on several subjects, for tests of stories and digests.

Outlets, quotes and figures are made up. The two seed articles come in as they look after cleaning.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_SEEDS = Path(__file__).parents[2] / "seeds"


@dataclass(frozen=True, slots=True)
class Report:
    """A title and its paragraphs, one sentence or more each."""

    title: str
    paragraphs: tuple[str, ...]
    language: str = "de"


def _seed_lines(prefix: str) -> list[str]:
    (path,) = _SEEDS.glob(f"{prefix}_*.txt")
    return [line.strip() for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]


def seed_nato_invitation() -> Report:
    """Seed 000: Selenskyj hopes for an invitation to NATO before Biden leaves."""
    lines = _seed_lines("000")
    return Report(lines[0], tuple(lines[1:6]))


def seed_nato_dinner() -> Report:
    """Seed 001 without its foreign entry: the ministers' dinner in Brussels; its headline is made from the lead."""
    lines = [line for line in _seed_lines("001") if not line.startswith(("Verfolgen", "Minute für"))]
    return Report(lines[0].rstrip("."), tuple(lines[:3] + lines[8:]))


def seed_carlson() -> Report:
    """The entry of seed 001 on another subject: an interview in Moscow."""
    lines = _seed_lines("001")
    start = lines.index("TUCKER CARLSON NOCH IN RUSSLAND")
    return Report("Tucker Carlson noch in Russland", tuple(lines[start + 1 : start + 5]))


GRAIN = Report(
    "Verhandlungen über Getreidekorridor gehen in zweite Runde",
    (
        "Die Delegationen der Ukraine, Russlands und der Türkei treffen sich am Nachmittag in Istanbul, um über den "
        "Getreidekorridor im Schwarzen Meer zu sprechen. Strittig ist die Kontrolle der Häfen.",
        "Die Ukraine will 15 Frachter im Monat aus Odessa auslaufen lassen. Russland verlangt, dass jedes Schiff vor "
        "der Einfahrt durchsucht wird.",
        "Die Getreidepreise gaben an der Börse um drei Prozent nach.",
    ),
)
GRAIN_OTHER_OUTLET = Report(
    "Getreidekorridor: Zweite Runde der Gespräche in Istanbul",
    (
        "In Istanbul hat am Nachmittag die zweite Runde der Gespräche über den Getreidekorridor im Schwarzen Meer "
        "begonnen. Am Tisch sitzen die Ukraine, Russland und die Türkei.",
        "Gestritten wird vor allem darüber, wer die Häfen kontrolliert. Kiew möchte monatlich 15 Frachter aus Odessa "
        "schicken, Moskau besteht auf Durchsuchungen.",
    ),
)
GRAIN_NEXT_DAY = Report(
    "Getreidekorridor: Delegationen einigen sich auf zwölf Schiffe im Monat",
    (
        "Nach zwei Tagen in Istanbul haben sich die Delegationen der Ukraine und Russlands auf zwölf Frachter im Monat "
        "geeinigt. Der Getreidekorridor im Schwarzen Meer soll am Montag öffnen.",
        "Die Häfen in Odessa kontrolliert künftig eine gemeinsame Stelle unter Leitung der Türkei.",
    ),
)
GRAIN_ENGLISH = Report(
    "Istanbul hosts second round of talks on Black Sea grain corridor",
    (
        "Delegations from Ukraine, Russia and Turkey met in Istanbul on Wednesday for a second round of talks on the "
        "grain corridor through the Black Sea. Control of the ports is disputed.",
        "Kyiv wants 15 freighters a month to leave Odessa, while Moscow insists on searching every ship.",
    ),
    "en",
)
BUDGET = Report(
    "Haushalt: Koalition einigt sich nach Nachtsitzung",
    (
        "Die Koalition hat sich nach einer Nachtsitzung auf den Haushalt für das kommende Jahr geeinigt. "
        "Der Finanzminister sprach von einem Kompromiss mit Schmerzen.",
        "Gespart wird beim Straßenbau, mehr Geld bekommen die Kitas. Die Schuldenbremse bleibt.",
    ),
)
FOOTBALL = Report(
    "Rotweiß Elbstadt gewinnt das Pokalfinale im Elfmeterschießen",
    (
        "Rotweiß Elbstadt hat das Pokalfinale gegen den SV Hafen mit 5:4 im Elfmeterschießen gewonnen. "
        "Torwart Jan Petersen hielt zwei Schüsse.",
        "Nach 120 Minuten hatte es 1:1 gestanden. Die Mannschaft feierte bis in den Morgen.",
    ),
)
NATO_EXERCISE = Report(
    "NATO übt in Norwegen mit 20.000 Soldaten den Winterkampf",
    (
        "In Norwegen hat eine Übung der NATO mit 20.000 Soldaten aus elf Ländern begonnen. "
        "Geprobt wird der Kampf bei minus 25 Grad.",
        "Die Übung war seit Jahren geplant, teilte das Hauptquartier in Bodø mit. Schweden und Finnland machen mit.",
        "Anwohner klagen über gesperrte Straßen und den Lärm der Hubschrauber.",
    ),
)
PENSIONS = Report(
    "Ukraine: Rentner im Ausland müssen sich bis Jahresende melden",
    (
        "Rentner aus der Ukraine, die im Ausland leben, müssen sich bis Jahresende beim Rentenfonds melden. "
        "Sonst wird die Zahlung der Rente ausgesetzt.",
        "Die Meldung ist per Video möglich, teilte der Rentenfonds in Kiew mit. Betroffen sind rund 400.000 Rentner.",
    ),
)
AIR_RAID = Report(
    "Russland greift Energieanlagen im Westen der Ukraine an",
    (
        "Russland hat in der Nacht Energieanlagen im Westen der Ukraine mit Raketen und Drohnen angegriffen. "
        "In Lwiw fiel der Strom aus.",
        "Präsident Selenskyj sprach von 90 Raketen. Die Luftabwehr habe 76 davon abgefangen.",
        "Der Versorger will den Strom bis zum Abend wieder herstellen.",
    ),
)
US_TARIFFS = Report(
    "Trump kündigt Zölle auf Waren aus Mexiko und Kanada an",
    (
        "Der gewählte US-Präsident Donald Trump will Waren aus Mexiko und Kanada mit Zöllen von 25 Prozent belegen. "
        "Das kündigte er in seinem sozialen Netzwerk an.",
        "Kanada und Mexiko drohten mit Gegenzöllen. Ökonomen rechnen mit höheren Preisen in den Vereinigten Staaten.",
    ),
)
NATO_FOLLOW_UP = Report(
    "Rutte: Einladung der Ukraine in die NATO steht nicht auf der Tagesordnung",
    (
        "NATO-Generalsekretär Mark Rutte hat Hoffnungen der Ukraine auf eine schnelle Einladung gedämpft. "
        "Über den Beitritt werde beim Gipfel nicht entschieden.",
        "Präsident Wolodymyr Selenskyj hatte die Mitgliedschaft in der NATO als einzige Sicherheitsgarantie gegenüber "
        "Russland bezeichnet. Mehrere Außenminister des Bündnisses unterstützen ihn.",
    ),
)
HEAT = Report(
    "Hitze lässt den Rhein auf niedrigsten Stand seit Jahren sinken",
    (
        "Der Pegel des Rheins bei Kaub ist auf 38 Zentimeter gesunken. Frachtschiffe fahren nur noch halb beladen.",
        "Die Chemieindustrie fürchtet Engpässe. Regen ist laut Wetterdienst bis Sonntag nicht in Sicht.",
    ),
)
SEPARATE_SUBJECTS = (GRAIN, BUDGET, FOOTBALL, NATO_EXERCISE, PENSIONS, AIR_RAID, US_TARIFFS, HEAT)
"""Reports that belong to no common story and to no common storyline with the seeds."""
