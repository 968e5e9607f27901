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
    try:
        moving.run_move(move=move, now=timezone.now())
    except Exception as error:
        running.fail(move, error=f"{type(error).__name__}: {error}", now=timezone.now())
        raise


@shared_task
def queue_waiting_moves() -> None:
    """Wakes moves whose message was lost with Redis, or whose worker died."""
    for move_id in running.waiting(Move, now=timezone.now()):
        run_move.delay(move_id=move_id)
