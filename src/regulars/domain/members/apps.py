from django.apps import AppConfig


class MembersConfig(AppConfig):
    name = "regulars.domain.members"
    label = "members"
