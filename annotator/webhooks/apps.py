from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    name = "annotator.webhooks"
