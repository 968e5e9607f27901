"""Whether the database has the tables that this code wants."""

from django.db import connection
from django.db.migrations.executor import MigrationExecutor


def is_behind() -> bool:
    executor = MigrationExecutor(connection)
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
