from django.apps import AppConfig


class StoredValueConfig(AppConfig):
    name = "regulars.domain.stored_value"
    label = "stored_value"
