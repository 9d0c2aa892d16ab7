"""Refusals of the digest, as sentences for who tried."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class NewsletterRefused(Refusal):
    """A newsletter cannot be scheduled, or made a draft again."""


class TooOften(Refusal):
    """A form was sent, or the button of a link pressed, more often than people do."""

    message = _("Too many requests came from here. Try again in an hour, or call us: we do it for you.")
