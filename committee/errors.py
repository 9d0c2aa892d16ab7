"""Refusals of the committee's services: minutes, register, convocations, attendance, ballots, notes."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal
from common.templatetags.dates import day

if TYPE_CHECKING:
    from committee.models import SessionMinutes, SessionPage, TopicPage, WorkingNote


class MemberIsActive(Refusal):
    message = _("This person sits today. End the mandates first.")


class ConvocationRefused(Refusal):
    """The members cannot be called to the session now."""


class InvitationRefused(Refusal):
    """This member cannot be invited to create an account now."""


class OfficeRightsRefused(Refusal):
    """The rights of an office cannot be given to this account now."""


class OfficeRefused(Refusal):
    """The office `key` cannot be given to the chosen member. Raised with the key and the message."""

    def __init__(self, key: str, sentence: str) -> None:
        super().__init__(sentence)
        self.key = key


class MemberRowRefused(Refusal):
    """A row of an import of members is refused. Raised with the message."""


class ConsentRefused(Refusal):
    """The consent on paper of this member cannot be entered."""


class AttendanceRefused(Refusal):
    """This attendance cannot be recorded now."""


class NoteChanged(Refusal):
    """Another text of `note` was saved since the page was shown."""

    message = _("Another text was saved while you were writing. Read it, then save yours again.")

    def __init__(self, note: "WorkingNote") -> None:
        super().__init__()
        self.note = note


class BallotRefused(Refusal):
    """The ballot over the work programme cannot be opened, or the programme cannot be adopted."""


class BallotAlreadyHeld(BallotRefused):
    """There is a ballot with at least one answer, or the programme is adopted."""


class BallotNotOver(BallotRefused):
    """There is no ballot, or it can still be answered."""


class QuorumNotReached(BallotRefused):
    """Too few seats answered."""


class TieAtCutoff(BallotRefused):
    """Topics with the same points are on both sides of the last place; `tied` are the ones to choose from."""

    def __init__(self, tied: "Sequence[TopicPage]", places: int) -> None:
        self.tied, self.places = tied, places
        names = ", ".join(topic.title for topic in tied)
        super().__init__(
            _("These topics have the same points, and there is room for %(places)d of them: %(topics)s. Choose.")
            % {"places": places, "topics": names}
        )


class MinutesFrozen(Refusal):
    message = _("These minutes are approved: they do not change any more.")


class MinutesChanged(Refusal):
    """Another text of `record` was saved since the page was shown."""

    message = NoteChanged.message

    def __init__(self, record: "SessionMinutes") -> None:
        super().__init__()
        self.record = record


class MinutesEmpty(Refusal):
    message = _("Write the minutes first, then open them to corrections.")


class SessionNotHeld(Refusal):
    message = _("This session is not over yet, or it is cancelled: it has no minutes.")


class SessionNotPublished(Refusal):
    message = _("The page of this session is not published. Publish it first.")


class DateTooEarly(Refusal):
    message = _("Choose tomorrow or a later day, and not before the one that was announced.")


class RoundOver(Refusal):
    message = _(
        "The time for corrections is over, and everyone can read the draft. Say what is missing at the session."
    )


class CorrectionsClosed(Refusal):
    message = _("The time for corrections is over. Your text is still here: say it at the next session.")


class OwnCorrection(Refusal):
    message = _("You proposed this correction: another person decides on it.")


class CorrectionEmpty(Refusal):
    message = _("Copy the passage, or write what is to be added.")


class AlreadyDecided(Refusal):
    message = _("Somebody has decided on this correction already.")


class CorrectionsRunning(Refusal):
    message = _("Members can still propose corrections. Wait until the day that was announced is over.")


class CorrectionsWaiting(Refusal):
    message = _("Some corrections wait for a decision. Accept or refuse each of them first.")


class CorrectionsToApply(Refusal):
    message = _(
        "Some accepted corrections are not in the minutes yet. Make each change, then say on the page of the minutes "
        "that it is done."
    )


class DecisionsNotRight(Refusal):
    """Some decisions lack how they were taken, or are inconsistent; `errors` has a message for each."""

    def __init__(self, errors: "Sequence[str]") -> None:
        super().__init__(f"{_('Correct how these decisions were taken.')} {' ; '.join(errors)}.")


class DecisionHasDissents(Refusal):
    message = _("You remove a decision from which a member wrote a dissent. Keep it, or ask this member first.")


class DissentsClosed(Refusal):
    message = CorrectionsClosed.message


class WrongSession(Refusal):
    message = _("Choose a session that came after this one and has begun.")


class NoLaterSession(Refusal):
    """No session that could approve the minutes has begun; `coming` is the next one, if any."""

    def __init__(self, coming: "SessionPage | None") -> None:
        reason = _("A later session approves the minutes, and none has been held yet.")
        planned = _("The next one is on %(day)s.") % {"day": day(coming.starts_at)} if coming else ""
        super().__init__(f"{reason} {planned or _('No session is planned.')}")


class NamesAMember(Refusal):
    """Members without consent are named in a text that becomes public; `names` has who, and where."""

    def __init__(self, names: "Sequence[str]") -> None:
        reason = _("Everyone will read this, and these members do not agree to be named on the site:")
        remedy = _("Write “a member of the committee” instead.")
        super().__init__(f"{reason} {' ; '.join(names)}. {remedy}")


class NothingToRemove(Refusal):
    message = _("The words of this entry are removed already, or it is no decision.")


class SeatAnswersOnline(Refusal):
    """The vote of a seat cannot be entered, because an account can give it."""

    message = _("Whoever has the vote of this seat has an account, or nobody fills it: its vote is not entered here.")
