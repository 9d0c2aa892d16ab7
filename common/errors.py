"""Refusals: violated rules, with an explanation for the user."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext


class Refusal(Exception):
    """Base of the refusals: a rule was violated, and nothing was changed. `str()` is the sentence for the user.

    A subclass has a fixed sentence in `message`; if the sentence depends on the case, it is passed: `raise
    ConvocationRefused(sentence)`.
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
    """Raised when a program exceeds its rate limit; it may retry after `seconds`."""

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
