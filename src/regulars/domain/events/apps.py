from django.apps import AppConfig


class EventsConfig(AppConfig):
    name = "regulars.domain.events"
    label = "events"
