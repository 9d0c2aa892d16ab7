from django.apps import AppConfig
from django.db.models.signals import post_delete, pre_delete
from django.utils.translation import gettext_lazy as _


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = _("Field work")

    def ready(self) -> None:
        from common.files import delete_file
        from fieldwork.models import DraftPicture, Outing
        from fieldwork.signals import keep_outings

        post_delete.connect(delete_file, sender=DraftPicture)
        pre_delete.connect(keep_outings, sender=Outing, dispatch_uid="fieldwork.keep_outings")
