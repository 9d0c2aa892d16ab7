"""Refusals of what a person asks about the own account."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class WrongCode(Refusal):
    message = _("This code is not the right one. Copy the code of the latest e-mail that you received.")


class CodeOver(Refusal):
    message = _("This code can no longer be used. Ask for a new one.")


class EmailTaken(Refusal):
    message = _("Another account was opened with this address in the meantime. Your address is not changed.")


class LastAdministrator(Refusal):
    message = _("You are the only administrator of the site. Name another one first, then come back here.")


class TooManyTries(Refusal):
    message = _("There were too many tries. Wait a quarter of an hour, then write the code again.")
