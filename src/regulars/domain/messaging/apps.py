from django.apps import AppConfig


class MessagingConfig(AppConfig):
    name = "regulars.domain.messaging"
    label = "messaging"
