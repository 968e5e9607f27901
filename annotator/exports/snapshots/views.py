"""One view of the database that several workers read: held open by one of them, joined by the others by its name."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from django.db import DatabaseError, connection
from django.db.backends.base.base import BaseDatabaseWrapper

UNKNOWN_VIEW = {"42704", "22023"}


class ViewGone(Exception):
    """Whoever held the view open has died or ended, or the database was restarted."""


@dataclass(frozen=True, slots=True)
class OpenView:
    """`side`: the connection that holds it, in a transaction that reads only."""

    name: str
    side: BaseDatabaseWrapper

    def check(self) -> None:
        """Raises a database error where the view is no longer held."""
        with self.side.cursor() as cursor:
            cursor.execute("SELECT 1")


@contextmanager
def exported_view() -> Iterator[OpenView]:
    """A view as of now, for as long as the block runs, on a connection of its own."""
    side = connection.copy()
    try:
        side.set_autocommit(False)
        with side.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            cursor.execute("SELECT pg_export_snapshot()")
            name = cursor.fetchone()[0]
        yield OpenView(name, side)
    finally:
        with suppress(DatabaseError):
            side.rollback()
        side.close()


@contextmanager
def view_still_there() -> Iterator[None]:
    """Says in words that the view which is joined inside is gone."""
    try:
        yield
    except DatabaseError as error:
        if getattr(error.__cause__, "sqlstate", None) in UNKNOWN_VIEW and "snapshot" in str(error):
            raise ViewGone("the view of the database is gone with the worker that held it open") from error
        raise
