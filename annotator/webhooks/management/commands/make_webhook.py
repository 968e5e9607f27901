import json
from argparse import ArgumentParser

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from annotator.assignments.models import Campaign
from annotator.webhooks.addresses import BadUrl, read_url
from annotator.webhooks.allowing import NotAllowed
from annotator.webhooks.endpoints import NewEndpoint, make_endpoint, rotate_secret
from annotator.webhooks.models import Endpoint, Event
from annotator.webhooks.posting import system_resolver


class Command(BaseCommand):
    help = (
        "Tell a URL of a campaign's events, and print the secret that signs them, alone, on stdout. It is not stored:"
        " this is the one time that it can be read. A superuser allows the host in the admin first."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--campaign", required=True, metavar="KEY")
        parser.add_argument("--url", required=True)
        parser.add_argument(
            "--event", action="append", choices=Event.values, help="may be given again; default: all"
        )
        parser.add_argument(
            "--new-secret",
            action="store_true",
            help="of an endpoint that there is; for 24 hours the former one signs beside it",
        )
        parser.add_argument(
            "--json", action="store_true", help="print the secret with its facts as one JSON object"
        )

    def handle(self, **options: object) -> None:
        events = options["event"] or Event.values
        assert isinstance(events, list)
        try:
            url = read_url(str(options["url"])).url
        except BadUrl as error:
            raise CommandError(str(error)) from error
        campaign = Campaign.objects.filter(key=options["campaign"]).first()
        if campaign is None:
            raise CommandError(f"There is no campaign {options['campaign']}.")
        if options["new_secret"]:
            made = new_secret(campaign, url=url)
        elif campaign.webhook_endpoints.filter(url=url).exists():
            raise CommandError("There is such an endpoint; --new-secret gives it another secret.")
        else:
            try:
                made = make_endpoint(
                    campaign=campaign,
                    url=url,
                    events=events,
                    made_by=None,
                    resolve=system_resolver,
                    now=timezone.now(),
                )
            except NotAllowed as error:
                raise CommandError(str(error)) from error
        if options["json"]:
            endpoint = made.endpoint
            facts = {"secret": made.secret, "endpoint": str(endpoint.public_id), "url": endpoint.url}
            self.stdout.write(json.dumps({**facts, "events": endpoint.events}))
        else:
            self.stdout.write(made.secret)


def new_secret(campaign: Campaign, *, url: str) -> NewEndpoint:
    endpoint = Endpoint.objects.filter(campaign=campaign, url=url).first()
    if endpoint is None:
        raise CommandError("There is no such endpoint.")
    return NewEndpoint(endpoint=endpoint, secret=rotate_secret(endpoint=endpoint, now=timezone.now()))
