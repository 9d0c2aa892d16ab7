"""Refusals of the field work, each with the sentence shown to the user."""

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class CampaignClosed(Refusal):
    message = _("This campaign takes no trial today. You can still read what was found.")


class TrialDayOutOfRange(Refusal):
    message = _("Write a day of the campaign, not in the future.")


class TooManyTrials(Refusal):
    message = _("You have sent many trials today. Your text is kept: send it again tomorrow.")


class TooManyFindings(Refusal):
    message = _("One trial has ten findings at most. Send the others with another trial.")


class AlreadyReported(Refusal):
    message = _("You have reported this already, with nearly the same words.")


class EchoTooLate(Refusal):
    """The finding is fixed and verified: who has the problem again makes a new trial."""

    message = _("It is fixed and verified. Do you have this problem again? Try again: that counts.")


class FindingMoved(Refusal):
    message = _("The state of this finding has changed meanwhile. Read it again, then decide.")


class FindingReasonMissing(Refusal):
    message = _("Write the reason: whoever reported it will read it.")


class VersionMissing(Refusal):
    message = _("Write in which version it is fixed, or since which day.")


class OriginalMissing(Refusal):
    message = _("Choose another finding that goes on: neither a duplicate nor one that was set aside.")


class RetestRefused(Refusal):
    message = _("A new trial is for somebody else than those who repaired it or said that it is repaired.")


class RetestDayOutOfRange(Refusal):
    message = _("Write a day since the last change of this finding, not in the future.")


class NoFindingPending(Refusal):
    message = _("None of these findings waits for an answer of the city.")


class VolunteersOnly(Refusal):
    message = _("Only the members who sit on the committee can do this.")


class VolunteeringClosed(Refusal):
    message = _("This is over, or cancelled: nothing has changed.")


class OutingOver(Refusal):
    message = _("This outing has begun, or is cancelled already.")


class TextsNotReady(Refusal):
    message = _("The survey is not over. Its texts are read afterwards.")


class UnknownCode(Refusal):
    """The question has no code with this number."""

    def __init__(self, number: int) -> None:
        super().__init__(gettext("There is no code %(number)s.") % {"number": number})


class DraftTooLong(Refusal):
    message = _("Your text is too long to be kept. Shorten it, then press the button again.")


class TrialChanged(Refusal):
    message = _("Another window changed this text. Press the button again if this one is to replace it.")


class OwnFinding(Refusal):
    message = _("You told this finding yourself: it is counted already.")


class SurveyOver(Refusal):
    message = _("The survey is over: its sheets and its outings cannot change any more.")


class PollStillDraft(Refusal):
    message = _("The poll of this survey is a draft: its questions may still change. Open it, then make its sheets.")


class SurveyNotOpen(Refusal):
    message = _("This survey takes no answer now: it has not begun, or it is over. Nothing was recorded.")


class TooManySheets(Refusal):
    message = _("Make between 1 and 200 sheets at once, and 5,000 at most for a survey.")


class OutingOfAnotherSurvey(Refusal):
    message = _("Choose an outing of this survey.")


class SheetCodeWrong(Refusal):
    message = _("This number and this code do not go together in this survey. Read them again on your sheet.")


class TooManyCodes(Refusal):
    message = _("Too many wrong codes came from your network. Try again in an hour, or give your sheet back on paper.")


class SheetRefused(Refusal):
    """Refusal about one sheet. Raised with its number, which the sentence contains."""

    def __str__(self) -> str:
        return str(self.message) % {"number": self.args[0]}


class SheetUnknown(SheetRefused):
    message = _("There is no sheet %(number)s in this survey. Read the number again.")


class SheetVoid(SheetRefused):
    message = _("Sheet %(number)s was declared void. It cannot be entered.")


class SheetEntered(SheetRefused):
    message = _("Sheet %(number)s was answered already. The first answer is counted.")
