"""Django finds its backend in a module of this name."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import Connection, OperationalError


class DatabaseWrapper(base.DatabaseWrapper):
    """Looks at each connection that the pool gives out; where one has died, at all that wait beside it.

    The pool's own check sleeps one second, two, four ... after each dead connection it meets: after a restart of the
    server, people would wait as long as any of them is left.
    """

    def get_new_connection(self, conn_params: dict[str, Any]) -> Connection[Any]:
        given: Connection[Any] = super().get_new_connection(conn_params)
        if self.pool is None:
            return given
        try:
            self.pool.check_connection(given)
        except OperationalError:
            self.pool.putconn(given)
            self.pool.check()
            return self.get_new_connection(conn_params)
        return given
