"""What an upgrade does to people: researchers may then do what the new version of the code names."""

from typing import Any

from django.apps import apps
from django.contrib.auth.models import Group
from django.db.models.signals import post_migrate
from django.dispatch import receiver

from annotator.accounts.people import RESEARCHERS, researchers_group

# When it is done, the permissions of all of them are there; an app without models is not told of.
LAST_APP = [app for app in apps.get_app_configs() if app.models_module is not None][-1]


@receiver(post_migrate, sender=LAST_APP)
def bring_researchers_up_to_date(**sent: Any) -> None:
    if Group.objects.filter(name=RESEARCHERS).exists():
        researchers_group()
