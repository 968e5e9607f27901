"""The command lines of web, beat and worker, each to be put behind `python -m`.

`manage.py dev` runs these; docker-compose.yml spells them out, and tests/deploy compares the two.
"""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType

# The pool's processes are the parallelism; threads of BLAS on top of them only get in each other's way.
WORKER_VARIABLES: Mapping[str, str] = MappingProxyType({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})


def web_arguments(*, host: str, port: int, processes: int, threads: int) -> list[str]:
    return [
        *("granian", "--interface", "wsgi", "annotator.wsgi:application"),
        *("--host", host, "--port", str(port), "--no-ws"),
        *("--workers", str(processes), "--blocking-threads", str(threads)),
        # A browser that holds a stream open does not hold up Ctrl-C.
        *("--workers-kill-timeout", "3"),
    ]


def beat_arguments(*, schedule: Path) -> list[str]:
    return [
        *("celery", "-A", "annotator", "beat", "--loglevel", "INFO"),
        *("--schedule", str(schedule), "--pidfile="),
    ]


def worker_arguments(*, processes: int) -> list[str]:
    return [
        *("celery", "-A", "annotator", "worker", "--loglevel", "INFO"),
        *("--concurrency", str(processes), "--without-gossip", "--without-mingle"),
    ]
