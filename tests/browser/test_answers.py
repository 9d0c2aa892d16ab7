"""A service answers proposals, on a wide screen and on a phone; the team reminds it and repairs what is interrupted."""

import datetime as dt

import pytest
from django.utils import timezone

from mailing.models import Message
from participation.models import AnswerTemplate, OfficialAnswer, Proposal
from tests.factories import CityServiceFactory, OfficialAnswerFactory, ProposalFactory

pytestmark = [
    pytest.mark.browser,
    # `tests/participation` covers the rules on both.
    pytest.mark.one_database,
    pytest.mark.django_db(transaction=True, serialized_rollback=True),
    pytest.mark.usefixtures("outbox"),
]


@pytest.mark.guide("Écrire une réponse", "Ce qu’une réponse doit dire")
def test_service_publishes_an_answer_from_a_template_and_starts_another(walker):
    service = CityServiceFactory(name="Voirie")
    proposal = ProposalFactory(title="Un banc", answer_due_on=timezone.localdate() - dt.timedelta(days=9))
    reasons = "Un banc est posé [à compléter : le lieu]."
    AnswerTemplate.objects.create(name="C’est accepté", decision=Proposal.State.ACCEPTED, reasons=reasons)
    walker.work_as("Services")
    walker.choose("Participation", "En attente de réponse")
    walker.read("en retard de")
    walker.follow("Répondre…")
    walker.follow("Commencer avec ce texte")
    walker.select("service", str(service.pk))
    walker.fill(signed_as="la responsable du service", next_steps="Le banc est posé avant l’été.")
    walker.press("Enregistrer")
    walker.read("à compléter : le lieu", "Ce que tout le monde lira")
    walker.follow("Modifier")
    walker.fill(reasons="Un banc est posé devant l’école.")
    walker.press("Enregistrer")
    walker.read("Un banc est posé devant l’école.", "par e-mail")
    walker.press("Publier")
    answer = OfficialAnswer.objects.get()
    assert answer.is_published
    assert "devant l’école" in Message.objects.get(to_email=proposal.author.email).payload["text"]

    walker.open(f"/admin/reponses/inspect/{answer.pk}/")
    walker.follow("Écrire une autre réponse")
    walker.become(None)
    walker.open(proposal.get_absolute_url())
    walker.read("Un banc est posé devant l’école.", "la responsable du service")


@pytest.mark.guide("Relancer un service, changer l’état", "Réparer ce qui est interrompu")
def test_team_reminds_a_service_changes_a_state_and_opens_a_follow_up_gap(walker):
    service = CityServiceFactory(name="Voirie", contact_email="voirie@ville.example")
    waiting = ProposalFactory(title="Un banc", answer_due_on=timezone.localdate() - dt.timedelta(days=9))
    accepted = OfficialAnswerFactory(proposal__title="Un vélo").proposal
    walker.work_as("Animation")
    walker.choose("Participation", "En attente de réponse")
    walker.follow("Relancer…")
    walker.select("service", str(service.pk))
    walker.fill(message="Les parents attendent.")
    walker.press("Relancer le service")
    walker.shows_message("Le service est relancé")
    assert "Les parents attendent." in Message.objects.get(to_email=service.contact_email).payload["text"]
    walker.follow("Changer l’état…")
    walker.tick("state", Proposal.State.STUDIED)
    walker.fill(reason="La voirie regarde.")
    walker.press("Changer l’état")
    waiting.refresh_from_db()
    assert waiting.state == Proposal.State.STUDIED

    walker.choose("Participation", "Chaînes interrompues")
    walker.read("Un vélo")
    walker.page.locator("tr", has_text="Un vélo").get_by_role("link").last.click()
    walker.become(None)
    walker.open(accepted.get_absolute_url())
    walker.read("Acceptée")
