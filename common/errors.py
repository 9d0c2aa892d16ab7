"""Refusals: a rule said no, and the person who asked is told why."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Refusal(Exception):
    """A rule said no, and nothing was changed. `str()` gives the sentence that the person reads.

    A subclass has one sentence for all cases, as `message`; a refusal whose sentence depends on the case is raised with
    it: `raise ConvocationRefused(sentence)`.
    """

    message: Any = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.args[0] if self.args else self.message)


class TooManyMails(Refusal):
    message = _(
        "Many e-mails were asked for at this address or from your network. Read the latest one, or wait an hour."
    )


class TooManyTries(Refusal):
    message = _("There were too many tries. Wait a few minutes, then ask for a new code.")


class TooManyRequests(Refusal):
    """A program asked too often; it may ask again in `seconds`."""

    def __init__(self, *, seconds: int) -> None:
        super().__init__(
            ngettext(
                "Too many requests came from your network. Ask again in one second.",
                "Too many requests came from your network. Ask again in %(seconds)s seconds.",
                seconds,
            )
            % {"seconds": seconds}
        )
        self.seconds = seconds


class NetworkBusy(Refusal):
    message = _(
        "Many texts came from your network in a short time. Yours is kept: send it again in an hour, or call us."
    )
