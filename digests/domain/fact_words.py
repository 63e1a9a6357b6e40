"""Words that turn a statement around, weaken it, or give it a direction, in German, English and Ukrainian.

A sentence whose other words all stand in a source may still say the opposite of it; these words tell.
"""

from __future__ import annotations

from functools import lru_cache

from digests.text.words import REMEMBERED, fold

# Ways to negate: another way says another thing ("without a result" is not "not at all").
_NEGATORS = """
nicht kein keine keinen keinem keiner keines keinerlei niemand niemanden niemandem niemals nie nirgends nichts weder
no not never none nobody nothing nowhere neither nor cannot не ні ніхто нікого ніколи нічого немає нема жоден
жодна жодне жодного жодної жодних;
ohne without без;
dementiert dementierte dementierten dementieren bestreitet bestritt bestritten bestreiten verneint verneinte
verneinten leugnet leugnete leugnen deny denies denied denying denial заперечує заперечують заперечив заперечила
заперечили спростовує спростував спростувала спростували
"""
_WEAKENERS = """
könnte könnten könne dürfte dürften möglicherweise womöglich vielleicht offenbar angeblich angebliche angeblichen
mutmaßlich mutmaßliche mutmaßlichen mutmaßlicher vermutlich wahrscheinlich anscheinend wohl soll sollen solle will
wollen wolle möchte möchten plant planen geplant fordert fordern verlangt verlangen droht drohen erwägt erwägen
verdacht verdächtig hofft hoffen voraussichtlich erwartet erwarten sei seien habe werde müsse dürfe

may might could allegedly alleged reportedly apparently possibly perhaps likely unlikely probably suspected expected
plans plan planned wants want intends considering considers proposed proposes demands demanded threatens threatened
hopes hoped would should

може можуть міг могла могло могли можливо ймовірно імовірно нібито начебто мабуть планує планують хоче хочуть вимагає
вимагають очікується погрожує погрожують сподівається сподіваються повинен повинна повинні підозрюють підозрюється
"""
_NEUTRAL = """
sagte sagten teilte teilten mitgeteilt mitteilte mitteilten berichtet berichtete berichteten erklärte erklärten meldete
meldeten hieß angaben zufolge demnach derzeit aktuell zudem

said says told stated reported reports according currently meanwhile

повідомив повідомила повідомили повідомляє сказав сказала заявив заявила заявили розповів розповіла інформує словами
даними
"""
# One direction | its opposite: beginnings of folded words, so that inflections and derived words count.
_OPPOSITES = """
steig stieg gestieg anstieg erhoh wachs wuchs gewachs zunahm zunehm zugenomm kletter verteuer | sink sank gesunk senk
fiel gefall falle rückgang zuruckg nachgab nachgegeb abnahm abnehm abgenomm verring schrump verbillig;
gewinn gewann gewonn sieg siegt besieg | verlier verlor verlust unterl niederlag scheiter;
zustimm zugestimm stimmte billig befurwort begrüß begruß unterstutz angenomm annahm | ablehn abgelehn lehnt verwarf
verworf verweiger zuruckgewies weist wies kritis;
erlaub gestatt genehmig erteil | verbiet verbot untersag;
offne eroffn geoffn | schließ schloss geschloss schliess;
beginn begann begonn start anlauf | end beend abschluss abgeschloss;
festgenomm verhafte inhaftier | freigelass freilass entlass freigesproch;
verurteil schuldig | freispr freigesproch unschuldig;
einig geeinig einigung vereinbar | streit gescheiter uneinig;
mehr hoher großer grosser | weniger niedriger kleiner geringer;
starb gestorb tot getot todes toten tote toter | uberleb verletzt gerettet;
kauf erwarb erworb ubernahm ubernomm | verkauf verauß verauss;
erhalt bekomm bekam empfing | gibt gab verlor zahlt;
best bestatig | widersproch widersprach widerleg;
eingestell stopp ausgesetz aussetz unterbroch | fortgesetz fortsetz wiederaufgenomm;
rise rose risen rising increas grew grow gain climb jump surg higher up | fall fell fallen drop declin decreas shrink
shrank slump plung lower down cut reduc;
win won wins winning victor beat defeat | lose lost loses losing loss;
approv back support accept agree endors welcom | reject refus oppos criticis criticiz disagree condemn;
allow permit | ban prohibit forbid forbad bar;
open opens opened opening | close closed closes closing shut;
begin began begun start launch | end ended finish conclud halt;
arrest detain jail | releas free freed acquit;
convict guilty | acquit innocent cleared;
more | less fewer;
died dead kill death | surviv injur wound rescu;
buy bought acquir purchas | sell sold sale;
confirm | refut contradict;
resum continu | suspend stop paus;
зрос збільш підвищ подорожч | впа знизи зменш скоро подешевш;
перемо виграв виграл | програ поразк;
підтрим схвал погод прийня | відхил відмов критику засуд;
дозвол | заборон;
відкр | закри;
поча почин розпоча старту | заверш закінч припин;
затрим заарешт | звільн відпуст;
загин вбит убит помер | вижи поранен врятов;
купи придба | прода;
більше вище | менше нижче
"""


def _folded(text: str) -> frozenset[str]:
    return frozenset(fold(word) for word in text.split())


_NEGATION_WAYS = {word: way for way, line in enumerate(_NEGATORS.split(";")) for word in _folded(line)}
WEAKENERS = _folded(_WEAKENERS)
"""Folded words that make a fact a wish, a plan, a duty or a suspicion."""
NEUTRAL = _folded(_NEUTRAL)
"""Folded words that may be added: who says a thing is told by the names beside them."""
OPPOSITES = tuple(
    (tuple(fold(side).split()), tuple(fold(other).split()))
    for pair in _OPPOSITES.split(";")
    for side, _, other in [pair.partition("|")]
)
"""Pairs of directions, each a tuple of beginnings of folded words."""


def negation(word: str) -> int | None:
    """Which way a folded word negates ("not", "without", "denies"); None for one that does not."""
    return 0 if word.endswith(("n't", "n’t")) else _NEGATION_WAYS.get(word)


@lru_cache(maxsize=REMEMBERED)
def directions(word: str) -> frozenset[tuple[int, bool]]:
    """The directions a folded word gives: (number of the pair, True for its second side)."""
    return frozenset(
        (number, place == 1)
        for number, sides in enumerate(OPPOSITES)
        for place, side in enumerate(sides)
        if word.startswith(side)
    )
