"""Refusals of the polls."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class PollRefusal(Refusal):
    """An answer that is not counted; nothing is changed."""


class PollIncomplete(PollRefusal):
    """A draft cannot open: it is raised with what is missing, in sentences."""


class PollNotDraft(PollRefusal):
    """Somebody has opened the poll already."""

    message = _("This poll has opened already.")


class PollNotToWithdraw(PollRefusal):
    """A poll that somebody answered, or that is over, does not become a draft again."""

    message = _("Somebody has answered this poll, or it is over: it does not become a draft again.")


class PollOnPaper(PollNotToWithdraw):
    """People may hold its questions on paper, which does not change."""

    message = _("Sheets with these questions are made: declare them void, then make the poll a draft again.")


class PollNotOpen(PollRefusal):
    """The poll has not opened yet, or it is over."""

    message = _("This poll is over. Your answer is not counted.")


class NotInElectorate(PollRefusal):
    """The poll is not put to this person."""


class PollAlreadyAnswered(PollRefusal):
    """This person answered this secret poll before."""

    message = _("You have answered already. Your first answer is counted.")


class SeatAnswered(PollAlreadyAnswered):
    """Somebody else answered for the same seat; that answer stands."""

    message = _("Somebody has answered for your seat already. That answer is counted, not yours.")


class InvalidAnswer(PollRefusal):
    """These numbers do not answer the question."""


class IncompleteAnswer(PollRefusal):
    """There is not exactly one answer for each question of the poll."""


class NameAnswered(PollRefusal):
    """An agent entered an answer of somebody with this name before."""

    message = _(
        "An answer of this name is entered already. To change it, find it in the list. If it is "
        "somebody else, add a second first name or the street."
    )


class NameMissing(PollRefusal):
    """The name has neither a letter nor a figure."""

    message = _("Write the first name and the name of the person.")


class NotForAgents(PollRefusal):
    """The poll is secret, or put to the members: nobody answers it for somebody else."""


class NotForSheets(PollRefusal):
    """The poll is put to accounts or to seats: nobody answers it on a sheet."""

    message = _("This poll is not answered on sheets.")
