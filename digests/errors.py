"""Refusals of the digest, as sentences for the user."""

from django.utils.translation import gettext_lazy as _

from common.errors import Refusal


class NewsletterRefused(Refusal):
    """A newsletter cannot be scheduled, or turned back into a draft."""


class RateLimited(Refusal):
    """A form was submitted, or the button of a link used, more often than the rate limit allows."""

    message = _("Too many requests came from here. Try again in an hour, or call us: we do it for you.")
