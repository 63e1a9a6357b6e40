"""Which time zone a place is in, by any of its names in the product's languages.

Cities and countries come from CLDR (babel), which zone a country uses and which zone names are outdated from the tz
database (tzdata). CLDR names one city per zone; the large cities people would type beside it are listed here.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from zoneinfo import available_timezones

from babel import Locale

from digests.domain.arguments.spelling import plain
from digests.domain.suggestions import key
from digests.text.words import LANGUAGES

_Names = Iterator[tuple[str, tuple[str, ...]]]

WELL_KNOWN = (
    "Europe/Berlin", "Europe/Vienna", "Europe/Zurich", "Europe/Kyiv", "Europe/London", "Europe/Paris", "Europe/Warsaw",
    "Europe/Rome", "Europe/Madrid", "Europe/Amsterdam", "Europe/Brussels", "Europe/Prague", "Europe/Budapest",
    "Europe/Bucharest", "Europe/Athens", "Europe/Helsinki", "Europe/Istanbul", "Europe/Lisbon", "Europe/Dublin",
    "Europe/Vilnius", "Europe/Riga", "Europe/Chisinau", "Europe/Moscow", "Africa/Cairo", "Africa/Johannesburg",
    "Asia/Jerusalem", "Asia/Tbilisi", "Asia/Dubai", "Asia/Tehran", "Asia/Kabul", "Asia/Karachi", "Asia/Kolkata",
    "Asia/Kathmandu", "Asia/Almaty", "Asia/Dhaka", "Asia/Bangkok", "Asia/Singapore", "Asia/Shanghai", "Asia/Hong_Kong",
    "Asia/Tokyo", "Asia/Seoul", "Australia/Perth", "Australia/Adelaide", "Australia/Sydney", "Pacific/Auckland",
    "America/New_York", "America/Chicago", "America/Denver", "America/Phoenix", "America/Los_Angeles",
    "America/Toronto", "America/Vancouver", "America/Halifax", "America/St_Johns", "America/Mexico_City",
    "America/Bogota", "America/Sao_Paulo", "America/Argentina/Buenos_Aires", "America/Anchorage", "Pacific/Honolulu",
    "Atlantic/Azores", "Atlantic/Reykjavik", "Africa/Lagos", "Africa/Nairobi",
)  # fmt: skip
"""Zones to suggest before others."""

_FURTHER_CITIES = {
    "Europe/Berlin": "Hamburg, München, Munich, Мюнхен, Гамбург, Köln, Cologne, Кельн, Frankfurt, Frankfurt am Main, "
    "Франкфурт, Stuttgart, Штутгарт, Düsseldorf, Дюссельдорф, Leipzig, Лейпциг, Dresden, Дрезден, Bremen, Бремен, "
    "Hannover, Hanover, Ганновер, Nürnberg, Nuremberg, Нюрнберг, Dortmund, Essen, Bonn, Бонн",
    "Europe/Vienna": "Graz, Грац, Linz, Лінц, Salzburg, Зальцбург, Innsbruck, Інсбрук, Klagenfurt, Bregenz",
    "Europe/Zurich": "Цюрих, Genf, Geneva, Genève, Женева, Basel, Базель, Bern, Берн, Lausanne, Лозанна, Luzern, "
    "Lucerne, Lugano, St. Gallen, Winterthur",
    "Europe/Kyiv": "Kiew, Kyjiw, Kyiv, Kiev, Київ, Киев, Lwiw, Lviv, Lemberg, Львів, Odessa, Odesa, Одеса, Charkiw, "
    "Kharkiv, Charkow, Харків, Dnipro, Дніпро, Saporischschja, Zaporizhzhia, Запоріжжя, Tscherniwzi, Chernivtsi, "
    "Чернівці, Uschhorod, Uzhhorod, Ужгород, Iwano-Frankiwsk, Ivano-Frankivsk, Івано-Франківськ, Winnyzja, Vinnytsia, "
    "Вінниця, Poltawa, Poltava, Полтава, Ternopil, Тернопіль, Tschernihiw, Chernihiv, Чернігів, Mykolajiw, Mykolaiv, "
    "Миколаїв, Cherson, Kherson, Херсон, Sumy, Суми, Riwne, Rivne, Рівне, Schytomyr, Zhytomyr, Житомир, Luzk, Lutsk, "
    "Луцьк, Mariupol, Маріуполь, Chmelnyzkyj, Khmelnytskyi, Хмельницький, Kropywnyzkyj, Kropyvnytskyi, Кропивницький",
    "Europe/Rome": "Mailand, Milan, Milano, Мілан, Roma, Neapel, Naples, Napoli, Неаполь, Turin, Турин, Florenz, "
    "Florence, Флоренція, Venedig, Venice, Венеція, Bozen, Bologna",
    "Europe/Warsaw": "Krakau, Krakow, Kraków, Краків, Breslau, Wrocław, Wroclaw, Вроцлав, Danzig, Gdańsk, Гданськ, "
    "Posen, Poznań, Познань, Lodz, Łódź, Лодзь",
    "Europe/Paris": "Lyon, Ліон, Marseille, Марсель, Straßburg, Strasbourg, Страсбург, Nizza, Nice, Toulouse",
    "Europe/Madrid": "Barcelona, Барселона, Valencia, Валенсія, Sevilla, Seville, Malaga, Palma, Mallorca",
    "Europe/London": "Manchester, Манчестер, Edinburgh, Единбург, Birmingham, Glasgow, Liverpool, Leeds, Bristol, "
    "Oxford, Cambridge, Cardiff, Belfast",
    "Europe/Amsterdam": "Rotterdam, Den Haag, The Hague, Гаага, Utrecht, Eindhoven",
    "Europe/Brussels": "Antwerpen, Antwerp, Антверпен, Gent, Ghent, Brügge, Lüttich, Liège",
    "Europe/Prague": "Brünn, Brno, Брно, Ostrava",
    "Europe/Moscow": "Sankt Petersburg, St. Petersburg, Saint Petersburg",
    "Europe/Istanbul": "Ankara, Анкара, Izmir, Antalya",
    "Europe/Lisbon": "Porto, Порту", "Europe/Athens": "Thessaloniki",
    "Asia/Jerusalem": "Tel Aviv, Тель-Авів, Haifa", "Asia/Dubai": "Abu Dhabi, Абу-Дабі",
    "Asia/Shanghai": "Peking, Beijing, Пекін, Shenzhen, Guangzhou", "Asia/Tokyo": "Osaka, Kyoto, Кіото",
    "Asia/Kolkata": "Delhi, Neu-Delhi, New Delhi, Делі, Mumbai, Bombay, Мумбаї, Bangalore, Chennai",
    "America/New_York": "New York City, NYC, Washington, Washington DC, Вашингтон, Boston, Бостон, Miami, Маямі, "
    "Philadelphia, Atlanta, Eastern Time",
    "America/Chicago": "Houston, Dallas, Austin, Central Time",
    "America/Los_Angeles": "San Francisco, Сан-Франциско, Seattle, San Diego, Las Vegas, Pacific Time",
    "America/Denver": "Salt Lake City, Mountain Time", "America/Toronto": "Ottawa, Оттава, Montreal, Монреаль, Quebec",
    "America/Edmonton": "Calgary", "America/Sao_Paulo": "Rio de Janeiro, Rio, Ріо-де-Жанейро, Brasilia",
}  # fmt: skip
_FURTHER_COUNTRIES = {
    "US": "USA, US, United States of America, America, Amerika, США, Америка",
    "GB": "UK, England, Scotland, Wales, Great Britain, Großbritannien, Schottland, Англія, Велика Британія",
    "NL": "Holland, Голландія", "CZ": "Tschechische Republik, Czech Republic, Чехія",
    "AE": "VAE, UAE, Emirate, ОАЕ", "TR": "Turkey",
}  # fmt: skip
_PLAIN_UTC = ("UTC", "UCT", "Etc/UTC", "Zulu", "Universal")
_LISTS_ALL = "uk"  # CLDR leaves out a city that is written as in the zone's id; in Cyrillic none is
_ONE_FOR_ALL = ("most of", "mainland", "Beijing Time")  # how zone.tab marks the zone of nearly a whole country


@cache
def outdated_names() -> dict[str, str]:
    """Old name -> the name of today, for every link of the tz database that no country lists as its own zone."""
    links: dict[str, str] = {}
    for line in files("tzdata.zoneinfo").joinpath("tzdata.zi").read_text(encoding="utf-8").splitlines():
        if line.startswith("L "):
            _, name, old = line.split()
            links[old] = name
    own = {zone for zones in country_zones()[0].values() for zone in zones}
    return {old: _follow(links, old, own) for old in links if old not in own}


def _follow(links: dict[str, str], name: str, own: set[str]) -> str:
    while name in links and name not in own:
        name = links[name]
    return name


@cache
def country_zones() -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
    """Zones per ISO country code (zone.tab): all of them; and the one that serves nearly the whole country, if any."""
    served: dict[str, tuple[str, ...]] = {}
    zones: defaultdict[str, list[str]] = defaultdict(list)
    for line in files("tzdata.zoneinfo").joinpath("zone.tab").read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        country, _, zone, *comment = line.split("\t")
        zones[country].append(zone)
        if comment and any(mark in comment[0] for mark in _ONE_FOR_ALL):
            served[country] = (zone,)
    return {country: tuple(names) for country, names in zones.items()}, served


def canonical(zone: str) -> str:
    """The name under which the tz database keeps a zone today: Europe/Kiev -> Europe/Kyiv."""
    name = outdated_names().get(zone, zone)
    return name if name in available_zones() else zone


@cache
def available_zones() -> frozenset[str]:
    """All IANA names this machine knows."""
    return frozenset(available_timezones())


@cache
def city_names(language: str) -> dict[str, str]:
    """Zone -> its city as CLDR writes it in a language; CLDR's old ids (Europe/Kiev) are brought up to date.

    Some old names are links to another country's zone (Africa/Asmera to Nairobi), which CLDR lists as well: those stay.
    """
    ids = Locale.parse(_LISTS_ALL).time_zones.keys()
    names: dict[str, str] = {}
    for zone, info in Locale.parse(language).time_zones.items():
        if "city" in info:
            names[zone if canonical(zone) in ids else canonical(zone)] = str(info["city"])
    return names


def city_name(zone: str, language: str) -> str:
    """What to call a zone on a button: "Wien", "Vienna", "Відень"."""
    return city_names(language).get(canonical(zone)) or zone.rpartition("/")[2].replace("_", " ")


@cache
def real_zones() -> tuple[str, ...]:
    """The zones of countries, the well known ones first."""
    listed = {zone for zones in country_zones()[0].values() for zone in zones} & available_zones()
    return (*(zone for zone in WELL_KNOWN if zone in listed), *sorted(listed - set(WELL_KNOWN)))


def place_key(name: str) -> str:
    """The one spelling of a place's name: neither accents nor spaces, slashes and apostrophes count."""
    return key(plain(name))


@cache
def places() -> dict[str, tuple[str, ...]]:
    """The key of every name -> the zones it may mean. Cities go before IANA names, these before countries."""
    found: dict[str, tuple[str, ...]] = {}
    for names in (_cities(), _iana_names(), _countries()):
        group: defaultdict[str, dict[str, None]] = defaultdict(dict)
        for name, zones in names:
            group[place_key(name)] |= dict.fromkeys(zones)
        found = {name: tuple(zones) for name, zones in group.items()} | found
    return found


def _cities() -> _Names:
    for zone in real_zones():
        for language in LANGUAGES:
            yield city_name(zone, language), (zone,)
    for zone, cities in _FURTHER_CITIES.items():
        for city in cities.split(", "):
            yield city, (zone,)


def _iana_names() -> _Names:
    for name in sorted(available_zones()):
        if "/" in name and not name.startswith("Etc/"):  # Etc/GMT+2 is two hours behind: not what anybody types
            yield name, (canonical(name),)
            yield name.rpartition("/")[2], (canonical(name),)
    for name in _PLAIN_UTC:
        yield name, ("UTC",)


def _countries() -> _Names:
    every, main = country_zones()
    names = {code: further.split(", ") for code, further in _FURTHER_COUNTRIES.items()}
    for language in LANGUAGES:
        for code, name in Locale.parse(language).territories.items():
            names.setdefault(code, []).append(name)
    for code in sorted(every.keys() & names.keys()):
        for name in names[code]:
            yield name, main.get(code, every[code])
