"""Search: a page, proposal, session day, place or member that the query names comes first."""

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageViewRestriction

from committee.models import Mandate, MembersPage, RegisterEntry
from committee.register.services.chain import append
from common.templatetags.dates import CITY_ZONE
from participation.models import Proposal
from tests.factories import (
    MandateFactory,
    MemberFactory,
    NewsPageFactory,
    ProposalFactory,
    SeatFactory,
    SessionPageFactory,
)
from tests.home.searching import DAY, MAX_QUERIES, counts, first_result, get
from tests.tables import assert_table, queries_of

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

OCTOBER_14 = dt.datetime(2019, 10, 14, 18, 0, tzinfo=CITY_ZONE)


def enter(**fields):
    now = timezone.now()
    day = timezone.localdate(now)
    return append(now=now, kind=RegisterEntry.Kind.DECISION, rank=1, session_day=day, responsible="", **fields)


def make_member(name, **kwargs):
    member = MemberFactory(name=name, **kwargs)
    return MandateFactory(member=member, role=Mandate.Role.COORDINATOR, seat=None).member


class TestTitles:
    @pytest.mark.parametrize("query", ["accessibilité", "Accessibilite", "ACCESSIBILITÉ ?", "l’accessibilité"])
    def test_page_whose_title_equals_the_query_is_first(self, client, query):
        for number in range(4):
            ProposalFactory(title=f"Accessibilité des abris {number}", body="Accessibilité, accessibilité.")
            NewsPageFactory(title=f"L’accessibilité du site {number}", body=[("text", "<p>Accessibilité</p>")])
        assert first_result(client, query).url == "/accessibilite/"

    def test_singular_query_matches_a_plural_title(self, client):
        ProposalFactory(title="Une donnée personnelle de trop")
        assert first_result(client, "donnée personnelle").url == "/donnees-personnelles/"

    def test_proposal_whose_title_equals_the_query_is_first_of_its_kind(self, client):
        wanted = ProposalFactory(title="Des bancs", body="Pour s’asseoir.")
        for _number in range(5):
            ProposalFactory(title="Bancs, bancs et encore des bancs", body="Des bancs, des bancs.")
        first = get(client, "des bancs", type="propositions").context["found"].results[0]
        assert first.url == wanted.get_absolute_url()

    def test_named_results_do_not_change_the_order_of_kinds(self, client):
        ProposalFactory(title="Accessibilité des abris")
        assert list(counts(client, "accessibilité"))[:2] == ["rubriques", "propositions"]


class TestNumbers:
    @pytest.mark.parametrize("written", ["{}", "n° {}", "N°{}", "nº {}", "#{}", "no {}", "numéro {}", "proposition {}"])
    def test_a_proposal_is_found_by_its_number(self, client, written):
        proposal = ProposalFactory(title="Un banc")
        ProposalFactory(title=f"Le bus {proposal.pk}")
        assert first_result(client, written.format(proposal.pk)).url == proposal.get_absolute_url()

    @pytest.mark.parametrize("state", [s for s in Proposal.State if s not in Proposal.PUBLIC_STATES])
    def test_non_public_proposal_is_not_found_by_its_number(self, client, state):
        proposal = ProposalFactory(state=state)
        client.force_login(proposal.author)
        assert counts(client, f"n° {proposal.pk}") == {}

    def test_decision_is_found_by_its_number_with_or_without_the_word(self, client):
        entry = enter(text="Le guichet ouvre le samedi.")
        proposal = ProposalFactory(pk=entry.number)
        assert counts(client, f"n° {entry.number}") == {"propositions": 1, "decisions": 1}
        assert counts(client, f"décision {entry.number}") == {"decisions": 1}
        assert first_result(client, f"proposition {entry.number}").url == proposal.get_absolute_url()

    def test_proposal_list_can_be_searched_by_number(self, client):
        proposal = ProposalFactory(title="Un banc")
        hidden = ProposalFactory(title="Secret", state=Proposal.State.RECEIVED)
        address = reverse("participation:proposal_list")
        found = client.get(address, {"q": f"n° {proposal.pk}"}).context["page_obj"].object_list
        assert list(found) == [proposal]
        assert list(client.get(address, {"q": f"{hidden.pk}"}).context["page_obj"].object_list) == []

    def test_overlong_number_causes_no_error(self, client):
        assert get(client, "9" * 60).status_code == 200


class TestDays:
    @pytest.mark.parametrize(
        "query",
        [
            "14 octobre 2019",
            "lundi 14 octobre 2019",
            "séance du 14 octobre 2019",
            "14 oct. 2019",
            "14/10/2019",
            "14.10.2019",
            "2019-10-14",
            "14 octobre",
            "octobre 2019",
        ],
    )
    def test_a_session_is_found_by_its_day(self, client, query):
        session = SessionPageFactory(title="Dernière réunion", starts_at=OCTOBER_14)
        SessionPageFactory(title="Une autre", starts_at=OCTOBER_14 + 40 * DAY)
        NewsPageFactory(title=f"Compte rendu, {query}", body=[("text", "<p>Texte</p>")])
        assert counts(client, query)["seances"] == 1
        assert first_result(client, query).url == session.url

    def test_day_uses_the_time_zone_of_the_city(self, client):
        late = SessionPageFactory(title="Tard", starts_at=dt.datetime(2019, 3, 1, 23, 30, tzinfo=CITY_ZONE))
        assert first_result(client, "1er mars 2019").url == late.url
        assert counts(client, "28 février 2019") == {}

    def test_non_public_session_is_not_found_by_its_day(self, client):
        session = SessionPageFactory(title="Secret", starts_at=OCTOBER_14)
        restriction = PageViewRestriction.objects.create(page=session, restriction_type=PageViewRestriction.LOGIN)
        assert counts(client, "14 octobre 2019") == {}
        restriction.delete()
        assert counts(client, "14 octobre 2019") == {"seances": 1}
        session.unpublish()
        assert counts(client, "14 octobre 2019") == {}

    @pytest.mark.parametrize("query", ["31/02/2019", "99 octobre 2019", "2019", "14 0 2019", "0000-00-00", "jui 2019"])
    def test_invalid_dates_find_no_session(self, client, query):
        SessionPageFactory(title="Réunion", starts_at=OCTOBER_14)
        assert counts(client, query) == {}


class TestPlaces:
    @pytest.mark.parametrize(
        ("district", "query"),
        [
            ("Neudorf", "neudorf"),
            ("Robertsau, Wacken", "Wacken"),
            ("Conseil des Quinze", "conseil des quinze"),
            ("Hœnheim", "hoenheim"),
            ("Port du Rhin", "port du rhin"),
        ],
    )
    def test_place_result_links_to_its_proposals(self, client, district, query):
        ProposalFactory(title="Un banc", district=district)
        ProposalFactory(title="Un arbre", district="Gare")
        ProposalFactory(title="Secret", district=district, state=Proposal.State.RECEIVED)
        assert counts(client, query) == {"propositions": 1, "lieux": 1}
        place = get(client, query, type="lieux").context["found"].results[0]
        assert place.about == "1 proposition"
        assert [one.title for one in client.get(place.url).context["page_obj"].object_list] == ["Un banc"]

    def test_place_without_public_proposal_is_not_found(self, client):
        ProposalFactory(title="Secret", district="Meinau", state=Proposal.State.RECEIVED)
        assert counts(client, "meinau") == {}

    def test_a_session_is_not_found_by_the_address_of_its_room(self, client):
        SessionPageFactory(title="Réunion", place="Centre administratif, arrêt Étoile-Bourse")
        assert counts(client, "etoile bourse") == {}
        assert "Bourse" not in get(client, "réunion").text.split("<main")[1]


class TestMembers:
    def test_member_who_agreed_is_found_with_a_link_to_the_members_page(self, client):
        member = make_member("Capucine Wasselonne", is_named=True)
        result = first_result(client, "wasselonne")
        assert result.url == f"/le-comite/membres/#membre-{member.pk}"
        assert result.about == "Coordination"
        assert f'id="membre-{member.pk}"' in client.get("/le-comite/membres/").text

    def test_withdrawn_consent_is_effective_immediately(self, client):
        member = make_member("Capucine Wasselonne", is_named=True)
        assert counts(client, "capucine") == {"membres": 1}
        member.is_named = False
        member.save()
        assert counts(client, "capucine") == {}
        member.is_named = True
        member.save()
        assert counts(client, "capucine") == {"membres": 1}

    def test_member_without_consent_is_not_found(self, client, user):
        make_member("Capucine Wasselonne", user=user, is_named=False)
        client.force_login(user)
        assert counts(client, "wasselonne") == {}

    def test_former_member_is_not_found(self, client):
        member = make_member("Capucine Wasselonne", is_named=True)
        Mandate.objects.filter(member=member).update(ends_on=timezone.localdate() - DAY)
        assert counts(client, "wasselonne") == {}

    def test_members_are_not_found_if_their_page_is_restricted(self, client):
        make_member("Capucine Wasselonne", is_named=True)
        page = MembersPage.objects.get()
        PageViewRestriction.objects.create(page=page, restriction_type=PageViewRestriction.LOGIN)
        assert counts(client, "wasselonne") == {}

    def test_substitute_result_links_to_an_existing_anchor(self, client):
        seat = SeatFactory()
        for name, role in (("Capucine Wasselonne", "member"), ("Odilon Marmoutier", "substitute")):
            MandateFactory(member=MemberFactory(name=name, is_named=True), role=role, seat=seat)
        anchor = first_result(client, "marmoutier").url.partition("#")[2]
        assert client.get("/le-comite/membres/").text.count(f'id="{anchor}"') == 1


def test_number_of_queries_does_not_grow(client):
    queries, costs = ("octobre 2019", "neudorf", "wasselonne", "n° 5"), []
    for size in (6, 12):
        for number in range(size - 6, size):
            ProposalFactory(title=f"Neudorf {number}", district="Neudorf")
            SessionPageFactory(title=f"Réunion {number}", starts_at=OCTOBER_14 + number * DAY)
            member = MemberFactory(name=f"Capucine Wasselonne {number}", is_named=True)
            MandateFactory(member=member, role="facilitator", seat=None)
        addresses = {query: reverse("home:search", query={"q": query}) for query in queries}
        costs.append({query: queries_of(client, address) for query, address in addresses.items()})
    few, many = costs
    assert_table(many, {query: min(few[query], MAX_QUERIES) for query in queries})
