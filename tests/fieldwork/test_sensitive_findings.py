"""A sensitive finding is nowhere: not on a page, in a list, the search, a file, a letter, nor for its tester."""

import datetime as dt
import json

import pytest
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from django.utils import timezone

from accounts.exports.personal_data import export_as_json
from common.hooks import datasets
from digests.queries.sources import FINDINGS
from fieldwork.models import Finding
from indicators.hooks import Period
from indicators.restitution.queries.measures import own_measures
from tests.factories import TopicPageFactory, UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, FindingFactory, ScenarioFactory, TrialFactory

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

WORD = "zephirmystere"
STATES = sorted(Finding.PUBLIC_STATES | {Finding.State.REPORTED, Finding.State.DISMISSED})


@pytest.fixture
def trial():
    scenario = ScenarioFactory(campaign=CampaignFactory(topic=TopicPageFactory(slug="essaye")))
    return TrialFactory(scenario=scenario)


def surfaces(trial, findings):
    campaign = trial.scenario.campaign
    yield from ("/essais/", campaign.url, trial.scenario.get_absolute_url(), "/compte/essais/", "/plan-du-site/")
    yield from (campaign.topic.url, f"/recherche/?q={WORD}", "/sitemap.xml", "/donnees-ouvertes/constats/")
    yield from ("/donnees-ouvertes/constats.csv", "/donnees-ouvertes/constats.json", "/api/v1/constats")
    for finding in findings:
        page = finding.get_absolute_url()
        yield from (page, f"{page}image/", f"{page}moi-aussi/", f"{page}nouvel-essai/")
        yield f"/cartes/constats/{finding.pk}.png"


def test_a_sensitive_finding_is_nowhere_whatever_its_state(trial):
    hidden = [
        FindingFactory(trial=trial, state=state, is_sensitive=True, what_happened=f"{WORD} {state}", expected=WORD)
        for state in STATES
    ]
    shown = FindingFactory(trial=trial, what_happened="Le samedi manque.")
    for person in (None, trial.tester, UserFactory()):
        client = Client()
        if person:
            client.force_login(person)
        asked = list(surfaces(trial, hidden))
        for address in asked:
            response = client.get(address, follow=True)
            content = response.getvalue() if response.streaming else response.content
            words = content.decode("utf-8", "replace").replace(f'value="{WORD}"', "").replace(f"« {WORD} »", "")
            told = [line for line in words.splitlines() if WORD in line and "recherche" not in address]
            assert told == [], (address, person)
            if address.startswith("/essais/constats/"):
                assert response.status_code == 404, address
    assert shown in Finding.objects.public()
    now = timezone.now()
    assert WORD not in str([item.what_happened for item in FINDINGS.public(now)])
    assert WORD not in export_as_json(trial.tester)
    assert not Finding.objects.visible_to(trial.tester).filter(is_sensitive=True).exists()
    assert not Finding.objects.visible_to(AnonymousUser()).filter(is_sensitive=True).exists()
    measured = {one.key: one.value(one.rows).number for one in own_measures(Period.of_year(now.year), now)}
    assert measured["findings_confirmed"] == 1


def test_the_sets_count_as_the_page_does_and_hide_small_groups(trial):
    scenario = trial.scenario
    campaign = scenario.campaign
    campaign.ends_on = timezone.localdate() - dt.timedelta(days=1)
    campaign.save()
    for outcome in ("seul",) * 6 + ("abandon",) * 2:
        TrialFactory(scenario=scenario, outcome=outcome, assistive_technology="loupe")
    [essais] = [one for one in datasets() if one.slug == "essais"]
    [row] = [dict(zip(essais.header, row, strict=True)) for row in essais.rows()]
    assert row["essais"] == 9
    assert [row["seuls"], row["avec_aide"], row["abandons"]] != [7, 0, 2]
    assert row["aides_techniques"] in (8, None)
    json.dumps(row)
