"""The delivery's decision: final states stay, and every path comes to an end."""

from __future__ import annotations

from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from digests.domain.delivery import ATTEMPTS, DeliveryStatus, Effect, Outcome, Result, backoff, judge
from tests.support.clocks import START

FINAL = set(DeliveryStatus) - {DeliveryStatus.PENDING, DeliveryStatus.SENDING}
FREE = {Result.WAIT, Result.MORE, Result.HELD, Result.NOT_SENT, Result.UNPAID}
"""What no number of attempts bounds: Telegram's own wish, the next message of several, what never left us, a dead
network, and what is no longer paid for the next time."""
OUTCOMES = st.builds(
    Outcome, st.sampled_from(Result), retry_after=st.floats(0, 3600), new_chat_id=st.none() | st.integers(-(10**13), -1)
)


@given(OUTCOMES, st.integers(1, 40), st.booleans())
def test_a_verdict_is_pending_with_a_time_or_final_without(outcome: Outcome, attempts: int, plain: bool) -> None:
    verdict = judge(outcome, attempts=attempts, plain=plain, now=START)
    assert verdict.status is not DeliveryStatus.SENDING
    assert (verdict.status is DeliveryStatus.PENDING) == (verdict.not_before is not None)
    assert verdict.not_before is None or verdict.not_before >= START
    if verdict.status is DeliveryStatus.SENT:
        assert outcome.result is Result.OK
    if verdict.effect is not Effect.NONE:
        assert outcome.result in (Result.GONE, Result.NO_RIGHTS, Result.THREAD_CLOSED, Result.MOVED)


@given(st.lists(OUTCOMES.filter(lambda outcome: outcome.result not in FREE), min_size=12, max_size=12))
def test_every_path_comes_to_an_end_unless_nothing_could_be_sent(outcomes: list[Outcome]) -> None:
    plain, statuses = False, []
    for attempts, outcome in enumerate(outcomes, 1):
        verdict = judge(outcome, attempts=attempts, plain=plain, now=START)
        plain |= verdict.plain
        statuses.append(verdict.status)
        if verdict.status in FINAL:
            break
    assert statuses[-1] in FINAL
    assert len(statuses) <= ATTEMPTS + 1  # one more for the plain text


@given(st.integers(1, 1000))
def test_pauses_double_from_five_seconds_up_to_five_minutes(attempts: int) -> None:
    assert backoff(attempts) == timedelta(seconds=min(5 * 2 ** (attempts - 1), 300))


def test_only_what_proves_that_nothing_arrived_is_tried_again() -> None:
    again = {
        result
        for result in Result
        if judge(Outcome(result), attempts=1, plain=False, now=START).status is DeliveryStatus.PENDING
    }
    assert again == FREE | {Result.MOVED, Result.BAD_MARKUP, Result.DOUBTED}
