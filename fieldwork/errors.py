"""Refusals of field work."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class DraftTooLong(Refusal):
    message = _("Your text is too long to be kept. Shorten it, then press the button again.")


class OwnFinding(Refusal):
    message = _("You told this finding yourself: it is counted already.")
