from django.apps import AppConfig
from django.db.models.signals import pre_delete
from django.utils.translation import gettext_lazy as _


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = _("Field work")

    def ready(self) -> None:
        from fieldwork.models import Outing
        from fieldwork.signals import keep_outings

        pre_delete.connect(keep_outings, sender=Outing, dispatch_uid="fieldwork.keep_outings")
