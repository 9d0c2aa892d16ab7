"""Sessions cancelled or changed after a convocation, and new members: recipients of each mail."""

import datetime as dt
import email
import email.policy
import uuid

import pytest
from django.core.management import call_command
from django.db import transaction
from django.urls import reverse
from icalendar import Calendar
from wagtail.actions.unpublish_page import UnpublishPageAction

from cms.models import SiteConfiguration
from committee.admin.dashboard import NextSessionPanel
from committee.area.queries import member_tasks
from committee.attendance.services.absences import announce_absence
from committee.convocations.queries.calls import convene_url, pending_steps
from committee.convocations.services import convene
from committee.errors import ConvocationRefused
from committee.models import Convocation, Mandate, Member, SessionPage
from common.errors import Refusal
from common.shown import BY_PROGRAM
from mailing.drain import drain
from mailing.models import Message
from tests.bulk import press, read_then_send
from tests.factories import MandateFactory, SessionPageFactory, UserFactory
from tests.mailing.fakes import FakeTransport

NOW = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
DAY = dt.timedelta(days=1)
STARTS = NOW + 7 * DAY
CANCELLED = {"status": SessionPage.Status.CANCELLED}
MOVED = {"starts_at": STARTS + 2 * DAY, "ends_at": STARTS + 2 * DAY + DAY / 12, "place": "Salle 12"}


@pytest.fixture
def session():
    return SessionPageFactory(title="Les démarches", starts_at=STARTS, ends_at=STARTS + DAY / 12, place="Salle 32")


@pytest.fixture
def odile(session):
    """A member with an account, convened to the session together with Paul, who has none."""
    member = make_member("Odile", user=UserFactory(email="odile@courriel.example"))
    make_member("Paul")
    send(session)
    sent_mails()
    return member


def make_member(name, user=None, **mandate):
    return MandateFactory(member__name=name, member__user=user, **mandate).member


def send(session, **values):
    facts = {"words": "", "online_link": "", "sender": UserFactory(), "key": uuid.uuid4(), "now": NOW}
    return convene(session=session, shown=BY_PROGRAM, **{**facts, **values})


def change(session, **facts):
    """Publishes the session with changed `facts`, a minute after its last publication."""
    page = SessionPage.objects.get(pk=session.pk)
    for name, value in facts.items():
        setattr(page, name, value)
    page.save_revision().publish()
    SessionPage.objects.filter(pk=page.pk).update(last_published_at=NOW + DAY / 1440)
    return SessionPage.objects.get(pk=session.pk)


def sent_mails():
    """Returns the mails sent now, by recipient."""
    transport = FakeTransport()
    drain(max_seconds=60, clock=lambda: NOW, transport=transport)
    return {to: email.message_from_bytes(data, policy=email.policy.default) for to, data in transport.taken}


def body(mail, kind="plain"):
    return mail.get_body((kind,)).get_content().replace("\u00a0", " ")


def event_of(mail):
    """Returns the METHOD of a mail's calendar file, as in its content type and in its content, and its event."""
    [part] = [one for one in mail.walk() if one.get_content_type() == "text/calendar"]
    calendar = Calendar.from_ical(part.get_payload(decode=True))
    [event] = calendar.walk("VEVENT")
    assert part.get_param("method") == calendar["method"]
    return calendar["method"], event


def steps():
    return [step.text.replace("\u00a0", " ") for step in pending_steps(NOW)]


def text_of(answer):
    return answer.content.decode().replace("\u00a0", " ").replace("&#x27;", "'")


def test_each_changed_fact_needs_one_correction(session, odile):
    """A correction is due if the session differs from the sent convocation. Title and agenda do not count."""
    assert steps() == []
    expected = "Prévenir 2 membres : la séance du 1er décembre 2026 a changé"
    for facts in (
        {"starts_at": STARTS + DAY, "ends_at": STARTS + DAY + DAY / 12},
        {"starts_at": STARTS - DAY / 24},
        {"ends_at": STARTS + DAY / 8},
        {"place": "Salle 12"},
        {"online_link": "https://visio.example/a"},
    ):
        before = {name: getattr(session, name) for name in facts}
        change(session, **facts)
        assert steps() == [expected], facts
        change(session, **before)
        assert steps() == [], facts
    change(session, title="Autre titre", introduction="Autre")
    assert steps() == []
    moved = change(session, **MOVED)
    # They would come on the original day.
    assert [step.until for step in pending_steps(NOW)] == [STARTS]
    send(moved)
    assert steps() == []
    change(moved, starts_at=STARTS, ends_at=STARTS + DAY / 12)
    assert steps() == ["Prévenir 2 membres : la séance du 3 décembre 2026 a changé"]
    SessionPage.objects.update(starts_at=NOW - DAY, ends_at=NOW - DAY / 2)
    assert steps() == []


def test_a_cancellation_notifies_the_convened_members_and_their_calendars(session, odile):
    first = send(session)
    method, invitation = event_of(sent_mails()["odile@courriel.example"])
    assert (method, invitation["status"]) == ("REQUEST", "CONFIRMED")
    # It was moved without a correction too: the day last sent is the one to cancel.
    cancelled = change(session, **MOVED, **CANCELLED)
    [step] = pending_steps(NOW)
    assert steps() == ["Prévenir 2 membres : la séance du 1er décembre 2026 est annulée"]
    assert "À appeler ou à prévenir par courrier\u00a0: Paul." in step.note
    sent = send(cancelled, words="Nous cherchons une autre date.")
    assert (sent.is_cancellation, [one.member.name for one in sent.convened.all()]) == (True, ["Odile", "Paul"])
    assert steps() == []
    [mail] = sent_mails().values()
    assert mail["Subject"].replace("\u00a0", " ") == "La séance du 1er décembre 2026 est annulée"
    for kind in ("plain", "html"):
        for expected in (
            "Cette séance est annulée.",
            "mardi 1er décembre 2026",
            "Salle 32",
            "Nous cherchons une autre date.",
        ):
            assert expected in body(mail, kind), (kind, expected)
        assert "Vous ne pouvez pas venir" not in body(mail, kind)
    method, event = event_of(mail)
    assert (method, event["status"], event["uid"]) == ("CANCEL", "CANCELLED", invitation["uid"])
    assert event["sequence"] > invitation["sequence"]
    assert "mailto:odile@courriel.example" in event["attendee"]
    with pytest.raises(ConvocationRefused, match="en sont prévenues"):
        send(cancelled)
    # It takes place after all, which is a change too.
    change(session, starts_at=STARTS, ends_at=STARTS + DAY / 12, place="Salle 32", status="scheduled")
    assert steps() == ["Prévenir 2 membres : la séance du 3 décembre 2026 a changé"]
    send(session)
    assert "La séance a finalement lieu." in body(sent_mails()["odile@courriel.example"])
    assert first.session_id == session.pk


def test_organizer_is_the_contact_address_or_else_the_sender_address(session, settings):
    settings.DEFAULT_FROM_EMAIL = "Comité <lettre@comite.fr>"
    make_member("Odile", user=UserFactory(email="odile@courriel.example"))
    send(session)
    configuration = SiteConfiguration.load()
    assert event_of(sent_mails()["odile@courriel.example"])[1]["organizer"] == "mailto:lettre@comite.fr"
    configuration.contact_email = "comite@ville.fr"
    configuration.save()
    send(change(session, **MOVED))
    assert event_of(sent_mails()["odile@courriel.example"])[1]["organizer"] == "mailto:comite@ville.fr"


def test_a_correction_lists_the_changes_for_members_of_both_days(session, odile):
    leaves = make_member("Luc", user=UserFactory(email="luc@courriel.example"), ends_on=STARTS.date() + DAY)
    make_member("Ancien", user=UserFactory(), ends_on=STARTS.date() - DAY)
    send(session)
    sent_mails()
    moved = change(session, **MOVED)
    send(moved)
    mails = sent_mails()
    assert set(mails) == {"odile@courriel.example", "luc@courriel.example"}
    mail = mails["odile@courriel.example"]
    assert mail["Subject"].replace("\u00a0", " ") == "Convocation corrigée : séance du 3 décembre 2026"
    assert "- Date : jeudi 3 décembre 2026 (avant : mardi 1er décembre 2026)" in body(mail)
    assert "- Lieu : Salle 12 (avant : Salle 32)" in body(mail)
    assert "<strong>Lieu :</strong> Salle 12 (avant : Salle 32)" in body(mail, "html")
    method, event = event_of(mail)
    assert (method, event["dtstart"].dt) == ("REQUEST", moved.starts_at)
    assert "vous ne siégez plus au comité" in body(mails[leaves.user.email])
    assert event_of(mails[leaves.user.email])[0] == "CANCEL"
    # An announced absence stays recorded for the new day, as the mail explains.
    announce_absence(session=moved, member=odile, by=odile.user, now=NOW)
    send(moved)
    assert "ne pouvez pas venir, et c’est noté. Vous pouvez finalement venir ?" in body(
        sent_mails()["odile@courriel.example"]
    )
    # Sent again without changes: nothing to list, and no mail to members who do not sit on that day.
    send(moved)
    mails = sent_mails()
    assert set(mails) == {"odile@courriel.example"}
    assert "Ce qui a changé" not in body(mails["odile@courriel.example"])


def test_paper_has_the_same_content_as_the_mail(client, editor_of, session, odile):
    client.force_login(editor_of("Secrétariat"))
    paper = reverse("convocations:paper", args=[session.pk])

    def sheet():
        answer = client.get(paper)
        assert [one.member.name for one in answer.context["sheets"]] == ["Paul"]
        return text_of(answer).partition("<article")[2]

    assert "Convocation : séance du mardi 1er décembre 2026" in sheet()
    moved = change(session, **MOVED, online_link="https://visio.example/secret")
    # Before and after the sending of the mails.
    for _time in range(2):
        assert "Convocation corrigée : séance du jeudi 3 décembre 2026" in sheet()
        assert "<strong>Lieu :</strong> Salle 12 (avant : Salle 32)" in sheet()
        assert "visio.example" not in sheet()
        send(moved)
    cancelled = change(session, **CANCELLED)
    for act in (send, lambda _session: None):
        assert "La séance du jeudi 3 décembre 2026 est annulée" in sheet()
        assert "Convocation" not in sheet()
        act(cancelled)
    # Not the message of the cancellation, once the session takes place after all.
    Convocation.objects.filter(is_cancellation=True).update(words="La salle est inondée.")
    assert "La salle est inondée." in sheet()
    change(session, status=SessionPage.Status.SCHEDULED)
    assert "Convocation corrigée" in sheet()
    assert "inondée" not in sheet()


def test_publishing_links_to_the_message(client, editor_of, session, odile):
    client.force_login(editor_of("Secrétariat"))
    link = convene_url(session)
    warning = "2 membres ont été convoqués pour le 1er décembre 2026, et ne savent pas ce qui a changé."
    page = SessionPage.objects.get(pk=session.pk)
    page.place = "Salle 12"
    page.save_revision()
    bulk = f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={page.pk}"
    answer = press(client, bulk, {"next": "/admin/pages/"}, follow=True)
    assert warning in text_of(answer)
    assert link in text_of(answer)
    # The form of the page, published or saved.
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    for action in ({"action-publish": "1"}, {}):
        data = {**form_data(client, edit), **action}
        answer = client.post(edit, data, follow=True)
        assert warning in text_of(answer), action
        assert link in text_of(answer), action
    # A scheduled publication has no user to warn, so the dashboard does.
    send(SessionPage.objects.get())
    page = SessionPage.objects.get(pk=session.pk)
    page.status, page.go_live_at = "cancelled", NOW - DAY / 24
    page.save_revision(approved_go_live_at=page.go_live_at)
    assert steps() == []
    call_command("publish_scheduled")
    [task] = [one for one in NextSessionPanel(UserFactory(), NOW).work().tasks if one.url == link]
    assert task.title.replace("\u00a0", " ") == "Prévenir 2 membres : la séance du 1er décembre 2026 est annulée"


def form_data(client, edit):
    form = client.get(edit).context["form"]
    data = {name: form[name].value() or "" for name in form.fields}
    data |= {name: form.initial[name].strftime("%Y-%m-%d %H:%M") for name in ("starts_at", "ends_at")}
    for formset in form.formsets.values():
        data |= {f"{formset.prefix}-TOTAL_FORMS": 0, f"{formset.prefix}-INITIAL_FORMS": 0}
    return data


def test_cancellation_can_be_sent_from_the_screens_and_ends_the_tasks(client, editor_of, session, odile):
    secretary = editor_of("Secrétariat")
    MandateFactory(member__name="Zoé", member__user=secretary)
    send(session)
    change(session, **CANCELLED)
    task = "Prévenir 3 membres : la séance du 1er décembre 2026 est annulée"
    convened = "La séance du 1er décembre 2026 est annulée : vous n’avez rien à faire"

    def tasks(name):
        return {one.title.replace("\u00a0", " ") for one in member_tasks(Member.objects.get(name=name), NOW)}

    assert (tasks("Zoé"), tasks("Odile")) == ({task, convened}, {convened})
    client.force_login(secretary)
    index = text_of(client.get(reverse("convocations:index")))
    assert "Envoyer l’annulation…" in index
    assert "Cette séance est annulée." in index
    address, key = convene_url(session), str(uuid.uuid4())
    text = text_of(client.post(address, {"key": key, "act": "show"}))
    for label in ("Prévenir que la séance est annulée", "Imprimer leur courrier", 'value="now"'):
        assert label in text, label
    answer = text_of(read_then_send(client, address, {"key": key}, follow=True))
    assert "Elle dit que la séance est annulée." in answer
    assert "L’annulation part." in answer
    assert (tasks("Zoé"), steps()) == ({convened}, [])
    assert "Les personnes convoquées en sont prévenues." in text_of(client.get(reverse("convocations:index")))
    client.force_login(odile.user)
    area = text_of(client.get(reverse("committee:convocations")))
    assert "Cette séance est annulée : vous n’avez rien à faire." in area
    assert area.count("Les démarches</a>") == 1
    assert tasks("Odile") == {convened}
    SessionPage.objects.update(starts_at=NOW - DAY / 12, ends_at=NOW + DAY / 12)
    assert tasks("Odile") == set()
    assert "Cette séance est annulée" in text_of(client.get(reverse("committee:convocations")))


def test_convocation_can_be_sent_to_a_later_member_alone(client, editor_of, session, odile):
    client.force_login(editor_of("Secrétariat"))
    index = reverse("convocations:index")
    assert "arrivée depuis" not in text_of(client.get(index))
    make_member("Fatou", user=UserFactory(email="fatou@courriel.example"), starts_on=STARTS.date())
    assert steps() == ["Convoquer 1 personne arrivée après la convocation du 1er décembre 2026"]
    assert "Envoyer la convocation à 1 personne arrivée depuis…" in text_of(client.get(index))
    address, key = convene_url(session, only_arrived=True), str(uuid.uuid4())
    text = text_of(client.get(address))
    assert "arrivées depuis l’envoi aux autres : Fatou" in text
    data = {"key": key}
    assert "Convocation : séance du" in text_of(client.post(address, {**data, "act": "show"}))
    read_then_send(client, address, data)
    [mail] = sent_mails().values()
    assert (mail["To"], mail["Subject"].replace("\u00a0", " ")) == (
        "fatou@courriel.example",
        "Convocation : séance du 1er décembre 2026",
    )
    assert not Convocation.objects.get(key=key).is_correction
    assert steps() == []
    with pytest.raises(ConvocationRefused, match="déjà convoquées"):
        send(session, only_arrived=True)
    # The others still get corrections.
    change(session, place="Salle 12")
    assert steps() == ["Prévenir 3 membres : la séance du 1er décembre 2026 a changé"]


def test_a_correction_to_all_is_a_first_convocation_for_new_members(session, odile):
    make_member("Fatou", user=UserFactory(email="fatou@courriel.example"))
    send(change(session, place="Salle 12"))
    subjects = {to: mail["Subject"].partition("\u00a0")[0] for to, mail in sent_mails().items()}
    assert subjects == {"odile@courriel.example": "Convocation corrigée", "fatou@courriel.example": "Convocation"}


def test_member_whose_mandate_ends_before_the_session_is_not_counted(session, odile):
    Mandate.objects.filter(member=odile).update(ends_on=NOW.date())
    change(session, place="Salle 12")
    assert steps() == ["Prévenir 1 membre : la séance du 1er décembre 2026 a changé"]
    assert Message.objects.count() == 1


def test_online_link_of_the_session_overrides_that_of_the_form(client, editor_of, session):
    """Another link would be wrong at once: the page shows the session's."""
    make_member("Odile", user=UserFactory())
    change(session, online_link="https://visio.example/seance")
    client.force_login(editor_of("Secrétariat"))
    address = convene_url(session)
    assert "Il est écrit sur la séance : changez-le là." in text_of(client.get(address))
    read_then_send(client, address, {"key": str(uuid.uuid4()), "online_link": "https://autre.example/"})
    assert Convocation.objects.get().online_link == "https://visio.example/seance"
    assert steps() == []


def test_queries_of_the_steps_do_not_grow_with_sessions(session, odile, django_assert_num_queries):
    change(session, place="Salle 12")
    with django_assert_num_queries(5):
        assert len(steps()) == 1
    for number in range(3):
        later = SessionPageFactory(
            starts_at=STARTS + (9 + number) * DAY, ends_at=STARTS + (9 + number) * DAY + DAY / 12
        )
        send(later)
        make_member(f"Membre {number}")
        change(later, place="Ailleurs")
    with django_assert_num_queries(5):
        assert len(steps()) == 8


def test_page_of_a_convened_session_cannot_be_removed_before_its_day(session, odile):
    """Deleting or unpublishing it would send no notification and delete its convocations."""
    parent = session.get_parent().specific
    roads = {
        "unpublish": lambda: SessionPage.objects.get().unpublish(),
        "with what is above": lambda: UnpublishPageAction(
            parent, user=UserFactory(is_superuser=True), include_descendants=True
        ).execute(skip_permission_checks=True),
        "delete": lambda: SessionPage.objects.get().delete(),
    }
    for facts in ({}, CANCELLED):
        change(session, **facts)
        for name, road in roads.items():
            with pytest.raises(Refusal, match="Des membres ont été convoqués"), transaction.atomic():
                road()
            assert SessionPage.objects.filter(live=True).exists(), name
    SessionPage.objects.update(starts_at=NOW - DAY, ends_at=NOW - DAY / 2)
    SessionPage.objects.get().delete()
