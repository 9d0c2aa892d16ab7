from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from home.search import index_new_site

        post_migrate.connect(index_new_site, sender=self, dispatch_uid="home.index_new_site")
