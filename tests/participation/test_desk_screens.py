"""Desk screens: entry, receipt, list; paper form of a call."""

import pytest
from django.urls import reverse

from participation.errors import AlreadyEntered, ReceiptClosed
from participation.models import DeskEntry, Proposal
from participation.services.desk import claim
from tests.factories import CallPageFactory, ProposalFactory
from tests.participation.desk import ADDRESS, DAY, NOW, proposing

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]


@pytest.fixture
def agent(editor_of):
    return editor_of("Accueil")


@pytest.fixture
def propose(agent, call):
    return proposing(agent, call)


class TestScreens:
    @pytest.fixture(autouse=True)
    def _signed_in(self, client, agent):
        client.force_login(agent)

    FIELDS = {
        "title": "Un guichet mobile",
        "problem": "Les guichets ferment.",
        "body": "Un bus avec un agent.",
        "author_name": "Odile M.",
        "email": ADDRESS,
        "origin": "papier",
        "received_at": "2026-11-24T10:30",
    }

    def test_proposal_can_be_entered_and_its_receipt_shows_the_code_once(self, client, call):
        sent = client.post(reverse("desk_proposal:enter"), self.FIELDS)
        receipt = reverse("desk_entries:receipt", args=[DeskEntry.objects.get().pk])
        assert sent.url == f"{receipt}?imprimer=1"
        first, second = client.get(receipt), client.get(receipt)
        assert first.context["code"]
        for told in (first.context["code"], "Un bus avec un agent.", "jeudi 26 novembre 2026", "03 00 00 00 00"):
            assert told in first.content.decode().replace("\u00a0", " ")
        assert second.context["code"] == ""
        assert first.context["code"] not in second.content.decode()

    def test_second_receipt_has_a_new_code_after_a_warning(self, client, call):
        client.post(reverse("desk_proposal:enter"), self.FIELDS)
        receipt = reverse("desk_entries:receipt", args=[DeskEntry.objects.get().pk])
        code = client.get(receipt).context["code"]
        assert "Un nouveau code annule le premier" in client.get(receipt).content.decode()
        again = client.post(receipt, follow=True).context["code"]
        assert again
        assert again != code

    def test_refused_form_preserves_the_text(self, client, call):
        wrong = client.post(
            reverse("desk_proposal:enter"), {**self.FIELDS, "title": "", "received_at": "2026-11-25T09:00"}
        )
        form = wrong.context["form"]
        assert wrong.status_code == 422
        assert set(form.errors) == {"title", "received_at"}
        assert "Un bus avec un agent." in wrong.content.decode()
        assert not Proposal.objects.exists()

    def test_call_that_ended_meanwhile_is_not_replaced_by_another(self, client, call):
        ended = CallPageFactory()
        ended.unpublish()
        wrong = client.post(reverse("desk_proposal:enter"), {**self.FIELDS, "call": ended.pk})
        assert (wrong.status_code, set(wrong.context["form"].errors)) == (422, {"call"})
        assert "Un bus avec un agent." in wrong.text
        assert not Proposal.objects.exists()
        assert client.post(reverse("desk_proposal:enter"), {**self.FIELDS, "call": call.pk}).status_code == 302

    def test_text_is_shown_again_if_no_call_is_left(self, client, call):
        call.unpublish()
        wrong = client.post(reverse("desk_proposal:enter"), self.FIELDS)
        assert wrong.status_code == 422
        assert "Un bus avec un agent." in wrong.text

    def test_identifying_name_requires_a_confirmation(self, client, call):
        fields = {**self.FIELDS, "author_name": "Yvette Schmitt, 12 rue du Bain"}
        asked = client.post(reverse("desk_proposal:enter"), fields)
        assert (asked.status_code, set(asked.context["form"].errors)) == (422, {"name_confirmed"})
        assert "Oui, ce nom sera public" in asked.text
        assert not Proposal.objects.exists()
        assert client.post(reverse("desk_proposal:enter"), {**fields, "name_confirmed": "on"}).status_code == 302
        assert Proposal.objects.get().author_name == fields["author_name"]

    def test_kind_is_selected_above_the_body(self, client, call):
        names = list(client.get(reverse("desk_proposal:enter")).context["form"].fields)
        assert names.index("kind") < names.index("body")

    def test_comment_requires_a_proposal(self, client):
        proposal = ProposalFactory()
        fields = {name: self.FIELDS[name] for name in ("body", "author_name", "origin", "received_at")}
        neither = client.post(reverse("desk_comment:enter"), fields)
        assert set(neither.context["form"].errors) == {"proposal"}
        client.post(reverse("desk_comment:enter"), {**fields, "proposal": proposal.pk})
        assert DeskEntry.objects.get().comment.discussion.proposal == proposal

    @pytest.mark.parametrize("typed", ["9" * 30, "n° " + "9" * 30, "²", "٣"])
    def test_search_of_an_invalid_number_finds_nothing(self, client, propose, typed):
        propose()
        assert client.get(reverse("desk_entries:list"), {"q": typed}).status_code == 200

    @pytest.mark.parametrize("typed", ["{}", "n° {}", "numérique"])
    def test_search_matches_number_and_words(self, client, propose, typed):
        entry, _code = propose(title="Un guichet numérique")
        propose(title="Un banc", problem="On attend debout.", body="Deux bancs devant la mairie.")
        page = client.get(reverse("desk_entries:list"), {"q": typed.format(entry.pk)})
        assert [one.pk for one in page.context["object_list"]] == [entry.pk]

    def test_erasure_requires_a_confirmation(self, client, propose):
        entry, _code = propose()
        address = reverse("desk_entries:erase", args=[entry.pk])
        assert client.get(address).status_code == 200
        assert DeskEntry.objects.get().email == ADDRESS
        client.post(address)
        assert DeskEntry.objects.get().email == ""

    def test_error_of_the_service_is_displayed_above_the_form(self, client, call, propose, user):
        fields = {**self.FIELDS, "body": "Un bus avec un agent passe une fois par mois dans chaque quartier."}
        client.post(reverse("desk_proposal:enter"), fields)
        again = client.post(reverse("desk_proposal:enter"), fields)
        assert again.status_code == 422
        assert again.context["form"].non_field_errors() == [str(AlreadyEntered.message)]
        assert fields["body"] in again.text
        entry, code = propose(title="Un banc", problem="On attend debout.", body="Deux bancs devant la mairie.")
        claim(number=entry.pk, code=code, user=user, now=NOW)
        erased = client.post(reverse("desk_entries:erase", args=[entry.pk]))
        assert erased.context["form"].non_field_errors() == [str(ReceiptClosed.message)]

    def test_moderator_sees_the_email_to_the_sender(self, client, propose, moderator):
        entry, _code = propose()
        client.force_login(moderator)
        path = reverse("wagtail_bulk_action", args=["participation", "proposal", "publish"])
        shown = client.get(path, {"id": entry.proposal_id})
        assert [one.email for one in shown.context["mails"][0].recipients()] == [ADDRESS]


def test_user_can_attach_a_text_with_the_receipt(client, propose, user):
    entry, code = propose()
    address = reverse("participation:claim")
    assert client.get(address).status_code == 302
    client.force_login(user)
    wrong = client.post(address, {"number": entry.pk, "code": "AAAAA-AAAAA"})
    assert wrong.status_code == 422
    assert "Relisez-les" in wrong.content.decode()
    done = client.post(address, {"number": entry.pk, "code": code}, follow=True)
    assert "Un guichet mobile" in done.content.decode()


class TestPaperForm:
    def test_paper_form_has_the_questions_of_the_online_form(self, client, call):
        text = client.get(reverse("participation:call_paper_form", args=[call.slug])).content.decode()
        for question in ("Titre", "Quel est le problème", "Que proposez-vous"):
            assert question in text.replace("\u00a0", " ")
        assert reverse("participation:call_paper_form", args=[call.slug]) in client.get(call.url).content.decode()

    def test_call_that_does_not_accept_proposals_has_no_paper_form(self, client, call):
        call.discussion_from = call.proposals_from + DAY
        call.save()
        address = reverse("participation:call_paper_form", args=[call.slug])
        assert client.get(address).url == call.url
        assert address not in client.get(call.url).content.decode()
        assert client.get(reverse("participation:call_paper_form", args=["inconnu"])).status_code == 404
