import json
import secrets
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.accounts.models import User
from annotator.analysis.restyling import twins_for
from annotator.analysis.twin_candidates import Candidates, pick_arms
from annotator.analysis.written_arms import ArmsRefused, read_arms
from annotator.assignments.claiming import SEED_BITS
from annotator.assignments.models import Campaign, TwinStudy
from annotator.assignments.studies import MOST_PAIRS, Arm, StudyRefused, make_study
from taxonomies.models import StyleFeature

USUAL_PAIRS = 40


class Command(BaseCommand):
    help = (
        "Plan a study of twins: a draft for one style feature, with pairs made by machine or written ones from a file."
        " Nothing is shown to annotators before a second person has confirmed pairs and a researcher has started the study,"
        f" both on the campaign's pages. By machine: {', '.join(twins_for)}."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("campaign", metavar="KEY")
        parser.add_argument("--feature", required=True, choices=StyleFeature.values, metavar="NAME")
        parser.add_argument(
            "--by",
            required=True,
            metavar="NAME",
            help="the researcher who makes it, and so cannot confirm it",
        )
        parser.add_argument(
            "--pairs",
            type=int,
            default=USUAL_PAIRS,
            metavar="N",
            help=f"made by machine; {USUAL_PAIRS} unless given",
        )
        parser.add_argument("--seed", type=int, metavar="N", help="for the draw of steps; drawn unless given")
        parser.add_argument(
            "--file",
            type=Path,
            metavar="FILE",
            help="written twins instead, one JSON object a line: chain_id, step_index (from 0), text and perhaps note",
        )
        parser.add_argument("--json", action="store_true", help="print what was made as one JSON object")

    def handle(self, **options: Any) -> None:
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        person = User.objects.filter(username=options["by"]).first()
        if person is None:
            raise CommandError(f"There is nobody called {options['by']}.")
        seed = secrets.randbits(SEED_BITS) if options["seed"] is None else options["seed"]
        if not 0 <= seed < 2**SEED_BITS:
            raise CommandError(f"A seed is a whole number from 0 to {2**SEED_BITS - 1}.")
        found = self.candidates(campaign, seed=seed, options=options)
        try:
            study = make_study(
                campaign=campaign,
                feature=options["feature"],
                arms=found.arms,
                person=person,
                seed=seed,
                now=timezone.now(),
            )
        except StudyRefused as refused:
            raise CommandError(str(refused)) from refused
        self.tell(study, found, as_json=options["json"])

    def candidates(self, campaign: Campaign, *, seed: int, options: dict[str, Any]) -> Candidates:
        """Written ones are all that there are."""
        feature, path, pairs = options["feature"], options["file"], options["pairs"]
        if path is not None:
            arms = self.written(campaign, feature=feature, path=path)
            return Candidates(arms=arms, pool=len(arms), tried=len(arms))
        if not 1 <= pairs <= MOST_PAIRS:
            raise CommandError(f"--pairs is a whole number from 1 to {MOST_PAIRS}.")
        if feature not in twins_for:
            raise CommandError(
                f"No machine can change {feature} and keep the words; write the twins, and give --file."
            )
        found = pick_arms(campaign=campaign, feature=feature, pairs=pairs, seed=seed)
        if not found.arms:
            raise CommandError(f"No step of this campaign can be used. {reasons_of(found)}".strip())
        return found

    def written(self, campaign: Campaign, *, feature: str, path: Path) -> tuple[Arm, ...]:
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        try:
            with path.open("rb") as stream:
                return tuple(read_arms(campaign=campaign, feature=feature, stream=stream))
        except ArmsRefused as refused:
            for error in refused.errors:
                self.stderr.write(str(error))
            count = len(refused.errors) + refused.more
            raise CommandError(
                f"{count} lines are wrong; nothing was taken in." if count else "The file is empty."
            ) from refused

    def tell(self, study: TwinStudy, found: Candidates, *, as_json: bool) -> None:
        made = {"study": study.pk, "feature": study.feature, "seed": study.seed, "pairs": len(found.arms)}
        if as_json:
            self.stdout.write(json.dumps({**made, "tried": found.tried, "left_out": found.left_out}))
            return
        self.stdout.write(
            f"Study {study.pk} of {study.feature}: {len(found.arms)} pairs wait for somebody else to confirm them. Seed"
            f" {study.seed}."
        )
        if found.left_out:
            self.stdout.write(reasons_of(found))


def reasons_of(found: Candidates) -> str:
    if not found.left_out:
        return ""
    reasons = ", ".join(f"{reason.replace('_', ' ')} {count}" for reason, count in found.left_out.items())
    return f"Steps not used: {reasons}."
