from django.apps import AppConfig


class TalliesConfig(AppConfig):
    name = "regulars.domain.tallies"
    label = "tallies"
