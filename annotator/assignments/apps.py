from django.apps import AppConfig


class AssignmentsConfig(AppConfig):
    name = "annotator.assignments"
    verbose_name = "Campaigns"
