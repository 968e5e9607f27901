from typing import Any

from django.core.management.commands import migrate

from annotator.accounts.people import researchers_group


class Command(migrate.Command):
    """Django's own; a whole one also lets researchers do what this version of the code names."""

    def handle(self, *args: Any, **options: Any) -> None:
        super().handle(*args, **options)
        is_partial = options["app_label"] or options["plan"] or options["check_unapplied"]
        if not is_partial:
            researchers_group()
