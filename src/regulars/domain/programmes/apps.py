from django.apps import AppConfig


class ProgrammesConfig(AppConfig):
    name = "regulars.domain.programmes"
    label = "programmes"
