"""A finding from the scenario to a verified repair, by four people: tester, coordinator, service, second tester."""

import re

import pytest
from playwright.sync_api import expect

from common.admin import action_url
from fieldwork.models import Finding
from tests.browser.pages.visiting import sign_in
from tests.browser.people import MODES, PHONE_WIDTH, fits
from tests.factories import UserFactory
from tests.fieldwork.trial_factories import CampaignFactory, ScenarioFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/fieldwork` covers the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
]


@pytest.mark.guide("Lire et transmettre un constat", "Répondre à un constat", "Faire vérifier une correction")
@pytest.mark.parametrize(
    ("walker", "person"),
    [(PHONE_WIDTH, MODES["keyboard"]), (1280, MODES["no-javascript"])],
    indirect=True,
    ids=["keyboard-360", "no-javascript"],
)
def test_finding_of_a_scenario_is_fixed_and_verified_by_four_people(walker, person):
    scenario = ScenarioFactory(campaign=CampaignFactory(title="Trouver un horaire"), goal="Trouver le samedi")
    page = person.page

    sign_in(page.context, UserFactory(), walker.site)
    page.goto("/essais/")
    person.follow("Trouver un horaire")
    person.follow("Essayer ce scénario")
    assert fits(page)
    person.follow("Raconter mon essai")
    person.tick("outcome", "avec-aide")
    person.tick("device", "telephone")
    person.fill(**{"constat-1-what_happened": "Le samedi manque."})
    person.tick("constat-1-severity", "bloque")
    assert fits(page)
    person.press("Envoyer mon essai")
    expect(page.get_by_role("main")).to_contain_text("Merci")
    finding = Finding.objects.get()
    assert finding.trial.scenario == scenario

    walker.work_as("Animation")
    walker.follow("Confirmer")
    walker.press("Confirmer")
    walker.open(action_url(finding, "send", "/admin/"))
    walker.press("Transmettre à la ville")

    walker.work_as("Services")
    walker.open(action_url(finding, "say_fixed", "/admin/"))
    walker.fill(fixed_in="version d’octobre")
    walker.press("Dire que c’est corrigé")

    walker.work_as("Animation")
    walker.open(action_url(finding, "test_again", "/admin/"))
    walker.press("Demander un nouvel essai")

    page.context.clear_cookies()
    sign_in(page.context, UserFactory(), walker.site)
    page.goto(finding.get_absolute_url())
    expect(page.get_by_role("main")).to_contain_text("version d’octobre")
    person.follow("Refaire l’essai")
    person.tick("outcome", "corrige")
    person.press("Envoyer mon nouvel essai")
    expect(page).to_have_url(re.compile(f"/essais/constats/{finding.pk}/"))
    expect(page.locator("h1 + .badges")).to_contain_text("Corrigé et vérifié")
    assert fits(page)
    finding.refresh_from_db()
    assert finding.state == Finding.State.VERIFIED


def test_scenario_is_printed_on_one_sheet(watched, live_server):
    """With the longest scenario that the form accepts, in five steps."""
    steps = "\n".join(["Ouvrez la page d’accueil du service et cherchez ce que vous voulez y faire."] * 5)
    scenario = ScenarioFactory(goal="Savoir comment prendre rendez-vous pour refaire une carte d’identité", steps=steps)
    with watched(width=1280) as page:
        page.goto(f"{scenario.get_absolute_url()}feuille/")
        paper = page.pdf(format="A4")
    assert len(re.findall(rb"/Type\s*/Page\b", paper)) == 1
