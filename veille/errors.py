"""Refusals of the watch."""

from common.errors import Refusal


class ObservationRefused(Refusal):
    """A finding of the comparison cannot be recorded or published; raised with the sentence that says why."""
