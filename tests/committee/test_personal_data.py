"""Personal data of the committee and the survey: export, and what remains without the account."""

import datetime as dt
import json
import uuid
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from wagtail.models import ModelLogEntry

from accounts.exports.personal_data import erasure_summary_of, export_as_json, export_of
from accounts.models import User
from cms.models import CustomImage
from committee.attendance.queries.figures import attendance_by_session, attendee_count
from committee.models import (
    AgendaItem,
    Attendance,
    Convened,
    Convocation,
    Correction,
    Deliverable,
    DirectoryConsent,
    Member,
    NoteVersion,
    RegisterEntry,
    SessionAction,
    SessionPage,
    TopicPage,
    WorkingNote,
)
from indicators.models import Survey, SurveyAnswered, SurveyTally
from indicators.representativeness.queries.population import QUESTIONS
from indicators.representativeness.services import answer_survey
from mailing.ticking import tick
from tests.cms.factories import make_image
from tests.committee.minutes import NOW, TODAY, approve, decide, held, opened, propose, signed_in
from tests.committee.minutes import member as sitting
from tests.committee.register import VOTED, enter
from tests.factories import MandateFactory, MemberFactory, TopicPageFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False), pytest.mark.indexed]

DAY = dt.timedelta(days=1)
MINE, OTHERS = "Canarimoi", "Canariautre"


def make_user_with_data(word, session, coordinator):
    """Returns a member with one row in each table of the committee and of the survey, each with `word` in it."""
    user = UserFactory(public_name=f"{word} nom", email=f"{word.lower()}@courriel.example", commune="67482")
    photo = make_image(title=f"{word} photo")
    subject = MemberFactory(name=f"{word} Dupont", user=user, phone="06 39 98 00 12", presentation=word, photo=photo)
    mandate = MandateFactory(member=subject)
    topic = TopicPageFactory(title=f"{word} sujet", pilot=subject)
    DirectoryConsent.objects.create(member=subject, field="phone", is_given=True, at=NOW)
    Attendance.objects.create(
        session=session,
        seat=mandate.seat,
        member=subject,
        state="excused",
        how="ahead",
        recorded_by=user,
        recorded_at=NOW,
    )
    convocation = Convocation.objects.create(key=uuid.uuid4(), session=session, sent_at=NOW, sent_by=coordinator)
    Convened.objects.create(convocation=convocation, member=subject, by_mail=True)
    text = {"title": f"{word} note", "body": word, "written_by": subject, "written_at": NOW}
    NoteVersion.objects.create(note=WorkingNote.objects.create(key=uuid.uuid4(), **text), number=1, **text)
    propose(session, user, passage="Un guide aide.", why=f"{word} raison")
    SessionAction.objects.create(session=session, text=f"{word} action", member=subject)
    Deliverable.objects.create(topic=topic, title="Un guide", owner=f"{subject.name} et la Ville")
    AgendaItem.objects.create(session=session, title="Point", presenter=subject.name)
    topic.save_revision()
    survey = Survey.objects.get_or_create(year=2026, opens_on=TODAY - DAY, closes_on=TODAY + DAY)[0]
    answer_survey(survey=survey, user=user, answers={one.key: one.groups[0].key for one in QUESTIONS}, today=TODAY)
    return user


@pytest.fixture
def session(coordinator):
    session = held()
    opened(session, coordinator, decisions=[{"text": "Un guide est fait.", "responsible": ""}])
    return session


@pytest.fixture
def user(session, coordinator):
    make_user_with_data(OTHERS, session, coordinator)
    return make_user_with_data(MINE, session, coordinator)


class TestExport:
    def test_export_has_all_data_of_the_user_and_none_of_others(self, user):
        export = export_of(user)
        assert set(export) == {
            "account",
            "auditlog.entries",
            "committee.member",
            "committee.mandates",
            "committee.directory_consents",
            "committee.attendance",
            "committee.convocations",
            "committee.notes",
            "committee.corrections",
            "committee.topics",
            "committee.actions",
            "indicators.surveys_answered",
        }
        assert all(len(rows) == 1 for rows in export.values())
        assert OTHERS not in export_as_json(user)
        assert OTHERS.lower() not in export_as_json(user)
        assert export["committee.attendance"][0]["how"] == "ahead"
        assert export["committee.member"][0]["phone"] == "06 39 98 00 12"

    def test_export_has_participation_in_the_survey_without_answers(self, user):
        assert export_of(user)["indicators.surveys_answered"] == [{"year": 2026}]

    def test_export_of_an_empty_account_has_only_account_data(self):
        assert list(export_of(UserFactory())) == ["account", "auditlog.entries"]

    def test_command_writes_the_export(self, user):
        out = StringIO()
        call_command("export_account", user.email.upper(), stdout=out)
        assert json.loads(out.getvalue()) == json.loads(export_as_json(user))
        with pytest.raises(CommandError):
            call_command("export_account", "personne@courriel.example")

    def test_queries_of_the_export_do_not_grow_with_rows(self, user, django_assert_num_queries):
        subject = user.member
        with CaptureQueriesContext(connection) as few:
            export_of(User.objects.get(pk=user.pk))
        for number in range(5):
            DirectoryConsent.objects.create(member=subject, field="email", is_given=bool(number % 2), at=NOW)
            MandateFactory(member=subject, role="facilitator", seat=None, ends_on=TODAY - number * DAY)
        with django_assert_num_queries(len(few)):
            export_of(User.objects.get(pk=user.pk))


class TestErasure:
    def test_deletion_of_a_former_member_preserves_only_the_record(self, client, user, session, coordinator):
        subject = user.member
        subject.mandates.update(ends_on=TODAY - DAY)
        later = held(1)
        for correction in Correction.objects.all():
            decide(correction, coordinator, state=Correction.State.REFUSED)
        approve(session, coordinator, later)
        topic = subject.topics.get()
        before = [(one.seats, one.represented) for one in attendance_by_session(session.starts_at.year)]
        came, counts = attendee_count(session.starts_at.year), list(SurveyTally.objects.values_list("counts"))
        user.delete()
        subject.refresh_from_db()
        assert (subject.name, subject.user, subject.phone, subject.presentation) == ("Ancien membre", None, "", "")
        assert not subject.is_named
        assert not CustomImage.objects.filter(title__contains=MINE).exists()
        assert CustomImage.objects.filter(title__contains=OTHERS).exists()
        assert not subject.directory_consents.exists()
        assert not subject.convocations.exists()
        # The record: holder of the seat, attendance, decisions, notes.
        assert subject.mandates.exists()
        assert [(one.seats, one.represented) for one in attendance_by_session(session.starts_at.year)] == before
        assert attendee_count(session.starts_at.year) == came
        row = subject.attendances.get()
        assert (row.state, row.how, row.recorded_by) == ("excused", "sheet", None)
        assert RegisterEntry.objects.count() == 1
        assert NoteVersion.objects.get(written_by=subject).body == MINE
        assert Correction.objects.get(why__contains=MINE).author is None
        assert list(SurveyTally.objects.values_list("counts")) == counts
        assert SurveyAnswered.objects.filter(user=None).count() == 1
        for url in (topic.url, session.url, "/le-comite/programme/", "/le-comite/membres/"):
            page = client.get(url)
            assert (page.status_code, f"{MINE} Dupont" in page.content.decode()) == (200, False), url
        assert f"{MINE} Dupont" not in json.dumps([one.content for one in topic.revisions.all()])
        assert f"{OTHERS} Dupont" in client.get(session.url).content.decode()

    def test_deletion_of_an_account_of_a_sitting_member_hides_the_name(self, client, user, session):
        subject = user.member
        user.delete()
        subject.refresh_from_db()
        assert (subject.name, subject.user, subject.phone) == (f"{MINE} Dupont", None, "")
        assert not subject.is_named
        assert not subject.directory_consents.exists()
        for url in (TopicPage.objects.get(pilot=subject).url, "/le-comite/membres/", session.url):
            page = client.get(url)
            assert (page.status_code, subject.name in page.content.decode()) == (200, False), url

    def test_the_remaining_seat_is_mentioned_during_current_and_future_mandates(self):
        results = {}
        for case, values in {
            "running": {},
            "to come": {"starts_on": TODAY + DAY},
            "over": {"ends_on": TODAY - DAY},
        }.items():
            member = MandateFactory(member__user=UserFactory(), **values).member
            results[case] = any("votre siège" in str(line.text) for line in erasure_summary_of(member.user))
        assert results == {"running": True, "to come": True, "over": False}

    def test_the_tick_erases_the_name_after_the_mandate(self, user, session):
        def revisions():
            return json.dumps([one.content for one in session.revisions.all()])

        subject, now = user.member, timezone.now()
        SessionPage.objects.get(pk=session.pk).save_revision(clean=False)
        assert f"{MINE} Dupont" in revisions()
        user.delete()
        tick(now=now)
        subject.refresh_from_db()
        assert subject.name == f"{MINE} Dupont"
        subject.mandates.update(ends_on=timezone.localdate(now))
        tick(now=now + dt.timedelta(days=2))
        subject.refresh_from_db()
        assert (subject.name, subject.is_leaving) == ("Ancien membre", False)
        assert f"{MINE} Dupont" not in revisions()

    def test_photo_used_elsewhere_is_not_deleted(self, user):
        photo = user.member.photo
        MandateFactory(member__photo=photo)
        user.delete()
        assert CustomImage.objects.filter(pk=photo.pk).exists()

    def test_address_of_a_deleted_account_is_not_in_the_log(self, client):
        admin = UserFactory(is_superuser=True)
        account = UserFactory(email="canari@courriel.example")
        client.force_login(admin)
        now, reason = timezone.now(), {"act": "erase", "reason": "Deux comptes."}
        client.post(reverse("wagtailusers_users:delete", args=[account.pk]), reason)
        tick(now=now + User.DELETION_DELAY)
        assert not User.objects.filter(pk=account.pk).exists()
        assert not ModelLogEntry.objects.filter(label__contains="canari").exists()

    def test_account_without_member_can_be_deleted(self):
        account = UserFactory()
        account.delete()
        assert not User.objects.filter(pk=account.pk).exists()

    def test_erasure_form_lists_decisions_with_the_name(self, editor_of, coordinator):
        session, later = held(), held(1)
        leaving = Member.objects.get(user=sitting(name="Solange Durand", ends_on=TODAY - DAY))
        Member.objects.filter(pk=leaving.pk).update(is_named=True)
        opened(session, coordinator, decisions=[{"text": "Le comité remercie Solange Durand.", "responsible": ""}])
        approve(session, coordinator, later)
        enter(2, **{**VOTED, "dissents": "Comme Solange Durand l’a dit."})
        enter(3, **VOTED)
        address = reverse("wagtailsnippets_committee_member:erase", args=[leaving.pk])
        page = signed_in(editor_of("Secrétariat")).get(address)
        [listed] = [text for text in page.context["confirmation"].contents.values() if "remercie" in text]
        assert [line.partition(".")[0] for line in listed.splitlines()] == ["1", "2"]
