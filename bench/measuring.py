import django

django.setup()

from django.core.management import call_command  # noqa: E402 (settings first)

from bench.claims import measure_claims  # noqa: E402
from bench.exports import measure_export  # noqa: E402
from bench.forms import measure_big_draft  # noqa: E402
from bench.imports import measure_import  # noqa: E402
from bench.labels import measure_labels  # noqa: E402
from bench.saves import measure_saves  # noqa: E402
from bench.server import running_server  # noqa: E402
from bench.table import print_row  # noqa: E402


def measure_all() -> None:
    call_command("migrate", verbosity=0)
    print_row(measure_import())
    with running_server() as server:
        print_row(measure_claims(server))
        print_row(measure_saves(server))
        for row in measure_labels(server):
            print_row(row)
        print_row(measure_big_draft(server))
        for row in measure_export(server):
            print_row(row)
