import json
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from annotator.accounts.people import PersonRefused, people_named
from annotator.assignments.campaigns import CampaignRefused, Policy, create_campaign
from annotator.assignments.models import AfterFirstError, Alternatives, Campaign, Reference, Reveal, Role
from annotator.chains.models import Dataset
from taxonomies.publishing import VersionRefused, latest_published

USUAL = Policy()


class Command(BaseCommand):
    help = (
        "Make a campaign: a dataset, the latest published version of a taxonomy, and the people who grade. "
        "Exit code 1 with words when a name is unknown or the key is taken; then nothing was stored."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "key", metavar="KEY", help="names the campaign in addresses: letters, digits, - and _"
        )
        parser.add_argument("--dataset", required=True, metavar="KEY")
        parser.add_argument("--taxonomy", required=True, metavar="KEY")
        parser.add_argument("--title", help="the key, unless given")
        for role in Role:
            parser.add_argument(
                f"--{role}",
                action="extend",
                nargs="+",
                default=[],
                metavar="NAME",
                help=f"a {role}; may be repeated",
            )
        add_policy(parser)
        parser.add_argument("--json", action="store_true", help="print the result as one JSON line")

    @transaction.atomic
    def handle(self, *, key: str, **options: Any) -> None:
        try:
            campaign = create_campaign(
                key=key,
                title=options["title"] or key,
                dataset=dataset_named(options["dataset"]),
                taxonomy_version=latest_published(key=options["taxonomy"]),
                members={role: people_named(usernames=options[role]) for role in Role},
                policy=Policy(**{name: options[name] for name in Policy.__dataclass_fields__}),
            )
        except (CampaignRefused, PersonRefused, VersionRefused) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(as_json(campaign) if options["json"] else in_words(campaign))


def add_policy(parser: ArgumentParser) -> None:
    parser.add_argument(
        "--overlap",
        type=int,
        default=USUAL.overlap,
        metavar="N",
        help="how many annotators grade each chain (%(default)s)",
    )
    parser.add_argument(
        "--after-first-error",
        choices=AfterFirstError.values,
        default=USUAL.after_first_error,
        help="what follows a flawed step (%(default)s)",
    )
    parser.add_argument(
        "--reveal",
        choices=Reveal.values,
        default=USUAL.reveal,
        help="show all steps, or one by one (%(default)s)",
    )
    parser.add_argument(
        "--reference",
        choices=Reference.values,
        default=USUAL.reference,
        help="the reference answer (%(default)s)",
    )
    parser.add_argument(
        "--alternatives",
        choices=Alternatives.values,
        default=USUAL.alternatives,
        help="steps beside the chain's own: not asked, graded at their node, or also written where none is sound (%(default)s)",
    )
    parser.add_argument(
        "--plain-share",
        type=float,
        default=USUAL.plain_share,
        metavar="SHARE",
        help="share of assignments shown without surface style, 0 to 1 (%(default)s)",
    )
    parser.add_argument(
        "--lease-minutes",
        type=int,
        default=USUAL.lease_minutes,
        metavar="MINUTES",
        help="after this time an untouched chain goes back (%(default)s)",
    )
    parser.add_argument(
        "--contested-below",
        type=float,
        default=USUAL.contested_below,
        metavar="SHARE",
        help="a step goes to a reviewer when it is tied, or when a smaller share of its votes is alike, 0 to 1 (%(default)s)",
    )
    parser.add_argument(
        "--dawid-skene",
        action="store_true",
        help="also estimate each step's label by how often each annotator errs",
    )


def dataset_named(key: str) -> Dataset:
    dataset = Dataset.objects.filter(key=key).first()
    if dataset is None:
        known = ", ".join(Dataset.objects.order_by("key").values_list("key", flat=True)) or "none yet"
        raise CampaignRefused(f"There is no dataset {key!r} (there is: {known}).")
    return dataset


def in_words(campaign: Campaign) -> str:
    people = campaign.memberships.count()
    return f"{campaign.key}: {campaign.dataset.key} with {campaign.taxonomy_version}, {people} people"


def as_json(campaign: Campaign) -> str:
    return json.dumps(
        {
            "campaign": campaign.key,
            "dataset": campaign.dataset.key,
            "taxonomy": campaign.taxonomy_version.taxonomy.key,
            "taxonomy_version": campaign.taxonomy_version.number,
            "overlap": campaign.overlap,
            "members": [
                {
                    "username": membership.user.username,
                    "role": membership.role,
                    "pseudonym": membership.pseudonym,
                }
                for membership in campaign.memberships.select_related("user").order_by("pk")
            ],
        }
    )
