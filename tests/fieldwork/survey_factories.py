"""Field surveys for the tests: a published page with its poll among people met, and sheets that were entered."""

from fieldwork.models import Outing, SurveyIndexPage, SurveyPage
from polls.services.answers import count_sheet
from tests.polls.factories import DAY, NOW, make_survey_poll, sheet_of

SAID = {
    "purpose": "Savoir comment vous faites.",
    "method": "Une personne sur trois, à la sortie.",
    "limits": "Nous n’avons vu personne le soir.",
}


def make_survey(slug: str = "marche", *, poll=None, **fields) -> SurveyPage:
    """Returns a published survey whose poll is open at `NOW`."""
    index = SurveyIndexPage.objects.get()
    poll = poll or make_survey_poll(slug)
    return index.add_child(instance=SurveyPage(title=f"Enquête {slug}", slug=slug, poll=poll, **{**SAID, **fields}))


def make_outing(survey: SurveyPage, place: str = "Marché", **fields) -> Outing:
    """Returns an outing of yesterday, of two hours, that was counted: forty people asked, ten refusals."""
    times = {"starts_at": NOW - DAY, "ends_at": NOW - DAY + DAY / 12}
    counted = {"people_asked": 40, "refusals": 10, "is_closed": True}
    return Outing.objects.create(survey=survey, place=place, **{**times, **counted, **fields})


def enter(
    survey: SurveyPage, group: int, *ticked: int, times: int = 1, other: int | None = None, text: str = ""
) -> None:
    """Counts so many sheets that say the same, as `sheet_of` writes them."""
    for _ in range(times):
        count_sheet(poll=survey.poll, answers=sheet_of(survey.poll, group, *ticked, other=other, text=text), now=NOW)
