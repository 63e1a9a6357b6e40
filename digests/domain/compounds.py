"""Which German words begin or end with another one: Rentenerhöhung with Erhöhung, Urteil not with Teil."""

from __future__ import annotations

import re
from collections.abc import Iterator

_SHORT_LINK = re.compile("[sn]$")
_LINKS = ("", "s", "es", "n", "en", "e", "er", "ens")
"""What joins the parts of compounds."""
_SHORTEST = 3
_SURE_FIRST, _SURE_LAST = 4, 5  # letters from which the parts of a compound need not be known as words
_WRITTEN = """
aber an auf aus ausser bei dar durch ein empor entgegen fort gegen gegenuber her herab heran herauf heraus herbei herein
herum herunter hervor hin hinaus hinein hinter hinzu inter los mit miss nach neben nieder ober trans uber um un unter
ver vor voran voraus vorbei vorher weg wider wieder zer zuruck zusammen zwischen
"""
_PARTICLES = frozenset(_WRITTEN.split())
"""What words begin with that are no compounds: Widerstand is no Stand."""
# What longer words end with that only looks like a shorter one.
_NO_COMPOUNDS = {
    "achtung": ("schlachtung",), "akteur": ("redakteur",), "aktion": ("fraktion", "reaktion", "redaktion"),
    "angel": ("mangel",), "fried": ("gottfried", "siegfried", "wilfried", "winfried", "zufried"),
    "kirch": ("euskirch", "feldkirch", "gelsenkirch", "neunkirch", "partenkirch"), "kunst": ("unkunst",),
    "land": ("finnland", "griechenland", "jordanland", "russland"), "leich": ("gleich",), "licht": ("pflicht",),
    "macht": ("ohnmacht", "vollmacht"), "mission": ("kommission",), "nation": ("gnation", "ination"),
    "operation": ("kooperation",), "press": ("express",), "rauch": ("brauch", "strauch"),
    "recht": ("imagerecht", "ngerecht", "sgerecht", "tergerecht"),
    "richt": ("bericht", "gericht", "nachricht", "unterricht"), "spiel": ("beispiel", "schauspiel"),
    "sport": ("transport",), "sprach": ("ansprach", "gesprach"), "stand": ("verstand",), "tanz": ("entanz", "stanz"),
    "teil": ("nachteil", "urteil", "vorteil"), "tier": ("entier", "estier", "ientier"), "turm": ("sturm",),
    "union": ("kommunion",), "walt": ("anwalt",), "zitat": ("azitat",),
}  # fmt: skip
# What longer words begin with that only looks like a shorter one.
_OTHER_BEGINNINGS = {
    "audi": ("audien", "audio", "audit"), "auto": ("autobiog", "autogramm", "autokra", "automat", "autonom", "autor"),
    "autor": ("autoris", "autorit"), "band": ("bandera",), "baum": ("bauman", "baumark", "baumas", "baumeist"),
    "berg": ("bergung",), "bild": ("bildschirm", "bildung"), "brand": ("brandenburg", "brandner", "brandung"),
    "buch": ("buchner", "buchse", "buchstab", "buchung"), "bund": ("bundel", "bundnis"),
    "demo": ("demograf", "demokrat", "demolier", "demontage", "demoskop"), "euro": ("europ",),
    "fest": ("festland", "festnahm", "festplatt", "festung"), "ford": ("forder",),
    "form": ("formal", "format", "formul"), "frank": ("frankfurt", "frankisch", "frankreich"), "franz": ("franzos",),
    "fried": ("frieder", "friedl", "friedrich"), "gast": ("gastro",), "gera": ("gerat",), "gold": ("goldman",),
    "gott": ("gottingen",), "grun": ("grund",), "haft": ("haftpflicht", "haftung"),
    "hand": ("handel", "handl", "handy"), "haus": ("haushalt",), "heim": ("heimat",), "herz": ("herzog",),
    "hund": ("hundert",), "intel": ("intell",), "klage": ("klagenfurt",), "krim": ("krimi",), "kunst": ("kunststoff",),
    "lage": ("lager",), "link": ("linkedin",), "liter": ("literat",), "luft": ("lufthansa", "luftung"),
    "main": ("mainz",), "mann": ("mannheim", "mannschaft"), "mark": ("marke", "markier", "markis", "markt"),
    "mars": ("marsch", "marseille"), "messe": ("messer",), "meta": ("metall", "metaph"), "mini": ("minist",),
    "mode": ("modell", "moder"), "motor": ("motorola",), "musk": ("muskel",), "nacht": ("nachteil", "nachtrag"),
    "oper": ("operat", "operier"), "oster": ("osterreich",),
    "pass": ("passag", "passant", "passier", "passion", "passiv"), "person": ("personal",),
    "port": ("portal", "portfolio", "portrat", "portug"), "post": ("postillon", "posting", "postmodern", "postul"),
    "prinz": ("prinzip",), "radio": ("radioakt", "radiofre"), "real": ("realis", "realit"), "regie": ("regier",),
    "rest": ("restaur", "restit", "restrik"), "roman": ("romandie", "romanti"),
    "schul": ("schuld", "schulter", "schulz"), "sonde": ("sonder",), "star": ("starb", "start"), "stau": ("staub",),
    "stein": ("steinbruck", "steinmeier"), "stift": ("stiftung",), "strom": ("stromung",), "test": ("testament",),
    "tour": ("touris",), "verein": ("vereinb", "vereinf", "vereinh", "vereinig"), "volk": ("volkswagen",),
    "wald": ("waldner", "waldorf"), "wind": ("windows", "windsor"), "wirt": ("wirtschaft",),
    "wolf": ("wolfgang", "wolfram", "wolfsburg"),
}  # fmt: skip
_WHOLE_FROM = 6
"""Letters from which a word on "er" is looked for as it is: Alter also ends Verwalter."""
_INFLECTIONS = frozenset({"", "n", "s", "in", "innen"})


def begins_with(compound: str, part: str) -> bool:
    """True when a folded word looks like a compound whose first part is `part`: Hundesteuer with Hund, no Hundert."""
    return compound.startswith(part) and not compound.startswith(_OTHER_BEGINNINGS.get(part, ()))


def stands_whole(word: str) -> bool:
    """True for a noun on "er", in lower case, that is looked for as it is where its stem says too little: Bürger."""
    return len(word) >= _WHOLE_FROM and word.endswith("er")


def ends_with_whole(compound: str, word: str) -> bool:
    """True when a noun on "er" ends a compound, inflected or not, both in lower case: Grundsteuern with Steuer.

    Stems cannot tell, since the German stemmer takes "er" for an ending: what it leaves of Steuer is too short.
    """
    if not stands_whole(word):
        return False
    before, found, inflection = compound.rpartition(word)
    return bool(found) and len(before) >= _SHORTEST and before not in _PARTICLES and inflection in _INFLECTIONS


def first_parts(before: str) -> Iterator[str]:
    """The words that may stand before the last part of a compound, without what joins them: "renten", "rente"."""
    for link in _LINKS:
        word = before.removesuffix(link)
        if len(word) >= _SHORTEST and before.endswith(link):
            yield word


def is_sure(compound: str, part: str) -> bool:
    """True when both parts are so long that they hardly meet by chance, and the first is no mere particle."""
    before = compound.removesuffix(part)
    return len(part) >= _SURE_LAST and len(before) >= _SURE_FIRST and before not in _PARTICLES


def may_be(compound: str, part: str) -> bool:
    """True when the stem `compound` ends with `part`, looks like a compound, and begins with more than a particle."""
    before = compound.removesuffix(part)
    if len(part) < 4 or before == compound or len(before) < _SHORTEST or before in _PARTICLES:
        return False
    if compound.endswith(_NO_COMPOUNDS.get(part, ())):
        return False
    return len(part) >= 5 or bool(_SHORT_LINK.search(before))
