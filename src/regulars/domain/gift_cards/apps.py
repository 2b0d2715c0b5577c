from django.apps import AppConfig


class GiftCardsConfig(AppConfig):
    name = "regulars.domain.gift_cards"
    label = "gift_cards"
