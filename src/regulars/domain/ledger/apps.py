from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "regulars.domain.ledger"
    label = "ledger"
