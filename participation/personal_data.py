"""Personal data of participation.

Texts with several authors are exported for each of them: which of them wrote what is not recorded. Texts and names of
other people are left out: invited people, moderators, authors of answered comments.
"""

from datetime import timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from accounts.models import User
from accounts.queries import verified_emails
from common.personal_data import Basis, Counted, ErasurePolicy, Export, Owned, PersonalData
from participation.exports.acts import acts_of
from participation.models import (
    Addendum,
    Attachment,
    CityService,
    CoAuthor,
    Comment,
    CommentVersion,
    Decision,
    DeskEntry,
    Follow,
    Invitation,
    Mention,
    Proposal,
    ProposalDraft,
    ProposalStep,
    ProposalVersion,
    Report,
    Support,
)
from participation.models.coauthors import INVITATION_LIFE
from participation.models.proposal_text import TEXT_FIELDS
from participation.services.coauthors import forget_old_invitations
from participation.services.desk import forget_emails
from participation.services.drafts import forget_drafts_without_account, forget_old_drafts
from participation.services.erasure import (
    appeals_of,
    erase_appeals,
    erase_invitations,
    erase_supports,
    erase_texts,
    lasting_proposals,
    withdrawable_comments,
    withdrawable_proposals,
)

PLACE = ("discussion__proposal", "discussion__page__slug")
SUBJECT = ("kind", "call__title", "topic__title", "district", "inspired_by__title")
STATE = ("state", "state_reason", "state_changed_at")
DATES = ("created_at", "published_at", "edited_at")
AUTHOR = ProposalStep.Role.AUTHOR


def _proposals(user: User) -> QuerySet[Proposal, Any]:
    return Proposal.objects.of(user).order_by().values("pk")


PERSONAL_DATA = [
    PersonalData(
        name="participation.proposals",
        order=100,
        data=_("Proposals, with the names of their authors, earlier texts and files, removed ones included"),
        since=_("without limit; the name is erased with the account, and the text if its author withdraws it"),
        basis=Basis.MISSION,
        purpose=_("Decisions and their reasons stay understandable."),
        rows=Proposal.objects.all,
        exports=(
            Export(
                "participation.proposals",
                _("Proposals"),
                Proposal.objects.of,
                ("pk", *SUBJECT, "origin", "author_name", *TEXT_FIELDS, *STATE, *DATES, "answer_due_on"),
            ),
            Export(
                "participation.versions",
                _("Earlier texts of proposals"),
                lambda user: ProposalVersion.objects.filter(proposal__in=_proposals(user)),
                ("proposal", *TEXT_FIELDS, "topic__title", "district", "files", "replaced_at", "is_hidden"),
            ),
            Export(
                "participation.steps",
                _("Steps of proposals"),
                Owned(ProposalStep, "actor", role=AUTHOR),
                ("proposal", "at", "from_state", "to_state", "reason"),
            ),
            Export(
                "participation.addenda",
                _("Addenda"),
                Owned(Addendum, "author"),
                ("proposal", "body", *STATE, "created_at", "published_at"),
            ),
            Export(
                "participation.co_authorships",
                _("Proposals written with others"),
                Owned(CoAuthor, "user"),
                ("proposal", "since"),
            ),
            Export(
                "participation.attachments",
                _("Files"),
                lambda user: Attachment.objects.filter(Q(proposal__in=_proposals(user)) | Q(draft__author=user)),
                ("proposal", "draft", "description", "file", "type", "size", "created_at", "is_waiting", "removed_at"),
                file="file",
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.CHOICE,
                ngettext_lazy("%(count)d proposal", "%(count)d proposals", "count"),
                withdrawable_proposals,
            ),
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "%(count)d proposal that was answered, merged, refused or made with others",
                    "%(count)d proposals that were answered, merged, refused or made with others",
                    "count",
                ),
                lasting_proposals,
            ),
        ),
        erase_with_account=erase_texts,
    ),
    PersonalData(
        name="participation.comments",
        order=110,
        data=_("Comments, with the names of their authors and their earlier texts"),
        since=_("without limit; the name is erased with the account, and the text if its author withdraws it"),
        basis=Basis.MISSION,
        purpose=_("The discussion stays readable."),
        rows=Comment.objects.all,
        exports=(
            Export(
                "participation.comments",
                _("Comments"),
                Owned(Comment, "author"),
                ("pk", *PLACE, "parent", "position", "body", "origin", "author_name", *STATE, *DATES),
            ),
            Export(
                "participation.comment_versions",
                _("Earlier texts of comments"),
                Owned(CommentVersion, "comment__author"),
                ("comment", "body", "replaced_at"),
            ),
            Export("participation.mentions", _("Mentions"), Owned(Mention, "user"), ("comment",)),
        ),
        # `erase_texts` of the proposals erases comments too.
        at_erasure=(
            Counted(
                ErasurePolicy.CHOICE,
                ngettext_lazy("%(count)d comment", "%(count)d comments", "count"),
                withdrawable_comments,
            ),
            Counted(
                ErasurePolicy.STAYS,
                ngettext_lazy(
                    "%(count)d comment that moderation refused, which nobody reads",
                    "%(count)d comments that moderation refused, which nobody reads",
                    "count",
                ),
                Owned(Comment, "author", state=Comment.State.REFUSED),
            ),
        ),
    ),
    PersonalData(
        name="participation.supports",
        order=120,
        data=_("Supporters of a proposal; visible to nobody"),
        since=_("until it is withdrawn, or the account is erased"),
        basis=Basis.MISSION,
        purpose=_("Each person counts once."),
        rows=Support.objects.all,
        exports=(Export("participation.supports", _("Supports"), Owned(Support, "user"), ("proposal", "created_at")),),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy("%(count)d support", "%(count)d supports", "count"),
                Owned(Support, "user"),
            ),
        ),
        erase_with_account=erase_supports,
    ),
    PersonalData(
        name="participation.follows",
        order=122,
        data=_("Discussions that an account follows or no longer follows; visible to its owner only"),
        since=_("as long as the discussion, or until the account is erased"),
        basis=Basis.MISSION,
        purpose=_("To inform the person about them, or to stop."),
        rows=Follow.objects.all,
        exports=(
            Export(
                "participation.follows",
                _("Followed discussions"),
                Owned(Follow, "user"),
                (*PLACE, "source", "muted", "created_at"),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy("%(count)d discussion that you follow", "%(count)d discussions that you follow", "count"),
                Owned(Follow, "user"),
            ),
        ),
    ),
    PersonalData(
        name="participation.agents",
        order=125,
        data=_("Accounts that answer for a service of the city; visible in the admin only"),
        since=_("until the team removes them, or the account is erased"),
        basis=Basis.MISSION,
        purpose=_("Agents find the open items of their service, and sign for it."),
        rows=CityService.members.through.objects.all,
        exports=(
            Export(
                "participation.services",
                _("Services of the city for which I answer"),
                Owned(CityService, "members"),
                ("name",),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy(
                    "%(count)d service of the city that you answer for",
                    "%(count)d services of the city that you answer for",
                    "count",
                ),
                Owned(CityService, "members"),
            ),
        ),
    ),
    PersonalData(
        name="participation.moderation",
        order=130,
        data=_("Reports of texts, decisions of moderators and their reasons, appeals"),
        since=_("as long as the text; reports and the words of an appeal are erased with the account"),
        basis=Basis.OBLIGATION,
        purpose=_("Each decision has a reason and can be contested (Digital Services Act, articles 16, 17 and 20)."),
        rows=Report.objects.all,
        exports=(
            Export(
                "participation.reports",
                _("Reports of texts"),
                Owned(Report, "author"),
                ("proposal", "comment", "addendum", "reason", "created_at", "outcome", "decided_at"),
            ),
            # As sent to the author: without the moderator.
            Export(
                "participation.decisions",
                _("Decisions of moderation"),
                Decision.objects.of_author,
                ("proposal", "comment", "addendum", "outcome", "ground", "reason", "decided_at"),
            ),
            Export(
                "participation.appeals",
                _("Requests for a second reading"),
                appeals_of,
                (
                    *("decision__proposal", "decision__comment", "decision__addendum"),
                    *("body", "created_at", "outcome", "reason", "decided_at"),
                ),
            ),
            acts_of,
        ),
        erase_with_account=erase_appeals,
    ),
    PersonalData(
        name="participation.drafts",
        order=140,
        data=_("Drafts of proposals, with their files"),
        period=timedelta(days=ProposalDraft.DAYS_KEPT),
        since=_("the last change"),
        basis=Basis.MISSION,
        purpose=_("Time to return to it."),
        rows=ProposalDraft.objects.exclude(author=None).all,
        moment="updated_at",
        erase=forget_old_drafts,
        exports=(
            Export(
                "participation.drafts",
                _("Drafts"),
                Owned(ProposalDraft, "author"),
                ("key", *SUBJECT, *TEXT_FIELDS, "created_at", "updated_at"),
                order_by=("created_at",),
            ),
        ),
        at_erasure=(
            Counted(
                ErasurePolicy.GOES,
                ngettext_lazy("%(count)d draft, with its files", "%(count)d drafts, with their files", "count"),
                Owned(ProposalDraft, "author"),
            ),
        ),
    ),
    PersonalData(
        name="participation.drafts_without_account",
        order=150,
        data=_("Drafts of proposals written without signing in"),
        period=timedelta(days=ProposalDraft.DAYS_KEPT_WITHOUT_ACCOUNT),
        since=_("the last change"),
        basis=Basis.MISSION,
        purpose=_("As long as the browser identifies its author."),
        rows=ProposalDraft.objects.filter(author=None).all,
        moment="updated_at",
        erase=forget_drafts_without_account,
    ),
    PersonalData(
        name="participation.invitations",
        order=160,
        data=_("Addresses invited to join the authors of a proposal"),
        period=INVITATION_LIFE,
        since=_("the invitation"),
        basis=Basis.MISSION,
        purpose=_("Time to answer."),
        rows=Invitation.objects.all,
        moment="created_at",
        erase=forget_old_invitations,
        exports=(
            Export(
                "participation.invitations",
                _("Invitations received"),
                lambda user: Invitation.objects.filter(email__in=verified_emails(user)),
                ("proposal", "state", "created_at"),
            ),
            # Without the names of those who were invited.
            Export(
                "participation.invitations_sent",
                _("Invitations sent"),
                Owned(Invitation, "proposal__author"),
                ("proposal", "state", "created_at"),
            ),
        ),
        erase_with_account=erase_invitations,
    ),
    PersonalData(
        name="participation.desk_emails",
        order=170,
        data=_("E-mail addresses left at a desk, for news of a text"),
        period=DeskEntry.RETENTION,
        since=_("the last news of the text"),
        basis=Basis.MISSION,
        purpose=_("As long as there may be news; at once if the person asks for it."),
        rows=DeskEntry.objects.exclude(email="").all,
        moment="entered_at",
        erase=forget_emails,
        # Without `erase_with_account`: the address was given without the account, and has its own ways of erasure
        # (docs/desk.md).
        exports=(
            Export(
                "participation.desk_entries",
                _("Texts left at a desk"),
                Owned(DeskEntry, "proposal__author", "comment__author", attached_at__isnull=False),
                ("pk", "proposal", "comment", "entered_at", "attached_at"),
            ),
            # The address at the desk was not verified: the export has the rows about the address, not the text.
            Export(
                "participation.desk_news",
                _("News of texts left at a desk"),
                lambda user: DeskEntry.objects.filter(email__in=verified_emails(user)),
                ("pk", "email", "entered_at"),
            ),
        ),
    ),
]
