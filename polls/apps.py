from django.apps import AppConfig
from django.db.models.signals import post_delete, post_save
from django.utils.translation import gettext_lazy as _


class PollsConfig(AppConfig):
    name = "polls"
    verbose_name = _("Polls")

    def ready(self) -> None:
        from polls.models import Question, index_poll_of

        post_save.connect(index_poll_of, sender=Question, dispatch_uid="polls.index_poll_of")
        post_delete.connect(index_poll_of, sender=Question, dispatch_uid="polls.index_poll_of")
