"""Lists of members and seats for the secretariat, and choosers of a user, a member and a seat."""

import csv
import datetime as dt
import json

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse

from committee.models import Mandate
from tests.factories import MandateFactory, MemberFactory, SeatFactory, UserFactory

pytestmark = [
    pytest.mark.django_db,
    pytest.mark.time_machine(dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC), tick=False),
    pytest.mark.indexed,
]

TODAY = dt.date(2026, 11, 24)
LIST = reverse("wagtailsnippets_committee_member:list")
SEATS = reverse("wagtailsnippets_committee_seat:list")
CHOOSERS = {
    "account": "account_chooser",
    "member": "wagtailsnippetchoosers_committee_member",
    "seat": "wagtailsnippetchoosers_committee_seat",
}


@pytest.fixture
def administrator(client):
    client.force_login(UserFactory(is_staff=True, is_superuser=True, email="admin@comite.example"))
    return client


def rows(client, address, **query):
    """Returns the rows of a list: column heading → text of the cell."""
    tree = BeautifulSoup(client.get(address, query).content, "html.parser").find("table", class_="listing")
    if tree is None:
        return []
    names, *lines = ([cell.get_text(" ", strip=True) for cell in line.find_all(["td", "th"])] for line in tree("tr"))
    return [dict(zip(names, cells, strict=True)) for cells in lines]


def chooser_results(client, kind, query=""):
    return list(client.get(reverse(f"{CHOOSERS[kind]}:choose_results"), {"q": query}).context["results"])


class TestMemberList:
    def test_list_of_members_shows_roles_and_accounts(self, secretariat):
        seat = SeatFactory(name="Habitants, siège 3")
        odile = MandateFactory(member__name="Odile", member__user=UserFactory(), seat=seat).member
        MandateFactory(member=odile, role=Mandate.Role.COORDINATOR, seat=None)
        MandateFactory(member__name="Paul", ends_on=TODAY - dt.timedelta(days=1))
        # Two future mandates: the earlier one counts.
        nora = MandateFactory(member__name="Nora", starts_on=dt.date(2028, 1, 1)).member
        MandateFactory(member=nora, role=Mandate.Role.DEPUTY_COORDINATOR, seat=None, starts_on=dt.date(2027, 1, 11))
        MandateFactory(member=odile, role=Mandate.Role.RAPPORTEUR, seat=None, starts_on=dt.date(2027, 1, 11))
        MemberFactory(name="Zoé", user=UserFactory(is_active=False))
        lines = [(line["Rôle aujourd’hui"], line["Compte"]) for line in rows(secretariat, LIST)]
        assert lines == [
            ("Siège à partir du 11\u00a0janvier 2027", "Aucun"),
            ("Membre (Habitants, siège 3), Coordination", "Oui"),
            ("Ne siège pas", "Aucun"),
            ("Ne siège pas", "Compte fermé"),
        ]

    def test_export_has_the_columns_of_the_list_and_private_contacts(self, secretariat):
        odile = MandateFactory(member__name="Odile", seat=SeatFactory(name="Siège 3")).member
        MemberFactory(name="Paul", private_phone="03 00 00 00 03", private_address="3 rue des Lilas")
        header, *lines = csv.reader(
            secretariat.get(LIST, {"export": "csv"}).getvalue().decode("utf-8-sig").splitlines(), delimiter=";"
        )
        assert header[:2] == ["Nom", "Rôle aujourd’hui"]
        assert [line[:2] for line in lines] == [[odile.name, "Membre (Siège 3)"], ["Paul", "Ne siège pas"]]
        assert lines[1][-2:] == ["03 00 00 00 03", "3 rue des Lilas"]
        assert secretariat.get(LIST, {"export": "xlsx"}).status_code == 200

    def test_e_mails_need_the_permission_to_edit_accounts(self, client, editor_of):
        MandateFactory(member__name="Odile", member__user=UserFactory(email="odile@courriel.example"))
        client.force_login(editor_of("Secrétariat"))
        page = client.get(LIST).content
        assert b"Odile" in page
        assert b"odile@courriel.example" not in page

    def test_editors_of_accounts_see_e_mails(self, administrator):
        MandateFactory(member__user=UserFactory(email="odile@courriel.example"))
        (line,) = rows(administrator, LIST)
        assert line["E-mail"] == "odile@courriel.example"

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ({"sits": "true"}, {"Odile"}),
            ({"sits": "false"}, {"Paul"}),
            ({"has_account": "true"}, {"Paul"}),
            ({"has_account": "false"}, {"Odile"}),
        ],
    )
    def test_list_of_members_can_be_filtered_by_seat_and_account(self, secretariat, query, names):
        MandateFactory(member__name="Odile")
        MemberFactory(name="Paul", user=UserFactory())
        members = secretariat.get(LIST, query).context["object_list"]
        assert {member.name for member in members} == names

    def test_consent_to_be_named_has_three_states_in_filter_list_and_export(self, secretariat):
        MemberFactory(name="Odile", is_named=True)
        MemberFactory(name="Paul", is_named=False, declines_naming=True)
        MemberFactory(name="Zoé", is_named=False)
        answers = (("yes", "Oui", "Odile"), ("no", "Non", "Paul"), ("not-asked", "Pas encore de réponse", "Zoé"))
        for value, label, name in answers:
            answer = secretariat.get(LIST, {"naming": value})
            assert [member.name for member in answer.context["object_list"]] == [name]
            assert [str(one.value) for one in answer.context["view"].active_filters] == [label]
            exported = b"".join(secretariat.get(LIST, {"naming": value, "export": "csv"}).streaming_content).decode()
            assert f'"{label}"' in exported


class TestSeatList:
    def test_list_of_seats_shows_holders_and_empty_seats(self, secretariat):
        seat, _empty = SeatFactory(name="Siège 1", order=1), SeatFactory(name="Siège 2", order=2)
        SeatFactory(name="Siège d’avant", order=3, ends_on=TODAY - dt.timedelta(days=1))
        MandateFactory(member__name="Odile", seat=seat)
        MandateFactory(member__name="Paul", seat=seat, role=Mandate.Role.SUBSTITUTE)
        lines = [(line["Titulaire aujourd’hui"], line["Suppléance"]) for line in rows(secretariat, SEATS)]
        assert lines == [
            ("Odile", "Paul"),
            ("Siège vide", ""),
            ("A existé jusqu’au 23\N{NO-BREAK SPACE}novembre 2026", ""),
        ]

    def test_list_of_seats_can_be_filtered_by_vacancy(self, secretariat):
        filled, empty = SeatFactory(), SeatFactory()
        SeatFactory(ends_on=TODAY - dt.timedelta(days=1))
        MandateFactory(seat=filled)
        MandateFactory(seat=empty, role=Mandate.Role.SUBSTITUTE)
        assert list(secretariat.get(SEATS, {"is_empty": "true"}).context["object_list"]) == [empty]
        assert list(secretariat.get(SEATS, {"is_empty": "false"}).context["object_list"]) == [filled]


class TestChoosers:
    def test_account_is_found_by_name_or_complete_address(self, secretariat):
        odile = UserFactory(public_name="Odile Marchand", email="o.marchand@courriel.example")
        for query in ("marchand", "march odi", "O.Marchand@courriel.example"):
            assert chooser_results(secretariat, "account", query) == [odile]
        # Addresses cannot be guessed by searching their parts.
        assert chooser_results(secretariat, "account", "courriel.exam") == []

    def test_editors_of_accounts_search_by_part_of_the_address(self, administrator):
        odile = UserFactory(public_name="Odile", email="o.marchand@courriel.example")
        assert chooser_results(administrator, "account", "marchand@") == [odile]
        page = administrator.get(reverse("account_chooser:choose_results"), {"q": "odile"}).content.decode()
        assert "o.marchand@courriel.example" in page

    def test_an_address_is_hidden_without_the_permission(self, secretariat):
        account = UserFactory(public_name="Odile", email="o.marchand@courriel.example")
        MemberFactory(name="Odile du siège 3", user=account)
        page = secretariat.get(reverse("account_chooser:choose_results")).content.decode()
        assert "Odile du siège 3" in page
        assert "o.marchand" not in page

    def test_members_and_seats_are_found_by_parts_of_words(self, secretariat):
        member, seat = MemberFactory(name="Hélène Ébert"), SeatFactory(name="Habitants, siège 3", college="Usagers")
        MemberFactory(name="Paul")
        assert chooser_results(secretariat, "member", "ebe") == [member]
        assert chooser_results(secretariat, "seat", "usag 3") == [seat]

    @pytest.mark.parametrize("group", ["Rédaction", "Modération", "Services", "Accueil"])
    @pytest.mark.parametrize("kind", CHOOSERS)
    def test_other_users_of_the_admin_cannot_choose(self, client, editor_of, group, kind):
        account = UserFactory(public_name="Mot-canari")
        member = MemberFactory(name="Mot-canari", user=account)
        key = {"account": account, "member": member, "seat": SeatFactory(name="Mot-canari")}[kind].pk
        client.force_login(editor_of(group))
        answers = [
            client.get(reverse(f"{CHOOSERS[kind]}:choose")),
            client.get(reverse(f"{CHOOSERS[kind]}:choose_results"), {"q": "mot"}),
            client.get(reverse(f"{CHOOSERS[kind]}:chosen_multiple"), {"id": key}),
        ]
        assert not [answer for answer in answers if "canari" in answer.content.decode()]
        assert client.get(reverse(f"{CHOOSERS[kind]}:chosen", args=[key])).status_code == 404

    def test_the_form_of_a_member_lists_no_account(self, secretariat):
        UserFactory(public_name="Mot-canari")
        page = secretariat.get(reverse("wagtailsnippets_committee_member:add")).content.decode()
        assert "canari" not in page
        assert reverse("account_chooser:choose") in page

    def test_chosen_account_is_returned_with_its_name(self, secretariat):
        account = UserFactory(public_name="Odile M.")
        answer = json.loads(secretariat.get(reverse("account_chooser:chosen", args=[account.pk])).content)
        assert (answer["result"]["id"], answer["result"]["title"]) == (str(account.pk), "Odile M.")


def test_administrator_can_search_accounts_by_public_name(administrator):
    account = UserFactory(public_name="Odile M.", email="o@courriel.example")
    for query in ("odile", "o@courriel"):
        assert list(administrator.get(reverse("wagtailusers_users:index"), {"q": query}).context["users"]) == [account]


def test_lists_can_be_searched_by_the_beginning_of_a_word(secretariat):
    MandateFactory(member__name="Zoé Klein", seat__name="Siège du Neudorf")
    MandateFactory(member__name="Paul Grand", seat__name="Siège du Port")
    assert [row for row in map(str, rows(secretariat, LIST, q="zoé")) if "Klein" in row]
    assert not [row for row in map(str, rows(secretariat, LIST, q="zoé")) if "Grand" in row]
    assert len(rows(secretariat, SEATS, q="Neudorf")) == 1
