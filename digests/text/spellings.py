"""What the product's languages look like at first sight: words of everyday news and the shapes of words.

General knowledge, written down by hand; nothing here was counted in anybody's texts.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_COMMON = {
    "de": """
        mann frau kind kinder menschen polizei regierung präsident kanzler minister bundestag bundesregierung krieg
        angriff gericht urteil haft tote verletzte unfall feuer brand stadt land länder welt tag jahr jahre woche monat
        uhr euro geld wirtschaft unternehmen chef partei wahl wahlen gesetz schule arzt wetter sturm regen spiel sieg
        trainer mannschaft meister deutschland deutsche deutscher deutschen europa berlin österreich schweiz neue neuer
        neues neuen große großer erste ersten letzte weitere gestorben getötet verletzt gefunden fordert warnt will
        sagt geht kommt bleibt steht macht zeigt droht plant stoppen gewinnt verliert startet heute morgen gestern jetzt
        bald hier so zwei drei vier fünf sechs sieben acht neun zehn montag dienstag mittwoch donnerstag freitag samstag
        sonntag januar februar märz mai juni juli oktober dezember leben tod ende anfang hilfe kritik streit vorwurf
        verdacht ermittlungen zahl kosten preise steuer arbeit rente deutlich gegenüber weniger viele alle
    """,
    "en": """
        man woman men women child children people police government president minister parliament congress senate war
        attack attacks court judge jury trial jail prison murder killer shooting dead death deaths killed killing dies
        died injured crash fire city country world day days year years week month money economy company boss leader
        leaders party election vote law school doctor weather storm rain game win wins team coach champion british
        america american german russian chinese new old big great first last former next deputy found says warns wants
        makes takes gets goes comes shows plans calls hits faces leads sets loses starts ends today tomorrow yesterday
        here far two three four five six seven eight nine ten monday tuesday wednesday thursday friday saturday sunday
        january february march may june july october december life end start help crisis talks deal row report claims
        charges charged arrested accused case sanctions protest protests rebels troops strike strikes bomb home house
        king queen pope church state states white black high record top news held
    """,
    "uk": """
        люди людей дитина діти поліція уряд президент міністр рада війна війни атака удар суд вирок смерть загинув
        загинули поранені пожежа місто країна країни світ день дні рік років тиждень місяць гроші економіка компанія
        партія вибори закон школа лікар погода гра перемога команда україна україни україні українські київ києві росія
        росії нова новий нове нові перший перша останній заявив заявила сказав сказала стало відомо сьогодні завтра
        вчора зараз два три чотири п'ять понеділок вівторок середа четвер п'ятниця субота неділя січня лютого березня
        квітня травня червня липня серпня вересня жовтня листопада грудня життя кінець допомога зустріч область області
    """,
}
COMMON: Mapping[str, frozenset[str]] = {language: frozenset(text.split()) for language, text in _COMMON.items()}
"""Words of everyday news, in small letters."""

SHAPES: Mapping[str, re.Pattern[str]] = {
    "de": re.compile(r"(?:ung|ungen|keit|heit|lich\w?\w?|isch\w?\w?|schaft|iert|ieren|tz)$|^(?:ge\w+t|ver\w+)|[äöüß]"),
    "en": re.compile(r"(?:ing|ed|ly|ness|ght|ous|ship|ies|ians?|['’]s|sh|ry|ty|tions)$|^(?:th|wh|kn)|ough|ea|oo"),
    "uk": re.compile(r"(?:ськ\w+|ення|ість|ння|ття)$|[іїєґ]"),
}
"""What words of a language often look like, for words in small letters; neighbouring languages share some of it."""
