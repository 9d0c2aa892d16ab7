"""Refusals of the digest, as sentences for who tried."""

from common.errors import Refusal


class NewsletterRefused(Refusal):
    """Why a newsletter cannot be scheduled or made a draft again."""
