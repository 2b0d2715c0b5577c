from django.apps import AppConfig


class NoticesConfig(AppConfig):
    name = "regulars.domain.notices"
    label = "notices"
