"""Checks of what came with the program: texts, topics, the zone data."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from zoneinfo import TZPATH

from bot.app import embedder, load_catalogue
from bot.doctor.findings import Finding, Patient, failure, ok, warning
from bot.i18n import LANGUAGES, Catalogue, catalogue
from digests.domain.schedule import load_zone
from digests.errors import InputError

WELL_KNOWN = ("Europe/Berlin", "America/New_York", "Asia/Kathmandu", "Australia/Lord_Howe")


async def texts(_patient: Patient) -> Finding:
    """Every text exists in every language."""
    missing = lacking([catalogue(language) for language in LANGUAGES])
    if missing:
        shown = ", ".join(sorted(missing)[:5])
        return warning(f"{len(missing)} texts are missing: {shown}", "install the program again; readers see English")
    return ok(", ".join(f"{language} {len(catalogue(language).messages)}" for language in LANGUAGES))


def lacking(catalogues: list[Catalogue]) -> set[str]:
    """The texts that some of these languages have and others have not, as "uk:button.x"."""
    keys = [{*each.messages, *each.plurals} for each in catalogues]
    every = set[str]().union(*keys)
    return {f"{each.language}:{key}" for each, mine in zip(catalogues, keys, strict=True) for key in every - mine}


async def topics(patient: Patient) -> Finding:
    """The catalogue of topics, and the embeddings that SEMANTIC asks for, can be loaded."""
    found = load_catalogue(patient.settings)
    embedder(patient.settings)
    return ok(f"{len(list(found))} topics")


async def zones(_patient: Patient) -> Finding:
    """Python finds the rules of time zones, and they are not older than those that came along."""
    try:
        for name in WELL_KNOWN:
            load_zone(name)
    except InputError as error:
        return failure(str(error), "install the package tzdata (`pip install tzdata`), and look at PYTHONTZPATH")
    return judged(used_edition(TZPATH), _packaged())


def judged(used: str | None, packaged: str | None) -> Finding:
    """Compare the edition in use with the one of the package; None where there is none or it does not say."""
    if used and packaged and used[:4] < packaged[:4]:
        return warning(
            f"the operating system's edition {used} is used, the package tzdata has {packaged}",
            "update the system's tzdata, or set PYTHONTZPATH to an empty text so that the package is used; where the "
            "rules changed since, digests come at a wrong hour",
        )
    if used:
        return ok(f"edition {used} of the operating system")
    return ok(f"edition {packaged} of the package tzdata" if packaged else "there, without an edition")


def used_edition(folders: tuple[str, ...]) -> str | None:
    """The edition of the first of these folders that has zones, as `zoneinfo` looks for them."""
    for folder in map(Path, folders):
        if not (folder / WELL_KNOWN[0]).exists():
            continue
        for name in ("tzdata.zi", "+VERSION"):
            if (folder / name).exists():
                first = (folder / name).read_text(encoding="utf-8").partition("\n")[0]
                return first.removeprefix("# version").strip() or None
        return None
    return None


def _packaged() -> str | None:
    found = find_spec("tzdata")
    folders = found.submodule_search_locations if found else None
    return used_edition(tuple(f"{folder}/zoneinfo" for folder in folders or ()))
