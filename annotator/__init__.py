import gc

from annotator.celery import app as celery_app

__all__ = ["celery_app"]

# An export makes half a million objects a second, hardly any of them in cycles: to look for cycles after every 700, as
# Python does by itself, takes a quarter of its time.
gc.set_threshold(20_000, 20, 20)
