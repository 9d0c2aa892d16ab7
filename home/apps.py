from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from home.services.search_index import complete_index

        post_migrate.connect(complete_index, sender=self, dispatch_uid="home.complete_index")
