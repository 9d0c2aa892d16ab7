"""Personal data of this app."""

from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from common.personal_data import Basis, PersonalData
from participation.models import (
    CityService,
    Comment,
    DeskEntry,
    Follow,
    Invitation,
    Proposal,
    ProposalDraft,
    Report,
    Support,
)
from participation.models.coauthors import INVITATION_LIFE
from participation.services.coauthors import forget_old_invitations
from participation.services.desk import forget_emails
from participation.services.drafts import forget_drafts_without_account, forget_old_drafts

PERSONAL_DATA = [
    PersonalData(
        name="participation.proposals",
        order=100,
        what=_("Proposals, with the name of their authors, their earlier texts and their files, removed ones too"),
        since=_("without limit; the name goes with the account, and the text if its author withdraws it"),
        basis=Basis.MISSION,
        why=_("So that one understands what was decided, and why."),
        rows=Proposal.objects.all,
    ),
    PersonalData(
        name="participation.comments",
        order=110,
        what=_("Comments, with the name of their authors and their earlier texts"),
        since=_("without limit; the name goes with the account, and the text if its author withdraws it"),
        basis=Basis.MISSION,
        why=_("So that the discussion stays readable."),
        rows=Comment.objects.all,
    ),
    PersonalData(
        name="participation.supports",
        order=120,
        what=_("Who supports a proposal; nobody sees it"),
        since=_("until it is taken back, or the account is erased"),
        basis=Basis.MISSION,
        why=_("So that each counts once."),
        rows=Support.objects.all,
    ),
    PersonalData(
        name="participation.follows",
        order=122,
        what=_("Which discussions an account follows, and which ones no more; nobody else sees it"),
        since=_("as long as the discussion, or until the account is erased"),
        basis=Basis.MISSION,
        why=_("To tell the person what happens there, or to stop."),
        rows=Follow.objects.all,
    ),
    PersonalData(
        name="participation.agents",
        order=125,
        what=_("Which accounts answer for a service of the city; nobody outside of the admin sees it"),
        since=_("until the team takes them out, or the account is erased"),
        basis=Basis.MISSION,
        why=_("So that each finds what waits for their service, and signs as that one."),
        rows=CityService.members.through.objects.all,
    ),
    PersonalData(
        name="participation.moderation",
        order=130,
        what=_("Reports of texts, decisions of moderators and their reasons, appeals"),
        since=_("as long as the text; reports and what was said in an appeal go with the account"),
        basis=Basis.OBLIGATION,
        why=_("Each decision has its reason and can be contested (Digital Services Act, articles 16, 17 and 20)."),
        rows=Report.objects.all,
    ),
    PersonalData(
        name="participation.drafts",
        order=140,
        what=_("Drafts of proposals, with their files"),
        kept=timedelta(days=ProposalDraft.DAYS_KEPT),
        since=_("the last change"),
        basis=Basis.MISSION,
        why=_("The time to come back to it."),
        rows=ProposalDraft.objects.exclude(author=None).all,
        moment="updated_at",
        erase=forget_old_drafts,
    ),
    PersonalData(
        name="participation.drafts_without_account",
        order=150,
        what=_("Drafts of proposals that were written without signing in"),
        kept=timedelta(days=ProposalDraft.DAYS_KEPT_WITHOUT_ACCOUNT),
        since=_("the last change"),
        basis=Basis.MISSION,
        why=_("As long as the browser knows whose it is."),
        rows=ProposalDraft.objects.filter(author=None).all,
        moment="updated_at",
        erase=forget_drafts_without_account,
    ),
    PersonalData(
        name="participation.invitations",
        order=160,
        what=_("Addresses that were asked to join the authors of a proposal"),
        kept=INVITATION_LIFE,
        since=_("the invitation"),
        basis=Basis.MISSION,
        why=_("The time to answer."),
        rows=Invitation.objects.all,
        moment="created_at",
        erase=forget_old_invitations,
    ),
    PersonalData(
        name="participation.desk_emails",
        order=170,
        what=_("E-mail addresses left at a desk, for news of a text"),
        kept=DeskEntry.RETENTION,
        since=_("the last news of the text"),
        basis=Basis.MISSION,
        why=_("As long as there may be news; at once, if the person asks."),
        rows=DeskEntry.objects.exclude(email="").all,
        moment="entered_at",
        erase=forget_emails,
    ),
]
