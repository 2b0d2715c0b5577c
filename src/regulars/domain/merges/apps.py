from django.apps import AppConfig


class MergesConfig(AppConfig):
    name = "regulars.domain.merges"
    label = "merges"
