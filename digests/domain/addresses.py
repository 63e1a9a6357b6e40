"""One address for one article, however it was reached: without tracking, AMP, print and mobile forms (RFC 3986, 6.2).

The canonical form is made to compare, not to be fetched: it may name a host that does not answer.
"""

from __future__ import annotations

import re
from urllib.parse import parse_qsl, quote, unquote, urlencode, urlsplit

_TRACKING = re.compile(
    r"(?:utm|mtm|pk|piwik|matomo|hsa|ga|stm|wt|at|xtor|mc|ns|vero|trk|_hs)_.*|_ga|_gl|xtor|fbclid|gclid|dclid|gbraid|wbraid|"
    r"msclkid|yclid|twclid|ttclid|igshid|igsh|li_fat_id|mkt_tok|oly_(?:anon|enc)_id|s_kwcid|ocid|cmpid|cmp|"
    r"ref(?:errer|src|_src|_url)|share|shared|sharing|via|icid|ito|smid|smtyp|smprod|maca|mbid|taid|tpcc|ncid|srsltid|"
    r"gaa_.*|fb_.*|hc_ref|sfnsn|emci|emdi|_branch_.*|intcid|sara_.*|giftarticle|unlocked_article_code|sharetoken|"
    r"rss|feed|session(?:id)?|phpsessid|jsessionid|wtmc|wtrid|dicbo|guccounter|guce_.*|__twitter_impression|"
    r"spref|sr_share|recirc|traffic_source|output(?:type)?|amp|mobile|print(?:able)?|druck|"
    r"showall|single(?:page)?|reduced",
    re.IGNORECASE,
)
_BY_VALUE = {
    "view": re.compile("amp|print|mobile|single|full", re.IGNORECASE),
    "from": re.compile("rss|feed|amp|home(?:page)?|app", re.IGNORECASE),
    "sid": re.compile(r".*\D.*", re.DOTALL),  # a number may be the story's
    **dict.fromkeys(
        ("ref", "source", "src", "partner", "medium", "feature", "campaign", "origin"),
        re.compile(r"(?!\d{3,}$).*", re.DOTALL),  # so may a long number here
    ),
}
_PAGING = frozenset({"page", "seite", "pg", "p", "all"})
_SHORT = re.compile(r"\d{1,2}")  # a longer one may be the article's
_OF_ARTICLE = re.compile(r"[^/]*(?:\d{3}|\w-\w|\.\w{3,5}$)[^/]*$")  # last part of a path; pages of lists are not one
_WRAPPERS = (  # hosts that send on, and where they say to whom
    (re.compile(r"(?:www\.)?google\.[a-z.]{2,6}/url"), ("q", "url")),
    (re.compile(r"(?:l|lm)\.facebook\.com/l\.php"), ("u",)),
    (re.compile(r"out\.reddit\.com/.*"), ("url",)),
    (re.compile(r"(?:www\.)?bing\.com/news/apiclick\.aspx"), ("url",)),
    (re.compile(r"(?:www\.)?youtube\.com/redirect|t\.umblr\.com/redirect"), ("q", "z")),
)
_DEEPEST = 3  # wrappers inside of wrappers
_SUBDOMAINS = re.compile(r"^(?:www\d?|m|mobil|mobile|amp|touch|print|wap|lite)\.(?=[^.]+\.)")
_INNER = re.compile(r"(?<=\.)m\.(?=wikipedia\.|wikinews\.)")
_AMP_CACHE = re.compile(r"/(?:c|v)/(?:s/)?(?P<address>.+)")
_AMP_VIEWER = re.compile(r"/amp/(?:s/)?(?P<address>[^/]+\.[^/]+/.+)")
_TAIL = re.compile(
    r"(?:/(?:amp|print|druckversion|drucken|druck|full|komplettansicht|single-page)|[.;](?:amp|print)|[-,](?:amp|druck|print))"
    r"(?=(?:\.html?)?$)"
)
_AMP_PART = re.compile(r"^/(?:amp|print)(?=/)|/amp(?=/[^/]*$)")
_PAGE = re.compile(r"(?:/(?:page|seite)[/-]\d+|[,-](?:page|seite)-?\d+)(?=(?:\.html?)?$)")
_SESSION = re.compile(r";(?:jsessionid|phpsessid|sid)=[^/?;]*", re.IGNORECASE)
_INDEX = re.compile(r"/(?:index|default)\.(?:html?|php|aspx?|jsp)$")
_UNRESERVED = "-._~!$&'()*+,;=:@/"
_DEFAULT_PORTS = {"http": 80, "https": 443}


def canonical(url: str) -> str | None:
    """The form of an address that all its variants share; None for what is no address of the web."""
    return _canonical(url, _DEEPEST)


def _canonical(url: str, levels: int) -> str | None:
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return None
    if parts.scheme not in _DEFAULT_PORTS or not host:
        return None
    original = _behind_amp(host, parts.path)
    if original is not None and levels:
        return _canonical(f"https://{original}{f'?{parts.query}' if parts.query else ''}", levels - 1)
    if levels and (target := _wrapped(host, parts.path, parts.query)) and (found := _canonical(target, levels - 1)):
        return found
    where = _host(host) if port in (None, _DEFAULT_PORTS[parts.scheme]) else f"{_host(host)}:{port}"
    path = _path(parts.path)
    pairs = [pair for pair in parse_qsl(parts.query, keep_blank_values=True) if not _is_noise(*pair)]
    if _OF_ARTICLE.search(path) or any(name.lower() not in _PAGING for name, _ in pairs):
        pairs = [(name, value) for name, value in pairs if name.lower() not in _PAGING or not _SHORT.fullmatch(value)]
    query = urlencode(sorted(pairs))
    return f"//{where}{path}{f'?{query}' if query else ''}"


def _wrapped(host: str, path: str, query: str) -> str | None:
    """The address that a site sends its visitors on to."""
    names = next((names for place, names in _WRAPPERS if place.fullmatch(host + path)), ())
    targets = [value for name, value in parse_qsl(query) if name in names and value.startswith(("http:", "https:"))]
    return next(iter(targets), None)


def _behind_amp(host: str, path: str) -> str | None:
    """The address that a cache of AMP pages stands for."""
    found = None
    if host.endswith(".ampproject.org"):
        found = _AMP_CACHE.match(path)
    elif re.fullmatch(r"(?:www\.)?google\.[a-z.]{2,6}", host):
        found = _AMP_VIEWER.match(path)
    return found["address"] if found else None


def _host(host: str) -> str:
    try:
        name = host.encode("idna").decode("ascii").lower()
    except UnicodeError:
        name = host.lower()
    return _INNER.sub("", _SUBDOMAINS.sub("", name))


def _path(path: str) -> str:
    """Dots resolved, percent signs told alike, without a trailing slash and the marks of other views."""
    kept: list[str] = []
    for part in _SESSION.sub("", path).split("/"):
        if part == "..":
            kept = kept[:-1]
        elif part not in ("", "."):
            kept.append(quote(unquote(part, errors="replace"), safe=_UNRESERVED))
    plain = _INDEX.sub("", f"/{'/'.join(kept)}")
    bare = _PAGE.sub("", _TAIL.sub("", plain))
    short = _AMP_PART.sub("", bare)
    if short != bare and _OF_ARTICLE.search(short):
        bare = short
    return (bare if len(bare) > 1 else plain).rstrip("/")


def _is_noise(name: str, value: str) -> bool:
    """True for what tells where a reader came from or how he wants to see it, and not which article it is."""
    by_value = _BY_VALUE.get(name.lower())
    return bool(by_value.fullmatch(value) if by_value else _TRACKING.fullmatch(name))
