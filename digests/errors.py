"""Refusals of the digest, as sentences for who tried."""

from common.errors import Refusal


class NewsletterRefused(Refusal):
    """A newsletter cannot be scheduled, or made a draft again."""
