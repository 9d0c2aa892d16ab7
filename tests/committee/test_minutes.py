"""Minutes: writing, corrections, approval, and their mails."""

import datetime as dt
import uuid

import pytest
import time_machine
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, transaction

from committee import errors, permissions
from committee.minutes.queries import minutes_steps, minutes_tasks
from committee.minutes.services import Outcome, open_round
from committee.models import Correction, SessionMinutes
from common.shown import BY_PROGRAM
from mailing.models import Message
from tests.bulk import confirm
from tests.committee.minutes import (
    DAY,
    NOW,
    TEXT,
    TODAY,
    Role,
    address,
    approve,
    decide,
    draft,
    held,
    member,
    opened,
    propose,
    signed_in,
    text_of,
)
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
State = SessionMinutes.State


class TestPermissions:
    WRITERS = {Role.COORDINATOR, Role.DEPUTY_COORDINATOR, Role.RAPPORTEUR}

    @pytest.mark.parametrize("role", Role)
    def test_permissions_of_each_role(self, role):
        user = member(role)
        assert permissions.can_propose_correction(user, TODAY)
        assert permissions.can_draft_minutes(user, TODAY) is (role in self.WRITERS)
        assert permissions.can_decide_correction(user, Correction(), TODAY) is (role in self.WRITERS)
        assert permissions.can_approve_minutes(user, TODAY) is (role in self.WRITERS - {Role.RAPPORTEUR})

    def test_ended_mandate_gives_no_permission(self):
        user = member(Role.COORDINATOR, ends_on=TODAY - DAY)
        assert not permissions.can_propose_correction(user, TODAY)
        assert not permissions.can_draft_minutes(user, TODAY)
        assert permissions.can_draft_minutes(user, TODAY - DAY)

    def test_editors_of_sessions_can_write_and_approve_without_a_seat(self, editor_of):
        user = editor_of("Secrétariat")
        assert permissions.can_draft_minutes(user, TODAY)
        assert permissions.can_approve_minutes(user, TODAY)
        assert not permissions.can_propose_correction(user, TODAY)

    @pytest.mark.parametrize("make", [UserFactory, lambda: member(Role.MEMBER)])
    def test_services_check_permissions(self, make, session, later, rapporteur):
        user = make()
        with pytest.raises(PermissionDenied):
            draft(session, user)
        opened(session, rapporteur)
        with pytest.raises(PermissionDenied):
            open_round(session=session, actor=user, until=TODAY + DAY, now=NOW, shown=BY_PROGRAM)
        correction = propose(session, rapporteur)
        with pytest.raises(PermissionDenied):
            decide(correction, user)
        with pytest.raises(PermissionDenied):
            approve(session, user, later)
        with pytest.raises(PermissionDenied):
            approve(session, rapporteur, later)

    def test_resident_cannot_propose_a_correction(self, session, rapporteur):
        opened(session, rapporteur)
        with pytest.raises(PermissionDenied):
            propose(session, UserFactory())


class TestStates:
    def test_allowed_transitions_of_states(self):
        allowed = {(a, b) for a in State for b in State if SessionMinutes(state=a).can_become(b)}
        assert allowed == {(State.DRAFT, State.OPEN), (State.OPEN, State.OPEN), (State.OPEN, State.APPROVED)}

    @pytest.mark.parametrize(
        "fields", [{"state": State.OPEN}, {"state": State.APPROVED}, {"state": State.DRAFT, "approved_at": NOW}]
    )
    def test_the_database_refuses_a_state_without_its_date(self, session, fields):
        with pytest.raises(IntegrityError), transaction.atomic():
            SessionMinutes.objects.create(session=session, **fields)

    def test_database_refuses_a_decided_correction_without_reason(self, session, rapporteur):
        opened(session, rapporteur)
        correction = propose(session, rapporteur)
        for fields in ({"state": "refusee"}, {"state": "refusee", "decided_at": NOW}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Correction.objects.filter(pk=correction.pk).update(**fields)

    def test_minutes_of_a_future_or_cancelled_session_are_refused(self, rapporteur):
        for session in (held(-3), held(5, status="cancelled")):
            with pytest.raises(errors.SessionNotHeld):
                draft(session, rapporteur)

    def test_correction_period_of_an_empty_draft_is_refused(self, session, rapporteur):
        with pytest.raises(errors.MinutesEmpty):
            open_round(session=session, actor=rapporteur, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)

    def test_correction_period_ends_in_the_future_and_can_only_be_extended(self, session, rapporteur):
        draft(session, rapporteur)
        for until in (TODAY - DAY, TODAY):
            with pytest.raises(errors.DateTooEarly):
                open_round(session=session, actor=rapporteur, until=until, now=NOW, shown=BY_PROGRAM)
        open_round(session=session, actor=rapporteur, until=TODAY + 3 * DAY, now=NOW, shown=BY_PROGRAM)
        with pytest.raises(errors.DateTooEarly):
            open_round(session=session, actor=rapporteur, until=TODAY + DAY, now=NOW, shown=BY_PROGRAM)
        record = open_round(session=session, actor=rapporteur, until=TODAY + 5 * DAY, now=NOW, shown=BY_PROGRAM)
        assert record.corrections_until == TODAY + 5 * DAY

    def test_overwriting_another_text_is_refused(self, session, rapporteur, coordinator):
        draft(session, rapporteur)
        with pytest.raises(errors.MinutesChanged):
            draft(session, coordinator, text="Autre chose")
        assert SessionMinutes.objects.get().text == TEXT
        assert draft(session, coordinator, text="Autre chose", seen=1).version == 2

    def test_approval_requires_end_of_correction_period_and_all_decisions(
        self, session, later, rapporteur, coordinator
    ):
        draft(session, rapporteur)
        with pytest.raises(errors.MinutesEmpty):
            approve(session, coordinator, later)
        open_round(session=session, actor=rapporteur, until=TODAY, now=NOW - DAY, shown=BY_PROGRAM)
        correction = propose(session, rapporteur)
        with pytest.raises(errors.CorrectionsRunning):
            approve(session, coordinator, later, now=NOW)
        with pytest.raises(errors.CorrectionsWaiting):
            approve(session, coordinator, later)
        decide(correction, coordinator, Correction.State.REFUSED)
        assert approve(session, coordinator, later).is_approved

    def test_minutes_are_approved_only_by_a_later_session_that_has_begun(self, session, rapporteur, coordinator):
        opened(session, rapporteur)
        for wrong in (session, held(20), held(-9), held(5, status="cancelled")):
            with pytest.raises(errors.WrongSession):
                approve(session, coordinator, wrong)


class TestCorrections:
    def test_correction_is_accepted_until_the_end_of_the_last_day(self, session, rapporteur):
        opened(session, rapporteur)
        user = member()
        propose(session, user, now=dt.datetime.combine(TODAY, dt.time(23, 59, 59), tzinfo=NOW.tzinfo))
        with pytest.raises(errors.CorrectionsClosed):
            propose(session, user, now=dt.datetime.combine(TODAY + DAY, dt.time(), tzinfo=NOW.tzinfo))

    def test_late_correction_is_refused_and_its_text_preserved(self, session, rapporteur):
        opened(session, rapporteur)
        client = signed_in(member())
        with time_machine.travel(NOW + DAY, tick=False):
            written = {
                "key": uuid.uuid4(),
                "passage": "Un guide",
                "replacement": "Deux guides",
                "why": "Ils sont deux.",
            }
            page = text_of(client.post(address(session), written))
        assert "Le temps des corrections est fini. Votre texte est encore ici" in page
        for text in ("Un guide", "Deux guides", "Ils sont deux."):
            assert f"{text}</textarea>" in page
        assert "Envoyer ma correction" not in page
        assert not Correction.objects.exists()

    def test_correction_submitted_twice_is_saved_once(self, session, rapporteur):
        opened(session, rapporteur)
        client = signed_in(member())
        written = {"key": uuid.uuid4(), "passage": "Un guide aide.", "why": "Non."}
        for _attempt in range(2):
            assert client.post(address(session), written).status_code == 302
        assert Correction.objects.count() == 1

    def test_correction_without_passage_and_replacement_is_refused(self, session, rapporteur):
        opened(session, rapporteur)
        with pytest.raises(errors.CorrectionEmpty):
            propose(session, rapporteur, passage="", replacement="")

    def test_accepted_correction_is_applied_if_it_is_unambiguous(self, session, rapporteur):
        actions = [{"text": "Appeler la mairie", "responsible": "Louise S."}]
        record = opened(session, rapporteur, actions=actions)
        for passage, outcome, field in (
            ("Un guide aide.", Outcome.APPLIED, lambda: record.text),
            # As displayed: other spaces, another apostrophe, no markup.
            ("ce qui s'est\u00a0dit", Outcome.APPLIED, lambda: record.text),
            ("demande un téléphone", Outcome.APPLIED, lambda: record.decisions.all()[1].text),
            ("Appeler", Outcome.APPLIED, lambda: record.actions.get().text),
            ("Louise S.", Outcome.SEVERAL, None),
            ("Le comité demande un guide.", Outcome.DOES_NOT_FIT, None),
            ("Autre chose", Outcome.NOT_FOUND, None),
            ("", Outcome.ADDITION, None),
        ):
            replacement = "x" * 301 if outcome == Outcome.DOES_NOT_FIT else "Corrigé"
            correction = propose(session, member(), passage=passage, replacement=replacement)
            version = record.version
            assert decide(correction, rapporteur) == outcome, passage
            record.refresh_from_db()
            correction.refresh_from_db()
            assert correction.is_to_apply == (field is None), passage
            assert record.version == version + (field is not None), passage
            assert field is None or "Corrigé" in field(), passage

    def test_approval_requires_accepted_corrections_to_be_applied(self, session, later, rapporteur, coordinator):
        opened(session, rapporteur)
        correction = propose(session, member(), passage="", replacement="Merci.")
        writer = signed_in(rapporteur)
        answer = {"state": Correction.State.ACCEPTED, "reason": "D’accord."}
        page = text_of(confirm(writer, address(session, "decide_correction", pk=correction.pk), answer, follow=True))
        assert "Elle ajoute quelque chose, sans dire où. Faites le changement vous-même" in page
        assert "Acceptée, à reporter" in page
        assert "Reporter 1 correction acceptée" in " ".join(step.text for step in minutes_steps(NOW))
        with pytest.raises(errors.CorrectionsToApply):
            approve(session, coordinator, later)
        assert signed_in(member()).post(address(session, "correction_applied", pk=correction.pk)).status_code == 403
        page = text_of(writer.post(address(session, "correction_applied", pk=correction.pk), follow=True))
        assert "à reporter" not in page
        assert approve(session, coordinator, later).is_approved

    def test_author_cannot_decide_their_own_correction(self, session, rapporteur, coordinator):
        opened(session, rapporteur)
        own = propose(session, rapporteur)
        with pytest.raises(errors.OwnCorrection):
            decide(own, rapporteur)
        sentence = "une autre personne décide"
        url = address(session, "decide_correction", pk=own.pk)
        assert sentence in text_of(signed_in(rapporteur).get(url))
        assert url not in signed_in(rapporteur).get(address(session)).content.decode()
        assert url in signed_in(coordinator).get(address(session)).content.decode()
        waits = [
            [task.url for task in minutes_tasks(officer.member, NOW) if "correction" in task.url]
            for officer in (rapporteur, coordinator)
        ]
        assert waits == [[], [url]]
        assert decide(own, coordinator) == Outcome.APPLIED

    def test_steps_count_only_corrections_that_the_user_can_decide(self, session, later, rapporteur, coordinator):
        opened(session, rapporteur)
        propose(session, rapporteur, passage="", replacement="Merci.")
        counted = {None: 1, coordinator: 1, rapporteur: 0, member(): 0}
        assert {user: sum(len(step.corrections) for step in minutes_steps(NOW, user)) for user in counted} == counted
        # Pending decisions of others prevent the approval from being the next step.
        with time_machine.travel(NOW + 2 * DAY, tick=False):
            steps = minutes_steps(NOW + 2 * DAY, rapporteur)
        assert [step.view for step in steps if step.session == session] == []
        propose(session, member(), passage="", replacement="Bravo.")
        assert [sum(len(step.corrections) for step in minutes_steps(NOW, who)) for who in (None, rapporteur)] == [2, 1]

    def test_refused_correction_is_shown_to_members_with_the_reason(self, session, rapporteur):
        record = opened(session, rapporteur)
        correction = propose(session, member(name="Aïcha N."))
        decide(correction, rapporteur, Correction.State.REFUSED, "Ce n’est pas ce qui s’est dit.")
        record.refresh_from_db()
        assert record.text == TEXT
        page = text_of(signed_in(member()).get(address(session)))
        for text in (
            "Aïcha N.",
            "Un guide aide beaucoup.",
            "Refusée",
            "pas ce qui s’est dit",
            str(Role.RAPPORTEUR.label),
        ):
            assert text in page
        with pytest.raises(errors.AlreadyDecided):
            decide(correction, rapporteur)

    def test_members_are_notified_once_and_authors_of_the_decision(self, session, rapporteur, coordinator):
        reader, gone = member(), member(ends_on=TODAY - 2 * DAY)
        opened(session, rapporteur)
        open_round(session=session, actor=rapporteur, until=TODAY + DAY, now=NOW, shown=BY_PROGRAM)
        addresses = list(Message.objects.filter(kind="committee.minutes-open").values_list("to_email", flat=True))
        assert sorted(addresses) == sorted([reader.email, rapporteur.email, coordinator.email])
        assert gone.email not in addresses
        decide(propose(session, reader), rapporteur)
        mail = Message.objects.get(kind="committee.correction-decided")
        assert mail.to_email == reader.email
        assert "C’est juste." in mail.payload["text"]
        assert address(session) in mail.payload["text"]
