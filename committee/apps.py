from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CommitteeConfig(AppConfig):
    name = "committee"
    verbose_name = _("Committee")

    def ready(self) -> None:
        from django.db.models.signals import post_delete, post_save, pre_delete, pre_save
        from wagtail.models import Page
        from wagtail.signals import pre_page_move

        from committee.models.documents import MemberDocument
        from committee.models.frozen import keep_place, keep_published, refuse_deletion_of_held_session
        from committee.models.members import Member
        from committee.models.naming import clear_hidden_names
        from committee.models.pages import CommitteePage
        from committee.models.session_index import SessionIndexPage
        from committee.models.sessions import SessionPage
        from committee.models.work_programmes import WorkProgramme, keep_adopted
        from common.files import delete_file

        pre_delete.connect(refuse_deletion_of_held_session, sender=SessionPage)
        for model in (Page, CommitteePage, SessionIndexPage, SessionPage):
            pre_save.connect(keep_published, sender=model)
        pre_page_move.connect(keep_place, sender=SessionPage)
        pre_delete.connect(keep_adopted, sender=WorkProgramme)
        post_delete.connect(delete_file, sender=MemberDocument)
        post_save.connect(clear_hidden_names, sender=Member)
        post_delete.connect(clear_hidden_names, sender=Member)
