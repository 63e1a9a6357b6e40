"""`bot topics`: the catalogue, and teaching it with an operator's own labelled articles."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import timedelta
from pathlib import Path

import click

from bot.app import App, load_catalogue, opened
from bot.settings import Settings
from digests.domain.articles import TopicMatch
from digests.domain.classifier import TopicModel
from digests.domain.examples import Example, read_examples
from digests.domain.topics import Catalogue, Topic
from digests.domain.training import FOLDS, MOST, Check, accuracy
from digests.errors import InputError
from digests.ports import Clock
from digests.services.classifying import examine, learn, usable
from digests.sources.files import read_files
from digests.storage.articles import ArticleStore
from digests.storage.topic_models import StoredModel, TopicModelStore
from digests.text.reading import read_document

DAYS = 7
"""`topics list` counts the articles of so many days."""
_LARGEST_ID = 2**63 - 1  # that a database can look for
_WORST = 8  # confusions shown
FAULTS_SHOWN = 10
"""Lines of a file that are named one by one: of the wrong file all are bad."""


async def train_model(settings: Settings, clock: Clock, path: Path) -> int:
    """Learn from a file and use the model from now on; the number of lines that could not be read."""
    async with opened(settings, clock) as app:
        examples, faults = _examples(path, app.catalogue)
        stored = await learn(app.database, app.catalogue, examples, clock.now())
    report = stored.report
    click.echo(f"Trained on {_texts(stored.examples)} of {len(report['topics'])} topics.")
    click.echo(
        f"Cross-validated, {_percent(report['accuracy'])} come under the right topic; "
        f"by the rules alone {_percent(report['accuracy_rules'])}."
    )
    if report["accuracy"] <= report["accuracy_rules"]:
        click.echo("That is no gain: hand in more articles, or drop the model with `python -m bot topics forget`.")
    click.echo(f"The model is in use from now on ({len(stored.body) // 1000 + 1} kB), running processes take it over.")
    return faults


async def check_model(settings: Settings, path: Path) -> int:
    """Print how well a file teaches, without storing anything; the number of lines that could not be read."""
    catalogue = load_catalogue(settings)
    examples, faults = _examples(path, catalogue)
    for line in _described(await examine(catalogue, examples)):
        click.echo(line)
    return faults


async def list_topics(settings: Settings, clock: Clock) -> None:
    """Print the catalogue with the articles per day of each topic, and the model in use."""
    async with opened(settings, clock) as app, app.database.read() as transaction:
        store = TopicModelStore(transaction)
        counts = await store.articles(clock.now() - timedelta(days=DAYS))
        stored = await store.newest()
    click.echo(f"{'topic':24}{'name':26}articles a day, last {DAYS} days")
    for topic, depth in _in_order(app.catalogue):
        shown = "  " * depth + topic.slug
        click.echo(f"{shown:24}{topic.name(settings.default_language):26}{counts.get(topic.slug, 0) / DAYS:8.1f}")
    click.echo(_model_line(stored, app.catalogue))


async def forget_model(settings: Settings, clock: Clock) -> None:
    """Drop what was learnt; the rules decide alone again."""
    async with opened(settings, clock) as app, app.database.write() as transaction:
        dropped = await TopicModelStore(transaction).forget()
    click.echo("The model is dropped, the rules decide alone." if dropped else "There is no model; the rules decide.")


async def explain(settings: Settings, clock: Clock, what: str) -> int:
    """Print why a stored article, or every article of a file, has its topics; how many could not be read."""
    async with opened(settings, clock) as app:
        async with app.database.read() as transaction:
            stored = await TopicModelStore(transaction).newest()
        model = _model(stored, app.catalogue)
        if what.isdecimal():
            await _explain_stored(app, settings, int(what))
            return 0
        return _explain_file(app.catalogue, settings, Path(what), model)


async def _explain_stored(app: App, settings: Settings, article_id: int) -> None:
    article = None
    if article_id <= _LARGEST_ID:
        async with app.database.read() as transaction:
            article = await ArticleStore(transaction).article(article_id)
    if article is None:
        raise InputError(f"article {article_id}", "there is none with this id; `python -m bot import` tells of a file")
    click.echo(f"“{article.title}” ({article.language}), as it was stored")
    matches = sorted(article.topics.values(), key=lambda match: (-match.score, match.slug))
    _show(matches, app.catalogue, settings.default_language)


def _explain_file(catalogue: Catalogue, settings: Settings, path: Path, model: TopicModel | None) -> int:
    failed = 0
    for raw in read_files([path]):
        if isinstance(raw, InputError):
            failed += 1
            click.secho(f"✗ {raw}", fg="red", err=True)
            continue
        document = read_document(raw.text, title=raw.title, language=raw.language, headings=raw.headings)
        body = "\n".join(paragraph.text for paragraph in document.paragraphs)
        click.echo(f"“{document.title}” ({document.language})")
        matches = catalogue.match(document.title, body, document.language, raw.topics, raw.url, model)
        _show(matches, catalogue, settings.default_language)
    return failed


def _show(matches: Sequence[TopicMatch], catalogue: Catalogue, language: str) -> None:
    if not matches:
        click.echo("    no topic")
    for match in matches:
        name = catalogue[match.slug].name(language) if match.slug in catalogue else "no longer in the catalogue"
        because = ", ".join(match.words) or "the source says so"
        click.echo(f"    {match.slug:14}{name:26}{match.score:5.2f}  {because}")


def _examples(path: Path, catalogue: Catalogue) -> tuple[list[Example], int]:
    """The examples of a file; lines that hold none are told and counted."""
    examples, faults = read_examples(_lines(path), str(path), catalogue)
    for fault in faults[:FAULTS_SHOWN]:
        click.secho(f"✗ {fault}", fg="red", err=True)
    if len(faults) > FAULTS_SHOWN:
        click.secho(f"✗ and {len(faults) - FAULTS_SHOWN} more lines like these", fg="red", err=True)
    if not examples:
        raise InputError(str(path), "no labelled article in it; expected one JSON object a line, with topic and text")
    if len(examples) > MOST:
        click.echo(f"Of {len(examples)} articles the last {MOST} are used.")
    return examples, len(faults)


def _lines(path: Path) -> list[str]:
    try:
        content = sys.stdin.buffer.read() if str(path) == "-" else path.read_bytes()
        return content.decode("utf-8-sig").split("\n")
    except OSError as error:
        raise InputError(str(path), f"cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise InputError(str(path), f"is not a text in UTF-8 (byte {error.start})") from error


def _described(check: Check) -> Iterable[str]:
    total = check.together.total()
    yield f"{_texts(total)}, {len(check.topics)} topics; each article guessed by a model that had not seen it."
    shares = (check.together, "words and rules"), (check.words_only, "words alone"), (check.rules_only, "rules alone")
    for counts, name in shares:
        share = accuracy(counts)
        spread = 1.96 * (share * (1 - share) / total) ** 0.5
        yield f"    {name:18}{_percent(share)} right (± {100 * spread:.1f})"
    yield f"{'topic':16}precision   recall   articles"
    for slug in check.topics:
        hit = check.together[slug, slug]
        found = sum(count for (_, guess), count in check.together.items() if guess == slug)
        true = sum(count for (own, _), count in check.together.items() if own == slug)
        yield f"{slug:16}{hit / max(found, 1):9.2f}{hit / true:9.2f}{true:11}"
    wrong = Counter({pair: count for pair, count in check.together.items() if pair[0] != pair[1]})
    if wrong:
        yield "Most often mistaken:"
    for (true_topic, guess), count in sorted(wrong.items(), key=lambda each: (-each[1], str(each[0])))[:_WORST]:
        yield f"    {true_topic} taken for {guess}: {count}"


def _in_order(catalogue: Catalogue) -> Iterable[tuple[Topic, int]]:
    """Each topic behind its parent, with how deep it stands."""

    def below(topic: Topic, depth: int) -> Iterable[tuple[Topic, int]]:
        yield topic, depth
        for child in catalogue.children(topic.slug):
            yield from below(child, depth + 1)

    for topic in catalogue:
        if topic.parent is None:
            yield from below(topic, 0)


def _model_line(stored: StoredModel | None, catalogue: Catalogue) -> str:
    if stored is None:
        return "No model; the rules decide. `python -m bot topics train` teaches one from your own labelled articles."
    facts = f"trained on {_texts(stored.examples)} at {stored.trained_at:%Y-%m-%d %H:%M} UTC"
    try:
        usable(stored, catalogue)
    except InputError as error:
        return f"A model {facts} is not used: {error}"
    return (
        f"In use is a model {facts}, {_percent(stored.report['accuracy'])} right by cross-validation in {FOLDS} parts."
    )


def _model(stored: StoredModel | None, catalogue: Catalogue) -> TopicModel | None:
    return usable(stored, catalogue) if stored else None


def _texts(count: int) -> str:
    return f"{count} article{'' if count == 1 else 's'}"


def _percent(share: float) -> str:
    return f"{100 * share:.1f} %"
