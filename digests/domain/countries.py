"""Countries with their adjectives and people: who follows Frankreich wants the "französische Wahl" too."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache

from digests.domain.suggestions import key
from digests.text.words import stem

# German, English, Ukrainian: the name first, then adjective and people. The catalogue has topics of its own for some.
_TABLE = """
Frankreich französisch Franzose Franzosen Französin | France French | Франція французький француз
Polen polnisch Pole Polin | Poland Polish | Польща польський поляк
Italien italienisch Italiener | Italy Italian | Італія італійський італієць
Spanien spanisch Spanier | Spain Spanish | Іспанія іспанський
Portugal portugiesisch Portugiese | Portugal Portuguese | Португалія португальський
Niederlande niederländisch Niederländer holländisch | Netherlands Dutch | Нідерланди нідерландський
Belgien belgisch Belgier | Belgium Belgian | Бельгія бельгійський
Dänemark dänisch Däne Dänen | Denmark Danish | Данія данський
Schweden schwedisch Schwede | Sweden Swedish | Швеція шведський
Norwegen norwegisch Norweger | Norway Norwegian | Норвегія норвезький
Finnland finnisch Finne Finnen | Finland Finnish | Фінляндія фінський
Estland estnisch Este Esten | Estonia Estonian | Естонія естонський
Lettland lettisch Lette Letten | Latvia Latvian | Латвія латвійський
Litauen litauisch Litauer | Lithuania Lithuanian | Литва литовський
Tschechien tschechisch Tscheche | Czechia Czech | Чехія чеський
Slowakei slowakisch Slowake | Slovakia Slovak | Словаччина словацький
Ungarn ungarisch | Hungary Hungarian | Угорщина угорський
Rumänien rumänisch Rumäne | Romania Romanian | Румунія румунський
Bulgarien bulgarisch Bulgare | Bulgaria Bulgarian | Болгарія болгарський
Griechenland griechisch Grieche Griechen | Greece Greek | Греція грецький
Türkei türkisch Türke Türken | Turkey Turkish | Туреччина турецький
Serbien serbisch Serbe Serben | Serbia Serbian | Сербія сербський
Kroatien kroatisch Kroate | Croatia Croatian | Хорватія хорватський
Moldau moldauisch moldawisch | Moldova Moldovan | Молдова молдовський
Belarus belarussisch belarusisch weißrussisch | Belarus Belarusian | Білорусь білоруський
Georgien georgisch Georgier | Georgia Georgian | Грузія грузинський
Armenien armenisch Armenier | Armenia Armenian | Вірменія вірменський
Israel israelisch Israeli | Israel Israeli | Ізраїль ізраїльський
Iran iranisch Iraner | Iran Iranian | Іран іранський
Irak irakisch Iraker | Iraq Iraqi | Ірак іракський
Syrien syrisch Syrer | Syria Syrian | Сирія сирійський
Ägypten ägyptisch Ägypter | Egypt Egyptian | Єгипет єгипетський
Indien indisch Inder | India Indian | Індія індійський
Pakistan pakistanisch Pakistaner | Pakistan Pakistani | Пакистан пакистанський
Afghanistan afghanisch Afghane | Afghanistan Afghan | Афганістан афганський
Japan japanisch Japaner | Japan Japanese | Японія японський
Südkorea südkoreanisch Südkoreaner | South-Korea | Корея корейський
Nordkorea nordkoreanisch | North-Korea | КНДР північнокорейський
Australien australisch Australier | Australia Australian | Австралія австралійський
Kanada kanadisch Kanadier | Canada Canadian | Канада канадський
Mexiko mexikanisch Mexikaner | Mexico Mexican | Мексика мексиканський
Brasilien brasilianisch Brasilianer | Brazil Brazilian | Бразилія бразильський
Argentinien argentinisch Argentinier | Argentina Argentinian Argentine | Аргентина аргентинський
Venezuela venezolanisch Venezolaner | Venezuela Venezuelan | Венесуела венесуельський
Südafrika südafrikanisch Südafrikaner | South-Africa | ПАР південноафриканський
Ukraine ukrainisch Ukrainer | Ukraine Ukrainian | Україна український українець
Russland russisch Russe Russen | Russia Russian | Росія російський росіянин
China chinesisch Chinese Chinesen | China Chinese | Китай китайський китаєць
Deutschland deutsch Deutsche | Germany German | Німеччина німецький
Österreich österreichisch Österreicher | Austria Austrian | Австрія австрійський
Schweiz schweizerisch Schweizer | Switzerland Swiss | Швейцарія швейцарський
"""


def _read() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for line in _TABLE.strip().splitlines():
        groups = [group.split() for group in line.split("|")]
        everything = tuple(word.replace("-", " ") for group in groups for word in group)
        for group in groups:
            found[key(group[0].replace("-", " "))] = everything
    return found


_COUNTRIES = _read()


@lru_cache(maxsize=4096)
def people_and_adjectives(country: str, language: str) -> frozenset[str]:
    """The stems in `language` that stand for a country, named in any language of the product; none for other words."""
    return frozenset(stem(word, language) for word in _COUNTRIES.get(key(country), ()) if " " not in word)
