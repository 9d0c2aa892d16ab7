"""Refusals of the watch."""

from common.errors import Refusal


class FeedRefused(Refusal):
    """What came from the address of a feed is no feed that the site reads. It is raised with the sentence."""


class OutlineRefused(Refusal):
    """A file is no list of sources that the site reads. It is raised with the sentence."""
