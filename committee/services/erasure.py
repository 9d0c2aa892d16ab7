"""Erases the personal data of a former member; the history of the seats is kept."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from wagtail.log_actions import log
from wagtail.models import ModelLogEntry, ReferenceIndex

from accounts.models import User
from accounts.queries import emails_of
from committee.errors import MemberIsActive
from committee.models import (
    AccountInvitation,
    AgendaItem,
    Attendance,
    Deliverable,
    Mandate,
    Member,
    PartnerBodyPage,
    Referral,
    SessionAction,
    SessionMinutes,
    SessionPage,
    TopicPage,
)
from committee.models.invitations import INVITATION_MAIL
from committee.models.members import member_unnamed
from committee.models.naming import without_name
from committee.models.portraits import Portrait
from committee.models.private_contact import PRIVATE_CONTACT_KEPT
from committee.models.session_people import WorkshopGroup
from committee.queries.members import decisions_naming
from committee.services.text_removal import name_remover, rewrite_revisions
from common.retention import erase_each
from common.shown import Contents, Shown, fingerprint, require_shown
from mailing.models import Message
from mailing.services import cancel, erase_addresses

# Free text that may contain a name: model, field, and path to the rows of its page.
FREE_TEXT_NAMES: list[tuple[type[Model], str, str]] = [
    (Deliverable, "owner", "deliverables"),
    (AgendaItem, "presenter", "agenda_items"),
    (WorkshopGroup, "facilitator", "workshop_groups"),
    (SessionAction, "responsible", "actions"),
    (Referral, "text", "referrals"),
    (Referral, "answer", "referrals"),
]


def contents_of(member: Member) -> Contents:
    """Returns what the page of an erasure shows: the person, the mandates, and the decisions that name the person."""
    mandates = member.mandates.select_related("seat").order_by("starts_on", "pk")
    decisions = [f"{number}. {text}" for number, text in decisions_naming(member)]
    return {
        gettext("Person"): member.name,
        gettext("Account"): str(member.user or ""),
        gettext("Mandates that stay"): "\n".join(mandate.in_words for mandate in mandates),
        gettext("Decisions of the register that name this person"): "\n".join(decisions),
    }


@transaction.atomic
def erase(*, member: Member, actor: User, shown: Shown, now: datetime) -> None:
    """Erases the personal data of `member`; keeps mandates and account.

    Raises `MemberIsActive`, and `ChangedMeanwhile` unless `shown` is the fingerprint of `contents_of`.
    """
    member = Member.objects.select_for_update(of=("self",)).select_related("user").get(pk=member.pk)
    if Member.objects.sitting(timezone.localdate(now)).filter(pk=member.pk).exists():
        raise MemberIsActive
    require_shown(shown, member, fingerprint(contents_of(member)))
    clear_profile(member)
    erase_member(member, now=now)
    log(member, "committee.erase", user=actor)


def clear_profile(member: Member) -> None:
    """Deletes the optional data of `member`: consents, phones, address, photo, portrait, presentation; not the name."""
    photo = member.photo
    member.directory_consents.all().delete()
    member.presentation = member.phone = ""
    member.private_address = member.private_phone = ""
    member.photo = member.named_since = None
    member.portrait = Portrait.HOUSE
    member.is_named = False
    member.save()
    # Library images have a public URL: delete this one, unless it is used elsewhere.
    if photo:
        kind = ContentType.objects.get_for_model(Member)
        used = ReferenceIndex.get_references_to(photo).exclude(base_content_type=kind, object_id=str(member.pk))
        if not used.exists():
            photo.delete()


def erase_member(member: Member, *, now: datetime) -> None:
    """Removes the name, the link to the account, and the name in other rows; keeps mandates and attendance."""
    former, name = member.name, gettext("Former member")
    # Wagtail's log contains the name at each change.
    entries = ModelLogEntry.objects.filter(content_type__app_label="committee", content_type__model="member")
    entries.filter(object_id=str(member.pk)).update(label=name)
    member.name, member.college, member.user, member.is_leaving = name, "", None, False
    # May have been written since the account was deleted.
    member.private_address = member.private_phone = ""
    member.save()
    member.convocations.all().delete()
    invitations = AccountInvitation.objects.filter(member=member)
    forget_invitation_mails(invitations.values_list("pk", flat=True), now=now)
    invitations.delete()
    announced = member.attendances.filter(how=Attendance.How.AHEAD)
    # A later holder of the seat is not absent.
    announced.filter(session__starts_at__gt=now).delete()
    # The seat stays excused, but no longer as announced by this person.
    announced.update(how=Attendance.How.SHEET)
    member.declined.update(declined_by=None)
    _erase_in_free_text(former)


def forget_invitation_mails(keys: Iterable[int], *, now: datetime) -> None:
    """Cancels pending mails of the invitations `keys`, and removes the addresses from logged mails."""
    mails = Message.objects.filter(batch=None, kind=INVITATION_MAIL, context__invitation__in=list(keys))
    cancel(messages=mails, reason="the invitation is over")
    erase_addresses(messages=mails, now=now)


def _erase_in_free_text(former: str) -> None:
    """Removes the name from free text of other rows, and from the revisions of their pages."""
    without = name_remover(former, member_unnamed())
    for model, field, _rows in FREE_TEXT_NAMES:
        for row in model._default_manager.filter(**{f"{field}__icontains": former}):
            _replace(row, field, without(getattr(row, field)))
    _erase_in_drafts(former)

    def rewrite(content: dict[str, Any]) -> None:
        for _model, field, rows in FREE_TEXT_NAMES:
            for row in content.get(rows, ()):
                row[field] = without(row.get(field) or "")

    # A row may no longer have the name while an earlier revision of its page does.
    for pages in (SessionPage, TopicPage, PartnerBodyPage):
        rewrite_revisions(pages._default_manager.all(), rewrite)


def _erase_in_drafts(former: str) -> None:
    """Removes the name from minutes that are not approved: pages hide the names of members, not a former one."""
    for record in SessionMinutes.objects.exclude(state=SessionMinutes.State.APPROVED).select_for_update():
        rows: list[Model] = [*record.decisions.all(), *record.actions.all()]
        places: list[tuple[Model, str]] = [(record, "text")]
        places += [(row, field) for row in rows for field in ("text", "responsible")]
        texts = [(row, field, without_name(getattr(row, field), former)) for row, field in places]
        changed = [(row, field, text) for row, field, text in texts if text != getattr(row, field)]
        for row, field, text in changed:
            _replace(row, field, text)
        if changed:
            # A form that shows the name is not saved over this text.
            SessionMinutes.objects.filter(pk=record.pk).update(version=record.version + 1)


def _replace(row: Model, field: str, text: str) -> None:
    """Saves `text`, cut to the length of `field`, with a query: `save` refuses rows of frozen minutes."""
    limit = row._meta.get_field(field).max_length  # type: ignore[union-attr]
    type(row)._default_manager.filter(pk=row.pk).update(**{field: text[:limit]})


def erase_with_account(user: User, now: datetime) -> None:
    """Erases the member of a deleted account; a sitting member keeps the name and the mandates until they end.

    Kept anonymously: mandates, attendance, decisions, texts of notes.
    """
    AccountInvitation.objects.filter(email__in=emails_of(user)).delete()
    member = Member.objects.filter(user=user).first()
    if member is None:
        return
    clear_profile(member)
    Member.objects.filter(pk=member.pk).update(is_leaving=True)
    erase_leaving_members(now=now, members=Member.objects.filter(pk=member.pk))


def members_with_private_contact() -> QuerySet[Member]:
    """Returns the members with a private address or telephone number."""
    return Member.objects.exclude(private_address="", private_phone="")


def forget_private_contacts(*, now: datetime) -> int:
    """Erases private contacts ninety days after the last mandate; returns the number of members."""
    recent = Mandate.objects.not_over(timezone.localdate(now) - PRIVATE_CONTACT_KEPT).values("member")
    over = members_with_private_contact().filter(pk__in=Mandate.objects.values("member")).exclude(pk__in=recent)
    return over.update(private_address="", private_phone="")


def erase_leaving_members(*, now: datetime, members: QuerySet[Member] | None = None) -> int:
    """Erases the members (or those of `members`) who deleted their account and no longer sit; returns how many.

    Members who have an account again are left out.
    """
    leaving = (Member.objects.filter(user=None) if members is None else members).filter(is_leaving=True)
    due = leaving.exclude(pk__in=Member.objects.sitting_or_to_come(timezone.localdate(now)))

    def erase_one(pk: int) -> bool:
        # Not if the person has an account or a mandate again by now.
        member = due.select_for_update(of=("self",)).filter(pk=pk).first()
        if member:
            erase_member(member, now=now)
        return member is not None

    return erase_each(list(due.values_list("pk", flat=True)), erase_one, what="member")
