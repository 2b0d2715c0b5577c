from django.apps import AppConfig


class ConsoleConfig(AppConfig):
    name = "regulars.interfaces.console"
    label = "console"
    verbose_name = "Console"
