"""Handling of a finding by all people involved: a sheet at the desk, the team, the city, a second tester."""

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from fieldwork.models import Finding, Retest, Trial
from tests.browser.people import PHONE_WIDTH
from tests.fieldwork.trial_factories import ScenarioFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/fieldwork/test_finding_states.py` covers the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]

State = Finding.State


def decide(walker, finding, action, button, **words):
    """Takes one decision on the page of a finding."""
    walker.open(f"/admin/constats/inspect/{finding.pk}/")
    walker.page.get_by_role("link", name=action).first.click()
    walker.fill(**words)
    walker.press(button)


@pytest.mark.guide("Saisir un essai")
@pytest.mark.parametrize("walker", [1280, PHONE_WIDTH], indirect=True, ids=["1280", "360"])
def test_finding_from_a_paper_sheet_is_fixed_and_verified(walker):
    scenario = ScenarioFactory(goal="Inscrire un enfant à la cantine")

    walker.work_as("Accueil")
    walker.open("/admin/saisir-un-essai/")
    walker.select("scenario", str(scenario.pk))
    walker.tick("outcome", Trial.Outcome.GAVE_UP)
    walker.fill(**{"constats-0-what_happened": "Le bouton « Suivant » reste gris."})
    walker.select("constats-0-severity", Finding.Severity.BLOCKS)
    walker.press("Enregistrer et passer à la feuille suivante")
    expect(walker.page.get_by_role("main").locator("[name=scenario]")).to_have_value(str(scenario.pk))
    finding = Finding.objects.get()

    steward = walker.work_as("Animation")
    decide(walker, finding, "Confirmer", "Confirmer")
    decide(walker, finding, "Transmettre à la ville", "Transmettre à la ville")

    agent = walker.work_as("Services")
    walker.open("/admin/constats-a-traiter/")
    expect(walker.page.get_by_role("main")).to_contain_text("Le bouton « Suivant » reste gris.")
    decide(walker, finding, "C’est corrigé…", "Dire que c’est corrigé", fixed_in="version 4.3")
    finding.refresh_from_db()
    assert (finding.state, finding.said_fixed_by) == (State.SAID_FIXED, agent)

    second = walker.work_as("Animation")
    decide(walker, finding, "Demander un nouvel essai…", "Demander un nouvel essai")
    walker.open(f"/admin/constats/inspect/{finding.pk}/")
    walker.page.get_by_role("link", name="Noter un nouvel essai…").first.click()
    walker.tick("outcome", Retest.Outcome.WORKS)
    walker.press("Noter")
    finding.refresh_from_db()
    assert (finding.state, finding.retests.get().tester) == (State.VERIFIED, second)
    assert finding.verified_at <= timezone.now()
    assert {step.actor for step in finding.steps.all()} == {None, steward, agent, second}
