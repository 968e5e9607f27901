import uuid
from functools import partial

import pytest

from tests.guarantees.breaking import Breaking, World, broken_by, change, insert_like
from tests.makers import NOW

HOST = "webhooks_allowedhost"
ENDPOINT = "webhooks_endpoint"
DELIVERY = "webhooks_delivery"


def allow(world: World, **changes: object) -> None:
    """The same name with another port."""
    insert_like(HOST, world.host, **{"port": 8443, **changes})


def listen(world: World, **changes: object) -> None:
    """On another path of the same host."""
    usual = {"public_id": uuid.uuid4(), "url": "https://ci.example.org/other"}
    insert_like(ENDPOINT, world.endpoint, **{**usual, **changes})


def tell(world: World, **changes: object) -> None:
    """The same endpoint of the same event, but of something else."""
    usual = {"public_id": uuid.uuid4(), "key": "another"}
    insert_like(DELIVERY, world.delivery, **{**usual, **changes})


CASES: dict[str, list[Breaking]] = {
    "a_host_is_allowed_once_per_port": [lambda w: allow(w, port=443)],
    "an_allowed_host_is_an_exact_lower_case_name": [
        lambda w: allow(w, name="*.example.org"),
        lambda w: allow(w, name="CI.example.org"),
        lambda w: allow(w, name="ci.example.org."),
        lambda w: allow(w, name=""),
    ],
    "an_allowed_port_is_1_to_65535": [lambda w: allow(w, port=0), lambda w: allow(w, port=65536)],
    "a_url_is_told_once_per_campaign": [lambda w: listen(w, url="https://ci.example.org/hook")],
    "an_endpoint_listens_to_something": [lambda w: listen(w, events=[])],
    "an_endpoint_listens_to_known_events": [lambda w: listen(w, events=["snapshot.sealed", "ping"])],
    "an_endpoint_is_reached_by_http": [
        lambda w: listen(w, url="ftp://ci.example.org/"),
        lambda w: listen(w, url="https://ci.example.org/a b"),
    ],
    "an_endpoint_counts_its_secrets_from_one": [lambda w: listen(w, secret_number=0)],
    "a_paused_endpoint_is_off_and_says_why": [
        lambda w: listen(w, paused_at=NOW, paused_because="It is gone."),
        lambda w: listen(w, paused_at=NOW, is_active=False),
        lambda w: listen(w, is_active=False, paused_because="It is gone."),
    ],
    "an_endpoint_stays_with_its_campaign": [lambda w: change(ENDPOINT, w.endpoint, public_id=uuid.uuid4())],
    "a_secret_is_never_used_again": [lambda w: change(ENDPOINT, w.endpoint, secret_number=1)],
    "an_event_is_told_once_per_endpoint": [lambda w: tell(w, key="first")],
    "a_delivery_is_due_exactly_while_it_waits": [
        lambda w: tell(w, next_attempt_at=None),
        lambda w: tell(w, ended_at=NOW),
        lambda w: tell(w, state="given_up", last_error="No."),
    ],
    "a_delivered_event_was_accepted": [
        lambda w: change(DELIVERY, w.delivered, last_status=500),
        lambda w: change(DELIVERY, w.delivered, attempt_count=0),
        lambda w: change(DELIVERY, w.delivered, last_error="No."),
    ],
    "what_is_given_up_says_why": [
        lambda w: tell(w, state="given_up", next_attempt_at=None, ended_at=NOW, last_error="")
    ],
    "what_an_event_says_never_changes": [
        lambda w: change(DELIVERY, w.delivery, body=b"{ }"),
        lambda w: change(DELIVERY, w.delivery, public_id=uuid.uuid4()),
        lambda w: change(DELIVERY, w.delivery, event="ping"),
    ],
}


@pytest.mark.parametrize("name", CASES)
def test_the_database_refuses(name: str, world: World) -> None:
    for number, breaking in enumerate(CASES[name]):
        assert (number, broken_by(partial(breaking, world))) == (number, name)
