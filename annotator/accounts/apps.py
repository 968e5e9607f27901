from importlib import import_module

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "annotator.accounts"
    verbose_name = "People"

    def ready(self) -> None:
        # Not before: it imports models.
        import_module("annotator.accounts.upgrading")
