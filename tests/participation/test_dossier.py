"""Dossier of a proposal, checked against hand-made cases: expected dates are literals, not computed."""

import datetime as dt
import json
import re

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse
from wagtail.models import PageViewRestriction
from wagtail.test.utils.form_data import inline_formset, nested_form_data

from cms.blocks import BodyBlock
from committee.models import AgendaItem, Deliverable, SessionDecision, SessionPage, WorkshopGroup
from participation.models import Proposal, ProposalFromWorkshop, ProposalInDecision, ProposalOnAgenda
from participation.queries.dossier import dossier_url
from tests.cms.factories import make_document
from tests.factories import (
    OfficialAnswerFactory,
    ProposalFactory,
    TopicPageFactory,
)
from tests.participation.chains import at, decide, deliver, page_text, proposal_of, put_on_agenda, session, whole_chain

# A Tuesday.
NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]

State = Proposal.State


def data(client, proposal):
    answer = client.get(f"/propositions/{proposal.pk}-{proposal.slug}/dossier.json")
    assert answer.status_code == 200
    return json.loads(answer.content.decode().replace("\u00a0", " "))


def chain(client, proposal):
    """Returns the steps of the file as (kind, status, date, due date)."""
    return [
        (step["genre"], step["etat"], step["date"], step["attendu_le"]) for step in data(client, proposal)["etapes"]
    ]


def test_complete_chain_has_all_dates(client):
    proposal = whole_chain()
    assert chain(client, proposal) == [
        ("idee", "fait", "2026-06-01", None),
        ("idee", "fait", "2026-06-01", None),
        ("ordre-du-jour", "fait", "2026-07-06", None),
        ("compte-rendu", "fait", "2026-07-15", None),
        ("decision", "fait", "2026-07-06", "2026-07-20"),
        ("reponse", "fait", "2026-08-03", None),
        ("livrable", "fait", "2026-10-01", None),
    ]
    steps = data(client, proposal)["etapes"]
    assert steps[2]["adresse"].endswith("/le-comite/seances/2026-07-06/#ordre-du-jour")
    assert (steps[2]["libelle"], steps[2]["dans"]) == ("Les durées", "Séance n° 3 : Les démarches")
    assert (steps[5]["libelle"], steps[5]["par"]) == ("Acceptée", "Direction du numérique, responsable du service")
    assert all(step["adresse"].startswith("http://testserver/") for step in steps)


def test_new_proposal_has_expected_steps_only(client):
    proposal = proposal_of(11, 20, answer_due_on=dt.date(2027, 1, 19))
    assert chain(client, proposal)[2:] == [
        ("ordre-du-jour", "attendu", None, None),
        ("compte-rendu", "attendu", None, None),
        ("decision", "attendu", None, None),
        ("reponse", "attendu", None, "2027-01-19"),
        ("livrable", "attendu", None, None),
    ]


def test_planned_and_late_steps_have_due_dates(client):
    """Minutes are due two weeks after their session."""
    proposal = proposal_of(9, 1, answer_due_on=dt.date(2026, 11, 23))
    put_on_agenda(session(at(11, 9)), proposal)
    put_on_agenda(session(at(11, 10)), proposal)
    put_on_agenda(session(at(12, 14)), proposal)
    assert chain(client, proposal)[2:] == [
        ("ordre-du-jour", "fait", "2026-11-09", None),
        ("ordre-du-jour", "fait", "2026-11-10", None),
        ("ordre-du-jour", "attendu", None, "2026-12-14"),
        ("compte-rendu", "en-retard", None, "2026-11-23"),
        ("compte-rendu", "attendu", None, "2026-11-24"),
        ("compte-rendu", "attendu", None, "2026-12-28"),
        ("decision", "attendu", None, None),
        ("reponse", "en-retard", None, "2026-11-23"),
        ("livrable", "attendu", None, None),
    ]
    page = page_text(client, dossier_url(proposal))
    assert "Attendu depuis le 23 novembre 2026" in page
    assert "Prévu le lundi 14 décembre 2026" in page


def test_answer_without_a_session_has_one_missing_step(client):
    proposal = proposal_of(9, 1)
    OfficialAnswerFactory(proposal=proposal, decision=State.NOT_RETAINED, published_at=at(10, 1))
    assert chain(client, proposal)[2:] == [
        ("ordre-du-jour", "manque", None, None),
        ("reponse", "fait", "2026-10-01", None),
    ]


@pytest.mark.parametrize(
    ("decision", "status"),
    [(State.ACCEPTED, "attendu"), (State.IN_PROGRESS, "attendu"), (State.DONE, "manque")],
)
def test_deliverable_is_expected_after_a_positive_answer(client, decision, status):
    proposal = proposal_of(9, 1)
    OfficialAnswerFactory(proposal=proposal, decision=decision, published_at=at(10, 1))
    assert chain(client, proposal)[-1] == ("livrable", status, None, None)


def test_steps_of_a_merged_proposal_are_listed_with_the_target(client):
    kept = proposal_of(6, 1)
    merged = proposal_of(6, 2, state=State.MERGED, merged_into=kept, state_changed_at=at(8, 10))
    merged.steps.filter(to_state=State.MERGED).update(target=kept)
    page = session(at(7, 6), minutes_on=at(7, 15))
    link = put_on_agenda(page, merged)
    [*_idea, joined, item, _minutes, _decision, _answer, _deliverable] = data(client, kept)["etapes"]
    assert (joined["date"], joined["proposition"]) == ("2026-08-10", merged.pk)
    assert (item["date"], item["proposition"]) == ("2026-07-06", merged.pk)
    ProposalOnAgenda.objects.create(row=link.row, proposal=kept)
    items = [step for step in data(client, kept)["etapes"] if step["genre"] == "ordre-du-jour"]
    assert [step["proposition"] for step in items] == [kept.pk]
    about_merged = data(client, merged)
    assert about_merged["regroupee_avec"] == kept.pk
    assert [step["genre"] for step in about_merged["etapes"]] == ["idee"] * 3 + ["ordre-du-jour", "compte-rendu"]


def test_json_file_matches_the_page(client):
    proposal = whole_chain()
    page = page_text(client, dossier_url(proposal))
    steps = data(client, proposal)["etapes"]
    assert re.findall(r'<time datetime="(2026-\d\d-\d\d)"', page) == [step["date"] for step in steps]
    for step in steps:
        assert step["libelle"] in page
        assert f'href="{step["adresse"].removeprefix("http://testserver")}"' in page
    assert "À faire au plus tard le 20 juillet 2026" in page


class TestLeaks:
    def test_hidden_sessions_and_deliverables_are_not_revealed(self, client):
        proposal = proposal_of(6, 1)
        draft = session(at(7, 6), "Secrète une", minutes_on=at(7, 15), live=False)
        private = session(at(8, 3), "Secrète deux", minutes_on=at(8, 12))
        PageViewRestriction.objects.create(page=private, restriction_type="login")
        cancelled = session(at(9, 7), "Secrète trois", status=SessionPage.Status.CANCELLED)
        for page in (draft, private, cancelled):
            put_on_agenda(page, proposal, "Point secret")
            decide(page, proposal, "Décision secrète")
        topic = TopicPageFactory(title="Sujet secret", live=False)
        deliver(proposal, "Livrable secret", topic=topic)
        before = chain(client, proposal_of(6, 1))
        assert chain(client, proposal) == before
        assert "ecr" not in page_text(client, dossier_url(proposal)).split("<main")[1].split("</main")[0]

    def test_draft_of_the_minutes_is_not_revealed(self, client):
        proposal = proposal_of(6, 1)
        page = session(at(11, 16))
        session(at(11, 23))
        put_on_agenda(page, proposal)
        draft = SessionPage.objects.get(pk=page.pk)
        draft.minutes = BodyBlock().to_python([{"type": "text", "value": "<p>Brouillon.</p>"}])
        decided = SessionDecision(text="Pas encore")
        decided.proposals = [ProposalInDecision(proposal=proposal)]
        draft.decisions = [decided]
        revision = draft.save_revision()
        expected = [("compte-rendu", "attendu", None, "2026-11-30"), ("decision", "attendu", None, None)]
        assert chain(client, proposal)[3:5] == expected
        revision.publish()
        assert chain(client, proposal)[3:5] == [
            ("compte-rendu", "fait", "2026-11-24", None),
            ("decision", "fait", "2026-11-16", None),
        ]

    def test_draft_of_an_answer_is_not_revealed(self, client):
        proposal = proposal_of(6, 1)
        OfficialAnswerFactory(proposal=proposal, published_at=at(7, 1))
        OfficialAnswerFactory(proposal=proposal, status="brouillon", decision=State.DONE)
        assert [step[0] for step in chain(client, proposal)].count("reponse") == 1

    @pytest.mark.parametrize("state", [State.RECEIVED, State.REFUSED, State.WITHDRAWN])
    @pytest.mark.parametrize("name", ["dossier", "dossier_json"])
    def test_dossier_of_a_hidden_proposal_is_visible_to_its_author_only(self, client, state, name):
        proposal = proposal_of(6, 1, state=state)
        address = reverse(f"participation:{name}", args=[proposal.pk, proposal.slug])
        assert client.get(address).status_code == 404
        client.force_login(proposal.author)
        answer = client.get(address)
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]

    def test_document_of_a_private_collection_is_not_revealed(self, client):
        proposal = proposal_of(6, 1)
        document = make_document(title="Guide")
        topic = TopicPageFactory()
        deliver(proposal, topic=topic, state="livre", done_on=dt.date(2026, 10, 1), document=document)
        topic.refresh_from_db()
        topic.save()
        assert data(client, proposal)["etapes"][-1]["document"]
        document.collection.view_restrictions.create(restriction_type="login")
        assert data(client, proposal)["etapes"][-1]["document"] is None
        assert "Guide" not in page_text(client, dossier_url(proposal))

    def test_session_lists_public_proposals_only(self, client):
        page = session(at(7, 6))
        seen, hidden = proposal_of(6, 1), ProposalFactory(title="Cachée", state=State.RECEIVED)
        item = put_on_agenda(page, seen).row
        ProposalOnAgenda.objects.create(row=item, proposal=hidden)
        text = page_text(client, page.url)
        assert f"Proposition n° {seen.pk} : Dire la durée" in text
        assert "Cachée" not in text


@pytest.mark.parametrize("name", ["dossier", "dossier_json"])
def test_number_of_queries_does_not_depend_on_the_steps(client, django_assert_max_num_queries, name):
    proposal = whole_chain()
    document = make_document()
    Deliverable.objects.update(document=document)
    address = reverse(f"participation:{name}", args=[proposal.pk, proposal.slug])
    counts = []
    for wave in range(2):
        for number in range(3):
            page = session(at(8 + wave, 1 + number), minutes_on=at(10, 1))
            put_on_agenda(page, proposal)
            group = WorkshopGroup.objects.create(session=page, name="Table")
            ProposalFromWorkshop.objects.create(row=group, proposal=proposal)
            decide(page, proposal)
            deliver(proposal, document=document)
            ProposalFactory(state=State.MERGED, merged_into=proposal)
            OfficialAnswerFactory(proposal=proposal, published_at=at(10, 1))
        client.get(address)
        with django_assert_max_num_queries(8) as captured:
            client.get(address)
        counts.append(len(captured))
    assert counts[0] == counts[1]


def test_former_slug_redirects_to_the_current_url(client):
    proposal = proposal_of(6, 1)
    answer = client.get(f"/propositions/{proposal.pk}-autre/dossier/")
    assert (answer.status_code, answer["Location"]) == (301, dossier_url(proposal))
    assert dossier_url(proposal) in page_text(client, proposal.get_absolute_url())


class TestSessionForm:
    """Links belong to rows of the page: drafts, later revisions and copies keep them."""

    def fields(self, page, items, decisions, **changes):
        return nested_form_data(
            {
                "title": page.title,
                "introduction": "",
                "status": "scheduled",
                "starts_at": "2026-07-06 19:00",
                "ends_at": "2026-07-06 21:00",
                "place": "Salle 32",
                "agenda_items": items,
                "decisions": decisions,
                "documents": inline_formset([]),
                "experts": inline_formset([]),
                "workshop_groups": inline_formset([]),
                "comments": inline_formset([]),
                "action-publish": "action-publish",
                **changes,
            }
        )

    def test_secretariat_can_link_a_proposal_to_agenda_items_and_decisions(self, client, editor_of):
        proposal, page = proposal_of(6, 1), session(at(7, 6), minutes_on=NOW)
        decided = SessionDecision.objects.create(session=page, text="Demander la durée")
        client.force_login(editor_of("Secrétariat"))
        address = reverse("wagtailadmin_pages:edit", args=[page.pk])
        assert "Choisir une proposition" in page_text(client, address)
        tied = inline_formset([{"proposal": str(proposal.pk), "id": ""}])
        items = inline_formset([{"title": "Les durées", "id": "", "proposals": tied}])
        decisions = inline_formset([{"text": decided.text, "id": str(decided.pk), "proposals": tied}], initial=1)
        answer = client.post(address, self.fields(page, items, decisions))
        assert answer.status_code == 302, answer.context["form"].errors
        client.logout()
        genres = {genre for genre, status, *_dates in chain(client, proposal) if status == "fait"}
        assert genres == {"idee", "ordre-du-jour", "compte-rendu", "decision"}
        assert SessionPage.objects.get().minutes_published_at == NOW

    def test_workshop_group_and_dossier_link_to_each_other(self, client, editor_of):
        proposal, page = proposal_of(7, 10), session(at(7, 6))
        client.force_login(editor_of("Secrétariat"))
        tied = inline_formset([{"proposal": str(proposal.pk), "id": ""}])
        groups = inline_formset([{"name": "Table verte", "produced": "Une idée.", "id": "", "proposals": tied}])
        fields = self.fields(page, inline_formset([]), inline_formset([]), workshop_groups=groups)
        assert client.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), fields).status_code == 302
        client.logout()
        groups_shown = page_text(client, page.url).split('id="ateliers"')[1].split("</section>")[0]
        assert proposal.get_absolute_url() in groups_shown
        first = data(client, proposal)["etapes"][0]
        assert (first["genre"], first["date"]) == ("idee", "2026-07-06")
        assert (first["libelle"], first["adresse"].split("/")[-1]) == (
            "Préparée dans un groupe d’atelier : Table verte",
            "#ateliers",
        )
        Proposal.objects.update(state=State.RECEIVED)
        assert proposal.get_absolute_url() not in page_text(client, page.url)

    def test_unmoderated_proposal_cannot_be_linked(self, client, editor_of):
        hidden, page = ProposalFactory(state=State.RECEIVED), session(at(7, 6))
        client.force_login(editor_of("Secrétariat"))
        tied = inline_formset([{"proposal": str(hidden.pk), "id": ""}])
        items = inline_formset([{"title": "Les durées", "id": "", "proposals": tied}])
        answer = client.post(
            reverse("wagtailadmin_pages:edit", args=[page.pk]), self.fields(page, items, inline_formset([]))
        )
        assert answer.status_code == 200
        refused = answer.context["form"].formsets["agenda_items"].forms[0].formsets["proposals"].errors
        assert refused == [{"proposal": ["Choisissez une proposition publiée."]}]
        assert not ProposalOnAgenda.objects.exists()

    def test_links_are_preserved_by_revisions_and_copies(self):
        proposal, page = proposal_of(6, 1), session(at(7, 6), minutes_on=at(7, 15))
        put_on_agenda(page, proposal)
        again = SessionPage.objects.get(pk=page.pk)
        again.save_revision().publish()
        again.get_latest_revision().publish()
        assert ProposalOnAgenda.objects.get().row.session_id == page.pk
        assert SessionPage.objects.get(pk=page.pk).minutes_published_at == at(7, 15)
        copy = again.copy(update_attrs={"slug": "copie", "starts_at": at(9, 7), "ends_at": at(9, 7, 19)})
        assert copy.agenda_items.get().proposals.get().proposal == proposal

    def test_a_preview_shows_links_that_are_not_saved(self, rf):
        proposal, page = proposal_of(6, 1), session(at(7, 6))
        item = AgendaItem(title="Nouveau")
        item.proposals = [ProposalOnAgenda(proposal=proposal)]
        page.agenda_items = [item]
        [(_item, _topic, related)] = page.agenda(rf.get("/"))
        assert [one.url for one in related] == [proposal.get_absolute_url()]


def test_removed_minutes_have_no_date():
    page = session(at(7, 6), minutes_on=at(7, 15))
    page.minutes = BodyBlock().to_python([])
    page.save()
    assert page.minutes_published_at is None


@pytest.mark.parametrize(
    ("state", "done_on", "field"), [("livre", None, "done_on"), ("a-faire", dt.date(2026, 1, 1), "state")]
)
def test_delivered_state_and_date_of_delivery_require_each_other(state, done_on, field):
    row = Deliverable(topic=TopicPageFactory(), title="Un guide", state=state, done_on=done_on)
    with pytest.raises(ValidationError) as error:
        row.full_clean()
    assert set(error.value.message_dict) == {field}
