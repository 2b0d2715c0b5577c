from django.apps import AppConfig


class AdjustmentsConfig(AppConfig):
    name = "regulars.domain.adjustments"
    label = "adjustments"
