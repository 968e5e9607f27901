from celery import shared_task
from django.utils import timezone

from annotator.grading import moving
from annotator.grading.models import Move
from annotator.jobs import running


@shared_task
def run_move(*, move_id: int) -> None:
    move = running.take(Move, pk=move_id, now=timezone.now())
    if move is None:
        return
    with running.noting_failure(move, clock=timezone.now):
        moving.run_move(move=move, now=timezone.now())


@shared_task
def queue_waiting_moves() -> None:
    """Wakes moves whose message was lost with Redis, or whose worker died."""
    for move_id in running.waiting(Move, now=timezone.now()):
        run_move.delay(move_id=move_id)
