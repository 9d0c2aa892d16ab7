from django.apps import AppConfig


class DecidimConfig(AppConfig):
    name = "decidim"
