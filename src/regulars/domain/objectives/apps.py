from django.apps import AppConfig


class ObjectivesConfig(AppConfig):
    name = "regulars.domain.objectives"
    label = "objectives"
