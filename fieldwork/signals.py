"""Signals: the outings of a survey that is over stay, whichever screen deletes."""

from typing import Any

from django.utils import timezone

from fieldwork.errors import SurveyOver
from fieldwork.models import Outing


def keep_outings(instance: Outing, **kwargs: Any) -> None:
    """Raises `SurveyOver` where the results were read with the numbers of `instance`."""
    if instance.survey.poll.is_over(timezone.now()):
        raise SurveyOver
