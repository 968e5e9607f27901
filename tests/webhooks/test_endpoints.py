"""Making endpoints: on allowed hosts alone, by function and by command."""

import ipaddress
import json
from collections.abc import Sequence
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from annotator.assignments.models import Campaign
from annotator.webhooks.addresses import Address
from annotator.webhooks.allowing import NotAllowed
from annotator.webhooks.endpoints import change_endpoint, make_endpoint, secret_of
from annotator.webhooks.models import AllowedHost, Endpoint
from tests.makers import NOW, make_campaign
from tests.webhooks.makers import allow, listening, resolved


@pytest.fixture
def campaign(db: None) -> Campaign:
    return make_campaign()


def make(campaign: Campaign, url: str) -> Endpoint:
    return make_endpoint(
        campaign=campaign, url=url, events=["snapshot.sealed"], made_by=None, resolve=resolved, now=NOW
    ).endpoint


def test_a_url_is_kept_in_its_one_way_of_writing(campaign: Campaign) -> None:
    allow("https://ci.example.org/")
    assert make(campaign, "HTTPS://CI.example.org:443/Hook").url == "https://ci.example.org/Hook"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        ("https://evil.example/", "evil.example, port 443, is not an allowed host"),
        ("https://sub.ci.example.org/", "is not an allowed host"),
        ("https://ci.example.org.evil.example/", "is not an allowed host"),
        ("https://ci.example.org:8443/", "port 8443, is not an allowed host"),
        ("http://ci.example.org:443/", "is allowed with https only"),
        ("https://ci.example.org@evil.example/", "user name"),
        ("https://127.0.0.1/", "is not an allowed host"),
        ("https://2130706433/", "IPv4"),
        ("nonsense", "no URL"),
    ],
)
def test_a_url_elsewhere_is_refused(campaign: Campaign, url: str, words: str) -> None:
    allow("https://ci.example.org/", allows_http=False)
    with pytest.raises(NotAllowed, match=words):
        make(campaign, url)
    assert not Endpoint.objects.exists()


def test_a_name_that_leads_inside_is_refused_unless_that_was_allowed(campaign: Campaign) -> None:
    host = allow("https://ci.example.org/", allows_private=False)
    with pytest.raises(NotAllowed, match="a loopback or private address"):
        make(campaign, "https://ci.example.org/")
    AllowedHost.objects.filter(pk=host.pk).update(allows_private=True)
    assert make(campaign, "https://ci.example.org/").is_active


def test_not_even_private_hosts_lead_to_metadata(campaign: Campaign) -> None:
    def metadata(host: str, port: int) -> Sequence[Address]:
        return [ipaddress.ip_address("169.254.169.254")]

    endpoint = listening(campaign, "https://ci.example.org/")
    with pytest.raises(NotAllowed, match="link-local"):
        change_endpoint(
            endpoint=endpoint, url="https://ci.example.org/x", events=["flag.opened"], resolve=metadata
        )
    endpoint.refresh_from_db()
    assert endpoint.url == "https://ci.example.org/"


def run(*arguments: str) -> str:
    output = StringIO()
    call_command("make_webhook", *arguments, stdout=output)
    return output.getvalue().strip()


def test_the_command_prints_the_secret_once(campaign: Campaign) -> None:
    allow("http://127.0.0.1:7/")
    secret = run("--campaign", "pilot", "--url", "http://127.0.0.1:7/hook")
    endpoint = Endpoint.objects.get()
    assert secret == secret_of(endpoint)
    assert endpoint.events == ["campaign.finished", "snapshot.sealed", "flag.opened"]
    with pytest.raises(CommandError, match="--new-secret"):
        run("--campaign", "pilot", "--url", "HTTP://127.0.0.1:7/hook")
    facts = json.loads(
        run("--campaign", "pilot", "--url", "http://127.0.0.1:7/hook", "--new-secret", "--json")
    )
    endpoint.refresh_from_db()
    assert facts["secret"] == secret_of(endpoint) != secret
    assert facts["endpoint"] == str(endpoint.public_id)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--campaign", "none", "--url", "http://127.0.0.1:7/"], "no campaign none"),
        (["--campaign", "pilot", "--url", "http://127.0.0.1:7/"], "not an allowed host"),
        (["--campaign", "pilot", "--url", "nonsense"], "no URL"),
        (["--campaign", "pilot", "--url", "http://127.0.0.1:7/", "--new-secret"], "no such endpoint"),
    ],
)
def test_the_command_refuses_with_words(campaign: Campaign, arguments: list[str], words: str) -> None:
    with pytest.raises(CommandError, match=words):
        run(*arguments)
