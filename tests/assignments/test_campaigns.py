import json
import re
from dataclasses import asdict
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, transaction

from annotator.assignments.campaigns import CampaignRefused, Policy
from annotator.assignments.members import add_member, draw_pseudonym
from annotator.assignments.models import Campaign, Membership, Role
from annotator.chains.models import Dataset
from taxonomies.publishing import clone_version, publish, retire
from tests.makers import NOW, make_campaign, make_user, make_version, small_yaml

pytestmark = pytest.mark.django_db


def test_a_campaign_has_its_people_under_pseudonyms() -> None:
    ann, bob, eve = (make_user(name) for name in ("ann", "bob", "eve"))
    campaign = make_campaign(annotators=["ann", "bob"], reviewers=["eve"], overlap=3)
    assert campaign.overlap == 3
    members = {member.user: member for member in campaign.memberships.all()}
    assert {user: member.role for user, member in members.items()} == {
        ann: "annotator",
        bob: "annotator",
        eve: "reviewer",
    }
    assert re.fullmatch(r"annotator-[0-9a-f]{4}", members[ann].pseudonym)
    assert re.fullmatch(r"reviewer-[0-9a-f]{4}", members[eve].pseudonym)


def test_a_person_has_one_role_in_a_campaign() -> None:
    ann = make_user("ann")
    with pytest.raises(CampaignRefused, match="ann is named twice"):
        make_campaign(annotators=["ann"], reviewers=["ann"])
    assert not Campaign.objects.exists()
    campaign = make_campaign(annotators=["ann"])
    with pytest.raises(IntegrityError, match="a_person_is_a_member_once"), transaction.atomic():
        add_member(campaign=campaign, user=ann, role=Role.REVIEWER)


def test_a_drawn_pseudonym_is_free() -> None:
    taken = {f"annotator-{number:04x}" for number in range(65536)} - {"annotator-7f3a"}
    assert draw_pseudonym(role="annotator", taken=taken) == "annotator-7f3a"


def test_a_campaign_uses_a_published_version() -> None:
    draft = make_version(small_yaml(), publish=False)
    with pytest.raises(CampaignRefused, match="small v1 is draft"):
        make_campaign(version=draft)
    version = publish(version=draft, now=NOW)
    retire(version=version)
    with pytest.raises(CampaignRefused, match="small v1 is retired"):
        make_campaign(version=version)


def test_the_database_refuses_a_draft_too() -> None:
    draft = make_version(small_yaml(), publish=False)
    dataset = Dataset.objects.create(key="chains", title="Chains")
    with pytest.raises(IntegrityError, match="a campaign uses a published taxonomy version"):
        Campaign.objects.create(key="run", title="Run", dataset=dataset, taxonomy_version=draft)


@pytest.mark.parametrize(
    ("policy", "words"),
    [
        (Policy(overlap=0), "overlap: "),
        (Policy(overlap=51), "overlap: "),
        (Policy(after_first_error="panic"), "after_first_error: "),
        (Policy(plain_share=1.5), "plain_share: "),
        (Policy(plain_share=float("nan")), "a_plain_share_is_a_share"),
        (Policy(lease_minutes=1), "lease_minutes: "),
        (Policy(contested_below=-0.1), "contested_below: "),
        (Policy(contested_below=1.1), "contested_below: "),
    ],
)
def test_an_impossible_policy_is_refused_with_words(policy: Policy, words: str) -> None:
    with pytest.raises(CampaignRefused, match=words):
        make_campaign(**asdict(policy))


@pytest.mark.parametrize("key", ["", "two words", "a/b", "x" * 81, "run"])
def test_an_odd_or_taken_key_is_refused_with_words(key: str) -> None:
    version = make_version(small_yaml())
    make_campaign(key="run", version=version)
    with pytest.raises(CampaignRefused, match="key: "):
        make_campaign(key=key, version=version)


def run(*arguments: str) -> str:
    out = StringIO()
    call_command("create_campaign", *arguments, stdout=out)
    return out.getvalue()


def make_setting() -> None:
    Dataset.objects.create(key="chains", title="Chains")
    make_version(small_yaml())
    for name in ("ann", "bob", "eve", "rosa"):
        make_user(name)


def test_the_command_makes_a_campaign_with_the_latest_version() -> None:
    make_setting()
    publish(version=clone_version(version=make_version(small_yaml())), now=NOW)
    said = run(
        *(
            "demo",
            "--dataset",
            "chains",
            "--taxonomy",
            "small",
            "--overlap",
            "2",
            "--annotator",
            "ann",
            "bob",
        ),
        *("--reviewer", "eve", "--researcher", "rosa", "--after-first-error", "continue", "--json"),
    )
    result = json.loads(said)
    assert (result["campaign"], result["taxonomy_version"], result["overlap"]) == ("demo", 2, 2)
    assert [(member["username"], member["role"]) for member in result["members"]] == [
        ("ann", "annotator"),
        ("bob", "annotator"),
        ("eve", "reviewer"),
        ("rosa", "researcher"),
    ]
    campaign = Campaign.objects.get()
    assert (campaign.title, campaign.after_first_error) == ("demo", "continue")


def test_the_command_takes_what_becomes_of_the_grades() -> None:
    make_setting()
    names = ("demo", "--dataset", "chains", "--taxonomy", "small")
    run(*names, "--contested-below", "0.7", "--dawid-skene")
    campaign = Campaign.objects.get()
    assert (campaign.contested_below, campaign.dawid_skene) == (0.7, True)


def test_options_for_people_may_be_repeated() -> None:
    make_setting()
    said = run(
        "demo", "--dataset", "chains", "--taxonomy", "small", "--annotator", "ann", "--annotator", "bob"
    )
    assert said == "demo: chains with small v1, 2 people\n"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"--dataset": "nope"}, r"no dataset 'nope' \(there is: chains\)"),
        ({"--taxonomy": "nope"}, r"no taxonomy 'nope' \(there is: small\)"),
        ({"--annotator": "zoe"}, "nobody named zoe"),
        ({"--overlap": "0"}, "overlap: "),
        ({"--reviewer": "ann"}, "named twice"),
    ],
)
def test_the_command_refuses_with_words_and_stores_nothing(change: dict[str, str], words: str) -> None:
    make_setting()
    options = {"--dataset": "chains", "--taxonomy": "small", "--annotator": "ann", **change}
    with pytest.raises(CommandError, match=words):
        run("demo", *(part for option in options.items() for part in option))
    assert not Campaign.objects.exists()
    assert not Membership.objects.exists()
