from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ParticipationConfig(AppConfig):
    name = "participation"
    verbose_name = _("Participation")

    def ready(self) -> None:
        from wagtail.signals import page_published

        from participation.services.discussions import follow_editors_choice

        page_published.connect(follow_editors_choice)
