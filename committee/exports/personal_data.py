"""Personal data of an account in this app: corrections of minutes, and all data of its member."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import verified_emails
from committee.models import AccountInvitation, Correction, Member, NoteVersion, OfficeRights
from common.personal_data import ErasureLine, Fate, PersonalDataSet, rows_of

# Text fields of a member: the phone of the directory, then the fields for the secretariat only.
OWN = ("name", "college", "presentation", "phone", "private_address", "private_phone")


def held_by_committee(user: User) -> Iterator[PersonalDataSet]:
    """Yields the corrections proposed by `user`, then the data of their member."""
    corrections = Correction.objects.filter(author=user)
    yield PersonalDataSet(
        "committee.corrections", _("Corrections of minutes"),
        rows_of(
            corrections, "record__session__slug", "passage", "replacement", "why", "created_at", "state", "reason",
            "decided_at",
        ),
    )  # fmt: skip
    invitations = AccountInvitation.objects.filter(email__in=verified_emails(user))
    yield PersonalDataSet(
        "committee.invitations", _("Invitations to create an account"), rows_of(invitations, "email", "sent_at")
    )
    rights = OfficeRights.objects.filter(user=user)
    yield PersonalDataSet(
        "committee.office_rights", _("Rights of an office"), rows_of(rights, "group__name", "given_at", "ends_on")
    )
    given = OfficeRights.objects.filter(given_by=user)
    yield PersonalDataSet(
        "committee.office_rights_given",
        _("Rights of an office that you gave"),
        rows_of(given, "group__name", "given_at"),
    )
    member = Member.objects.filter(user=user).select_related("photo").first()
    if member:
        yield from _member(member)


def _member(member: Member) -> Iterator[PersonalDataSet]:
    own = {
        **{name: getattr(member, name) for name in OWN},
        "photo": member.photo.title if member.photo else "",
        "portrait": member.get_portrait_display(),
        "agrees_to_be_named": member.is_named,
        "agreed_on": member.named_since,
    }
    photos = [member.photo.file] if member.photo else []
    yield PersonalDataSet("committee.member", _("Member of the committee"), [own], photos)
    yield PersonalDataSet(
        "committee.mandates",
        _("Mandates"),
        rows_of(member.mandates.all(), "role", "seat__name", "starts_on", "ends_on"),
    )
    consents = member.directory_consents.all()
    yield PersonalDataSet(
        "committee.directory_consents",
        _("What the directory shows"),
        rows_of(consents, "field", "is_given", "at", "on_paper"),
    )
    attendances = member.attendances.order_by("session__starts_at")
    yield PersonalDataSet(
        "committee.attendance", _("Attendance"), rows_of(attendances, "session__slug", "state", "how", "recorded_at")
    )
    declined = member.declined.order_by("session__starts_at")
    yield PersonalDataSet(
        "committee.declined", _("Sessions at which you could not stand in"), rows_of(declined, "session__slug")
    )
    called = member.convocations.order_by("convocation__sent_at")
    yield PersonalDataSet(
        "committee.convocations",
        _("Convocations"),
        rows_of(called, "convocation__session__slug", "convocation__sent_at", "by_mail"),
    )
    notes = NoteVersion.objects.filter(written_by=member).order_by("written_at")
    yield PersonalDataSet(
        "committee.notes", _("Working notes"), rows_of(notes, "note", "number", "title", "body", "written_at")
    )
    yield PersonalDataSet("committee.topics", _("Topics"), rows_of(member.topics.all(), "number", "title"))
    dissents = member.dissents.order_by("pk")
    yield PersonalDataSet(
        "committee.dissents",
        _("Dissents from decisions"),
        rows_of(dissents, "decision__record__session__slug", "decision__text", "text", "is_by_name", "written_at"),
    )
    actions = member.actions.order_by("session__starts_at", "sort_order")
    yield PersonalDataSet(
        "committee.actions", _("Actions"), rows_of(actions, "session__slug", "text", "due_on", "done_on")
    )


def what_goes_and_stays(user: User) -> Iterator[ErasureLine]:
    """Yields the effects of an erasure on the member of the account: a current or future member keeps the seat."""
    if OfficeRights.objects.filter(user=user).exists():
        yield ErasureLine(Fate.GOES, _("the rights in the admin that you have for your office"))
    member = Member.objects.filter(user=user).first()
    if member is None:
        return
    yield ErasureLine(Fate.GOES, _("your phone number, photo, portrait and presentation in the directory of members"))
    if member.private_address or member.private_phone:
        yield ErasureLine(Fate.GOES, _("your postal address and telephone number, which the secretariat alone sees"))
    if Member.objects.sitting_or_to_come(timezone.localdate()).filter(pk=member.pk).exists():
        yield ErasureLine(Fate.STAYS, _("your seat, with the name of its holder, until the end of your mandate"))
    yield ErasureLine(
        Fate.STAYS,
        _("your mandates, your attendance, your corrections of minutes and your dissents, without your name"),
    )
