"""Public names of members: by consent only, wherever a member may be named."""

import datetime as dt

import pytest
from django.core.cache import caches
from django.urls import reverse

from committee.errors import NamesAMember
from committee.models import (
    AgendaItem,
    Deliverable,
    Member,
    PartnerBodyPage,
    Priority,
    Referral,
    SessionAction,
    SessionPage,
    WorkProgramme,
)
from committee.models.naming import as_public
from committee.models.session_people import WorkshopGroup
from participation.models import ProposalInDeliverable
from tests.committee.minutes import NOW, TEXT, Role, address, approve, approved, draft, opened, signed_in, text_of
from tests.committee.minutes import member as sitting
from tests.factories import MemberFactory, ProposalFactory, TopicPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW + dt.timedelta(days=2), tick=False)]

HIDDEN, SHOWN = "Zacharie Quiet", "Nora Public"
NEUTRAL = "membre du comité"


@pytest.fixture
def surfaces(request):
    """Rows that name a member in each way, and the public URLs that show them."""
    named = MemberFactory(name=request.param, is_named=request.param == SHOWN)
    topic = TopicPageFactory(pilot=named, title="Un sujet")
    row = Deliverable.objects.create(topic=topic, title="Un guide", owner=f"{request.param}, avec la Ville")
    Deliverable.objects.create(topic=topic, title="En retard", owner=request.param, due_on=dt.date(2026, 1, 1))
    proposal = ProposalFactory(topic=topic)
    ProposalInDeliverable.objects.create(row=row, proposal=proposal)
    programme = WorkProgramme.objects.create(year=2026, adopted_at=NOW)
    Priority.objects.create(programme=programme, topic=topic, sort_order=0)
    session = approved()
    AgendaItem.objects.create(session=session, title="Point", presenter=request.param)
    WorkshopGroup.objects.create(session=session, name="Groupe", facilitator=request.param)
    SessionAction.objects.create(session=session, topic=topic, text="Écrire à la Ville", member=named)
    SessionAction.objects.create(session=session, topic=topic, text="Relire", responsible=request.param.upper())
    body = PartnerBodyPage.objects.get(slug="comite-partenarial")
    Referral.objects.create(page=body, text="Un guide", brought_on=NOW.date(), answer=f"Merci à {request.param}.")
    return [
        topic.url,
        "/le-comite/programme/",
        programme.get_absolute_url(),
        session.url,
        body.url,
        f"{session.url}seance.ics",
        reverse("participation:dossier", args=[proposal.pk, proposal.slug]),
        reverse("participation:dossier_json", args=[proposal.pk, proposal.slug]),
    ]


@pytest.mark.parametrize("surfaces", [HIDDEN], indirect=True)
def test_name_is_replaced_without_consent(client, surfaces):
    for url in surfaces:
        page = text_of(client.get(url)).replace("\r\n ", "")
        assert HIDDEN.casefold() not in page.casefold(), url
        assert NEUTRAL in page, url


@pytest.mark.parametrize("surfaces", [SHOWN], indirect=True)
def test_name_is_shown_with_consent(client, surfaces):
    for url in surfaces:
        assert SHOWN in text_of(client.get(url)).replace("\r\n ", ""), url


def test_withdrawn_consent_applies_at_once(client):
    named = MemberFactory(name=SHOWN)
    topic = TopicPageFactory(pilot=named)
    Deliverable.objects.create(topic=topic, title="Un guide", owner=SHOWN)
    assert SHOWN in text_of(client.get(topic.url))
    named.is_named = False
    named.save()
    assert SHOWN not in text_of(client.get(topic.url))


def test_queries_of_names_do_not_grow_with_rows(client, django_assert_max_num_queries):
    MemberFactory(name=HIDDEN, is_named=False)
    topic = TopicPageFactory()
    Deliverable.objects.create(topic=topic, title="Un guide", owner=HIDDEN)
    client.get(topic.url)
    with django_assert_max_num_queries(22) as few:
        client.get(topic.url)
    for number in range(10):
        Deliverable.objects.create(topic=topic, title=f"Guide {number}", owner=HIDDEN)
    caches["local"].delete("committee-hidden-names")
    with django_assert_max_num_queries(len(few) + 1):
        client.get(topic.url)


@pytest.mark.parametrize(
    ("name", "text", "public"),
    [
        ("Zoé K.", "zoé  k.", "Un membre du comité"),
        ("Zoé K.", "La Ville et Zoé K.", "La Ville et un membre du comité"),
        ("Zoé K.", "Zoé Kuhn", "Zoé Kuhn"),
        ("Claire", "Une réponse claire", "Une réponse claire"),
        ("Claire", "Claire", "Un membre du comité"),
        ("Zoé K.", "", ""),
    ],
)
def test_names_are_replaced_regardless_of_case_and_spaces(name, text, public):
    MemberFactory(name=name, is_named=False)
    assert as_public(text) == public


def test_hidden_name_is_visible_to_members_in_their_area(rapporteur, session):
    hidden = Member.objects.get(user=sitting(name=HIDDEN))
    opened(session, rapporteur, actions=[{"text": "Relire", "member": hidden}])
    assert HIDDEN in text_of(signed_in(rapporteur).get(address(session)))


class TestRegisteredText:
    """The register is immutable, so decisions are refused before they enter it."""

    def test_form_refuses_hidden_names_in_decisions(self, rapporteur, session):
        MemberFactory(name=HIDDEN, is_named=False)
        data = {
            "seen": "0",
            "text": TEXT,
            "decisions-TOTAL_FORMS": "1",
            "decisions-INITIAL_FORMS": "0",
            "decisions-0-text": f"Le comité remercie {HIDDEN}.",
            "decisions-0-responsible": HIDDEN,
            "actions-TOTAL_FORMS": "0",
            "actions-INITIAL_FORMS": "0",
        }
        answer = signed_in(rapporteur).post(address(session, "write_minutes"), data)
        assert list(answer.context["decisions"].errors[0]) == ["text", "responsible"]
        assert not SessionPage.objects.filter(minutes_record__version__gt=0).exists()

    @pytest.mark.parametrize(
        "written",
        [
            {"decisions": [{"text": "Un guide.", "responsible": SHOWN}]},
            {"actions": [{"text": f"Appeler {SHOWN}."}]},
            {"text": f"Le comité remercie {SHOWN}."},
        ],
    )
    def test_approval_refuses_a_name_without_consent(self, coordinator, session, later, written):
        named = MemberFactory(name=SHOWN)
        opened(session, coordinator, **written)
        named.is_named = False
        named.save()
        with pytest.raises(NamesAMember):
            approve(session, coordinator, later)

    def test_draft_can_contain_the_name_of_an_unnamed_member(self, coordinator, session):
        sitting(Role.MEMBER, name=HIDDEN)
        assert draft(session, coordinator, text=f"{HIDDEN} propose un guide.").version == 1
