from django.apps import AppConfig


class ChainsConfig(AppConfig):
    name = "annotator.chains"
    verbose_name = "Data"
