"""Field surveys for tests: a published page, its poll among people met, and entered sheets."""

from fieldwork.models import Outing, SurveyIndexPage, SurveyPage
from polls.services.answers import count_sheet
from tests.polls.factories import DAY, NOW, make_survey_poll, sheet_of

TEXTS = {
    "purpose": "Savoir comment vous faites.",
    "method": "Une personne sur trois, à la sortie.",
    "limits": "Nous n’avons vu personne le soir.",
}


def make_survey(slug: str = "marche", *, poll=None, **fields) -> SurveyPage:
    """Returns a published survey whose poll is open at `NOW`."""
    index = SurveyIndexPage.objects.get()
    poll = poll or make_survey_poll(slug)
    return index.add_child(instance=SurveyPage(title=f"Enquête {slug}", slug=slug, poll=poll, **{**TEXTS, **fields}))


def make_outing(survey: SurveyPage, place: str = "Marché", **fields) -> Outing:
    """Returns yesterday's outing of two hours, closed, with forty people asked and ten refusals."""
    times = {"starts_at": NOW - DAY, "ends_at": NOW - DAY + DAY / 12}
    counted = {"people_asked": 40, "refusals": 10, "is_closed": True}
    return Outing.objects.create(survey=survey, place=place, **{**times, **counted, **fields})


def enter(
    survey: SurveyPage, group: int, *ticked: int, times: int = 1, other: int | None = None, text: str = ""
) -> None:
    """Counts `times` identical sheets with the answers of `sheet_of`."""
    for _ in range(times):
        count_sheet(poll=survey.poll, answers=sheet_of(survey.poll, group, *ticked, other=other, text=text), now=NOW)
