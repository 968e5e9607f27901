import json
import secrets
from argparse import ArgumentParser
from datetime import timedelta

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.api.models import Scope
from annotator.api.tokens import MOST_DAYS, SCOPE_HELP, create_token
from annotator.assignments.models import Campaign

NAME_LENGTH = 120


class Command(BaseCommand):
    help = (
        "Make a token for CI and print it, alone, on stdout. It is kept only as a digest: this is the one time that"
        " it can be read. Revoke it in the admin."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--campaign", action="append", required=True, metavar="KEY", help="may be given again"
        )
        parser.add_argument(
            "--scope",
            action="append",
            choices=Scope.values,
            help="may be given again; default: export:read. "
            + "; ".join(f"{scope}: {words}" for scope, words in SCOPE_HELP.items()),
        )
        parser.add_argument("--name", default="ci")
        parser.add_argument("--days", type=int, help="how long it is valid; default: until revoked")
        parser.add_argument(
            "--json", action="store_true", help="print the token with its facts as one JSON object"
        )

    def handle(self, **options: object) -> None:
        wanted, days = options["campaign"], options["days"]
        assert isinstance(wanted, list)
        campaigns = list(Campaign.objects.filter(key__in=wanted))
        missing = set(wanted) - {campaign.key for campaign in campaigns}
        if missing:
            raise CommandError(f"There is no campaign {', '.join(sorted(missing))}.")
        if isinstance(days, int) and not 1 <= days <= MOST_DAYS:
            raise CommandError(f"--days lies between 1 and {MOST_DAYS}.")
        name = str(options["name"])
        if not 0 < len(name) <= NAME_LENGTH:
            raise CommandError(f"--name has 1 to {NAME_LENGTH} characters.")
        scopes = options["scope"] or [Scope.EXPORT_READ]
        assert isinstance(scopes, list)
        now = timezone.now()
        made = create_token(
            name=name,
            campaigns=campaigns,
            scopes=scopes,
            owner=None,
            prefix=secrets.token_hex(4),
            secret=secrets.token_urlsafe(32),
            expires_at=now + timedelta(days=days) if isinstance(days, int) else None,
            now=now,
        )
        if options["json"]:
            facts = {
                "token": made.secret,
                "prefix": made.token.prefix,
                "scopes": made.token.scopes,
                "campaigns": wanted,
            }
            self.stdout.write(json.dumps(facts))
        else:
            self.stdout.write(made.secret)
