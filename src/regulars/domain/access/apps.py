from django.apps import AppConfig


class AccessConfig(AppConfig):
    name = "regulars.domain.access"
    label = "access"
