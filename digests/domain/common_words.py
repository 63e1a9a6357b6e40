"""Words that say little about which event a report is about: the prior for a stream that is still short.

Function words are left out of terms altogether. News words ("government", "Tuesday", country names that fill every
front page) stay, but start with the weight of a word that stands in every twentieth article; the stream's own
frequencies soon outweigh this.
"""

from __future__ import annotations

from digests.text.phrases import all_stopwords, phrases
from digests.text.words import fold

_FUNCTION = """
a about above after again against all almost along also although among an and another any are around as at away back
be became because become been before began behind being below between both but by came can cannot come could did do
does doing don down during each either else enough even ever every few first for from further get gets give given go
goes going gone got had has have having he her here hers herself him himself his how however if in including indeed
instead into is it its itself just kept last later least less let like likely made make makes many may me might mine
more most much must my near neither never next no nor not now of off often on once one only onto or other others our
out over own part per perhaps put quite rather re really same saw say saying says said second see seen shall she
should since so some still such take taken than that the their them themselves then there these they thing things this
those though three through thus to together told too took toward two under until up upon us use used very via want was
way we well went were what when where whether which while who whole whom whose why will with within without would year
yet you your

aber alle allem allen aller alles als also am an ander andere anderem anderen anderer anderes angesichts anhand ans
auch auf aufgrund aus ausser bald bei beide beiden beim bereits besonders bevor bin bis bisher bislang bist bleiben
bleibt brachte bringen da dabei dadurch dafur dagegen daher damit danach dann daran darauf daraus darf darin daruber
darum darunter das dass davon davor dazu dein dem demnach den denen denn dennoch der deren des deshalb dessen die dies
diese diesem diesen dieser dieses doch dort drei du durch durfen durfte durften eben ebenfalls ein eine einem einen
einer eines einfach einige einigen einmal er ergab erst erste ersten erster erstmals es etwa etwas euch fast ferner
fest folgen fur galt ganz gar geben gegen gegenuber geht gekommen gemacht gemeinsam gemass genau gerade gestern
gewesen gibt ging ginge gut habe haben halt hat hatte hatten hatten heisst her heute hier hin hinter ich ihm ihn ihnen
ihr ihre ihrem ihren ihrer ihres im immer in indem infolge innerhalb ins insgesamt ist ja jede jedem jeden jeder jedes
jedoch jener jetzt kam kamen kann kaum kein keine keinem keinen keiner kommen kommt konnen konne konnte konnten kurz
lang lange lassen lasst laut liegt liess macht machen machte man mehr mehrere mehreren mein meist meisten mich mit
mittlerweile moglich muss mussen musse musste mussten nach nachdem nahe namlich neben nehmen nicht nichts nie niemand
noch nun nur ob oder offenbar oft ohne paar pro rund sagt sagte sagten schon sechs sehr sei seien sein seine seinem
seinen seiner seines seit seitdem sich sie sieben siehe sind so sobald sogar solche solchen solcher soll solle sollen
sollte sollten sondern sonst soweit sowie sowohl spater stark statt steht stehen stellen stellt stets trotz uber
uberhaupt um und uns unser unter usw viel viele vielen vier vollig vom von vor voraussichtlich vorher wahrend war ware
waren waren warum was wegen weil weitere weiteren weiterer weiterhin welche welchem welchen welcher wenig weniger wenn
wer werde werden wie wieder will wir wird wo wobei wohl wolle wollen wollte wollten worden wurde wurden wurde wurden
zehn zu zudem zuletzt zum zunachst zur zuvor zwar zwei zwischen

а або аж але б бо був буде будуть була були було бути в вже ви від він вона вони воно все всі втім де для до досі його
йому з за задля зі і із їй її їм їх й коли котрий крім лише ми може можна на навіть над нам нас наразі не немає нехай
ні ніж о один однак оскільки от перед під після по при про проти саме свої своїх свою своє своя себе серед сказав ся
та так такий також там те тим того тому той тоді тут у хоча це цей ці цих цього цьому ця через чи ще що щоб щодо що як
яка який які якого якому якщо яку
"""

_NEWS = """
agency american amid announced announcement april august authorities business calls capital case chief city company
conference conflict countries country county court crisis day days deal death december defence defense demand
democratic diplomacy diplomat donald economic election end europe european event expected face february federal force
forces foreign former friday general global government group head help high home hope hours house human international
interview issue january joint journalist july june key killed law lawmakers leader leaders local long major man march
media meeting member members military million millions billion minister ministry monday month months morning move
national nations new news night november october office official officials old opposition parliament party people
percent plan plans police policy political politics position power president press pressure prime public question
released report reported reporters reports republican right risk russia russian saturday security senior september
service show social soldiers sources south north east west spokesman spokesperson spokeswoman start state statement
states strong sunday support system talks team television thursday time today tuesday ukraine ukrainian union united
video visit vote war washington wednesday week weeks woman women work workers world years yesterday young moscow kyiv
kiev putin trump biden china israel germany france london berlin brussels uk eu us usa britain british german french
chinese nato

abend abkommen amerika amerikanische amt amtszeit anfang angaben angebot angriff angriffe ankunft april arbeit armee
august ausland ausserdem aussenminister aussenministerium aussicht bedeutung bedingung behorde behorden beginn bekannt
bericht berichte berichtet berichtete berichten berlin bevolkerung bislang brussel britische bund bundeskanzler
bundesregierung bundestag burger chef chefin china dauer demokratie deutsche deutschen deutscher deutschland dezember
dienstag diplomat diplomatie diplomatisch diplomatische donald donnerstag druck eigene einsatz ende entscheidung
entwicklung erklart erklarte erklarung europa europaische fall february februar fernsehen folge folgen forderung
forderte franzosische frage frau frauen freitag fuhrung gegend geld gemeldet generalsekretar geplant gericht
gesellschaft gesetz gesprach gesprache gewahlt grenze grosse gruppe herbst herr hilfe hoffnung interview israel jahr
jahre jahren jahrlich januar journalist juli juni kampf kanzler kiew kind kinder konflikt konservative krieg krise
lage land lander leben leiter leitung leute london macht mai mann manner markt mars marz medien meldung mensch
menschen militar militarisch milliarden million millionen minister ministerium mitarbeiter mitglied mitglieder mitte
mittag mittwoch monat monate montag morgen moskau mutter nachricht nachrichten nachrichtenagentur nacht nation nato
netzwerk netzwerke neu neue neuen neuer norden november offentlich oktober opposition osten osterreich parlament
partei plan plane platz politik politiker politisch politische polizei position prasident prasidentin presse problem
prozent putin recht redaktion regierung region reporter reihe rolle russisch russische russischen russland sache
samstag schritt sender september sicher sicherheit situation sitzung soldaten sommer sonntag sozial soziale sprecher
sprecherin staat staaten staatlich stadt start stelle sud suden tag tage teil termin thema tod trump ukraine
ukrainisch unternehmen unterstutzung usa us veranstaltung vereinigte vereinigten verfahren verhandlung verhandlungen
veroffentlicht vertreter video vorsicht vorsichtig vorsitzende vorwurf wahl washington weise welt westen westlich
wichtig winter wirtschaft woche wochen wolodymyr zahl zeit zeitung ziel zukunft zusammenarbeit biden selenskyj
zelensky zelenskyy

березня без важливо вересня видання війна війни влада влади вівторок впо глава голова голови гривень громадян грудня
держави державний день дні дня європа жовтня житель зеленський ззсу інтервю квітня київ києва країна країни країнах
липня листопада лютого людей люди людина мільйон мільйонів міністр міністерство міста місто місяць москва москви
навчання народ неділя нині ніч новини нового нові область області обороны органи парламент партія перший питання
повідомив повідомила повідомили повідомляє поліція політика понеділок президент президента путін пресслужба пятниця
ради рада рік року роки років росія росії російський російські рф світ світу середа серпня січня сили служба служби
спікер справи сполучені стан субота сша травня тисяч тиждень трамп україна україни україні український українські уряд
уряду час часу частина червня четвер член
"""

_CALENDAR = """
monday tuesday wednesday thursday friday saturday sunday january february march april may june july august september
october november december jan feb mar apr jun jul aug sep sept oct nov dec today morning evening montag dienstag
mittwoch donnerstag freitag samstag sonnabend sonntag januar janner februar marz april mai juni juli august september
oktober november dezember heute morgen mittag abend понеділок вівторок середа середу четвер пятниця пятницю субота
суботу неділя неділю січня лютого березня квітня травня червня липня серпня вересня жовтня листопада грудня сьогодні
"""

FUNCTION_WORDS_OF = {
    language: frozenset(fold(word) for word in (*said.split(), *phrases(language).stopwords))
    for language, said in zip(("en", "de", "uk"), _FUNCTION.split("\n\n"), strict=True)
}
"""Folded words that say nothing, by language of the product."""

FUNCTION_WORDS = frozenset(fold(word) for word in (*_FUNCTION.split(), *all_stopwords()))
"""Folded words that never become terms: the stop words of all languages, and more of German, English and Ukrainian."""

NEWS_WORDS = frozenset(fold(word) for word in _NEWS.split())
"""Folded words of every day's news."""

CALENDAR_WORDS = frozenset(fold(word) for word in _CALENDAR.split())
"""Folded names of days and months, which change from issue to issue of one format."""
