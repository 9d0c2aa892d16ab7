"""Votes on decisions, required majorities, and dissents of members."""

import json

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from accounts.exports.personal_data import data_sets_of
from committee import errors
from committee.minutes.services import open_round, write_dissent
from committee.models import (
    Attendance,
    DecisionMethod,
    Dissent,
    Majority,
    Member,
    MinutesDecision,
    RegisterEntry,
    SessionDecision,
    SessionPage,
)
from committee.register.services.redaction import redact
from committee.services.erasure import erase_with_account
from common.shown import BY_PROGRAM
from participation.models import ProposalInDecision
from participation.queries.dossier import dossier_url
from tests.bulk import confirm
from tests.committee.minutes import DAY, NOW, TODAY, address, approve, draft, member, opened, signed_in, text_of
from tests.factories import MandateFactory, ProposalFactory, TopicPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
HOW = "À main levée : pour 2, contre 1, abstentions 0 (il faut plus de la moitié des présents)"


def decision_data(yes=2, no=1, none=0, majority=Majority.SIMPLE, text="Le comité demande un guide.", **fields):
    counts = {"votes_for": yes, "votes_against": no, "abstentions": none}
    return {"text": text, "manner": DecisionMethod.HANDS, "majority": majority, **counts, **fields}


@pytest.fixture
def seats(session):
    """Four seats, three of which were present at the session."""
    states = ["present", "online", "substituted", "absent"]
    for state in states:
        seat = MandateFactory().seat
        Attendance.objects.create(session=session, seat=seat, state=state, how="sheet", recorded_at=NOW)


@pytest.mark.parametrize(
    ("fields", "present", "reason"),
    [
        ({"manner": ""}, 3, "dites comment"),
        ({"manner": "accord"}, None, ""),
        (decision_data(), 3, ""),
        (decision_data(no=None), 3, "écrivez combien"),
        (decision_data(majority=""), 3, "écrivez combien"),
        (decision_data(), None, "notez-les d’abord"),
        (decision_data(), 4, "3 voix sont comptées, et la feuille de présence compte 4 sièges"),
        (decision_data(5, 5), 10, "5 voix pour, et il en faut 6 sur 10"),
        (decision_data(5, 2, 3), 10, "5 voix pour, et il en faut 6 sur 10"),
        (decision_data(6, 4), 10, ""),
        (decision_data(6, 4, majority="deux-tiers"), 10, "6 voix pour, et il en faut 7 sur 10"),
        (decision_data(6, 3, majority="deux-tiers"), 9, ""),
        (decision_data(0, 0), 0, "0 voix pour, et il en faut 1 sur 0"),
    ],
)
def test_vote_refusal_depends_on_counts_majority_and_attendance(fields, present, reason):
    refusal = MinutesDecision(**{"text": "", **fields}).vote_refusal(present)
    assert (reason in refusal) if reason else refusal == ""


def test_wrong_votes_are_shown_to_writers_and_block_opening_changes_and_approval(
    session, seats, later, rapporteur, coordinator
):
    draft(session, rapporteur, decisions=[decision_data(), decision_data(3, 2)])
    warning = "Décision 2 : 5 voix sont comptées, et la feuille de présence compte 3 sièges présents"
    for name in ("minutes", "write_minutes"):
        page = text_of(signed_in(rapporteur).get(address(session, name)))
        assert warning in page, name
        assert "Décision 1 :" not in page, name
    with pytest.raises(errors.DecisionsNotRight, match="5 voix sont comptées"):
        open_round(session=session, actor=rapporteur, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
    draft(session, rapporteur, decisions=[decision_data()], seen=1)
    record = open_round(session=session, actor=rapporteur, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
    # From now on others read each saved word.
    with pytest.raises(errors.DecisionsNotRight, match="9 voix sont comptées"):
        draft(session, rapporteur, decisions=[decision_data(9, 0)], seen=record.version)
    assert record.decisions.get().votes_for == 2
    Attendance.objects.filter(state="absent").update(state="present")
    with pytest.raises(errors.DecisionsNotRight):
        approve(session, coordinator, later)
    Attendance.objects.filter(state="online").update(state="absent")
    approve(session, coordinator, later)
    entry = RegisterEntry.objects.get()
    assert (entry.manner, entry.votes_for, entry.majority) == ("main-levee", 2, "simple")


def test_decision_by_agreement_has_no_counts(session, seats, later, coordinator):
    opened(session, coordinator, decisions=[decision_data(9, 9, manner=DecisionMethod.AGREEMENT)])
    approve(session, coordinator, later)
    assert SessionDecision.objects.get().how_taken == RegisterEntry.objects.get().how_taken == "Par accord"


def test_result_of_the_vote_is_shown_with_the_decision(client, session, seats, later, coordinator):
    topic, proposal, reader = TopicPageFactory(), ProposalFactory(), member()
    opened(session, coordinator, decisions=[decision_data(topic=topic)])
    decision = MinutesDecision.objects.get()
    write_dissent(
        decision=decision, author=reader, text="C’est trop\ncher.", is_by_name=False, now=NOW, shown=BY_PROGRAM
    )
    assert HOW in text_of(signed_in(reader).get(address(session)))
    with time_machine.travel(NOW + DAY, tick=False):
        public = text_of(client.get(session.url))
        assert HOW in public
        assert "C’est trop cher." in public
    approve(session, coordinator, later)
    ProposalInDecision.objects.create(row=SessionDecision.objects.get(), proposal=proposal)
    for page, has_dissents in (
        (session.url, True),
        ("/le-comite/decisions/", True),
        (topic.url, False),
        (dossier_url(proposal), False),
    ):
        text = text_of(client.get(page))
        assert HOW in text, page
        assert ("C’est trop cher." in text) == has_dissents, page
        assert not has_dissents or "Un membre du comité" in text, page
    assert HOW in text_of(signed_in(reader).get(address(session)))
    [entry] = json.loads(client.get("/le-comite/decisions/registre.json").content)["entries"]
    assert (entry["manner"], entry["votes_against"], entry["dissents"]) == ("main-levee", 1, "C’est trop cher.")
    [row] = json.loads(b"".join(client.get("/donnees-ouvertes/decisions.json").streaming_content))
    assert (row["prise"], row["pour"], row["majorite"]) == ("main-levee", 2, "simple")
    assert row["avis_contraires"] == "C’est trop cher."


class TestDissents:
    @pytest.fixture
    def decision(self, session, rapporteur):
        opened(session, rapporteur)
        return MinutesDecision.objects.first()

    @pytest.fixture
    def author(self):
        user = member(name="Aïcha N.")
        Member.objects.filter(user=user).update(is_named=True)
        return user

    def test_member_can_write_change_and_remove_a_dissent(self, session, decision, author):
        client = signed_in(author)
        url = address(session, "write_dissent", pk=decision.pk)
        assert url in text_of(client.get(address(session)))
        confirm(client, url, {"text": "Non.", "is_by_name": ""})
        confirm(client, url, {"text": "C’est trop\r\n\r\ncher.", "is_by_name": "oui"})
        dissent = Dissent.objects.get()
        assert (dissent.text, dissent.shown_name) == ("C’est trop cher.", "Aïcha N.")
        page = text_of(client.get(address(session)))
        assert "Avis contraire : Aïcha N." in page
        confirm(client, url, {"text": " "})
        assert not Dissent.objects.exists()

    def test_dissent_after_the_correction_period_is_refused_and_preserved(self, session, decision, author):
        client = signed_in(author)
        with time_machine.travel(NOW + DAY, tick=False):
            client.force_login(author)
            page = text_of(confirm(client, address(session, "write_dissent", pk=decision.pk), {"text": "Trop cher."}))
        assert "Le temps des corrections est fini." in page
        assert "Trop cher.</textarea>" in page
        assert not Dissent.objects.exists()

    def test_dissent_requires_a_sitting_author_and_no_hidden_names(self, decision, author, editor_of):
        Member.objects.create(name="Zoé K.")
        for user, text, refusal in (
            (editor_of("Secrétariat"), "Non.", PermissionDenied),
            (author, "Comme Zoé K., non.", errors.NamesAMember),
        ):
            with pytest.raises(refusal):
                write_dissent(decision=decision, author=user, text=text, is_by_name=False, now=NOW, shown=BY_PROGRAM)

    def test_dissent_is_preserved_when_the_minutes_change(self, session, decision, author, rapporteur):
        write_dissent(decision=decision, author=author, text="Non.", is_by_name=False, now=NOW, shown=BY_PROGRAM)
        other = MinutesDecision.objects.last()
        rows = [{"pk": decision.pk, "text": "Le comité demande deux guides."}, {"text": "Le comité demande une carte."}]
        draft(session, rapporteur, decisions=rows, seen=1)
        assert list(MinutesDecision.objects.values_list("text", flat=True)) == [row["text"] for row in rows]
        assert not MinutesDecision.objects.filter(pk=other.pk).exists()
        assert Dissent.objects.get().decision_id == decision.pk
        with pytest.raises(errors.DecisionHasDissents):
            draft(session, rapporteur, decisions=rows[1:], seen=2)

    def test_author_of_a_dissent_is_not_registered_and_erased_with_the_account(
        self, client, session, later, decision, author, coordinator
    ):
        write_dissent(
            decision=decision, author=author, text="C’est trop cher.", is_by_name=True, now=NOW, shown=BY_PROGRAM
        )
        approve(session, coordinator, later)
        register = client.get("/le-comite/decisions/registre.json").content.decode()
        assert "trop cher" in register
        assert "Aïcha" not in register
        pages = (session.url, "/le-comite/decisions/")
        for page in pages:
            assert "Avis contraire : Aïcha N." in text_of(client.get(page)), page
        [held] = [one for one in data_sets_of(author) if one.name == "committee.dissents"]
        assert [row["text"] for row in held.rows] == ["C’est trop cher."]
        erase_with_account(author, NOW)
        for page in pages:
            text = text_of(client.get(page))
            assert "Avis contraire : Un membre du comité" in text, page
            assert "C’est trop cher." in text, page

    def test_dissent_is_removed_with_the_decision(self, client, session, later, decision, author, coordinator):
        write_dissent(
            decision=decision, author=author, text="C’est trop cher.", is_by_name=True, now=NOW, shown=BY_PROGRAM
        )
        approve(session, coordinator, later)
        redact(entry=RegisterEntry.objects.first(), actor=coordinator, reason="Demande.", now=NOW + 2 * DAY)
        for page in (session.url, "/le-comite/decisions/", "/le-comite/decisions/registre.json"):
            answer = client.get(page)
            assert (answer.status_code, "trop cher" in text_of(answer)) == (200, False), page
        assert Dissent.objects.get().text == ""


def test_queries_do_not_grow_with_dissents(client, session, later, coordinator, django_assert_max_num_queries):
    opened(session, coordinator, decisions=[{"text": f"Décision {number}."} for number in range(6)])
    for decision in MinutesDecision.objects.all():
        for author in (member(), member()):
            write_dissent(decision=decision, author=author, text="Non.", is_by_name=True, now=NOW, shown=BY_PROGRAM)
    approve(session, coordinator, later)
    for page, limit in (("/le-comite/decisions/", 16), (SessionPage.objects.get(pk=session.pk).url, 22)):
        client.get(page)
        with django_assert_max_num_queries(limit):
            client.get(page)
