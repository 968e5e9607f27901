"""Whether PostgreSQL keeps what it acknowledged: an answered grade must survive a power cut.

`migrate` runs this check, and so does every deployment: a server that may lose grades is refused before the web starts.
"""

from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error
from django.db import connections

# With `local`, `remote_write` or `remote_apply` a commit waits for this server's disk all the same.
LOSES_GRADES = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


def check_durability(*, databases: Sequence[str] | None = None, **_: Any) -> list[CheckMessage]:
    """An error for each setting, as our own sessions see it, with which a crash can lose grades.

    Not under DEV: the tests' own server trades durability for speed.
    """
    if settings.DEV:
        return []
    return [
        Error(
            f"PostgreSQL runs with {name} = {value} here, so a crash can lose grades that were acknowledged.",
            hint=f"Set {name} = on for the server; look for ALTER ROLE and ALTER DATABASE too.",
            obj=alias,
            id="grading.E001",
        )
        for alias in databases or []
        for name, value in lax_settings(alias)
    ]


def lax_settings(alias: str) -> list[tuple[str, str]]:
    """Names and values of the settings that lose grades. A role or a database can have values of its own."""
    with connections[alias].cursor() as cursor:
        cursor.execute(
            "SELECT name, setting FROM pg_settings WHERE name = ANY(%s) ORDER BY name", [list(LOSES_GRADES)]
        )
        return [(name, value) for name, value in cursor.fetchall() if value == LOSES_GRADES[name]]
