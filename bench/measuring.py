import sys
from collections.abc import Callable

import django

django.setup()

from django.core.management import call_command  # noqa: E402 (settings first)

from bench.claims import measure_claims  # noqa: E402
from bench.exports import measure_export  # noqa: E402
from bench.forms import measure_big_draft  # noqa: E402
from bench.grading_page import measure_first_view, measure_keys, measure_long_chain  # noqa: E402
from bench.imports import measure_import  # noqa: E402
from bench.labels import measure_labels  # noqa: E402
from bench.pure import PURE  # noqa: E402
from bench.report_page import measure_report_page  # noqa: E402
from bench.reports import measure_reports  # noqa: E402
from bench.saves import measure_saves  # noqa: E402
from bench.server import Server, running_server  # noqa: E402
from bench.snapshots import measure_snapshots  # noqa: E402
from bench.style_jobs import measure_style_jobs  # noqa: E402
from bench.table import Row, print_row  # noqa: E402

MEASUREMENTS: dict[str, Callable[[Server], Row | list[Row]]] = {
    "import": measure_import,
    "claims": measure_claims,
    "saves": measure_saves,
    "labels": measure_labels,
    "form": measure_big_draft,
    "keys": measure_keys,
    "page": measure_first_view,
    "long": measure_long_chain,
    "export": measure_export,
    "snapshot": measure_snapshots,
    "figures": measure_report_page,
    "reports": measure_reports,
    "style_job": measure_style_jobs,
}


def measure(names: list[str]) -> None:
    """Print the rows of the measurements of these names, of all without any."""
    if unknown := set(names) - set(MEASUREMENTS):
        sys.exit(
            f"No measurement is called {', '.join(sorted(unknown))}; there are {', '.join([*PURE, *MEASUREMENTS])}."
        )
    call_command("migrate", verbosity=0)
    call_command("collectstatic", interactive=False, verbosity=0)
    with running_server() as server:
        for name, measurement in MEASUREMENTS.items():
            if names and name not in names:
                continue
            rows = measurement(server)
            for row in rows if isinstance(rows, list) else [rows]:
                print_row(row)
