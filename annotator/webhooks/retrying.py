"""How long to wait before the next attempt, and when to stop."""

from datetime import timedelta

# Twelve attempts in about a day: at first for a restart, later for an outage that somebody has to see to.
WAITS = (
    timedelta(seconds=15),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=30),
    timedelta(hours=1),
    timedelta(hours=2),
    timedelta(hours=3),
    timedelta(hours=4),
    timedelta(hours=5),
    timedelta(hours=7),
)
MOST_ATTEMPTS = len(WAITS) + 1
# Up to this share longer: those who failed together do not come back together.
MOST_JITTER = 0.2


def wait_after(*, attempts: int, jitter: float) -> timedelta | None:
    """The wait after so many failed attempts (at least one), for a jitter in [0, 1); None when there is no other one."""
    if attempts >= MOST_ATTEMPTS:
        return None
    return WAITS[attempts - 1] * (1 + MOST_JITTER * jitter)
