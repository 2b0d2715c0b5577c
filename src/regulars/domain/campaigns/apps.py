from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "regulars.domain.campaigns"
    label = "campaigns"
