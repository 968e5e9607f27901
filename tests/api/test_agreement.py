import json
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.jobs import running
from tests.agreement_figures import former_figures, stored_report, whole_figures
from tests.graded import bearer, graded_campaign, token_for
from tests.makers import line

ADDRESS = "/api/v1/campaigns/pilot/agreement/"
of_one_view = pytest.mark.django_db(transaction=True)


def answer_for(client: Client, campaign: Any) -> dict[str, Any]:
    answer = client.get(ADDRESS, headers=bearer(token_for(campaign)))
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


@of_one_view
def test_the_figures_name_people_by_pseudonym_alone(client: Client) -> None:
    words = {"p/a": ["good", "bad"], "q/b": ["good"]}
    campaign = graded_campaign(
        [line("p/a", "one", "two"), line("q/b", "three")],
        {"ada-lovelace": words, "ben-franklin": words | {"q/b": ["okay"]}},
    )
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    assert report is not None
    refreshing.refresh_agreement(report=report, now=timezone.now())
    found = answer_for(client, campaign)
    members = {
        member.pseudonym: member.user.username for member in campaign.memberships.select_related("user")
    }
    assert {person["pseudonym"] for person in found["figures"]["annotators"]} == set(members)
    assert not [name for name in members.values() if name in json.dumps(found)]


@pytest.mark.django_db
def test_the_figures_are_those_of_the_stored_report(client: Client) -> None:
    campaign = graded_campaign([line("p/a", "one")], {"ada": {"p/a": ["good"]}})
    stored_report(campaign, figures=whole_figures(), now=timezone.now())
    assert answer_for(client, campaign)["figures"] == whole_figures()


@pytest.mark.django_db
def test_a_report_of_former_code_says_that_it_is_stale(client: Client) -> None:
    campaign = graded_campaign([line("p/a", "one")], {"ada": {"p/a": ["good"]}})
    stored_report(campaign, figures=former_figures(), now=timezone.now(), code_version="1")
    found = answer_for(client, campaign)
    assert found["is_stale"]
    assert found["computed_from"]["code_version"] == "1"
    assert "annotators" not in found["figures"]
