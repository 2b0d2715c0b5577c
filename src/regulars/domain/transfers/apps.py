from django.apps import AppConfig


class TransfersConfig(AppConfig):
    name = "regulars.domain.transfers"
    label = "transfers"
