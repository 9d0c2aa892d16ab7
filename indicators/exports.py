"""Personal data of this app: the surveys that an account answered."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.personal_data import PersonalDataSet
from indicators.models import SurveyAnswered


def surveys_answered(user: User) -> Iterator[PersonalDataSet]:
    """Yields the years of the surveys answered. The answers themselves are anonymous.

    For the same reason erasure removes nothing: the foreign key to the account is set to NULL, and the counts stay.
    """
    answered = SurveyAnswered.objects.filter(user=user).order_by("survey__year")
    yield PersonalDataSet(
        "indicators.surveys_answered",
        _("Surveys answered"),
        [{"year": year} for year in answered.values_list("survey__year", flat=True)],
    )
