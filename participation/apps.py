from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    verbose_name = _("Participation")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in
        from django.db.models.signals import post_delete
        from wagtail.signals import page_published

        from common.files import delete_file
        from participation.models import Attachment
        from participation.services.follows import follow_editors_choice
        from participation.views.draft_session import adopt

        page_published.connect(follow_editors_choice)
        user_logged_in.connect(adopt)
        post_delete.connect(delete_file, sender=Attachment)
