"""Minutes as a public draft: from the day after the correction period until the approval."""

import pytest
import time_machine

from committee.errors import NamesAMember, RoundOver
from committee.minutes.services import open_round
from committee.models import Mandate, RegisterEntry, SessionMinutes, SessionPage
from committee.services.erasure import erase
from common.shown import BY_PROGRAM
from participation.queries.dossier import read_dossier
from participation.queries.dossier_steps import DossierStepKind, Status
from tests.committee.minutes import (
    DAY,
    NOW,
    TEXT,
    TODAY,
    address,
    approve,
    assert_not_found,
    draft,
    held,
    member,
    opened,
    signed_in,
    text_of,
)
from tests.factories import MemberFactory, ProposalFactory
from tests.participation.chains import put_on_agenda

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]
SECRET = "Hippopotame"
MARK = "Projet de compte rendu, en attente d’approbation"
HIDDEN = "Zoé K."


@pytest.fixture
def record(session, rapporteur):
    actions = [{"text": f"Appeler {SECRET}.", "member": rapporteur.member}]
    decisions = [{"text": f"Le comité demande {SECRET}."}]
    return opened(session, rapporteur, text=f"{TEXT}\n{SECRET}", decisions=decisions, actions=actions)


def after_correction_period():
    return time_machine.travel(NOW + DAY, tick=False)


def test_draft_is_public_after_the_correction_period_on_its_page_only(client, session, record, coordinator):
    elsewhere = (
        *("/le-comite/decisions/", "/le-comite/decisions/registre.json", "/", "/le-comite/", "/sitemap.xml"),
        *("/le-comite/seances/calendrier.ics", f"{session.url}seance.ics"),
        *("/donnees-ouvertes/decisions.csv", "/donnees-ouvertes/seances.csv", "/donnees-ouvertes/decisions.json"),
    )
    before = text_of(client.get(session.url))
    assert (SECRET in before, MARK in before) == (False, False)
    with after_correction_period():
        text = text_of(client.get(session.url))
        for expected in (MARK, "<li>Un guide aide.</li>", f"demande {SECRET}", f"Appeler {SECRET}", "(projet)"):
            assert expected in text, expected
        # Nobody proposed one.
        assert "Les membres ont pu proposer des corrections." in text
        assert "Projet de compte rendu" in text_of(client.get("/le-comite/seances/"))
        for page in elsewhere:
            answer = client.get(page)
            content = b"".join(answer.streaming_content) if answer.streaming else answer.content
            assert answer.status_code == 200, page
            assert SECRET not in content.decode(), page
        assert_not_found(client, SECRET)
        later = held(-0.5)
    with time_machine.travel(NOW + 2 * DAY, tick=False):
        approve(session, coordinator, later, now=NOW + 2 * DAY)
        text = text_of(client.get(session.url))
        assert MARK not in text
        assert f"demande {SECRET}" in text


def test_date_of_approval_is_the_day_of_the_approving_session(client, session, record, coordinator):
    held(3)
    later = held(1)
    with after_correction_period():
        form = signed_in(coordinator).get(address(session, "approve_minutes")).context["form"]
        assert form["approved_in"].value() == later.pk
    approve(session, coordinator, later, now=NOW + 30 * DAY)
    assert RegisterEntry.objects.get().approved_on == TODAY - DAY
    sentence = "Approuvé le lundi 23 novembre 2026. Par cette séance : "
    assert f'{sentence}<a href="{later.url}">' in text_of(client.get(session.url))
    member_reads = text_of(signed_in(member()).get(address(session)))
    assert "Approuvé le 23 novembre 2026." in member_reads
    SessionPage.objects.get(pk=later.pk).unpublish()
    text = text_of(client.get(session.url))
    assert "Approuvé le lundi 23 novembre 2026." in text
    assert "Par cette séance" not in text


def test_erased_member_is_not_named_in_a_public_draft(client, session, rapporteur):
    named = member(name="Louise Rose").member
    named.is_named = True
    named.save()
    row = {"text": "Louise Rose est remerciée.", "responsible": "Louise Rose"}
    record = opened(session, rapporteur, text="Le comité remercie LOUISE ROSE.", decisions=[row], actions=[row])
    Mandate.objects.filter(member=named).update(ends_on=TODAY - DAY)
    erase(member=named, actor=rapporteur, now=NOW, shown=BY_PROGRAM)
    with after_correction_period():
        text = text_of(client.get(session.url))
    assert MARK in text
    assert "louise rose" not in text.casefold()
    assert text.casefold().count("un membre du comité") >= 5
    assert SessionMinutes.objects.get().version == record.version + 1


def test_draft_without_correction_period_is_not_public(client, session, rapporteur):
    draft(session, rapporteur, text=SECRET)
    with time_machine.travel(NOW + 30 * DAY, tick=False):
        page = client.get(session.url)
        assert page.status_code == 200
        assert SECRET not in text_of(page)


def test_public_draft_is_not_late(client, session, record):
    SessionPage.objects.filter(pk=session.pk).update(starts_at=NOW - 30 * DAY, ends_at=NOW - 29 * DAY)
    proposal = ProposalFactory()
    put_on_agenda(session, proposal)
    for moment, status, is_late in ((NOW, Status.LATE, True), (NOW + DAY, Status.DONE, False)):
        with time_machine.travel(moment, tick=False):
            steps = read_dossier(proposal, member(), now=moment).steps
            [step] = [step for step in steps if step.kind == DossierStepKind.MINUTES]
            assert step.status == status
            assert ("projet, en attente d’approbation" in step.label) != is_late
            assert SessionPage.objects.minutes_overdue(moment.date()).exists() == is_late
            assert ("Nous sommes en retard" in text_of(client.get(session.url))) == is_late


def test_correction_period_cannot_be_reopened_once_the_draft_is_public(session, record, rapporteur):
    with pytest.raises(RoundOver):
        open_round(session=session, actor=rapporteur, until=TODAY + 9 * DAY, now=NOW + DAY, shown=BY_PROGRAM)
    with after_correction_period():
        assert "Donner plus de temps" not in text_of(signed_in(rapporteur).get(address(session)))


def test_default_correction_period_is_seven_days(session, rapporteur):
    draft(session, rapporteur)
    page = signed_in(rapporteur).get(address(session, "open_minutes"))
    assert page.context["form"]["until"].value() == TODAY + 7 * DAY


class TestNames:
    """Unnamed members: authors are warned, the correction period does not open, names are never published."""

    def test_writers_see_hidden_names_with_their_place_before_opening(self, session, rapporteur):
        MemberFactory(name=HIDDEN, is_named=False)
        draft(session, rapporteur, text=f"Bonjour.\nMerci à {HIDDEN} pour tout.\nFin.")
        warning = f"{HIDDEN}, dans le texte : « Merci à {HIDDEN} pour tout. »"
        for name in ("minutes", "write_minutes"):
            assert warning in text_of(signed_in(rapporteur).get(address(session, name))), name
        with pytest.raises(NamesAMember, match="dans le texte"):
            open_round(session=session, actor=rapporteur, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
        assert SessionMinutes.objects.get().state == SessionMinutes.State.DRAFT

    def test_a_later_hidden_name_is_replaced_in_public_and_reported_to_writers(self, client, session, rapporteur):
        hidden = MemberFactory(name=HIDDEN)
        fields = {"text": f"Merci à {HIDDEN}.", "decisions": [{"text": f"Confier la suite à {HIDDEN}."}]}
        opened(session, rapporteur, **fields, actions=[{"text": f"Rappeler {HIDDEN}.", "responsible": HIDDEN}])
        hidden.is_named = False
        hidden.save()
        with after_correction_period():
            public = text_of(client.get(session.url))
            assert HIDDEN not in public
            assert "Merci à un membre du comité." in public
            text = text_of(signed_in(rapporteur).get(address(session)))
            assert "la page publique le fait pour vous" in text
            assert f"{HIDDEN}, dans la décision 1" in text
