"""Signal receivers that protect the outings of closed surveys from deletion on any screen."""

from typing import Any

from django.utils import timezone

from fieldwork.errors import SurveyOver
from fieldwork.models import Outing


def keep_outings(instance: Outing, **kwargs: Any) -> None:
    """Raises `SurveyOver` if the survey is over, since its results include the numbers of `instance`."""
    if instance.survey.poll.is_over(timezone.now()):
        raise SurveyOver
