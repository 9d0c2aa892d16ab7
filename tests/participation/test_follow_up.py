"""Follow-up of a proposal in the admin: its state, its service, reminders."""

import datetime as dt

import pytest
from django.urls import reverse

from participation.models import CityService, Proposal
from tests.bulk import confirm
from tests.factories import CityServiceFactory, OfficialAnswerFactory, ProposalFactory, UserFactory
from tests.outbox import outbox

pytestmark = pytest.mark.django_db

State = Proposal.State
PAST = dt.date(2020, 1, 15)


@pytest.fixture
def agent(client, agent):
    client.force_login(agent)
    return agent


@pytest.fixture
def coordinator(client, editor_of):
    person = editor_of("Animation")
    client.force_login(person)
    return person


def test_team_can_assign_a_proposal_to_a_service(client, coordinator):
    proposal, service = ProposalFactory(), CityServiceFactory()
    url = reverse("waiting_proposals:change_state", args=[proposal.pk])
    confirm(client, url, {"state": "etudiee", "reason": "Le comité en parle.", "service": service.pk})
    proposal.refresh_from_db()
    assert (proposal.state, proposal.asked_service) == (State.STUDIED, service)
    assert proposal.steps.last().role == "equipe"


def test_message_announces_a_mail_only_to_authors_with_an_address(client, coordinator):
    for author, is_mailed in ((UserFactory(), True), (None, False)):
        proposal = ProposalFactory(author=author)
        url = reverse("waiting_proposals:change_state", args=[proposal.pk])
        page = client.get(url).content.decode()
        assert "Tout le monde peut le lire sur la page de la proposition." in page
        assert ("le reçoit par e-mail" in page) is is_mailed
        answer = confirm(client, url, {"state": "etudiee", "reason": "Le comité en parle."}, follow=True)
        assert "L’état est changé." in answer.content.decode()
        assert ("reçoit un e-mail" in answer.content.decode()) is is_mailed


def test_only_permitted_states_are_offered_and_accepted(client, agent):
    proposal = ProposalFactory()
    url = reverse("waiting_proposals:change_state", args=[proposal.pk])
    page = client.get(url).content.decode()
    assert 'value="etudiee"' in page
    for state in ("acceptee", "regroupee", "refusee", "retiree", "publiee", "<script>"):
        assert f'value="{state}"' not in page
        confirm(client, url, {"state": state, "reason": "Non."})
    proposal.refresh_from_db()
    assert proposal.state == State.PUBLISHED
    confirm(client, url, {"state": "etudiee"})
    assert proposal.steps.last().role == "service"


def test_merge_requires_another_published_proposal(client, coordinator):
    proposal, target = ProposalFactory(), ProposalFactory()
    url = reverse("waiting_proposals:change_state", args=[proposal.pk])
    for wrong in ("", "0", proposal.pk, ProposalFactory(state=State.RECEIVED).pk, "x"):
        assert confirm(client, url, {"state": "regroupee", "target": wrong}).status_code == 422, wrong
    confirm(client, url, {"state": "regroupee", "target": target.pk})
    proposal.refresh_from_db()
    assert proposal.merged_into == target


def test_reminder_is_sent_by_email_once(client, coordinator):
    proposal, service = ProposalFactory(answer_due_on=PAST), CityServiceFactory()
    url = reverse("waiting_proposals:remind", args=[proposal.pk])
    assert client.post(url, {"service": ""}).status_code == 422
    first = client.post(url, {"service": service.pk, "message": "C’est urgent."}, follow=True)
    assert "Le service est relancé" in first.content.decode()
    (message,) = outbox
    assert message.to == [service.contact_email]
    assert reverse("waiting_proposals:answer", args=[proposal.pk]) in message.body
    second = client.post(url, {"service": CityServiceFactory().pk}, follow=True).content.decode()
    assert "Un rappel est déjà parti aujourd’hui" in second
    assert "Le service est relancé" not in second
    assert len(outbox) == 1


def test_team_can_add_services_but_not_delete_those_with_answers(client, coordinator):
    base = "wagtailsnippets_participation_cityservice"
    client.post(reverse(f"{base}:add"), {"name": "Les médiathèques", "contact_email": "m@ville.example"})
    service = CityService.objects.get()
    OfficialAnswerFactory(service=service)
    client.post(reverse(f"{base}:delete", args=[service.pk]))
    assert CityService.objects.filter(pk=service.pk).exists()
