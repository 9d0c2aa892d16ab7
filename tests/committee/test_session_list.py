"""List of the sessions in the admin: order, state, missing parts, links to the parts."""

import uuid

import pytest
from django.urls import reverse

from committee.admin.session_list import missing_of
from committee.convocations.services import convene
from committee.minutes.services import open_round
from committee.models import AgendaItem, SessionPage
from common.shown import BY_PROGRAM
from tests.committee.minutes import DAY, NOW, TODAY, Role, draft, held, member, signed_in
from tests.factories import MandateFactory, SessionPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
LIST = "committee_sessions:list"


def list_rows(user, **query):
    """Returns the displayed rows: name, state, missing parts, links."""
    page = signed_in(user).get(reverse(LIST), query)
    rows = page.context["object_list"]
    plain = [[one.heading, one.state, [m.label for m in one.missing], [p.label for p in one.places]] for one in rows]
    return [[with_plain_spaces(part) for part in row] for row in plain]


def with_plain_spaces(texts):
    return [with_plain_spaces(one) for one in texts] if isinstance(texts, list) else texts.replace("\u00a0", " ")


def test_list_shows_state_and_missing_parts_with_next_session_first(secretary):
    MandateFactory(starts_on=TODAY - 400 * DAY, member__user=UserFactory())
    writer = member(Role.COORDINATOR)
    over = held(10, title="Passée")
    near, far = held(-10, title="Proche"), held(-60, title="Loin")
    AgendaItem.objects.create(session=near, title="Un point")
    cancelled = held(-30, title="Annulée", status="cancelled")
    SessionPageFactory(title="Ébauche", starts_at=NOW + 90 * DAY, ends_at=NOW + 90 * DAY + DAY / 12, live=False)
    coming = ["Convocation", "Présences"]
    assert list_rows(secretary) == [
        ["Proche", "Publiée", ["Convoquer les membres à la séance du 4 décembre 2026"], coming],
        ["Annulée", "Annulée", [], ["Convocation"]],
        ["Loin", "Publiée", ["Écrire l’ordre du jour"], coming],
        ["Ébauche", "Brouillon", ["Écrire l’ordre du jour"], []],
        [
            "Passée",
            "Tenue",
            ["Noter les présences (0 siège noté sur 1)", "Écrire le compte rendu du 14 novembre 2026"],
            ["Présences", "Compte rendu"],
        ],
    ]
    convene(session=near, words="", online_link="", sender=secretary, key=uuid.uuid4(), shown=BY_PROGRAM, now=NOW)
    far.agenda_items = [AgendaItem(title="Écrit, pas encore publié")]
    far.save_revision()
    draft(over, writer)
    open_round(session=over, actor=writer, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
    assert [[row[1], row[2]] for row in list_rows(secretary) if row[0] in ("Proche", "Loin")] == [
        ["Publiée", []],
        ["Publiée, des modifications attendent d’être publiées", []],
    ]
    missing = missing_of(list(SessionPage.objects.all()), NOW)
    assert [[one.label.split(" (")[0] for one in missing[over.pk]], missing[cancelled.pk]] == [
        ["Noter les présences"],
        [],
    ]


def test_list_can_be_filtered_by_year_and_exported(secretary):
    held(10, title="De cette année")
    held(400, title="D’avant")
    assert [row[0] for row in list_rows(secretary, year=2025)] == ["D’avant"]
    file = signed_in(secretary).get(reverse(LIST), {"export": "csv"}).getvalue().decode()
    assert "De cette année" in file
    assert "Écrire le compte rendu du 14 novembre 2026" in file.replace("\u00a0", " ")


def test_list_requires_the_permission_to_edit_sessions(secretary, editor_of):
    menu = reverse("wagtailadmin_home")
    for user, is_visible in ((secretary, True), (editor_of("Rédaction"), False)):
        client = signed_in(user)
        assert (client.get(reverse(LIST)).status_code == 200) is is_visible
        assert (reverse(LIST) in client.get(menu).text) is is_visible
