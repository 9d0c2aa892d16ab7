"""Refusals of the polls."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class PollRefusal(Refusal):
    """Base of the refusals; nothing is changed."""


class PollIncomplete(PollRefusal):
    """Raised, with the list of what is missing in sentences, when an incomplete draft is opened."""


class PollNotDraft(PollRefusal):
    """Raised when an opened poll is opened again."""

    message = _("This poll has opened already.")


class PollNotToWithdraw(PollRefusal):
    """Raised when a poll that is over or has answers is to become a draft again."""

    message = _("Somebody has answered this poll, or it is over: it does not become a draft again.")


class PollOnPaper(PollNotToWithdraw):
    """Raised when the questions may exist on paper, which cannot be changed."""

    message = _("Sheets with these questions are made: declare them void, then make the poll a draft again.")


class PollNotOpen(PollRefusal):
    """Raised when the poll is not open yet, or is over."""

    message = _("This poll is over. Your answer is not counted.")


class PollNotToClose(PollRefusal):
    """Raised when the poll is a draft, opens later, or is over."""

    message = _("This poll is not open: it cannot be closed.")


class NotInElectorate(PollRefusal):
    """Raised when the user is not in the electorate of the poll."""


class PollAlreadyAnswered(PollRefusal):
    """Raised when the user has already answered this secret poll."""

    message = _("You have answered already. Your first answer is counted.")


class SeatAnswered(PollAlreadyAnswered):
    """Raised when another user has answered for the same seat; that answer stands."""

    message = _("Somebody has answered for your seat already. That answer is counted, not yours.")


class InvalidAnswer(PollRefusal):
    """Raised when the values are not a valid answer to the question."""


class IncompleteAnswer(PollRefusal):
    """Raised when the answers do not match the questions of the poll one to one."""


class NameAnswered(PollRefusal):
    """Raised when an agent has already entered an answer under this name."""

    message = _(
        "An answer of this name is entered already. To change it, find it in the list. If it is "
        "somebody else, add a second first name or the street."
    )


class NameMissing(PollRefusal):
    """Raised when the name has no letter and no digit."""

    message = _("Write the first name and the name of the person.")


class NotForAgents(PollRefusal):
    """Raised when agents cannot enter answers: the poll is secret, or put to the members."""


class NotForSheets(PollRefusal):
    """Raised when the poll is put to accounts or seats, so that paper sheets cannot be counted."""

    message = _("This poll is not answered on sheets.")
