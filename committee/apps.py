from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteeConfig(AppConfig):
    name = "committee"
    verbose_name = _("Committee")

    def ready(self) -> None:
        from django.db.models.signals import post_delete

        from committee.models.documents import MemberDocument, delete_file

        post_delete.connect(delete_file, sender=MemberDocument)
