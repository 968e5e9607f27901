"""Campaigns with steps on which people disagree, and the figures that say so."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from annotator.analysis import refreshing
from annotator.analysis.models import AgreementReport
from annotator.assignments.members import add_member
from annotator.assignments.models import Campaign, Role
from annotator.chains.models import ChainStep, Step
from annotator.jobs import running
from tests.graded import graded_campaign
from tests.makers import line, make_user

LINES = [
    line("q/a", "one", "two", "three", reference_answer="42", final_answer="41"),
    line("r/b", "four", "five"),
]
# Contested: two (good, bad), five (okay, good), three (bad, okay). One and four are agreed.
GRADES: dict[str, dict[str, list[str]]] = {
    "ada": {"q/a": ["good", "good", "bad:logic"], "r/b": ["good", "okay"]},
    "ben": {"q/a": ["good", "bad:sign", "okay"], "r/b": ["good", "good"]},
}


def contested_campaign(
    grades: Mapping[str, Mapping[str, Sequence[str]]] = GRADES,
    *,
    lines: Sequence[bytes] = LINES,
    **policy: Any,
) -> Campaign:
    """Graded, and with figures. Rita and Rob review it, Rosa does research."""
    campaign = graded_campaign(lines, grades, **policy)
    for name, role in (("rita", Role.REVIEWER), ("rob", Role.REVIEWER), ("rosa", Role.RESEARCHER)):
        add_member(campaign=campaign, user=make_user(name), role=role)
    compute(campaign)
    return campaign


def compute(campaign: Campaign) -> None:
    asked = refreshing.ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    assert report is not None
    refreshing.refresh_agreement(report=report, now=timezone.now())


def step_of(text: str) -> Step:
    return ChainStep.objects.select_related("step").get(step__text=text).step


def address(text: str, *, key: str = "pilot") -> str:
    return f"/campaigns/{key}/adjudicate/{step_of(text).pk}/"
