"""What this app keeps of people, and for how long."""

from django.utils.translation import gettext_lazy as _

from common.retention import Basis, Retention
from indicators.models import SurveyAnswered

LINES = [
    Retention(
        name="indicators.surveys",
        order=260,
        what=_("Who answered a survey about who takes part; the answers are counts, and lead to nobody"),
        since=_("as long as the survey, without the account once that is erased"),
        basis=Basis.CONSENT,
        why=_("So that each answers once."),
        rows=SurveyAnswered.objects.all,
    ),
]
