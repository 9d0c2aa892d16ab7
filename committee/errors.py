"""What the services of the committee refuse. `str()` gives the sentence that the person reads."""

from typing import Any

from django.utils.translation import gettext_lazy as _


class CommitteeError(Exception):
    message: Any = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.message)


class MinutesFrozen(CommitteeError):
    message = _("These minutes are approved: they do not change any more.")


class WrittenMeanwhile(CommitteeError):
    message = _(
        "Somebody else saved these minutes while you wrote. Your text is still here. "
        "Copy it, open this page again, and add what is missing."
    )


class NothingWritten(CommitteeError):
    message = _("Write the minutes first, then open them to corrections.")


class SessionNotHeld(CommitteeError):
    message = _("This session is not over yet, or it is cancelled: it has no minutes.")


class SessionNotPublished(CommitteeError):
    message = _("The page of this session is not published. Publish it first.")


class DateTooEarly(CommitteeError):
    message = _("Choose a day that is not past, and not before the one that was announced.")


class CorrectionsClosed(CommitteeError):
    message = _("The time for corrections is over. Your text is still here: say it at the next session.")


class CorrectionEmpty(CommitteeError):
    message = _("Copy the passage, or write what is to be added.")


class AlreadyDecided(CommitteeError):
    message = _("Somebody has decided on this correction already.")


class CorrectionsRunning(CommitteeError):
    message = _("Members can still propose corrections. Wait until the day that was announced is over.")


class CorrectionsWaiting(CommitteeError):
    message = _("Some corrections wait for a decision. Accept or refuse each of them first.")


class WrongSession(CommitteeError):
    message = _("Choose a session that came after this one and has begun.")


class NamesAMember(CommitteeError):
    message = _(
        "A member who is named here does not agree to be named on the site, and everyone will read this. "
        "Write “a member of the committee” instead."
    )


class NothingToRemove(CommitteeError):
    message = _("The words of this entry are removed already, or it is no decision.")
