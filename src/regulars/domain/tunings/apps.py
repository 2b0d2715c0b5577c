from django.apps import AppConfig


class TuningsConfig(AppConfig):
    name = "regulars.domain.tunings"
    label = "tunings"
