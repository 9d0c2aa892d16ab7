"""Personal data of the committee: members, and what they did."""

from collections.abc import Iterator

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.queries import verified_emails
from committee.invitations.services import forget_old_addresses
from committee.models import (
    AccountInvitation,
    Attendance,
    Convened,
    Correction,
    DirectoryConsent,
    Dissent,
    Mandate,
    Member,
    NoteVersion,
    OfficeRights,
    SessionAction,
    TopicPage,
)
from committee.models.invitations import INVITATION_LIFE
from committee.models.private_contact import PRIVATE_CONTACT_KEPT
from committee.services.erasure import (
    erase_leaving_members,
    erase_with_account,
    forget_private_contacts,
    members_with_private_contact,
)
from common.personal_data import Basis, ErasureLine, ErasurePolicy, Export, Owned, PersonalData, PersonalDataSet

# Text fields of a member: the phone of the directory, then the fields for the secretariat only.
OWN = ("name", "college", "presentation", "phone", "private_address", "private_phone")


def _member(user: User) -> Iterator[PersonalDataSet]:
    for member in Member.objects.filter(user=user).select_related("photo"):
        own = {
            **{name: getattr(member, name) for name in OWN},
            "photo": member.photo.title if member.photo else "",
            "portrait": member.get_portrait_display(),
            "agrees_to_be_named": member.naming.label,
            "agreed_on": member.named_since,
        }
        photos = [member.photo.file] if member.photo else []
        yield PersonalDataSet("committee.member", _("Member of the committee"), [own], photos)


def _member_at_erasure(user: User) -> Iterator[ErasureLine]:
    if Member.objects.filter(user=user).exists():
        erased = _("your phone number, photo, portrait and presentation in the directory of members")
        preserved = _(
            "your mandates, your attendance, your corrections of minutes and your dissents, without your name"
        )
        yield ErasureLine(ErasurePolicy.GOES, erased)
        yield ErasureLine(ErasurePolicy.STAYS, preserved)


def _seat_at_erasure(user: User) -> Iterator[ErasureLine]:
    if Member.objects.sitting_or_to_come(timezone.localdate()).filter(user=user).exists():
        yield ErasureLine(
            ErasurePolicy.STAYS, _("your seat, with the name of its holder, until the end of your mandate")
        )


def _private_contact_at_erasure(user: User) -> Iterator[ErasureLine]:
    if members_with_private_contact().filter(user=user).exists():
        yield ErasureLine(
            ErasurePolicy.GOES, _("your postal address and telephone number, visible to the secretariat only")
        )


def _rights_at_erasure(user: User) -> Iterator[ErasureLine]:
    if OfficeRights.objects.filter(user=user).exists():
        yield ErasureLine(ErasurePolicy.GOES, _("the rights in the admin that you have for your office"))


PERSONAL_DATA = [
    PersonalData(
        name="committee.members",
        order=300,
        data=_("Members: name, seat, mandates, attendance, details shown in the directory with their consent"),
        since=_("the mandate; then until the person asks for it, or an officer erases the former member"),
        basis=Basis.MISSION,
        purpose=_("A seat is a public office: its holders stay known. A consent can be withdrawn at any time."),
        rows=Member.objects.all,
        exports=(
            _member,
            Export(
                "committee.mandates",
                _("Mandates"),
                Owned(Mandate, "member__user"),
                ("role", "seat__name", "starts_on", "ends_on"),
            ),
            Export(
                "committee.directory_consents",
                _("Details in the directory"),
                Owned(DirectoryConsent, "member__user"),
                ("field", "is_given", "at", "on_paper"),
            ),
            Export(
                "committee.attendance",
                _("Attendance"),
                Owned(Attendance, "member__user"),
                ("session__slug", "state", "how", "recorded_at"),
                order_by=("session__starts_at",),
            ),
            Export(
                "committee.declined",
                _("Sessions at which you could not stand in"),
                Owned(Attendance, "declined_by__user"),
                ("session__slug",),
                order_by=("session__starts_at",),
            ),
            Export(
                "committee.convocations",
                _("Convocations"),
                Owned(Convened, "member__user"),
                ("convocation__session__slug", "convocation__sent_at", "by_mail"),
                order_by=("convocation__sent_at",),
            ),
            Export("committee.topics", _("Topics"), Owned(TopicPage, "pilot__user"), ("number", "title")),
        ),
        at_erasure=(_member_at_erasure,),
        erase_with_account=erase_with_account,
    ),
    PersonalData(
        name="committee.leaving_members",
        order=305,
        data=_("Names of members who deleted their account during their mandate"),
        since=_("the end of the mandate"),
        basis=Basis.MISSION,
        purpose=_("The holder of a seat is public during the mandate."),
        rows=Member.objects.filter(is_leaving=True).all,
        erase=erase_leaving_members,
        at_erasure=(_seat_at_erasure,),
    ),
    PersonalData(
        name="committee.private_contacts",
        order=307,
        data=_("Postal addresses and telephone numbers of members, for the secretariat only"),
        period=PRIVATE_CONTACT_KEPT,
        since=_("the last day of the last mandate; at once if the person asks for it or is erased"),
        basis=Basis.MISSION,
        purpose=_("To call members who cannot be reached by e-mail, and to write to them."),
        rows=members_with_private_contact,
        erase=forget_private_contacts,
        # Exported with the member.
        at_erasure=(_private_contact_at_erasure,),
    ),
    PersonalData(
        name="committee.invitations",
        order=310,
        data=_("Addresses where members were invited to create an account"),
        period=INVITATION_LIFE,
        since=_("the invitation, or the first day of the mandate if it is to come"),
        basis=Basis.MISSION,
        purpose=_("Time to answer; at once for a refusal."),
        rows=AccountInvitation.objects.exclude(email="").all,
        end="valid_until",
        erase=forget_old_addresses,
        exports=(
            Export(
                "committee.invitations",
                _("Invitations to create an account"),
                lambda user: AccountInvitation.objects.filter(email__in=verified_emails(user)),
                ("email", "sent_at"),
            ),
        ),
    ),
    PersonalData(
        name="committee.office_rights",
        order=315,
        data=_("Rights in the admin of an account for an office: which rights, since when, given by whom"),
        since=_("the end of the office"),
        basis=Basis.MISSION,
        purpose=_("The rights of an office end with it, other rights do not."),
        rows=OfficeRights.objects.all,
        exports=(
            Export(
                "committee.office_rights",
                _("Rights of an office"),
                Owned(OfficeRights, "user"),
                ("group__name", "given_at", "begins_on"),
            ),
            Export(
                "committee.office_rights_given",
                _("Rights of an office that you gave"),
                Owned(OfficeRights, "given_by"),
                ("group__name", "given_at"),
            ),
        ),
        at_erasure=(_rights_at_erasure,),
    ),
    PersonalData(
        name="committee.minutes",
        order=320,
        data=_("Minutes, agendas, decisions with their dissents, notes, with the names in them"),
        since=_("without limit: archives of a public body; the name of a former member is removed by an erasure"),
        basis=Basis.OBLIGATION,
        purpose=_("Public archives (Code du patrimoine, articles L211-1 and L212-2)."),
        exports=(
            Export(
                "committee.corrections",
                _("Corrections of minutes"),
                Owned(Correction, "author"),
                (
                    *("record__session__slug", "passage", "replacement", "why", "created_at"),
                    *("state", "reason", "decided_at"),
                ),
            ),
            Export(
                "committee.notes",
                _("Working notes"),
                Owned(NoteVersion, "written_by__user"),
                ("note", "number", "title", "body", "written_at"),
                order_by=("written_at",),
            ),
            Export(
                "committee.dissents",
                _("Dissents from decisions"),
                Owned(Dissent, "member__user"),
                ("decision__record__session__slug", "decision__text", "text", "is_by_name", "written_at"),
            ),
            Export(
                "committee.actions",
                _("Actions"),
                Owned(SessionAction, "member__user"),
                ("session__slug", "text", "due_on", "done_on"),
                order_by=("session__starts_at", "sort_order"),
            ),
        ),
    ),
]
