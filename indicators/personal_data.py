"""Personal data of this app."""

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from common.personal_data import Basis, PersonalData, PersonalDataSet
from indicators.defined.exports import recorded_by
from indicators.models import Adoption, Measurement, SurveyAnswered


def _surveys(user: User) -> Iterator[PersonalDataSet]:
    """Yields the years of the surveys answered. The answers themselves are anonymous."""
    answered = SurveyAnswered.objects.filter(user=user).order_by("survey__year")
    years = [{"year": year} for year in answered.values_list("survey__year", flat=True)]
    yield PersonalDataSet("indicators.surveys_answered", _("Surveys answered"), years)


PERSONAL_DATA = [
    PersonalData(
        name="indicators.surveys",
        order=260,
        data=_("Accounts that answered a survey about participants; the answers are counts, and identify nobody"),
        since=_("as long as the survey, without the account after its erasure"),
        basis=Basis.CONSENT,
        purpose=_("Each person answers once."),
        rows=SurveyAnswered.objects.all,
        exports=(_surveys,),
    ),
    PersonalData(
        name="indicators.recorded",
        order=262,
        data=_("Account that recorded a value of an indicator"),
        since=_("as long as the value, without the account after its erasure"),
        basis=Basis.MISSION,
        purpose=_("To ask where a value comes from."),
        rows=Measurement.objects.exclude(recorded_by=None).all,
        # With the adoptions.
        exports=(recorded_by,),
    ),
    PersonalData(
        name="indicators.adoptions",
        order=263,
        data=_("Account that recorded the adoption of an indicator by a session"),
        since=_("as long as the indicator, without the account after its erasure"),
        basis=Basis.MISSION,
        purpose=_("To ask where an adoption comes from."),
        rows=Adoption.objects.exclude(recorded_by=None).all,
    ),
]
