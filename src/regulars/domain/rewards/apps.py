from django.apps import AppConfig


class RewardsConfig(AppConfig):
    name = "regulars.domain.rewards"
    label = "rewards"
