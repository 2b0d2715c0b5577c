from django.apps import AppConfig


class DatabaseConfig(AppConfig):
    name = "regulars.database"
    label = "database"
