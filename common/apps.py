from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate
from django.utils.translation import gettext_lazy as _


class CommonConfig(AppConfig):
    name = "common"
    verbose_name = _("Technical helpers")

    def ready(self) -> None:
        from common import guards

        pre_migrate.connect(guards.stand_down, sender=self, dispatch_uid="common.guards.stand_down")
        post_migrate.connect(guards.install, sender=self, dispatch_uid="common.guards.install")
