from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class FieldworkConfig(AppConfig):
    name = "fieldwork"
    verbose_name = _("Field work")

    def ready(self) -> None:
        from django.db.models.signals import post_delete

        from fieldwork.models import DraftPicture
        from participation.services.attachments import delete_file

        post_delete.connect(delete_file, sender=DraftPicture)
