"""Forgetting a former member: the history of the seats stays, who the person was does not."""

from datetime import date
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, ReferenceIndex

from accounts.models import User
from committee.errors import StillSits
from committee.models import AgendaItem, Attendance, Deliverable, Member, SessionAction
from committee.models.members import member_unnamed
from committee.models.session_people import WorkshopGroup
from committee.services.text_removal import name_remover, rewrite_revisions

# Where a name stands as words: the model, its field, and the key of the page that carries the row.
FREE_TEXT_NAMES: list[tuple[type[Model], str, str]] = [
    (Deliverable, "owner", "topic"),
    (AgendaItem, "presenter", "session"),
    (WorkshopGroup, "facilitator", "session"),
    (SessionAction, "responsible", "session"),
]


@transaction.atomic
def erase(*, member: Member, actor: User, today: date) -> None:
    """Takes away the name and all that says who `member` was; keeps the mandates. Raises `StillSits`.

    The account, if there is one, is not touched: it is its owner's.
    """
    if Member.objects.sitting(today).filter(pk=member.pk).exists():
        raise StillSits
    clear_profile(member)
    erase_member(member)
    log(member, "committee.erase", user=actor)


def clear_profile(member: Member) -> None:
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
    fields = [field for _model, field, _parent in FREE_TEXT_NAMES]
    pages: set[int] = set()
    for model, field, parent in FREE_TEXT_NAMES:
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


def erase_with_account(user: User) -> None:
    """Forgets a former member. Who sits stays a member, with the name that the others know, and nothing more.

    What is kept without the person: the mandates of a seat, who came for it as a count, decisions, texts of notes.
    """
    member = Member.objects.filter(user=user).first()
    if member is None:
        return
    clear_profile(member)
    if not Member.objects.sitting(timezone.localdate()).filter(pk=member.pk).exists():
        erase_member(member)
