"""Refusals: violated rules, with an explanation for the user."""

from datetime import timedelta
from math import ceil
from typing import Any

from django.utils.translation import gettext_lazy as _

from common.personal_data import in_words


class Refusal(Exception):
    """Base of the refusals: a rule was violated, and nothing was changed. `str()` is the sentence for the user.

    A subclass has a fixed sentence in `message`; if the sentence depends on the case, it is passed: `raise
    ConvocationRefused(sentence)`.
    """

    message: Any = _("This is not possible.")

    def __str__(self) -> str:
        return str(self.args[0] if self.args else self.message)


class TooOften(Refusal):
    """Base of the refusals above a rate limit: the action may be tried again after `seconds`.

    `message` has the waiting time in words, `%(wait)s`, unless a sentence is passed.
    """

    def __init__(self, sentence: str = "", *, seconds: int) -> None:
        super().__init__(sentence or self.message % {"wait": _in_words(seconds)})
        self.seconds = seconds


class TooManyMails(TooOften):
    message = _(
        "Many e-mails were asked for at this address or from your network. Read the latest one, or wait %(wait)s."
    )


class TooManyTries(TooOften):
    message = _("There were too many tries. Wait %(wait)s, then try again.")


class TooManyRequests(TooOften):
    message = _("Too many requests came from your network. Ask again in %(wait)s.")


class NetworkBusy(Refusal):
    message = _(
        "Many texts came from your network in a short time. Yours is kept: send it again in an hour, or call us."
    )


def _in_words(seconds: int) -> str:
    """Returns `seconds` in words, rounded up to a minute or to an hour."""
    unit = next(unit for unit in (3_600, 60, 1) if seconds > unit or unit == 1)
    return in_words(timedelta(seconds=ceil(seconds / unit) * unit))
