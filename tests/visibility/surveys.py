"""Field surveys in each state, each with its poll among people met, an outing and a sheet."""

from django.utils import timezone

from fieldwork.models import Outing, Sheet, SurveyIndexPage, SurveyPage
from polls.models import Choice, Poll, Question
from tests.visibility.pages import DAY
from tests.visibility.words import Canaries


def make_surveys(canaries: Canaries) -> None:
    now = timezone.now()
    for state in ("draft", "live"):
        named = f"survey-{state}"
        rules = {"audience": Poll.Audience.PEOPLE_MET, "is_draft": False}
        dates = {"opens_at": now - DAY, "closes_at": now + 9 * DAY}
        poll = canaries.make(Poll, named, slug=f"enquete-{state}", **rules, **dates)
        question = canaries.make(Question, named, poll=poll, makes_groups=True)
        for one in ("first", "second"):
            canaries.make(Choice, f"{named}-{one}", question=question)
        page = canaries.fill(SurveyPage, state, slug=f"page-surveypage-{state}", poll=poll, live=state == "live")
        page.draft_title = page.title
        SurveyIndexPage.objects.get().add_child(instance=page)
        page.save_revision()
        hours = {"starts_at": now + DAY, "ends_at": now + DAY * 1.1}
        outing = canaries.make(Outing, state, survey=page, cancelled_because="", **hours)
        if state == "live":
            canaries.make(Outing, "cancelled", survey=page, cancelled_at=now, **hours)
        # Its number is what `Surfaces` writes in the addresses of sheets.
        Sheet.objects.create(survey=page, number=page.pk, outing=outing)
