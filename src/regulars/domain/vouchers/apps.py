from django.apps import AppConfig


class VouchersConfig(AppConfig):
    name = "regulars.domain.vouchers"
    label = "vouchers"
