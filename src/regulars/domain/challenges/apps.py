from django.apps import AppConfig


class ChallengesConfig(AppConfig):
    name = "regulars.domain.challenges"
    label = "challenges"
