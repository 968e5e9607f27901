"""A campaign of which every address of the API has something to tell, and where each thing is found."""

from dataclasses import dataclass
from pathlib import Path

from django.utils import timezone

from annotator.analysis.models import AgreementReport
from annotator.analysis.refreshing import ask_for_agreement, refresh_agreement
from annotator.assignments.models import Campaign, GoldChain, GoldGrade
from annotator.chains.importing import request_import
from annotator.chains.models import Chain, ImportRun
from annotator.exports.models import Snapshot
from annotator.jobs import running
from taxonomies.models import Label
from tests.exports.snapshots.sealed import sealed
from tests.graded import graded_campaign, token_for
from tests.makers import line
from tests.style_figures import stored_flag, stored_style, whole_style

PROBLEMS = 8


@dataclass(frozen=True, slots=True)
class Furnished:
    campaign: Campaign
    older: Snapshot
    newer: Snapshot
    run: ImportRun
    token: str


def furnish(folder: Path) -> Furnished:
    """`folder`: for a file that waits to be imported. Call it where the files of snapshots have a place of their own."""
    lines = [
        line(f"q{n}/{copy}", f"one of {copy}", f"two of {n}", final_answer_correct=True)
        for n in range(PROBLEMS)
        for copy in "ab"
    ]
    words = {
        f"q{n}/{copy}": ["good", "bad" if n % 3 == 0 else "good"] for n in range(PROBLEMS) for copy in "ab"
    }
    ben = words | {"q1/a": ["good", "okay"], "q2/a": ["okay", "bad"]}
    campaign = graded_campaign(lines, {"ada": words, "ben": ben}, overlap=2)
    know_gold(campaign)
    refresh(campaign)
    report = stored_style(campaign, figures=whole_style(), now=timezone.now())
    stored_flag(report)
    stored_flag(report, whole_style()["peers"][0], member=campaign.memberships.order_by("pk")[0])
    older = sealed(campaign)
    campaign.memberships.filter(user__username="ada").update(pseudonym="amber-fox")
    newer = sealed(campaign, gate={"alpha_ordinal": "-1"})
    return Furnished(campaign, older, newer, waiting_import(campaign, folder), token_for(campaign))


def know_gold(campaign: Campaign) -> None:
    chain = Chain.objects.get(external_id="q0/a")
    gold = GoldChain.objects.create(campaign=campaign, chain=chain)
    label = Label.objects.get(criterion__is_verdict=True, key="good", version=campaign.taxonomy_version)
    GoldGrade.objects.create(gold_chain=gold, step=chain.chain_steps.earliest("index").step, label=label)


def refresh(campaign: Campaign) -> None:
    asked = ask_for_agreement(campaign=campaign, requested_by=None, now=timezone.now())
    report = running.take(AgreementReport, pk=asked.pk, now=timezone.now())
    assert report is not None
    refresh_agreement(report=report, now=timezone.now())


def waiting_import(campaign: Campaign, folder: Path) -> ImportRun:
    path = folder / "waiting.jsonl"
    path.write_bytes(line("new/a", "one"))
    return request_import(
        dataset=campaign.dataset,
        path=path,
        file_name="upload",
        format_name="native",
        sha256="0" * 64,
        requested_by=None,
        idempotency_key=None,
        now=timezone.now(),
    )
