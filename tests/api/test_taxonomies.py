"""Taxonomies over REST: what a token's campaigns grade with, as data and as the files that load to the same digest."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from annotator.assignments.models import Campaign
from taxonomies.content import content_of
from taxonomies.loading import Outcome, dump_taxonomy, load_taxonomy
from taxonomies.management.commands.load_taxonomy import PRESETS
from taxonomies.models import Taxonomy, TaxonomyVersion
from taxonomies.publishing import clone_version, retire
from tests.graded import bearer, token_for
from tests.makers import NOW, make_campaign, make_version, small_yaml

pytestmark = pytest.mark.django_db
LIST = "/api/v1/taxonomies/"
EVERY_PRESET = pytest.mark.parametrize(
    "preset", sorted(PRESETS.glob("*.yaml")), ids=lambda path: str(path.stem)
)


@pytest.fixture
def campaign() -> Campaign:
    return make_campaign(version=make_version(small_yaml()))


def get(client: Client, campaign: Campaign, address: str, **headers: str) -> Any:
    return client.get(address, headers={**bearer(token_for(campaign)), **headers})


def address(version: TaxonomyVersion, format_name: str = "") -> str:
    query = f"?format={format_name}" if format_name else ""
    return f"{LIST}{version.taxonomy.key}/versions/{version.number}/{query}"


def test_the_list_names_the_taxonomies_of_the_tokens_campaigns(client: Client, campaign: Campaign) -> None:
    make_campaign(key="other", version=make_version(small_yaml(key="hidden")))
    make_version(small_yaml(key="unused"))
    version = campaign.taxonomy_version
    assert get(client, campaign, LIST).json() == {
        "taxonomies": [
            {
                "key": "small",
                "title": "Small",
                "domain": "testing",
                "description": "",
                "versions": [
                    {
                        "number": 1,
                        "status": "published",
                        "digest": version.digest,
                        "published_at": "2026-11-20T09:00:00Z",
                    }
                ],
            }
        ],
        "next": None,
    }


def test_two_campaigns_of_one_taxonomy_list_it_once(client: Client, campaign: Campaign) -> None:
    other = make_campaign(key="other", version=campaign.taxonomy_version)
    answer = client.get(LIST, headers=bearer(token_for(campaign, other)))
    assert [taxonomy["key"] for taxonomy in answer.json()["taxonomies"]] == ["small"]


def test_retired_versions_are_shown_and_drafts_are_not(client: Client, campaign: Campaign) -> None:
    retire(version=campaign.taxonomy_version)
    draft = clone_version(version=campaign.taxonomy_version)
    [taxonomy] = get(client, campaign, LIST).json()["taxonomies"]
    assert [(entry["number"], entry["status"]) for entry in taxonomy["versions"]] == [(1, "retired")]
    assert get(client, campaign, address(campaign.taxonomy_version)).json()["status"] == "retired"
    for format_name in ("json", "yaml"):
        refused = get(client, campaign, address(draft, format_name))
        assert refused.status_code == 404
        assert refused.headers["Content-Type"] == "application/problem+json"


def test_json_is_the_content_with_header_and_digest(client: Client, campaign: Campaign) -> None:
    version = campaign.taxonomy_version
    answer = get(client, campaign, address(version))
    assert answer.headers["Content-Type"] == "application/json"
    shown = answer.json()
    assert {key: shown.pop(key) for key in ("key", "title", "number", "digest")} == {
        "key": "small",
        "title": "Small",
        "number": 1,
        "digest": version.digest,
    }
    assert {key: shown[key] for key in content_of(version)} == content_of(version)
    assert get(client, campaign, address(version, "json")).content == answer.content


@EVERY_PRESET
def test_yaml_is_the_dump_and_loads_to_the_same_digest(client: Client, preset: Path) -> None:
    version = make_version(preset.read_text())
    answer = get(client, make_campaign(version=version), address(version, "yaml"))
    assert answer.headers["Content-Type"] == "application/yaml"
    text = answer.content.decode()
    assert text == dump_taxonomy(version)
    assert load_taxonomy(text=text, publish=True, now=NOW).outcome == Outcome.UNCHANGED
    elsewhere = re.sub("^taxonomy: ", "taxonomy: other_", text)
    assert load_taxonomy(text=elsewhere, publish=True, now=NOW).version.digest == version.digest


def test_whoever_has_the_same_bytes_gets_none(client: Client, campaign: Campaign) -> None:
    version = campaign.taxonomy_version
    tags = {}
    for format_name in ("json", "yaml"):
        tag = get(client, campaign, address(version, format_name)).headers["ETag"]
        assert tag.startswith(f'"{version.digest}.')
        again = get(client, campaign, address(version, format_name), **{"If-None-Match": tag})
        assert (again.status_code, again.content) == (304, b"")
        tags[format_name] = tag
    assert tags["json"] != tags["yaml"]
    # The title is the taxonomy's, not the version's: same digest, other bytes.
    Taxonomy.objects.update(title="Another")
    renamed = get(client, campaign, address(version, "yaml"), **{"If-None-Match": tags["yaml"]})
    assert renamed.status_code == 200
    assert b"title: Another" in renamed.content


@pytest.mark.parametrize(
    ("scope", "status"), [("export:read", 200), ("report:read", 200), ("import:write", 403)]
)
def test_reading_labels_or_reports_is_enough(
    client: Client, campaign: Campaign, scope: str, status: int
) -> None:
    headers = bearer(token_for(campaign, scopes=[scope]))
    for path in (LIST, address(campaign.taxonomy_version), address(campaign.taxonomy_version, "yaml")):
        answer = client.get(path, headers=headers)
        assert answer.status_code == status
        if status == 403:
            assert answer.json()["detail"] == "This token lacks the scope export:read or report:read."


def test_a_token_of_another_campaign_reaches_nothing(client: Client, campaign: Campaign) -> None:
    other = make_campaign(key="other", version=make_version(small_yaml(key="hidden")))
    version = campaign.taxonomy_version
    for path in (address(version), address(version, "yaml")):
        assert get(client, other, path).status_code == 404
        assert client.get(path).status_code == 401


def test_the_versions_of_a_campaign_that_moved_on_stay_in_reach(client: Client, campaign: Campaign) -> None:
    former = campaign.taxonomy_version
    campaign.taxonomy_version = make_version(small_yaml().replace("Wrong.", "Not right."))
    campaign.save()
    assert get(client, campaign, address(former)).status_code == 200
    [taxonomy] = get(client, campaign, LIST).json()["taxonomies"]
    assert [entry["number"] for entry in taxonomy["versions"]] == [1, 2]
