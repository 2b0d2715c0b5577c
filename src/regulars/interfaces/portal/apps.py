from django.apps import AppConfig


class PortalConfig(AppConfig):
    name = "regulars.interfaces.portal"
    label = "portal"
