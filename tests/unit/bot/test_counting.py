"""Numbers of things in what the shell prints."""

import pytest

from bot.counting import counted


@pytest.mark.parametrize(
    ("count", "said"), [(0, "0 readers"), (1, "1 reader"), (2, "2 readers"), (45_000, "45,000 readers")]
)
def test_one_is_singular_and_thousands_are_parted(count: int, said: str) -> None:
    assert counted(count, "reader") == said


def test_a_plural_of_its_own() -> None:
    assert (counted(1, "story", "stories"), counted(3, "story", "stories")) == ("1 story", "3 stories")
