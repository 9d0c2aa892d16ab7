"""Refusals of the watch."""

from common.errors import Refusal


class FeedRefused(Refusal):
    """What came from the address of a feed is no feed that the site reads. It is raised with the sentence."""


class OutlineRefused(Refusal):
    """A file is no list of sources that the site reads. It is raised with the sentence."""


class ObservationRefused(Refusal):
    """A finding of the comparison cannot be recorded or published; raised with the sentence that says why."""
