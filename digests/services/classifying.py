"""Which topics an article has: rules, the source's labels, the address, and what an operator's labels have taught."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from weakref import ReferenceType, ref

import structlog

from digests.domain.articles import TopicMatch
from digests.domain.classifier import TopicModel
from digests.domain.examples import Example
from digests.domain.topics import Catalogue
from digests.domain.training import Check, accuracy, cross_validate, samples, train
from digests.errors import InputError
from digests.storage.database import Database, Transaction
from digests.storage.topic_models import StoredModel, TopicModelStore

log = structlog.get_logger(__name__)


@dataclass
class Classifying:
    """Finds topics with the model in use. One instance per process; a model trained elsewhere is noticed.

    It is looked for once in a transaction, in which many articles may be stored.
    """

    catalogue: Catalogue
    _version: tuple[int, datetime] | None = field(default=None, init=False)
    _model: TopicModel | None = field(default=None, init=False)
    _looked: ReferenceType[Transaction] | None = field(default=None, init=False)  # in which transaction last

    async def match(  # an article, spelled out
        self,
        transaction: Transaction,
        title: str,
        text: str,
        language: str,
        source_topics: Iterable[str] = (),
        url: str | None = None,
    ) -> tuple[TopicMatch, ...]:
        """The topics of a clean text, best first."""
        model = await self.model(transaction)
        return self.catalogue.match(title, text, language, source_topics, url, model)

    async def model(self, transaction: Transaction) -> TopicModel | None:
        """The model in use, read again only when it has changed.

        One that does not fit this catalogue is left out, and the log says why: news must not stop for it.
        """
        if self._looked is not None and self._looked() is transaction:
            return self._model
        store = TopicModelStore(transaction)
        version = await store.version()
        if version != self._version:
            stored = await store.newest() if version else None
            try:
                self._model = usable(stored, self.catalogue) if stored else None
            except InputError as error:
                log.warning("topic_model_left_out", reason=str(error))
                self._model = None
            self._version = version
        self._looked = ref(transaction)
        return self._model


def usable(stored: StoredModel, catalogue: Catalogue) -> TopicModel:
    """The classifier in a stored row. Raises InputError when it is damaged or was trained for another catalogue."""
    model = TopicModel.from_bytes(stored.body)
    model.check_topics(topic.slug for topic in catalogue)
    return model


async def learn(database: Database, catalogue: Catalogue, examples: Sequence[Example], now: datetime) -> StoredModel:
    """Train on these examples, cross-validate, and use the model from now on. Raises InputError for too few."""
    stored = await asyncio.to_thread(_learn, catalogue, examples, now)
    async with database.write() as transaction:
        await TopicModelStore(transaction).replace(stored)
    return stored


async def examine(catalogue: Catalogue, examples: Sequence[Example]) -> Check:
    """How well these examples teach, by cross-validation; nothing is stored. Raises InputError for too few."""
    return await asyncio.to_thread(lambda: cross_validate(samples(examples, catalogue)))


def _learn(catalogue: Catalogue, examples: Sequence[Example], now: datetime) -> StoredModel:
    ready = samples(examples, catalogue)
    check = cross_validate(ready)
    report = {
        "accuracy": round(accuracy(check.together), 4),
        "accuracy_rules": round(accuracy(check.rules_only), 4),
        "topics": dict(sorted(Counter(sample.topic for sample in ready).items())),
    }
    return StoredModel(now, len(ready), report, train(ready).to_bytes())
