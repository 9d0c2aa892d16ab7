"""Personal data of this app."""

from django.utils.translation import gettext_lazy as _

from committee.invitations.services import forget_old_addresses
from committee.models import AccountInvitation, Member, OfficeRights
from committee.models.invitations import INVITATION_LIFE
from committee.models.private_contact import PRIVATE_CONTACT_KEPT
from committee.services.erasure import (
    erase_leaving_members,
    forget_private_contacts,
    members_with_private_contact,
)
from common.personal_data import Basis, PersonalData

PERSONAL_DATA = [
    PersonalData(
        name="committee.members",
        order=300,
        what=_("Members: name, seat, mandates, attendance, what they agreed to show in the directory"),
        since=_("the mandate; afterwards until the person asks, or an officer erases the former member"),
        basis=Basis.MISSION,
        why=_("A seat is a public office: who held it when stays known; a consent is withdrawn at will."),
        rows=Member.objects.all,
    ),
    PersonalData(
        name="committee.leaving_members",
        order=305,
        what=_("Names of members who deleted their account while they sat"),
        since=_("the end of the mandate"),
        basis=Basis.MISSION,
        why=_("Who holds a seat is public as long as it lasts."),
        rows=Member.objects.filter(is_leaving=True).all,
        erase=erase_leaving_members,
    ),
    PersonalData(
        name="committee.private_contacts",
        order=307,
        what=_("Postal addresses and telephone numbers of members, for the secretariat only"),
        kept=PRIVATE_CONTACT_KEPT,
        since=_("the last day of the last mandate; at once, where the person asks or is erased"),
        basis=Basis.MISSION,
        why=_("To call and to write to members whom no e-mail reaches."),
        rows=members_with_private_contact,
        erase=forget_private_contacts,
    ),
    PersonalData(
        name="committee.invitations",
        order=310,
        what=_("Addresses to which members were invited to open an account"),
        kept=INVITATION_LIFE,
        since=_("the invitation"),
        basis=Basis.MISSION,
        why=_("The time to answer; at once, for who says no."),
        rows=AccountInvitation.objects.exclude(email="").all,
        moment="sent_at",
        erase=forget_old_addresses,
    ),
    PersonalData(
        name="committee.office_rights",
        order=315,
        what=_("Rights in the admin that an account has for an office: which, since when, given by whom"),
        since=_("the end of the rights, seven days after the e-mail that says that the office is over"),
        basis=Basis.MISSION,
        why=_("So that the rights of an office end with it, and no others."),
        rows=OfficeRights.objects.all,
    ),
    PersonalData(
        name="committee.minutes",
        order=320,
        what=_("Minutes, agendas, decisions with their dissents, notes, with the names that they tell"),
        since=_("without limit: archives of a public body; the name of a former member goes when it is erased"),
        basis=Basis.OBLIGATION,
        why=_("Public archives (Code du patrimoine, articles L211-1 and L212-2)."),
    ),
]
