from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate
from django.utils.translation import gettext_lazy as _


class HomeConfig(AppConfig):
    name = "home"
    verbose_name = _("Home")

    def ready(self) -> None:
        from home.services.group_rights import apply_rights
        from home.services.search_index import complete_index

        post_migrate.connect(complete_index, sender=self, dispatch_uid="home.complete_index")
        # `migrate` creates the permissions app by app: after the last one all of them exist.
        last = [config for config in apps.get_app_configs() if config.models_module][-1]
        post_migrate.connect(apply_rights, sender=last, dispatch_uid="home.apply_rights")
