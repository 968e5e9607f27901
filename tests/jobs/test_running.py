from datetime import datetime, timedelta
from functools import partial
from typing import Any

import pytest
from django.db import transaction

from annotator.chains import tasks
from annotator.chains.models import ImportRun
from annotator.jobs import running
from tests.makers import NOW, line, make_dataset, requested_import
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db
STALE = running.STALE_AFTER + timedelta(seconds=1)


def make_run(**more: Any) -> ImportRun:
    return ImportRun.objects.create(
        **{"dataset": make_dataset(), "format": "native", "requested_at": NOW, **more}
    )


def take(run: ImportRun, *, now: datetime = NOW) -> ImportRun | None:
    return running.take(ImportRun, pk=run.pk, now=now)


def test_a_waiting_job_is_taken_once() -> None:
    run = make_run()
    taken = take(run)
    assert taken is not None
    assert (taken.state, taken.started_at, taken.heartbeat_at, taken.attempt_count) == (
        "running",
        NOW,
        NOW,
        1,
    )
    assert running.still_holds(taken)
    assert take(run) is None
    assert running.take(ImportRun, pk=0, now=NOW) is None


def test_a_job_whose_worker_went_silent_is_taken_over_and_the_first_worker_holds_it_no_more() -> None:
    run = make_run()
    first = take(run)
    assert first is not None
    assert take(run, now=NOW + running.STALE_AFTER) is None
    second = take(run, now=NOW + STALE)
    assert second is not None
    assert second.attempt_count == 2
    assert (running.still_holds(first), running.still_holds(second)) == (False, True)


def test_an_ended_job_is_never_taken_again() -> None:
    for end in (running.finish, partial(running.fail, error="no")):
        run = make_run()
        taken = take(run)
        assert taken is not None
        end(taken, now=NOW + timedelta(minutes=1))
        run.refresh_from_db()
        assert run.ended
        assert run.finished_at == run.heartbeat_at == NOW + timedelta(minutes=1)
        assert take(run, now=NOW + timedelta(days=1)) is None
        assert not running.still_holds(taken)


def test_a_job_that_kills_every_worker_is_given_up_with_words() -> None:
    run = make_run()
    now = NOW
    for _ in range(running.MOST_ATTEMPTS):
        assert take(run, now=now) is not None
        now += STALE
    assert take(run, now=now) is None
    run.refresh_from_db()
    assert (run.state, run.finished_at) == ("failed", now)
    assert run.error == "given up after 5 attempts: the worker died each time"


def test_waiting_jobs_are_listed_oldest_first_without_those_that_live_or_have_ended() -> None:
    late, early = make_run(requested_at=NOW + timedelta(minutes=1)), make_run()
    dead = make_run(state="running", heartbeat_at=NOW, requested_at=NOW - timedelta(minutes=1))
    make_run(state="running", heartbeat_at=NOW + STALE)
    make_run(state="done", finished_at=NOW)
    make_run(state="failed", finished_at=NOW)
    assert running.waiting(ImportRun, now=NOW + STALE) == [dead.pk, early.pk, late.pk]


@pytest.mark.django_db(transaction=True)
def test_of_many_workers_at_once_one_takes_the_job() -> None:
    run = make_run()
    answers = all_at_once([partial(take, run) for _ in range(8)])
    assert [isinstance(answer, ImportRun) for answer in answers].count(True) == 1
    assert answers.count(None) == 7


@pytest.mark.django_db(transaction=True)
def test_progress_and_heartbeat_are_seen_outside_the_work_and_stay_when_it_fails() -> None:
    run = make_run()
    taken = take(run)
    assert taken is not None
    with running.progress_seen_outside(taken) as show, transaction.atomic():
        show(3, 10)
        show(4, 10)
        transaction.set_rollback(True)
    run.refresh_from_db()
    assert (run.progress_done, run.progress_total) == (3, 10)
    assert run.heartbeat_at is not None
    assert run.heartbeat_at != NOW


@pytest.mark.django_db(transaction=True)
def test_a_task_that_is_delivered_twice_works_once() -> None:
    with requested_import(make_dataset(), [line("a")]) as run:
        tasks.run_import(import_run_id=run.pk)
        tasks.run_import(import_run_id=run.pk)
    run.refresh_from_db()
    assert (run.state, run.attempt_count, run.chains_added) == ("done", 1, 1)
