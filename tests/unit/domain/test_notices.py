"""When a topic is silent for longer than is usual for it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from digests.domain.notices import is_dry
from tests.support.clocks import START

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("articles", "silent", "dry"),
    [
        (1000, 1.9 * DAY, False),  # a weekend
        (1000, 2.1 * DAY, True),
        (28, 4.9 * DAY, False),  # one a day
        (28, 5.1 * DAY, True),
        (8, 17 * DAY, False),  # two a week
        (8, 18 * DAY, True),
        (7, 27 * DAY, False),  # too few for a rhythm
    ],
)
def test_silence_is_measured_by_the_topic_s_own_rhythm(articles: int, silent: timedelta, dry: bool) -> None:
    assert is_dry(START - silent, articles, START) is dry


def test_a_topic_that_never_came_is_not_dry() -> None:
    assert not is_dry(None, 0, START)
