"""Future outing of a published survey, for the tests of volunteers."""

import datetime as dt

from fieldwork.models import Outing, SurveyIndexPage, SurveyPage
from tests.polls.factories import make_survey_poll

# Monday 7 December 2026, 9:00 in Paris.
STARTS = dt.datetime(2026, 12, 7, 8, tzinfo=dt.UTC)


def coming_outing(slug: str = "gare", *, starts_at=STARTS, **fields) -> Outing:
    """Returns an outing of three hours that needs three members."""
    texts = {"purpose": "Savoir.", "method": "Une personne sur trois.", "limits": "Personne le soir."}
    page = SurveyPage(title=f"Enquête {slug}", slug=slug, poll=make_survey_poll(slug), **texts)
    survey = SurveyIndexPage.objects.get().add_child(instance=page)
    plain = {"place": "Marché", "meeting_point": "Devant la fontaine", "volunteers_wanted": 3}
    ends_at = starts_at + dt.timedelta(hours=3)
    return Outing.objects.create(survey=survey, starts_at=starts_at, ends_at=ends_at, **{**plain, **fields})
