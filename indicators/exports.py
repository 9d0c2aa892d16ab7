"""Personal data that this app holds: which surveys an account answered."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.hooks import PersonalDataSet
from accounts.models import User
from indicators.models import SurveyAnswered


def surveys_answered(user: User) -> Iterator[PersonalDataSet]:
    """Which surveys were answered: nobody can say what, since the answers are tied to nobody.

    For the same reason there is nothing to erase: the key to the account is emptied with it, the counts stay.
    """
    answered = SurveyAnswered.objects.filter(user=user).order_by("survey__year")
    yield PersonalDataSet(
        "indicators.surveys_answered",
        _("Surveys answered"),
        [{"year": year} for year in answered.values_list("survey__year", flat=True)],
    )
