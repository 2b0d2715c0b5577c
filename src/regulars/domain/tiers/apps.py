from django.apps import AppConfig


class TiersConfig(AppConfig):
    name = "regulars.domain.tiers"
    label = "tiers"
