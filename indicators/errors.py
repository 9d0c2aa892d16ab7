"""Refusals of the survey, of the annual report, and of the indicators of the committee."""

from common.errors import Refusal


class SurveyClosed(Refusal):
    """The survey has not opened yet, or is over."""


class SurveyAlreadyAnswered(Refusal):
    """The account has answered already. The answer is anonymous and therefore cannot be changed."""


class RestitutionRefused(Refusal):
    """The report cannot be built or published."""


class IndicatorRefused(Refusal):
    """The indicator cannot be adopted or abandoned, or the value cannot be added."""
