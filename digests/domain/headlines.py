"""Which of several titles stands above a story: a plain one, in its source's own words."""

from __future__ import annotations

import re
from collections.abc import Sequence

from digests.domain.articles import Article, Story
from digests.text.casing import unshouted
from digests.text.summarising import TEASER, content_stems, summarise
from digests.text.titles import derive_title
from digests.text.words import words

_BAIT = re.compile(
    r"\?\s*[«»“”\"']*$|\.\.\.\s*$|…\s*$|!{2,}|\?!|!\?|\?(?=\s)"
    r"|(?:nicht glauben|steckt dahinter|dahintersteckt|was dann (?:geschah|passierte)|wissen (?:müssen|sollten)"
    r"|was (?:das|es) .{0,30}bedeutet|was wir wissen|was bekannt ist|jetzt ist es raus|das erwarten wir"
    r"|won(?:'|’)t believe|happened next|will shock|need to know|what to know|what we know"
    r"|не повірите|треба знати|потрібно знати|варто знати|що відомо)",
    re.IGNORECASE,
)
_TEASING = re.compile(
    r"^(?:darum|deshalb|deswegen|warum|wieso|weshalb|wie|was|wer|wo|wann|diese[rsnm]?|mit diese[rnm]|hier|alles, was"
    r"|das (?:ist|sind|war|steckt|passiert|droht|ändert|müssen|sollten|bedeutet|sagt|wissen|erwartet|gilt|kostet|bringt"
    r"|kommt|kann|will|plant|hat|haben|macht|wird)|so (?-i:(?=[a-zäöü])))\b"
    r"|^(?:why|how|what|who|where|when|which|this is|these|here(?:'|’)?s|here are|everything you|all you)\b"
    r"|^(?:чому|як|що|хто|де|коли|ось|так|цей|ця|ці|стало відомо, (?:хто|що|як|чому|де|коли))\s"
    r"|^(?:(?:die|diese|these|the|ці|top|топ)[ -])?\d+ (?:\w+ )?(?:dinge|tipps|tricks|gründe|fakten|fehler|things|tips"
    r"|tricks|reasons|facts|ways|mistakes|речей|порад|причин|фактів)\b",
    re.IGNORECASE,
)
_BEHIND_KICKER = re.compile(r"(?:: | [–—-] )(?=\S)")

_LIVE = re.compile(
    r"^(?:\+{2,}\s*)?(?:\d{1,2}[.:]\d\d(?: Uhr)?:?\s+)?"
    r"(?:(?i:[^:|+]{0,50}\b\w*-?(?:live-?)?(?:ticker|blog)\b[^:|+]{0,20}|live|eilmeldung|eil|breaking(?: news)?|update"
    r"|video|news|наживо|онлайн|терміново|оновлено|відео)\s*(?:\+{2,}|::?|[|–—]|-\s)\s*)?"
)
_SHOUTED_KICKER = re.compile(r"^(?=[^:|]*[A-ZÄÖÜА-ЯІЇЄҐ]{5})[A-ZÄÖÜА-ЯІЇЄҐ\d .,&/'’+-]{5,50}\s*[:|]\s+")
_BAR = re.compile(r"\s[|·•]\s[^|·•]{2,45}$")
_DASHED = re.compile(r"\s[–—-]\s([^–—]{2,45})$")
_OUTLET = re.compile(
    r"(?:zeitung|nachrichten|news|times|online|abendblatt|tagblatt|tageblatt|anzeiger|kurier|magazin|herald|tribune"
    r"|gazette|новини)$|\.(?:de|at|ch|com|org|net|ua|tv|info)$",
    re.IGNORECASE,
)
_FEWEST_WORDS = 3  # that must stay when something is taken away


def is_plain(title: str) -> bool:
    """True when a title says what happened: no question, no teasing, also behind a kicker, not all in capitals."""
    letters = [character for character in title if character.isalpha()]
    if not letters or all(letter.isupper() for letter in letters) or _BAIT.search(title.strip()):
        return False
    parts = [title.strip(), *_BEHIND_KICKER.split(title.strip())[1:]]
    return not any(_TEASING.match(part.lstrip("„“”«»\"'")) for part in parts)


def headline_of(articles: Sequence[Article]) -> str:
    """The headline of a story; `articles` come in order of preference: the one whose sentences lead the item first.

    The first plain title that a source gave wins, one in capitals only before one made of a lead sentence; where that
    cannot be had either, the first title of all.
    """
    given = [article for article in articles if not article.title_derived]
    for article in given:
        if is_plain(bare_title(article.title, article.credit)):
            return shown_title(article)
    made = [shown_title(article) if article.title_derived else _from_lead(article) for article in articles]
    plain = (title for title in (*map(shown_title, given), *made) if is_plain(title))
    return next(plain, shown_title((given or articles)[0]))


def shown_title(article: Article) -> str:
    """An article's title as readers see it: without its outlet's name, live marks and a kicker in capitals.

    One in capitals is written as its text writes the words.
    """
    body = " ".join(paragraph.text for paragraph in article.paragraphs)
    return unshouted(bare_title(article.title, article.credit), body, article.language)


def story_title(story: Story) -> str:
    """The title of a story's lead as readers see it."""
    lead = next((article for article in story.articles if article.id == story.lead_id), story.articles[0])
    return shown_title(lead)


def bare_title(title: str, outlet: str) -> str:
    """`title` without what is not of its article: "Liveticker: Brücke gesperrt | Abendbote" -> "Brücke gesperrt".

    Nothing goes when fewer than three words would stay. What stands behind a dash goes only where it is the name of
    the `outlet` or plainly of one.
    """
    bare = _without_outlet(_enough(_LIVE.sub("", title.strip()).rstrip("+ "), title), outlet)
    bare = _enough(_SHOUTED_KICKER.sub("", bare), bare)
    return bare[:1].upper() + bare[1:] if bare != title else title


def _without_outlet(title: str, outlet: str) -> str:
    while (shorter := _enough(_BAR.sub("", title), title)) != title:
        title = shorter
    dashed = _DASHED.search(title)
    if dashed is None:
        return title
    tail = dashed[1].strip().casefold()
    named = tail == outlet.casefold() or (len(words(tail)) <= 4 and _OUTLET.search(tail))
    return _enough(title[: dashed.start()], title) if named else title


def _enough(shorter: str, title: str) -> str:
    return shorter.strip() if len(words(shorter)) >= _FEWEST_WORDS else title


def _from_lead(article: Article) -> str:
    """The sentence that tells the article best, as a headline; empty when there is none.

    One of the body must speak of what the title does, else it is a scene that says less than the title.
    """
    picks = summarise(article.title, article.paragraphs, article.language, 1, teaser=article.teaser)
    title = content_stems(article.title, article.language)
    told = [pick.text for pick in picks if pick.paragraph == TEASER or _shares(pick.text, title, article.language)]
    return derive_title(told, article.language) if told else ""


def _shares(text: str, title: frozenset[str], language: str) -> bool:
    """True when they share two words, or the only one that the title has."""
    return len(content_stems(text, language) & title) >= min(2, max(1, len(title)))
