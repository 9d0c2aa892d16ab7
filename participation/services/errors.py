"""What a service refuses. The message is the sentence that the person reads."""

from django.utils.translation import gettext_lazy as _


class ParticipationError(Exception):
    """A rule said no; `str()` gives the sentence to show."""

    message = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.message)


class CallClosed(ParticipationError):
    message = _("This call no longer takes proposals. Your text is kept: choose another call, or come back later.")


class DiscussionClosed(ParticipationError):
    message = _("This discussion is closed. You can still read it.")


class SupportClosed(ParticipationError):
    message = _("Supports are closed for this proposal. You can still read it.")


class TooMany(ParticipationError):
    message = _("You have written a lot in a short time. Your text is kept: send it again in an hour.")


class NetworkBusy(ParticipationError):
    message = _(
        "Many texts came from your network in a short time. Yours is kept: send it again in an hour, or call us."
    )


class EditClosed(ParticipationError):
    message = _("This comment can no longer be changed: somebody answered it, or 30 minutes are over.")


class WrongState(ParticipationError):
    message = _("The state has changed meanwhile. Reload the list and decide again.")


class SamePerson(ParticipationError):
    message = _("You took the first decision: another person must look at it now.")


class AlreadySent(ParticipationError):
    message = _("You have sent a text like this one already. Find it under “My contributions”.")


class ReasonMissing(ParticipationError):
    message = _("Write the reason: the author will read it.")


class TargetMissing(ParticipationError):
    message = _("Write the number of another published proposal, one that is not merged itself.")


class DateInThePast(ParticipationError):
    message = _("Choose a date in the future, or publish now.")


class DateOutOfRange(ParticipationError):
    message = _("Choose a date of the last 14 days, not in the future.")


class AlreadyEntered(ParticipationError):
    message = _("A text like this one was entered within a week. Find it in the list of entries.")


class ReceiptUnknown(ParticipationError):
    message = _("No text has this number and this code. Read them again on your receipt, or call us.")


class TooManyTries(ParticipationError):
    message = _("You have tried many times. Try again in an hour, or call us.")


class ReceiptClosed(ParticipationError):
    message = _("This text is attached to an account, or its personal data were erased: it has no receipt any more.")


class NotWaiting(ParticipationError):
    message = _("This proposal does not wait for an answer.")
