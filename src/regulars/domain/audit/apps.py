from django.apps import AppConfig


class AuditConfig(AppConfig):
    name = "regulars.domain.audit"
    label = "audit"
