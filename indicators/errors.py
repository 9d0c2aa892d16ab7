"""Refusals of the survey and of the report of a year."""

from common.errors import Refusal


class SurveyClosed(Refusal):
    """The survey has not opened, or it is over."""


class SurveyAlreadyAnswered(Refusal):
    """This account has answered: an answer that nothing ties to a person cannot be changed."""


class RestitutionRefused(Refusal):
    """The report cannot be built or published."""
