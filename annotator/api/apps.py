from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "annotator.api"
    verbose_name = "Machines"
