"""The pool of connections, when the database was restarted under it."""

from typing import Any

import pytest
from django.db import OperationalError, connection

from annotator.accounts.models import User
from tests.ended_connections import end_all_connections
from tests.racing import all_at_once

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 12


def pool() -> Any:
    return connection.pool  # type: ignore[attr-defined]


def test_after_a_restart_the_first_query_clears_out_every_dead_connection() -> None:
    all_at_once([User.objects.count] * MANY)
    connection.close()
    assert pool().pop_stats()["pool_available"] >= MANY
    end_all_connections()
    connection.close()
    assert User.objects.count() == 0
    stats = pool().get_stats()
    assert stats["connections_lost"] + stats["returns_bad"] >= MANY - 1


def test_a_query_on_the_connection_in_hand_still_says_that_it_died() -> None:
    User.objects.count()
    end_all_connections()
    with pytest.raises(OperationalError):
        User.objects.count()
    connection.close()
    assert User.objects.count() == 0
