from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class VeilleConfig(AppConfig):
    name = "veille"
    verbose_name = _("Inspiring watch")

    def ready(self) -> None:
        from django.db.models.signals import pre_delete
        from wagtail.signals import page_published

        from veille.models import Observation, VeilleEntryPage
        from veille.models.benchmark import keep_published
        from veille.services.stances import log_stance
        from veille.signals import notify_suggesters

        pre_delete.connect(keep_published, sender=Observation)
        page_published.connect(log_stance, sender=VeilleEntryPage)
        page_published.connect(notify_suggesters, sender=VeilleEntryPage)
