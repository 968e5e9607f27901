from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from annotator.webhooks.retrying import MOST_ATTEMPTS, wait_after

JITTERS = st.floats(min_value=0, max_value=1, exclude_max=True)


def test_attempts_end_after_about_a_day() -> None:
    waits = [wait_after(attempts=number, jitter=0.5) for number in range(1, MOST_ATTEMPTS)]
    total = sum((wait for wait in waits if wait), timedelta())
    assert timedelta(hours=22) < total < timedelta(hours=30)
    assert wait_after(attempts=MOST_ATTEMPTS, jitter=0.5) is None
    assert wait_after(attempts=MOST_ATTEMPTS + 7, jitter=0.5) is None


@given(st.integers(min_value=1, max_value=MOST_ATTEMPTS - 2), JITTERS, JITTERS)
def test_each_wait_is_longer_than_the_one_before(attempts: int, jitter: float, later: float) -> None:
    wait = wait_after(attempts=attempts, jitter=jitter)
    longer = wait_after(attempts=attempts + 1, jitter=later)
    assert wait is not None
    assert longer is not None
    least = wait_after(attempts=attempts, jitter=0.0)
    assert least is not None
    assert least <= wait <= least * 1.2
    assert longer > wait


def test_those_who_failed_together_come_back_apart() -> None:
    assert wait_after(attempts=3, jitter=0.0) != wait_after(attempts=3, jitter=0.9)
