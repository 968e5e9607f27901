"""Taxonomies, people and campaigns for tests, made through the domain's own functions."""

from datetime import UTC, datetime

from annotator.accounts.models import User
from annotator.accounts.people import create_person
from annotator.assignments.campaigns import Policy, create_campaign
from annotator.assignments.models import Campaign, Role
from annotator.chains.models import Dataset
from taxonomies.loading import load_taxonomy
from taxonomies.models import TaxonomyVersion

NOW = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

SMALL = """\
taxonomy: {key}
title: Small
domain: testing
guidelines: |
  Look **twice**.
criteria:
  - key: verdict
    question: Is it right?
    required: true
    verdict: true
    labels:
      - {{key: great, title: Great, definition: Right and useful., value: 1, hotkey: "1", tone: good}}
      - {{key: okay, title: Okay, definition: Right., value: 0, hotkey: "2"}}
      - {{key: bad, title: Bad, definition: Wrong., value: -1, hotkey: "3", tone: bad}}
  - key: error_type
    question: What is wrong?
    shown_for: [verdict.bad]
    labels:
      - {{key: sign_error, title: Sign error, definition: A sign is wrong., hotkey: "4"}}
      - {{key: other, title: Other, definition: Anything else., hotkey: "5"}}
"""


def small_yaml(*, key: str = "small") -> str:
    return SMALL.format(key=key)


def make_version(*, key: str = "small", publish: bool = True) -> TaxonomyVersion:
    """Great, okay, bad; two error types for bad."""
    return load_taxonomy(text=small_yaml(key=key), publish=publish, now=NOW).version


def make_user(*, name: str, researcher: bool = False) -> User:
    """Signs in with `client.force_login`: the password is nobody's business."""
    return create_person(username=name, password="never typed", researcher=researcher)


def make_campaign(
    *,
    key: str = "run",
    dataset: Dataset | None = None,
    version: TaxonomyVersion | None = None,
    annotators: list[User] | None = None,
    reviewers: list[User] | None = None,
    researchers: list[User] | None = None,
    policy: Policy | None = None,
) -> Campaign:
    return create_campaign(
        key=key,
        title=key,
        dataset=dataset or Dataset.objects.get_or_create(key="chains", title="Chains")[0],
        taxonomy_version=version or make_version(),
        members={
            Role.ANNOTATOR: annotators or [],
            Role.REVIEWER: reviewers or [],
            Role.RESEARCHER: researchers or [],
        },
        policy=policy or Policy(),
    )
