"""Webhooks in the admin: superusers allow hosts, researchers see and change the endpoints of their own campaigns."""

from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse

from annotator.accounts.models import User
from annotator.assignments.models import Campaign
from annotator.webhooks.endpoints import pause, secret_of
from annotator.webhooks.models import AllowedHost, Delivery, Endpoint
from tests.makers import NOW, browser_of, make_campaign, make_user
from tests.webhooks.makers import allow, delivery_of, listening, sealed, send
from tests.webhooks.receiving import receiving, status

pytestmark = pytest.mark.django_db
MODELS = ["allowedhost", "endpoint", "delivery"]


@pytest.fixture
def campaign() -> Campaign:
    make_user("rosa", researcher=True)
    return make_campaign(researchers=["rosa"])


@pytest.fixture
def superuser() -> Client:
    client = Client()
    client.force_login(User.objects.create(username="root", is_staff=True, is_superuser=True))
    return client


def listed(model: str) -> str:
    return reverse(f"admin:webhooks_{model}_changelist")


def page_of(row: Any) -> str:
    return reverse(f"admin:webhooks_{row._meta.model_name}_change", args=[row.pk])


def act(client: Client, model: str, action: str, *rows: Any) -> Any:
    chosen = {"action": action, "_selected_action": [row.pk for row in rows]}
    return client.post(listed(model), chosen)


# --- Allowed hosts


def test_a_superuser_allows_an_exact_host(superuser: Client) -> None:
    answer = superuser.post(
        reverse("admin:webhooks_allowedhost_add"), {"name": "CI.Bücher.example".lower(), "port": "443"}
    )
    assert answer.status_code == 302
    host = AllowedHost.objects.get()
    assert (host.name, host.port) == ("ci.xn--bcher-kva.example", 443)
    assert (host.allows_http, host.allows_private) == (False, False)
    assert host.made_by == User.objects.get(username="root")


@pytest.mark.parametrize(
    "name", ["*.example.org", "https://ci.example.org", "a b", "ci.example.org:443", "1"]
)
def test_what_is_no_exact_host_is_said_in_the_form(superuser: Client, name: str) -> None:
    answer = superuser.post(reverse("admin:webhooks_allowedhost_add"), {"name": name, "port": "443"})
    assert answer.status_code == 200
    assert answer.context["adminform"].form.errors["name"]
    assert not AllowedHost.objects.exists()


def test_nobody_else_allows_hosts_whatever_their_group_may(campaign: Campaign) -> None:
    rosa = make_user("rosa")
    rosa.user_permissions.set(Permission.objects.filter(content_type__app_label="webhooks"))
    host = allow("https://ci.example.org/")
    browser = browser_of("rosa")
    add = reverse("admin:webhooks_allowedhost_add")
    for url in (listed("allowedhost"), add, page_of(host)):
        assert browser.get(url).status_code == 403
    assert browser.post(add, {"name": "evil.example", "port": "443"}).status_code == 403
    assert AllowedHost.objects.count() == 1


# --- Endpoints


def test_a_researcher_makes_an_endpoint_and_sees_its_secret_once(campaign: Campaign) -> None:
    allow("http://127.0.0.1:7/")
    browser = browser_of("rosa")
    asked = {"campaign": campaign.pk, "url": "HTTP://127.0.0.1:7/hook", "events": ["snapshot.sealed"]}
    answer = browser.post(reverse("admin:webhooks_endpoint_add"), asked)
    endpoint = Endpoint.objects.get()
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    secret = secret_of(endpoint)
    assert secret in answer.content.decode()
    assert (endpoint.url, endpoint.events) == ("http://127.0.0.1:7/hook", ["snapshot.sealed"])
    assert endpoint.made_by == make_user("rosa")
    for url in (page_of(endpoint), listed("endpoint")):
        assert secret not in browser.get(url).content.decode()
    kept = [str(entry.get_change_message()) + entry.object_repr for entry in LogEntry.objects.all()]
    kept += [str(session.get_decoded()) for session in Session.objects.all()]
    kept += [cookie.value for cookie in browser.cookies.values()]
    assert not any(secret in text for text in kept)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://evil.example/", "not an allowed host"),
        ("https://127.0.0.1:7/#x", "fragment"),
        ("http://127.0.0.1:7/ x", "percent-encode"),
    ],
)
def test_a_url_elsewhere_is_said_in_the_form(campaign: Campaign, url: str, words: str) -> None:
    allow("http://127.0.0.1:7/")
    asked = {"campaign": campaign.pk, "url": url, "events": ["snapshot.sealed"]}
    answer = browser_of("rosa").post(reverse("admin:webhooks_endpoint_add"), asked)
    assert words in str(answer.context["adminform"].form.errors["url"])
    assert not Endpoint.objects.exists()


def test_a_second_endpoint_of_the_same_url_is_said_in_the_form(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    asked = {"campaign": campaign.pk, "url": endpoint.url, "events": ["snapshot.sealed"]}
    answer = browser_of("rosa").post(reverse("admin:webhooks_endpoint_add"), asked)
    assert "already exists" in str(answer.context["adminform"].form.errors)
    assert Endpoint.objects.count() == 1


def test_researchers_see_the_endpoints_of_their_own_campaigns_only(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    sealed(campaign)
    delivery = delivery_of(endpoint)
    make_user("other", researcher=True)
    stranger, rosa = browser_of("other"), browser_of("rosa")
    assert endpoint.url in rosa.get(listed("endpoint")).content.decode()
    assert rosa.get(page_of(delivery)).status_code == 200
    for model in ("endpoint", "delivery"):
        assert endpoint.url not in stranger.get(listed(model)).content.decode()
    # As Django answers for what is not in the queryset: back to the start.
    for row in (endpoint, delivery):
        assert stranger.get(page_of(row)).status_code == 302
    act(stranger, "endpoint", "give_new_secret", endpoint)
    act(stranger, "endpoint", "send_ping", endpoint)
    act(stranger, "delivery", "send_again", delivery)
    endpoint.refresh_from_db()
    assert endpoint.secret_number == 1
    assert Delivery.objects.count() == 1


def test_an_endpoint_for_another_campaign_cannot_be_made(campaign: Campaign) -> None:
    allow("http://127.0.0.1:7/")
    asked = {"campaign": campaign.pk, "url": "http://127.0.0.1:7/hook", "events": ["snapshot.sealed"]}
    make_user("other", researcher=True)
    answer = browser_of("other").post(reverse("admin:webhooks_endpoint_add"), asked)
    assert answer.context["adminform"].form.errors["campaign"]
    assert not Endpoint.objects.exists()


@pytest.mark.parametrize("model", MODELS)
def test_annotators_see_nothing_of_it(campaign: Campaign, model: str) -> None:
    assert browser_of("ada").get(listed(model)).status_code == 302


def test_an_endpoint_is_switched_off_and_on_and_says_why_it_paused(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    pause(endpoint=endpoint, because="It answered 410: nobody listens there any more.", now=NOW)
    browser = browser_of("rosa")
    page = browser.get(page_of(endpoint)).content.decode()
    assert "It answered 410" in page
    assert "paused" in browser.get(listed("endpoint")).content.decode()
    asked = {"url": endpoint.url, "events": endpoint.events}
    assert browser.post(page_of(endpoint), {**asked, "is_active": "on"}).status_code == 302
    endpoint.refresh_from_db()
    assert (endpoint.is_active, endpoint.paused_because) == (True, "")
    browser.post(page_of(endpoint), asked)
    endpoint.refresh_from_db()
    assert not endpoint.is_active


def test_the_events_of_an_endpoint_are_changed(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    asked = {"url": endpoint.url, "events": ["flag.opened"], "is_active": "on"}
    assert browser_of("rosa").post(page_of(endpoint), asked).status_code == 302
    endpoint.refresh_from_db()
    assert endpoint.events == ["flag.opened"]


def test_nothing_is_deleted(campaign: Campaign, superuser: Client) -> None:
    endpoint = listening(campaign)
    sealed(campaign)
    for row in (endpoint, delivery_of(endpoint)):
        path = reverse(f"admin:webhooks_{row._meta.model_name}_delete", args=[row.pk])
        assert superuser.post(path, {"post": "yes"}).status_code == 403


def test_a_new_secret_is_shown_once_and_for_one_endpoint_at_a_time(campaign: Campaign) -> None:
    endpoint, other = listening(campaign), listening(campaign, "http://127.0.0.1:7/other")
    browser = browser_of("rosa")
    act(browser, "endpoint", "give_new_secret", endpoint, other)
    endpoint.refresh_from_db()
    assert endpoint.secret_number == 1
    answer = act(browser, "endpoint", "give_new_secret", endpoint)
    endpoint.refresh_from_db()
    assert endpoint.secret_number == 2
    assert secret_of(endpoint) in answer.content.decode()
    assert "no-store" in answer["Cache-Control"]


# --- Deliveries


def test_a_test_event_is_sent_by_hand(campaign: Campaign) -> None:
    with receiving() as receiver:
        endpoint = listening(campaign, receiver.url())
        act(browser_of("rosa"), "endpoint", "send_ping", endpoint)
        (ping,) = endpoint.deliveries.all()
        assert ping.next_attempt_at is not None
        send(now=ping.next_attempt_at)
    assert b'"type":"ping"' in receiver.received[0].body


def test_a_delivery_is_looked_at_and_sent_again(campaign: Campaign) -> None:
    with receiving(status(500)) as receiver:
        endpoint = listening(campaign, receiver.url())
        sealed(campaign)
        send()
    delivery = delivery_of(endpoint)
    browser = browser_of("rosa")
    page = browser.get(page_of(delivery)).content.decode()
    assert "It answered 500." in page
    assert "snapshot.sealed" in page
    act(browser, "delivery", "send_again", delivery)
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempt_count) == ("waiting", 0)


def test_what_its_endpoint_is_off_for_is_not_sent_again(campaign: Campaign) -> None:
    endpoint = listening(campaign)
    pause(endpoint=endpoint, because="It is gone.", now=NOW)
    sealed(campaign)
    browser = browser_of("rosa")
    act(browser, "delivery", "send_again", delivery_of(endpoint))
    assert "switch that on first" in browser.get(listed("delivery")).content.decode()
    assert delivery_of(endpoint).state == "given_up"
