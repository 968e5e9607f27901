from django.apps import AppConfig
from django.core.checks import Tags, register

from annotator.grading.durability import check_durability


class GradingConfig(AppConfig):
    name = "annotator.grading"

    def ready(self) -> None:
        register(check_durability, Tags.database)
