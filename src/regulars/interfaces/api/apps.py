from django.apps import AppConfig


class ApiConfig(AppConfig):
    """Lets Django find the templates of the API's pages."""

    name = "regulars.interfaces.api"
    label = "api"
