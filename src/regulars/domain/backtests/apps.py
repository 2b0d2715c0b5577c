from django.apps import AppConfig


class BacktestsConfig(AppConfig):
    name = "regulars.domain.backtests"
    label = "backtests"
