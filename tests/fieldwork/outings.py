"""Future outing of a published survey, for the tests of volunteers."""

import datetime as dt

from fieldwork.models import Outing
from tests.fieldwork.survey_factories import make_survey

# Monday 7 December 2026, 9:00 in Paris.
STARTS = dt.datetime(2026, 12, 7, 8, tzinfo=dt.UTC)


def coming_outing(slug: str = "gare", *, starts_at=STARTS, **fields) -> Outing:
    """Returns an outing of three hours that needs three members."""
    plain = {"place": "Marché", "meeting_point": "Devant la fontaine", "volunteers_wanted": 3}
    ends_at = starts_at + dt.timedelta(hours=3)
    return Outing.objects.create(survey=make_survey(slug), starts_at=starts_at, ends_at=ends_at, **{**plain, **fields})
