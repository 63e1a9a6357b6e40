"""Headlines in capitals."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digests.text.casing import is_shouted, unshouted

BODY = "Der Moderator Tucker Carlson hat in Moskau ein Interview geführt. Die NATO und Russland schweigen in Brüssel."


@pytest.mark.parametrize(
    ("language", "headline", "shown"),
    [
        ("de", "TUCKER CARLSON NOCH IN RUSSLAND", "Tucker Carlson noch in Russland"),
        ("de", "NATO: KEIN INTERVIEW MIT DER EU", "NATO: kein Interview mit der EU"),
        ("de", "IN MOSKAU WAR NOCH KEINE EINIGUNG", "In Moskau war noch keine Einigung"),
        ("de", "Die NATO schweigt", "Die NATO schweigt"),
        ("de", "NATO USA", "NATO USA"),
        ("en", "CARLSON TO MEET THE PRESIDENT", "Carlson to Meet the President"),
    ],
)
def test_headlines(language: str, headline: str, shown: str) -> None:
    assert unshouted(headline, BODY, language) == shown


@given(st.text(max_size=80), st.text(max_size=200), st.sampled_from(["de", "en", "uk", "und"]))
def test_words_stay_the_same(headline: str, body: str, language: str) -> None:
    shown = unshouted(headline, body, language)
    assert shown.casefold() == headline.casefold()
    assert is_shouted(headline) or shown == headline
