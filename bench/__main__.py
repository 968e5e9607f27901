"""`make bench`: how fast this machine imports, grades, claims and exports, each beside a reference of the same run.

`python -m bench NAME ...` measures only what is named: agreement, coverage, style, style_speed, style_texts, import,
claims, saves, labels, form, keys, page, long, export, snapshot, figures, reports, style_job.
"""

import os
import shutil
import sys
import tempfile
from pathlib import Path

from annotator.embedded.environment import environment
from annotator.embedded.programs import WORKER_VARIABLES

REPOSITORY = Path(__file__).resolve().parent.parent


def main() -> None:
    # As many threads as the worker has, which numpy asks about when it is imported.
    os.environ.update(WORKER_VARIABLES)
    from bench.pure import PURE, measure_pure  # noqa: PLC0415

    names = sys.argv[1:]
    measure_pure(names)
    others = [name for name in names if name not in PURE]
    if others or not names:
        measure_served(others)


def measure_served(names: list[str]) -> None:
    """Of these names, or everything that needs a database or a page."""
    # Beside the data of `make run`, so that it is the same disk, with the same durability.
    folder = REPOSITORY / "var"
    folder.mkdir(exist_ok=True)
    var_dir = Path(tempfile.mkdtemp(prefix="bench-", dir=folder))
    var_dir.chmod(0o711)
    # Bundled and compressed, as `make run` and production serve them.
    os.environ.update(DJANGO_SETTINGS_MODULE="annotator.settings", STATIC_ROOT=str(var_dir / "static"))
    try:
        with environment(var_dir=var_dir):
            # Django reads its settings on import, and they name the servers that are up only now.
            from bench.measuring import measure  # noqa: PLC0415

            measure(names)
    finally:
        shutil.rmtree(var_dir, ignore_errors=True)


if __name__ == "__main__":
    main()
