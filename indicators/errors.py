"""Refusals of the survey, of the report of a year, and of the indicators of the committee."""

from common.errors import Refusal


class SurveyClosed(Refusal):
    """The survey has not opened, or it is over."""


class SurveyAlreadyAnswered(Refusal):
    """This account has answered: an answer that nothing ties to a person cannot be changed."""


class RestitutionRefused(Refusal):
    """The report cannot be built or published."""


class IndicatorRefused(Refusal):
    """The indicator cannot be adopted or left."""
