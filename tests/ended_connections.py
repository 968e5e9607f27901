"""What a restart of the database leaves to its clients."""

from contextlib import closing

from django.db import connection


def end_all_connections() -> None:
    """Ends all other sessions of the test database: those in the pool, and the one in hand."""
    with closing(connection.copy()) as side, side.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
