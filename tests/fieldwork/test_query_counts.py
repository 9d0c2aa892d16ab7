"""Pages and screens of field work run as many queries with many rows as with few."""

import pytest
import time_machine
from django.urls import reverse

from accounts.models import User
from fieldwork.models import CampaignPage, Echo, Finding, FindingStep, Outing, Retest, SurveyPage, TrialDraft
from fieldwork.surveys.services.sheets import make_sheets
from polls.models import Question, SecretTexts
from tests.factories import UserFactory
from tests.fieldwork.survey_factories import make_outing, make_survey
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory
from tests.polls.factories import DAY, NOW
from tests.tables import assert_table, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.usefixtures("outbox")]

State = Finding.State
AFTER = NOW + 2 * DAY


@pytest.fixture
def root():
    return User.objects.create_superuser("chef@courriel.example")


def make_full_trial(campaign, tester):
    """Creates a scenario, a trial, and a finding in each state with a duplicate, a new trial, a reminder, echoes."""
    trial = TrialFactory(scenario=ScenarioFactory(campaign=campaign), tester=tester)
    for state in State:
        others = {"duplicate_of": campaign.first} if state == State.DUPLICATE else {}
        finding = FindingFactory(trial=trial, state=state, created_at=NOW - 90 * DAY, **others)
        again = Retest.objects.create(
            finding=finding, tester=UserFactory(), outcome=Retest.Outcome.WORKS, tested_on=NOW.date(), created_at=NOW
        )
        moved = {"from_state": State.REPORTED, "to_state": State.SENT, "role": FindingStep.Role.TESTER, "retest": again}
        FindingStep.objects.create(finding=finding, at=NOW, **moved)
        Echo.objects.create(finding=finding, user=UserFactory(), created_at=NOW)
    draft = {"scenario": trial.scenario, "author": tester, "created_at": NOW, "updated_at": NOW}
    TrialDraft.objects.create(told={}, **draft)


def make_full_survey():
    """Creates a closed survey with outings, sheets of two lots and different texts, and an open one."""
    number = SurveyPage.objects.count()
    survey = make_survey(f"enquete-{number}")
    for _rank in range(2):
        make_sheets(
            survey=survey, number=2, outing=make_outing(survey), by=UserFactory.create(is_superuser=True), now=NOW
        )
    question = survey.poll.questions.get(kind=Question.Kind.TEXT)
    SecretTexts.objects.update_or_create(
        question=question, defaults={"texts": [f"Texte {n}" for n in range(4 + number)]}
    )
    return survey


def bulk(action):
    """Returns the URL of the bulk action on all findings."""
    chosen = "&".join(f"id={pk}" for pk in Finding.objects.values_list("pk", flat=True))
    return f"{reverse('wagtail_bulk_action', args=['fieldwork', 'finding', action])}?{chosen}"


def first(kind):
    return kind.objects.order_by("pk").first()


TRIALS = {
    "the list of campaigns": lambda: "/essais/",
    "a campaign": lambda: first(CampaignPage).url,
    "a scenario": lambda: first(CampaignPage).scenarios.first().get_absolute_url(),
    "a finding": lambda: first(Finding).get_absolute_url(),
    "own trials": lambda: reverse("fieldwork:own_trials"),
    "findings": lambda: reverse("findings:list"),
    "findings, one read": lambda: reverse("findings:inspect", args=[first(Finding).pk]),
    "findings to deal with": lambda: reverse("findings_to_answer:list"),
    "findings to deal with, the file": lambda: f"{reverse('findings_to_answer:list')}?export=csv",
    "confirming": lambda: bulk("confirm"),
    "sending": lambda: bulk("send"),
    "merging": lambda: bulk("merge"),
    "hiding": lambda: bulk("mark_sensitive"),
    "the dashboard": lambda: reverse("wagtailadmin_home"),
    "entering a sheet": lambda: reverse("desk_trial:enter"),
    "the pages of campaigns": lambda: reverse("wagtailadmin_explore", args=[first(CampaignPage).get_parent().pk]),
    "the form of a campaign": lambda: reverse("wagtailadmin_pages:edit", args=[first(CampaignPage).pk]),
    "on the ground": lambda: reverse("fieldwork:ground"),
}


def test_query_counts_of_trials_do_not_depend_on_the_number_of_rows(client, root):
    client.force_login(root)
    campaign = CampaignFactory()
    campaign.first = FindingFactory(trial__scenario__campaign=campaign, trial__tester=root)
    make_full_trial(campaign, root)
    few = {named: queries_of(client, address()) for named, address in TRIALS.items()}
    for _number in range(3):
        make_full_trial(campaign, root)
        other = CampaignFactory()
        other.first = campaign.first
        make_full_trial(other, root)
    assert_table({named: queries_of(client, address()) for named, address in TRIALS.items()}, few)


SURVEYS = {
    "surveys": lambda: reverse("field_surveys:list"),
    "a survey": lambda: reverse("field_surveys:survey", args=[first(SurveyPage).pk]),
    "outings": lambda: reverse("wagtailsnippets_fieldwork_outing:list"),
    "sheets to enter": lambda: reverse("survey_sheets:choose"),
    "texts": lambda: reverse("survey_texts:list"),
    "texts of a question": lambda: reverse("survey_texts:all", args=[first(SecretTexts).question_id]),
    "on the ground": lambda: reverse("fieldwork:ground"),
}


def test_query_counts_of_surveys_do_not_depend_on_the_number_of_rows(client, root):
    def costs():
        found = {}
        for named, address in SURVEYS.items():
            with time_machine.travel(AFTER if "text" in named else NOW, tick=False):
                client.force_login(root)
                found[named] = queries_of(client, address())
        return found

    def make_outings(number):
        hours = {"starts_at": NOW + DAY, "ends_at": NOW + 2 * DAY}
        Outing.objects.bulk_create(
            Outing(survey=make_full_survey(), place="Marché", **hours) for _number in range(number)
        )

    make_outings(1)
    few = costs()
    make_outings(4)
    assert_table(costs(), few)
