from django.apps import AppConfig


class HouseholdsConfig(AppConfig):
    name = "regulars.domain.households"
    label = "households"
