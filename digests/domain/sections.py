"""The section of a web address: "/politik/ausland/..." says politics and world before a word of the text is read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from digests.text.words import fold

_DEPTH = 5  # parts of a path that may name a section; deeper ones are words of the headline
_FILLERS = {
    "aktuell", "aktuelles", "all", "and", "archiv", "artikel", "article", "articles", "latest", "magazin", "meldungen",
    "nachrichten", "news", "novini", "novyny", "rubrik", "rubriken", "section", "sections", "story", "thema", "themen",
    "topic", "topics", "und", "новини",
}  # fmt: skip
# Left out on purpose are words that name no subject ("welt" is a newspaper or a miscellany, "meinung" a form) and those
# that mean something else as well: "us", "it", "eu" are editions and languages, "tv" is where a site keeps its films. A
# region says where, not what: "ausland" is no politics.
WORDS = {
    "politics": "politik politics politic politika polityka politique innenpolitik landespolitik bundespolitik inland "
    "federal-politics inlandspolitik парламент політика влада parlament government westminster congress",
    "politics elections": "wahl wahlen bundestagswahl landtagswahl landtagswahlen nationalratswahl europawahl "
    "kommunalwahl elections election vybory вибори",
    "politics germany": "bundestag bundesregierung",
    "world": "ausland aussenpolitik world world-news weltpolitik international internationales internationale-politik "
    "foreign global-affairs svit світ world-affairs asia africa americas asien afrika amerika latin-america "
    "lateinamerika asia-pacific europe europa",
    "usa": "usa us-news us-politics us-wahl us-wahlen",
    "britain": "uk-news uk-politics grossbritannien brexit",
    "eu": "eu-politik europapolitik european-union yevropejska-integratsiya",
    "middle-east": "middle-east middleeast nahost naher-osten israel gaza gazastreifen",
    "ukraine": "ukraine ukraine-krieg ukrainekrieg krieg-in-der-ukraine ukraine-war",
    "russia": "russland russia",
    "china": "china",
    "germany": "deutschland germany",
    "austria": "osterreich austria",
    "switzerland": "schweiz switzerland",
    "conflict": "krieg war war-in-ukraine viyna vijna війна konflikte militar defence defense military bundeswehr",
    "economy": "wirtschaft wirtschaftspolitik economy economics business finanzen finance finances geld money "
    "unternehmen companies company konjunktur banken banks firmen mittelstand handel wirtschaft-verbraucher "
    "verbraucher personal-finance finanzen-und-wirtschaft biznes bizness ekonomika ekonomia economie economia "
    "economica banken-finanzen industrie industry retail your-money финансы фінанси економіка бізнес steuern",
    "economy stocks": "borse boersen kapitalmarkte finanzmarkte geldanlage aktien markte stocks markets krypto crypto "
    "cryptocurrency investing fonds birzha",
    "economy energy": "energie energy energiewende oil-gas energetika енергетика",
    "economy transport": "auto autos mobilitat verkehr bahn auto-mobil motor motors cars aviation airlines transport "
    "transportation autos-and-transportation aerospace-defense luftfahrt elektromobilitat avto transport-logistik "
    "auto-verkehr",
    "labour": "karriere beruf jobs arbeit arbeitsmarkt beruf-karriere job-karriere karriere-hochschule careers work "
    "worklife workplace labor labour robota",
    "education": "bildung schule schulen hochschule universitat campus uni studium lernen education schools "
    "higher-education universities osvita освіта",
    "environment": "umwelt natur environment green wildlife nature-environment tiere umwelt-natur dovkillya ekologiya "
    "екологія",
    "environment climate": "klima klimawandel klimakrise climate climate-change climate-crisis klimat",
    "health": "gesundheit medizin health medicine wellness coronavirus corona covid-19 gesundheit-medizin "
    "fitness-gesundheit wellbeing zdorovya zdorovja zdorovie health-news здоровя",
    "health healthcare": "gesundheitspolitik health-policy nhs healthcare",
    "people": "panorama vermischtes buntes promis prominente royals stars boulevard unterhaltung-leute people "
    "celebrity celebrities entertainment-celebrity us-celebrities showbiz leute-leben odd-news weird-news tsikave",
    "crime": "kriminalitat justiz blaulicht polizei verbrechen crime courts law justice recht true-crime "
    "crime-justice kryminal kriminal polizeimeldungen crime-and-justice кримінал",
    "disaster": "unglucke katastrophen disasters accidents unfalle",
    "society": "gesellschaft society familie family gender soziales samfund suspilstvo societe суспільство "
    "gesellschaft-familie parenting",
    "society migration": "migration fluchtlinge asyl immigration",
    "society housing": "immobilien wohnungsmarkt real-estate property housing",
    "society pensions": "rente pensions",
    "leisure": "reise reisen urlaub travel lifestyle leben life stil style genuss essen essen-trinken food food-drink "
    "food-and-drink recipes rezepte mode fashion ratgeber freizeit living garten home-garden life-style "
    "life-and-style wochenende haus-garten reise-freizeit",
    "leisure games": "games gaming spielemarkt video-games videogames computerspiele",
    "religion": "religion kirche glaube religion-kirche kirchen faith vatikan vatican religiya",
    "science": "wissen wissenschaft forschung science sciences nauka наука wissen-forschung science-environment "
    "wissenschaft-technik",
    "science technology": "digital technik technologie netzwelt netzpolitik internet web tech technology "
    "technologies tekhnologii tehnologii tehnologiyi computer digitales netz multimedia handy smartphones gadgets "
    "cybersecurity security-tech technik-digital digital-technik media-telecom технології",
    "science technology ai": "ki kunstliche-intelligenz ai artificial-intelligence",
    "science space": "weltraum raumfahrt space astronomie astronomy weltall kosmos",
    "culture": "kultur feuilleton culture arts art-design kunst bucher literatur books theater theatre stage "
    "kultur-unterhaltung entertainment entertainment-arts unterhaltung kunst-kultur ausstellungen arts-and-culture "
    "arts-entertainment kultura cultura культура kulturpolitik musik-und-theater",
    "culture film": "film kino filme serien movies cinema tv-movies filme-serien film-serien",
    "culture music": "musik music pop klassik konzerte music-news muzyka",
    "culture media": "medien media etat fernsehen television medienpolitik journalismus",
    "sport": "sport sports sportmix wintersport ski tennis formel-1 formel1 formula-1 formula1 motorsport handball "
    "basketball eishockey leichtathletik radsport olympia olympics olympische-spiele cricket rugby golf nba nfl nhl "
    "mlb boxing superbike motogp biathlon boxen спорт sport-news mehr-sport weitere-sportarten regionalsport "
    "college-football",
    "sport football": "fussball fussball-wm fussball-em bundesliga 1-bundesliga 2-bundesliga champions-league "
    "premier-league dfb-pokal soccer football wm-2026 em-2024 futbol футбол",
    "weather": "wetter unwetter weather pogoda погода",
}  # fmt: skip
"""Words of addresses in general use, by the slugs they stand for, broad ones first."""
_SECTIONS = {word: tuple(slugs.split()) for slugs, written in WORDS.items() for word in written.split()}
_AMERICAN = {"sports", "nfl", "college"}  # there "football" is another game
_SECOND_LEVEL = {"ac", "co", "com", "edu", "gov", "net", "or", "org"}
_DIGRAPHS = re.compile("ae|oe|ue")


@dataclass(frozen=True, slots=True)
class Section:
    """What an address says of its article: topics, broad ones first."""

    named: tuple[tuple[str, str], ...]  # (slug, the part of the address that says so)

    @property
    def slugs(self) -> tuple[str, ...]:
        """The topics alone."""
        return tuple(slug for slug, _ in self.named)


def section(url: str | None) -> Section | None:
    """The section in which an article stands, by its address; None where the address names none.

    The last part of a path is the article itself and says nothing here; of the host only a name in front of the site's
    own counts ("sport.example.org").
    """
    if not url:
        return None
    try:
        address = urlsplit(url)
        host = address.hostname or ""
    except ValueError:  # no address at all, such as a broken IPv6 host
        return None
    found: dict[str, str] = {}
    earlier: set[str] = set()
    for part in [*_subdomain(host), *unquote(address.path).split("/")[:-1][: _DEPTH + 1]]:
        name = fold(part).strip()
        for slug in _slugs(name, earlier):
            found.setdefault(slug, name)
        earlier.add(name)
    return Section(tuple(found.items())) if found else None


def _subdomain(host: str) -> list[str]:
    """What stands in front of a site's own name; "example.co.uk" is such a name."""
    labels = host.split(".")
    own = 3 if len(labels[-1]) == 2 and labels[-2:-1] and labels[-2] in _SECOND_LEVEL else 2
    return labels[:-own]


def _slugs(name: str, earlier: set[str]) -> tuple[str, ...]:
    if name == "football" and earlier & _AMERICAN:
        return ()
    for form in _forms(name):
        if form in _SECTIONS:
            return _SECTIONS[form]
    return ()


def _forms(name: str) -> Iterator[str]:
    """The part of a path as it stands, with its umlauts folded, and without words that every site uses."""
    yield name
    yield _DIGRAPHS.sub(lambda pair: pair[0][0], name)
    telling = [word for word in name.split("-") if word not in _FILLERS]
    if len(telling) < name.count("-") + 1:
        shorter = "-".join(telling)
        yield shorter
        yield _DIGRAPHS.sub(lambda pair: pair[0][0], shorter)
