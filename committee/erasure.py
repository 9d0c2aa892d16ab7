"""Forgetting a former member: the history of the seats stays, who the person was does not."""

from datetime import date
from typing import TYPE_CHECKING, cast

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry

from cms.dashboard import snippet_url
from committee.models import Member
from committee.permissions import can_erase_members
from common.rights import RightView

if TYPE_CHECKING:
    from accounts.models import User


class StillSits(Exception):
    """A person who sits cannot be forgotten."""


@transaction.atomic
def erase(*, member: Member, actor: "User", today: date) -> None:
    """Takes away the name and all that says who `member` was; keeps the mandates. Raises `StillSits`.

    The account, if there is one, is not touched: it is its owner's.
    """
    if Member.objects.sitting(today).filter(pk=member.pk).exists():
        raise StillSits
    member.directory_consents.all().delete()
    # Wagtail's log writes the name down at each change.
    entries = ModelLogEntry.objects.filter(content_type__app_label="committee", content_type__model="member")
    name = gettext("Former member")
    entries.filter(object_id=str(member.pk)).update(label=name)
    member.name, member.college, member.presentation, member.phone = name, "", "", ""
    member.user = member.photo = member.named_since = None
    member.is_named = False
    member.save()
    log(member, "committee.erase", user=actor)


class EraseView(RightView, TemplateView):
    """Asks before it forgets a person."""

    page_title = _("Erase a person")
    header_icon = "bin"
    template_name = "committee/admin/erase.html"
    may = staticmethod(can_erase_members)

    @cached_property
    def person(self) -> Member:
        return get_object_or_404(Member, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return self.person.name

    def get_context_data(self, **kwargs) -> dict:
        sits = Member.objects.sitting(timezone.localdate()).filter(pk=self.person.pk).exists()
        back_url = snippet_url(Member, "edit", self.person.pk)
        return super().get_context_data(person=self.person, sits=sits, back_url=back_url, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            erase(member=self.person, actor=cast("User", request.user), today=timezone.localdate())
        except StillSits:
            messages.error(request, gettext("This person sits today. End the mandates first."))
            return HttpResponseRedirect(snippet_url(Member, "edit", self.person.pk))
        messages.success(request, gettext("The person is forgotten. The history of the seats stays."))
        return HttpResponseRedirect(snippet_url(Member, "list"))
