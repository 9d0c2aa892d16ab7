"""Proposals inspired by an example: allowed examples, where it is shown, and hidden examples never revealed."""

import csv
import io

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from accounts.exports.personal_data import export_as_json
from common.shown import BY_PROGRAM
from indicators.hooks import Period
from indicators.restitution.queries.measures import measures_of
from participation.errors import NoExample
from participation.models import Proposal, ProposalDraft
from participation.services.drafts import send_draft
from tests.bulk import fill
from tests.factories import ProposalFactory, TopicPageFactory, VeilleEntryPageFactory
from veille.models import VeilleIndexPage

pytestmark = pytest.mark.django_db

IDEA, TOPIC, CHECK = [reverse(f"participation:deposit_{name}") for name in ("idea", "topic", "check")]
TEXT = {"kind": "proposition", "title": "Un guichet du livre", "problem": "Il manque.", "body": "Un guichet."}


@pytest.fixture
def example():
    return VeilleEntryPageFactory(title="Gand ouvre ses données")


def first_screen(client, example):
    return client.get(f"{IDEA}?brouillon=nouveau&exemple={example.pk}")


def write(client, example, **changes):
    """Completes the first screen as the page shows it; returns the response."""
    form = first_screen(client, example).context["form"]
    hidden = {name: form[name].value() for name in ("key", "seen")}
    return client.post(IDEA, hidden | TEXT | {"inspired_by": example.pk} | changes)


def test_example_is_preserved_from_its_page_through_sign_in_to_the_proposal(client, user, call, example):
    assert f"{IDEA}?brouillon=nouveau&amp;exemple={example.pk}" in client.get(example.url).content.decode()
    page = first_screen(client, example).content.decode()
    assert f'href="{example.url}"' in page
    assert write(client, example).status_code == 302
    draft = ProposalDraft.objects.get()
    fill(client, f"{TOPIC}?brouillon={draft.pk}", {"topic": ""})
    assert example.title in client.get(f"{CHECK}?brouillon={draft.pk}").content.decode()
    client.force_login(user)
    form = client.get(f"{CHECK}?brouillon={draft.pk}").context["form"]
    sent = client.post(CHECK, {"key": draft.pk, "seen": form["seen"].value(), "rules": "on"})
    assert sent.status_code == 302
    assert Proposal.objects.get().inspired_by_id == example.pk


def test_example_links_to_published_proposals_on_its_topic(client):
    topic = TopicPageFactory()
    example = VeilleEntryPageFactory(topic=topic)
    ProposalFactory(topic=topic, state="recue")
    link = f'href="{reverse("participation:proposal_list")}?sujet={topic.slug}"'
    assert link not in client.get(example.url).content.decode()
    ProposalFactory(topic=topic)
    assert link in client.get(example.url).content.decode()


def test_example_can_be_removed_in_the_form(client, call, example):
    assert write(client, example, inspired_by="").status_code == 302
    assert ProposalDraft.objects.get().inspired_by is None


def hidden(example):
    example.unpublish()


def restricted(example):
    PageViewRestriction.objects.create(page=example, restriction_type=PageViewRestriction.LOGIN)


@pytest.mark.parametrize("hide", [hidden, restricted])
def test_hidden_example_is_refused_and_the_form_can_be_sent_without_it(client, call, example, hide):
    hide(example)
    assert "cet exemple ne peut pas être lu" not in client.get(IDEA).content.decode()
    page = first_screen(client, example).content.decode()
    assert example.title not in page
    assert "votre texte n’en citera aucun" in page
    refused = write(client, example)
    assert refused.status_code == 200
    assert "inspired_by" in refused.context["form"].errors
    assert not ProposalDraft.objects.exists()
    form = refused.context["form"]
    hidden_fields = {name: form[name].value() for name in ("key", "seen")}
    assert client.post(IDEA, hidden_fields | TEXT).status_code == 302


@pytest.mark.parametrize("wanted", ["999999", "x", "-1", "1 or 1", "9" * 40])
def test_invalid_primary_key_of_an_example_is_refused(client, call, example, wanted):
    assert write(client, example, inspired_by=wanted).context["form"].errors["inspired_by"]
    assert client.get(f"{IDEA}?brouillon=nouveau&exemple={wanted}").status_code == 200


def test_page_of_another_type_is_refused(client, call, example):
    index = VeilleIndexPage.objects.get()
    assert "inspired_by" in write(client, example, inspired_by=index.pk).context["form"].errors


def test_example_hidden_before_submission_is_refused(client, user, call, example):
    client.force_login(user)
    write(client, example)
    draft = ProposalDraft.objects.get()
    ProposalDraft.objects.update(call=call, has_subject=True)
    example.unpublish()
    with pytest.raises(NoExample):
        send_draft(draft=draft, author=user, shown=BY_PROGRAM, now=timezone.now())
    assert not Proposal.objects.exists()
    page = client.get(f"{CHECK}?brouillon={draft.pk}").content.decode()
    assert "Cet exemple ne peut plus être lu." in page
    assert example.title not in page


def surfaces(client, proposal):
    """Returns the public outputs: page, dossier, its JSON file, open data."""
    dossier = reverse("participation:dossier", args=(proposal.pk, proposal.slug))
    json = reverse("participation:dossier_json", args=(proposal.pk, proposal.slug))
    data = client.get("/donnees-ouvertes/propositions.csv").getvalue().decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data, newline=""), delimiter=";"))
    return [
        client.get(proposal.get_absolute_url()).content.decode(),
        client.get(dossier).content.decode(),
        client.get(json).json()["inspiree_de"] or "",
        rows[0]["inspiree_de"],
    ]


def test_example_is_displayed_while_it_is_public(client, example):
    proposal = ProposalFactory(inspired_by=example)
    assert all("/veille/" + example.slug in shown for shown in surfaces(client, proposal))
    example.unpublish()
    assert not any(example.slug in shown or example.title in shown for shown in surfaces(client, proposal))


def test_example_lists_published_proposals_inspired_by_it(client, example):
    ProposalFactory(title="Publiée", inspired_by=example)
    ProposalFactory(title="Pas encore lue", inspired_by=example, state=Proposal.State.RECEIVED)
    ProposalFactory(title="Venue d’ailleurs")
    page = client.get(example.url)
    assert [item.title for item in page.context["inspired"]] == ["Publiée"]


def test_yearly_report_counts_proposals_inspired_by_public_examples(example):
    proposal = ProposalFactory(inspired_by=example)
    ProposalFactory()
    year = Period.of_year(proposal.published_at.year)

    def counted():
        (measure,) = (one for one in measures_of(year, timezone.now()) if one.key == "inspired")
        return [row.pk for row in measure.rows]

    assert counted() == [proposal.pk]
    example.unpublish()
    assert counted() == []


def test_export_of_personal_data_contains_the_example(user, example):
    ProposalFactory(author=user, inspired_by=example)
    assert example.title in export_as_json(user)
