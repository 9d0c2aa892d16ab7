"""Refusals of participation, each with the sentence shown to the user."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal

if TYPE_CHECKING:
    from participation.models import CallPage, Proposal, ProposalDraft


class CallClosed(Refusal):
    message = _(
        "This call no longer takes proposals. Your text is kept: change the call, or say that it is another idea."
    )


class NotInvited(Refusal):
    """The user is not in the audience of the call; the page offers to give one's commune."""

    def __init__(self, call: "CallPage") -> None:
        super().__init__(call.refusal)


class NoExample(Refusal):
    message = _(
        "The page that your text names as its example cannot be read. Go back to your text and continue without it."
    )


class DraftChanged(Refusal):
    message = _("This text was changed in another window. Read this page again, then continue.")

    def __init__(self, draft: "ProposalDraft") -> None:
        super().__init__()
        self.draft = draft


class DraftSent(Refusal):
    message = _("This text was sent from another window. Continue only if you want to make a second one of it.")

    def __init__(self, proposal: "Proposal") -> None:
        super().__init__()
        self.proposal = proposal


class TooManyDrafts(Refusal):
    message = _("You have five drafts already. Your text is still here: send or delete another draft, then continue.")


class FileRefused(Refusal):
    """A file that is not accepted. Raised with the sentence that tells what to do."""


class FileNotDescribed(Refusal):
    message = _("Say what each file shows: people who cannot see it will know too.")


class TooManyFiles(Refusal):
    message = _("There are three files already. Remove one, then add this one.")


class DiscussionClosed(Refusal):
    message = _("This discussion is closed. You can still read it.")


class SupportClosed(Refusal):
    message = _("Supports are closed for this proposal. You can still read it.")


class TooMany(Refusal):
    message = _("You have written a lot in a short time. Your text is kept: send it again in an hour.")


class EditClosed(Refusal):
    message = _("This comment can no longer be changed: somebody answered it, or 30 minutes are over.")


class ProposalEditClosed(Refusal):
    message = _("Somebody supported, commented or answered your proposal: its text stays as it is. You can add to it.")


class ChangedMeanwhile(Refusal):
    message = _(
        "Another author changed the text while you wrote. Yours is not saved yet. Compare them, then send yours again."
    )


class AddendumClosed(Refusal):
    message = _("You cannot add to this proposal any more.")


class InvitationClosed(Refusal):
    message = _("You cannot invite anybody to this proposal any more.")


class InvitationOver(Refusal):
    message = _("This invitation does not hold any more: it was answered, taken back, or is too old.")


class InvitedThemselves(Refusal):
    message = _("This is your own address. Write the address of another person.")


class TooManyAuthors(Refusal):
    message = _("Ten people were invited already. Take an invitation back to send another one.")


class TooManyInvitations(Refusal):
    message = _("You have sent many invitations today. Send this one tomorrow.")


class WrongState(Refusal):
    message = _("The state has changed meanwhile. Reload the list and decide again.")


class SignatureMissing(Refusal):
    message = _("Nobody has signed this answer, which stays a draft until then. Choose “Edit”, then say who signs.")


class PlaceholdersLeft(Refusal):
    def __init__(self, placeholders: list[str]) -> None:
        sentence = _("Replace this in the answer, which stays a draft until then: %(placeholders)s")
        super().__init__(sentence % {"placeholders": ", ".join(placeholders)})


class NotYourService(Refusal):
    message = _("You sign for your own services only. Choose one of these, or ask the team.")


class SamePerson(Refusal):
    message = _("You took the first decision: another person must look at it now.")


class AlreadySent(Refusal):
    message = _("You have sent a text like this one already. Find it under “My contributions”.")


class ReasonMissing(Refusal):
    message = _("Write the reason: the author will read it.")


class DismissalReasonMissing(Refusal):
    message = _("Write the reason: the team finds it with the report.")


class TargetMissing(Refusal):
    message = _("Write the number of another published proposal, one that is not merged itself.")


class DateInThePast(Refusal):
    message = _("Choose a date in the future, or publish now.")


class DateOutOfRange(Refusal):
    message = _("Choose a date of the last 14 days, not in the future.")


class AlreadyEntered(Refusal):
    message = _("A text like this one was entered within a week. Find it in the list of entries.")


class ReceiptUnknown(Refusal):
    message = _("No text has this number and this code. Read them again on your receipt, or call us.")


class ReceiptClosed(Refusal):
    message = _("This text is attached to an account, or its personal data were erased: it has no receipt any more.")


class NotWaiting(Refusal):
    message = _("This proposal does not wait for an answer.")
