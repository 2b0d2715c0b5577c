from django.apps import AppConfig


class AudiencesConfig(AppConfig):
    name = "regulars.domain.audiences"
    label = "audiences"
