import time

from django.db import connection, transaction

from bench.made_up import dataset, import_made_up
from bench.server import Server
from bench.table import Row

CHAINS = 20_000
STEPS = 10
# Column lists with each id moved by {shift}, so that the very same rows go into the very same tables once more.
TABLES = {
    "chains_problem": "id + {shift}, {dataset}, external_id, text, reference_answer, reference_solution",
    "chains_chain": "id + {shift}, {dataset}, problem_id + {shift}, NULL, external_id, generator, step_count,"
    " final_answer, final_answer_correct, metadata, digest",
    "chains_step": "id + {shift}, problem_id + {shift}, parent_id + {shift}, index, text, digest",
    "chains_chainstep": "chain_id + {shift}, index, step_id + {shift}, score",
}
COLUMNS = {
    "chains_problem": "id, dataset_id, external_id, text, reference_answer, reference_solution",
    "chains_chain": "id, dataset_id, problem_id, import_run_id, external_id, generator, step_count, final_answer,"
    " final_answer_correct, metadata, digest",
    "chains_step": "id, problem_id, parent_id, index, text, digest",
    "chains_chainstep": "chain_id, index, step_id, score",
}


def measure_import(_server: Server) -> Row:
    import_made_up(into=dataset(key="warm"), chains=200, steps=STEPS)
    chains = dataset(key="timed")
    seconds = import_made_up(into=chains, chains=CHAINS, steps=STEPS)
    copied = copy_seconds(source=chains.pk, target=dataset(key="copied").pk)
    return Row(
        name=f"import of {CHAINS:,} {STEPS}-step chains",
        figure=f"{CHAINS / seconds:,.0f} chains/s",
        goal=">= 5,000 chains/s, <= 3 x COPY",
        reference=f"bare COPY of the same rows {CHAINS / copied:,.0f} chains/s, import takes {seconds / copied:.2f} x",
        reached=seconds <= 3 * copied and CHAINS / seconds >= 5000,
    )


def copy_seconds(*, source: int, target: int) -> float:
    where = {
        "chains_problem": f"dataset_id = {source}",
        "chains_chain": f"dataset_id = {source}",
        "chains_step": f"problem_id IN (SELECT id FROM chains_problem WHERE dataset_id = {source})",
        "chains_chainstep": f"chain_id IN (SELECT id FROM chains_chain WHERE dataset_id = {source})",
    }
    order = {"chains_chainstep": "chain_id, index"}
    rows = {}
    with connection.cursor() as cursor:
        for table, columns in TABLES.items():
            selected = columns.format(shift=10_000_000, dataset=target)
            query = f"SELECT {selected} FROM {table} WHERE {where[table]} ORDER BY {order.get(table, 'id')}"
            with cursor.copy(f"COPY ({query}) TO STDOUT") as copy:
                rows[table] = b"".join(copy)
        began = time.perf_counter()
        with transaction.atomic():
            for table, content in rows.items():
                with cursor.copy(f"COPY {table} ({COLUMNS[table]}) FROM STDIN") as copy:
                    copy.write(content)
        return time.perf_counter() - began
