"""Invented reports that only later ones put in their right places: one event told twice, and two told as one."""

from __future__ import annotations

from tests.support.reports import Report

FIRE = Report(
    "Großbrand im Chemiewerk Elbstadt",
    (
        "Im Chemiewerk Elbstadt ist in der Nacht ein Großbrand ausgebrochen. Zweihundert Feuerwehrleute löschen eine "
        "Lagerhalle mit Lacken.",
        "Verletzt wurde nach Angaben der Werkleitung niemand. Warum das Lager brannte, ist offen.",
    ),
)
SMOKE = Report(
    "Anwohner sollen Fenster und Türen geschlossen halten",
    (
        "Wegen dichten Rauchs über dem Hafenviertel sollen Anwohner Fenster und Türen geschlossen halten. Messwagen "
        "prüfen die Luft.",
        "Die Polizei sperrte die Uferstraße. Schulen im Hafenviertel bleiben heute zu.",
    ),
)
FIRE_AND_SMOKE = Report(
    "Großbrand im Chemiewerk Elbstadt: Anwohner sollen Fenster geschlossen halten",
    (
        "Seit dem Großbrand im Chemiewerk gilt für Anwohner im Hafenviertel: Türen und Fenster zu. Ob die Luft "
        "belastet ist, prüfen mehrere Messwagen.",
        "An der Lagerhalle voller Lacke löschen Feuerwehrleute weiter, gesperrt bleibt auch die Uferstraße, so die "
        "Polizei.",
    ),
)
SMOKE_OF_FIRE = Report(
    "Rauch nach Großbrand in Elbstadt: Hafenviertel hält Fenster geschlossen",
    (
        "Der Rauch aus dem Chemiewerk Elbstadt zieht über das Hafenviertel, Anwohner sollen ihre Fenster weiter "
        "geschlossen halten. Den Großbrand in der Lagerhalle haben Feuerwehrleute eingekreist.",
        "Messwagen fanden in der Luft bisher keine Lacke. Schulen öffnen morgen, sagt die Werkleitung nach einem "
        "Gespräch mit der Polizei.",
    ),
)
BRIDGES = (FIRE_AND_SMOKE, SMOKE_OF_FIRE)
"""The first two tell of one event in different words, these two in the words of both."""

ROUNDUP = Report(
    "Lokführer streiken, Weißach tritt über die Ufer: Reisende brauchen Geduld",
    (
        "Wer heute unterwegs ist, braucht Geduld. Im Norden streiken die Lokführer, in der Altstadt von Brück steht "
        "das Wasser der Weißach, und auf den Flughäfen fehlt Personal.",
        "Das Hochwasser hat auch das Rathaus erreicht. Automobilclubs raten, Fahrten zu verschieben.",
    ),
)
"""It is somewhat like all of the next ones, which tell of two events."""
STRIKE = (
    Report(
        "Streik der Lokführer: Züge im Norden stehen still",
        (
            "Seit dem Morgen hält ein Streik der Lokführer die Züge im Norden an. Die Gewerkschaft verlangt elf "
            "Prozent mehr Lohn.",
            "Reisende sollen auf Busse ausweichen.",
        ),
    ),
    Report(
        "Gewerkschaft verlängert Streik der Lokführer bis Freitag",
        (
            "Die Gewerkschaft verlängert den Streik der Lokführer im Norden bis Freitag. Sie verlangt elf Prozent mehr "
            "Lohn und warf der Bahn vor, kein Angebot zu machen.",
            "Züge fahren nur auf wenigen Strecken.",
        ),
    ),
    Report(
        "Bahn nennt Streik der Lokführer maßlos",
        (
            "Die Bahn nennt den Streik der Lokführer maßlos. Elf Prozent mehr Lohn, wie sie die Gewerkschaft verlangt, "
            "seien nicht zu bezahlen.",
            "Im Norden fallen Züge bis Freitag aus.",
        ),
    ),
)
FLOOD = (
    Report(
        "Hochwasser an der Weißach: Altstadt von Brück unter Wasser",
        (
            "Nach dem Hochwasser an der Weißach steht die Altstadt von Brück unter Wasser. Helfer füllen Sandsäcke am "
            "Rathaus.",
            "Der Pegel stieg auf sechs Meter.",
        ),
    ),
    Report(
        "Pegel der Weißach fällt, Brück räumt die Altstadt auf",
        (
            "Der Pegel der Weißach fällt nach dem Hochwasser. In Brück räumen Helfer Sandsäcke und Schlamm aus der "
            "Altstadt.",
            "Das Rathaus öffnet am Montag wieder.",
        ),
    ),
    Report(
        "Brück rechnet nach dem Hochwasser der Weißach mit Millionenschaden",
        (
            "Brück rechnet nach dem Hochwasser der Weißach mit einem Schaden von vier Millionen Euro. In der Altstadt "
            "räumen Helfer Schlamm aus den Kellern.",
            "Am Rathaus liegt ein Spendenkonto aus.",
        ),
    ),
)
