"""Reports to search in, some of them traps, and by hand which of them each query means."""

from __future__ import annotations

from tests.support import reports
from tests.support.reports import Report

_NAMED: dict[str, Report] = {
    "grain": reports.GRAIN,
    "budget": reports.BUDGET,
    "football": reports.FOOTBALL,
    "exercise": reports.NATO_EXERCISE,
    "pensions": reports.PENSIONS,
    "raid": reports.AIR_RAID,
    "tariffs": reports.US_TARIFFS,
    "heat": reports.HEAT,
    "rise": Report(
        "Bund beschließt Rentenerhöhung zum Sommer",
        ("Die Rentenerhöhung um vier Prozent kommt im Juli.", "Sozialverbände nennen den Schritt überfällig."),
    ),
    "taxes": Report(
        "Gemeinderat lehnt Steuererhöhung ab",
        ("Mit knapper Mehrheit hat der Gemeinderat eine Erhöhung der Grundsteuer abgelehnt.", "Die Kasse ist leer."),
    ),
    "weapons": Report(
        "Norwegen stoppt Waffenlieferungen an Küstenstaat",
        ("Oslo setzt alle Waffenlieferungen aus.", "Das Parlament hatte die Waffenlieferung lange gefordert."),
    ),
    "verdict": Report(
        "Landgericht fällt Urteil gegen Schmuggler",
        ("Das Urteil ist ein Beispiel für andere Verfahren.", "Der Transport war über Jahre gelaufen."),
    ),
    "parts": Report(
        "Autobauer ruft Bremsteile zurück",
        ("Der Konzern tauscht in zwei Werken fehlerhafte Teile.", "Ein Ersatzteil fehlt bis Oktober."),
    ),
    "may_day": Report(
        "Tausende bei Kundgebungen in Köln",
        ("Zum Tag der Arbeit zogen Tausende über die Straßen.", "Die Gewerkschaft forderte mehr Lohn."),
    ),
    "workday": Report(
        "Wie ein Bäcker seinen Tag beginnt",
        ("Die Arbeit an einem solchen Tag beginnt um zwei Uhr.", "Der Teig ruht dann seit Stunden."),
    ),
    "ubahn": Report(
        "Münchner U-Bahn fährt wieder",
        ("Nach dem Brand am Müllerplatz fährt die U-Bahn in München wieder.", "Verletzt wurde niemand."),
    ),
    "buses": Report(
        "Verkehrsbetriebe kaufen Busse für 1.250.000 Euro",
        ("Für 1.250.000 Euro kommen zwölf Busse mit Batterie.", "Die ersten fahren im März."),
    ),
    "gas": Report(
        "Ermittler heben Rohrstück von Nord Stream",
        ("Taucher haben ein Stück der Leitung Nord Stream geborgen.", "Gas strömt dort nicht mehr."),
    ),
    "kharkiv": Report(
        "Зеленський відвідав Харків після обстрілу",
        ("Президент Володимир Зеленський відвідав Харків.", "Він подякував рятувальникам за роботу."),
        "uk",
    ),
    "harvest": Report(
        "Аграрії завершили збір пшениці на півдні",
        ("На півдні країни завершили збір пшениці.", "Зерна цього року менше, ніж торік."),
        "uk",
    ),
    "zelensky": Report(
        "Zelensky meets investors in London",
        ("Volodymyr Zelensky met investors on Tuesday.", "They discussed loans for bridges and railways."),
        "en",
    ),
    "hospital": Report(
        "Hospital opens new wing for children",
        ("The hospital in Bristol has opened a wing for children.", "Nurses had collected money for years."),
        "en",
    ),
    "nurses": Report(
        "Nurses strike over pay across Wales",
        ("Thousands of nurses walked out on Monday.", "Hospitals postponed operations and called for talks."),
        "en",
    ),
    "playing": Report(
        "Schachspieler gewinnt Turnier auf Norderney",
        ("Ein Spieler aus Emden hat das Turnier gewonnen.", "Das letzte Endspiel dauerte sechs Stunden."),
    ),
    "protest": Report(
        "Bauern protestieren in Brüssel gegen Abkommen",
        ("Mit Traktoren haben Bauern in Brüssel gegen ein Handelsabkommen protestiert.", "Am Abend zogen sie ab."),
    ),
    "dentist": Report(
        "Zahnärzte auf dem Land gesucht",
        ("In vier Landkreisen fehlen Zahnärzte.", "Wer eine Praxis gründet, bekommt einen Zuschuss."),
    ),
    "president": Report(
        "Senat wählt Richterin an die Spitze",
        ("Die Präsidentin des Gerichts tritt ihr Amt im Herbst an.", "Sie folgt auf einen Kollegen aus Jena."),
    ),
}
REPORTS = tuple(_NAMED.values())
_NUMBERS = {name: number for number, name in enumerate(_NAMED)}
_QUERIES = {
    "inflected": {
        "Busse": "buses", "Bus": "buses", "nurse": "nurses hospital", "Traktor": "protest", "Soldat": "exercise",
        "Zoll": "tariffs", "пшениця": "harvest", "зерно": "harvest", "Schiffe": "grain heat", "Rakete": "raid",
        "Straße": "budget exercise may_day", "investor": "zelensky", "Taucher": "gas",
    },
    "compound, first part": {
        "Rente": "pensions rise", "Waffen": "weapons", "Steuer": "taxes", "Energie": "raid", "Getreide": "grain",
        "Handel": "protest", "Zahn": "dentist", "Schach": "playing", "Grundsteuer": "taxes", "Brems": "parts",
    },
    "compound, last part": {
        "Erhöhung": "rise taxes", "Lieferung": "weapons", "Abkommen": "protest", "Korridor": "grain",
        "Spieler": "playing", "Ärzte": "dentist", "Teil": "parts", "Teile": "parts", "Sport": "", "Spiel": "playing",
        "Fonds": "pensions", "Bremse": "budget parts", "Minister": "budget", "Anlagen": "raid",
        "Steuer Erhöhung": "taxes",
    },
    "phrase": {
        '"Tag der Arbeit"': "may_day", "„Tag der Arbeit“": "may_day", "«після обстрілу»": "kharkiv",
        '"zweite Runde"': "grain", '"Runde zweite"': "", "“new wing”": "hospital", '"Rente"': "pensions",
        "Tag Arbeit": "may_day workday",
    },
    "names in other letters": {
        "Selenskyj": "raid kharkiv zelensky", "Zelenskyy": "raid kharkiv zelensky",
        "Зеленський": "raid kharkiv zelensky", "Charkiw": "kharkiv", "Kharkiv": "kharkiv", "Kyiv": "pensions",
        "Київ": "pensions", "Odesa": "grain", "Wolodymyr": "kharkiv zelensky",
    },
    "spelling": {
        "Muenchen": "ubahn", "Munchen": "ubahn", "München": "ubahn", "Muellerplatz": "ubahn",
        "Strasse": "budget exercise may_day",
        "Bruessel": "protest", "Koeln": "may_day", "U-Bahn": "ubahn", "U Bahn": "ubahn", "Nord-Stream": "gas",
        "Nordstream": "gas", "1250000 Euro": "buses", "1.250.000": "buses", "20000 Soldaten": "exercise",
        "400 000 Rentner": "pensions",
    },
    "left out and narrowed": {
        "Rente -Rentenfonds": "rise", "Rente -Ukraine": "rise", "hospital -strike": "hospital",
        "Zelensky language:uk": "kharkiv", "Tag -„Tag der Arbeit“": "workday",
    },
}  # fmt: skip
JUDGED = tuple(
    (kind, query, tuple(_NUMBERS[name] for name in wanted.split()))
    for kind, queries in _QUERIES.items()
    for query, wanted in queries.items()
)
"""(kind of query, query, numbers of the reports that it means)."""
