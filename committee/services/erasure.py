"""Forgetting a former member: the history of the seats stays, who the person was does not."""

from datetime import date
from typing import TYPE_CHECKING, Any, cast

from django.contrib import messages
from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, ReferenceIndex

from cms.admin.dashboard import snippet_url
from committee.models import (
    AgendaItem,
    Attendance,
    Deliverable,
    Member,
    RegisterEntry,
    SessionAction,
)
from committee.models.members import member_unnamed
from committee.models.session_people import WorkshopGroup
from committee.permissions import can_erase_members
from committee.services.wording import name_remover, rewrite_revisions
from common.admin import PermissionView

if TYPE_CHECKING:
    from accounts.models import User


# Where a name stands as words: the model, its field, and the key of the page that carries the row.
NAMED_AS_WORDS: list[tuple[type[Model], str, str]] = [
    (Deliverable, "owner", "topic"),
    (AgendaItem, "presenter", "session"),
    (WorkshopGroup, "facilitator", "session"),
    (SessionAction, "responsible", "session"),
]


class StillSits(Exception):
    """A person who sits cannot be forgotten."""


@transaction.atomic
def erase(*, member: Member, actor: "User", today: date) -> None:
    """Takes away the name and all that says who `member` was; keeps the mandates. Raises `StillSits`.

    The account, if there is one, is not touched: it is its owner's.
    """
    if Member.objects.sitting(today).filter(pk=member.pk).exists():
        raise StillSits
    take_back_what_was_given(member)
    erase_member(member)
    log(member, "committee.erase", user=actor)


def take_back_what_was_given(member: Member) -> None:
    """Takes away what `member` chose to give: consents, phone, photo, presentation. The name stays."""
    photo = member.photo
    member.directory_consents.all().delete()
    member.presentation, member.phone = "", ""
    member.photo = member.named_since = None
    member.is_named = False
    member.save()
    # The library has an address for each picture: this one is of a person, and nothing else shows it.
    if photo:
        kind = ContentType.objects.get_for_model(Member)
        used = ReferenceIndex.get_references_to(photo).exclude(base_content_type=kind, object_id=str(member.pk))
        if not used.exists():
            photo.delete()


def erase_member(member: Member) -> None:
    """Takes away the name, the account, and what other rows say of the person; keeps mandates and who came."""
    former, name = member.name, gettext("Former member")
    # Wagtail's log writes the name down at each change.
    entries = ModelLogEntry.objects.filter(content_type__app_label="committee", content_type__model="member")
    entries.filter(object_id=str(member.pk)).update(label=name)
    member.name, member.college, member.user = name, "", None
    member.save()
    member.convocations.all().delete()
    # That the seat was excused counts; that this person said so does not.
    member.attendances.filter(how=Attendance.How.AHEAD).update(how=Attendance.How.SHEET)
    _forget_in_rows(former)


def _forget_in_rows(former: str) -> None:
    """Takes the name out of the rows in which editors wrote it as words, and out of the versions of their pages."""
    without = name_remover(former, member_unnamed())
    fields = [field for _model, field, _parent in NAMED_AS_WORDS]
    pages: set[int] = set()
    for model, field, parent in NAMED_AS_WORDS:
        for row in model._default_manager.filter(**{f"{field}__icontains": former}):
            model._default_manager.filter(pk=row.pk).update(**{field: without(getattr(row, field))})
            pages.add(getattr(row, f"{parent}_id"))

    def rewrite(content: dict[str, Any]) -> None:
        for rows in filter(_is_rows, content.values()):
            for row in rows:
                row.update({field: without(row[field]) for field in fields if isinstance(row.get(field), str)})

    for page in pages:
        rewrite_revisions(page, rewrite)


def _is_rows(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(row, dict) for row in value)


def decisions_that_name(member: Member) -> list[int]:
    """Returns the numbers of the decisions whose words have this name: the register loses them entry by entry."""
    named = Q(text__icontains=member.name) | Q(responsible__icontains=member.name)
    return list(RegisterEntry.objects.decisions().filter(named).order_by("number").values_list("number", flat=True))


class EraseView(PermissionView, TemplateView):
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
        found = decisions_that_name(self.person)
        context = {"person": self.person, "sits": sits, "back_url": back_url}
        named = {"decisions": found, "numbers": ", ".join(map(str, found))}
        return super().get_context_data(**context, **named, **kwargs)

    def post(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        try:
            erase(member=self.person, actor=cast("User", request.user), today=timezone.localdate())
        except StillSits:
            messages.error(request, gettext("This person sits today. End the mandates first."))
            return HttpResponseRedirect(snippet_url(Member, "edit", self.person.pk))
        messages.success(request, gettext("The person is forgotten. The history of the seats stays."))
        return HttpResponseRedirect(snippet_url(Member, "list"))
