"""Volunteers for outings: who can press « J’y vais », visibility of names, tasks, calendar, mails, cancelling."""

import datetime as dt

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.exports.personal_data import data_sets_of, erasure_summary_of
from committee.area.queries import member_tasks
from committee.directory.services import choose
from fieldwork.errors import OutingOver, VolunteeringClosed, VolunteersOnly
from fieldwork.models import Outing, Volunteer
from fieldwork.volunteers.notifications import OutingRecalled
from fieldwork.volunteers.queries.going import coming_outings, going, volunteering_url
from fieldwork.volunteers.services import cancel_outing, forget_volunteers, recall_outings, set_volunteering
from mailing.ticking import tick
from tests.factories import MandateFactory, UserFactory
from tests.fieldwork.outings import STARTS, coming_outing
from tests.fieldwork.trial_factories import CampaignFactory
from tests.outbox import outbox
from tests.polls.factories import DAY, NOW

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
HOUR = dt.timedelta(hours=1)
GROUND = "/membres/terrain/"


@pytest.fixture
def outing():
    return coming_outing()


def member(name="Odile Martin", **fields):
    return MandateFactory(member__name=name, member__user=UserFactory(**fields)).member


def volunteer(who, thing, *, wanted=True, now=NOW):
    set_volunteering(user=who.user, thing=thing, is_wanted=wanted, now=now)


def subjects():
    return [one.subject.replace("\xa0", " ") for one in outbox]


class TestGoing:
    def test_member_volunteers_and_withdraws(self, client, outing):
        person = member()
        client.force_login(person.user)
        url = volunteering_url(outing)
        assert "Devant la fontaine" in client.get(url).content.decode()
        for _time in range(2):
            client.post(url, {"action": "venir"})
            assert Volunteer.objects.get().user == person.user
        assert "Vous y allez." in client.get(url).content.decode()
        client.post(url, {"action": "ne-plus-venir"})
        assert not Volunteer.objects.exists()

    def test_member_volunteers_for_a_campaign(self, client):
        campaign, person = CampaignFactory(title="Cantine"), member()
        client.force_login(person.user)
        client.post(volunteering_url(campaign), {"action": "venir"})
        assert Volunteer.objects.get().campaign == campaign
        assert [one.title.replace("\xa0", " ") for one in member_tasks(person, NOW)] == [
            "Essayer un scénario de « Cantine »"
        ]

    @pytest.mark.parametrize("who", ["anonymous", "resident", "former"])
    def test_only_current_members_can_volunteer(self, client, outing, who):
        if who != "anonymous":
            user = UserFactory()
            client.force_login(user)
            if who == "former":
                MandateFactory(member__user=user, ends_on=NOW.date() - DAY)
            with pytest.raises(VolunteersOnly):
                set_volunteering(user=user, thing=outing, is_wanted=True, now=NOW)
        for url in (GROUND, volunteering_url(outing), f"{GROUND}sorties.ics", f"{GROUND}mes-sorties.ics"):
            answer = client.get(url)
            assert answer.status_code == (302 if who == "anonymous" else 403)
            assert "fontaine" not in answer.content.decode()
        client.post(volunteering_url(outing), {"action": "venir"})
        assert not Volunteer.objects.exists()

    @pytest.mark.parametrize("why", ["over", "cancelled", "draft"])
    def test_closed_cancelled_or_draft_outing_accepts_no_volunteer(self, outing, why):
        person, now = member(), NOW
        if why == "over":
            now = outing.ends_at
        elif why == "cancelled":
            Outing.objects.update(cancelled_at=NOW, cancelled_because="Orage.")
        else:
            outing.survey.unpublish()
        with pytest.raises(VolunteeringClosed):
            volunteer(person, Outing.objects.get(), now=now)

    def test_volunteer_row_is_unique_and_has_one_outing_or_campaign(self, outing):
        user = member().user
        for fields in ({}, {"outing": outing, "campaign": CampaignFactory()}):
            with pytest.raises(IntegrityError), transaction.atomic():
                Volunteer.objects.create(user=user, since=NOW, **fields)
        Volunteer.objects.create(user=user, outing=outing, since=NOW)
        with pytest.raises(IntegrityError), transaction.atomic():
            Volunteer.objects.create(user=user, outing=outing, since=NOW)


class TestNames:
    def people(self, outing, viewer):
        [found] = going([outing], viewer, timezone.localdate())
        return found.people.replace("\xa0", " ")

    def test_first_names_shown_follow_the_choices_of_the_directory(self, outing):
        odile, rachid, viewer = member("Odile Martin"), member("Rachid Ouali"), member("Vera Klein")
        volunteer(odile, outing)
        volunteer(rachid, outing)
        assert self.people(outing, viewer.user) == "2 personnes y vont. 3 personnes sont attendues."
        for one in (odile, viewer):
            choose(member=one, show_email=True, phone="", now=NOW - DAY)
        assert self.people(outing, viewer.user).startswith("Odile et 1 autre personne.")
        choose(member=odile, show_email=False, phone="", now=NOW)
        assert self.people(outing, viewer.user).startswith("2 personnes y vont.")
        assert self.people(outing, rachid.user).startswith("Rachid et 1 autre personne.")

    def test_organizers_see_all_names_and_cannot_volunteer(self, client, outing, editor_of):
        volunteer(member("Odile Martin"), outing)
        organiser = editor_of("Animation")
        assert self.people(outing, organiser).startswith("Odile Martin.")
        client.force_login(organiser)
        assert "Odile Martin" in client.get(volunteering_url(outing)).content.decode()
        client.post(volunteering_url(outing), {"action": "venir"})
        assert Volunteer.objects.count() == 1, "organizers without a mandate cannot volunteer"

    def test_former_members_are_neither_counted_nor_named(self, outing, editor_of):
        mandate = MandateFactory(member__user=UserFactory())
        volunteer(mandate.member, outing)
        mandate.ends_on = NOW.date() - DAY
        mandate.save()
        assert self.people(outing, editor_of("Animation")).startswith("Personne pour l’instant.")

    def test_query_count_does_not_depend_on_the_number_of_volunteers(self, outing):
        viewer, counts = member(), []
        volunteer(viewer, outing)
        going(coming_outings(NOW), viewer.user, NOW.date())
        for number in (1, 8):
            for _more in range(number):
                volunteer(member(), outing)
            with CaptureQueriesContext(connection) as queries:
                going(coming_outings(NOW), viewer.user, NOW.date())
            counts.append(len(queries))
        assert counts[0] == counts[1]


class TestTasksAndCalendar:
    def test_outing_is_a_task_of_its_volunteers_unless_cancelled(self, outing):
        person = member()
        volunteer(person, outing)
        [task] = member_tasks(person, NOW)
        assert task.title.replace("\xa0", " ") == "Aller à « Marché », de 9 h à 12 h"
        assert (task.until, task.note) == (STARTS, "Devant la fontaine")
        Outing.objects.update(cancelled_at=NOW, cancelled_because="Orage.")
        assert member_tasks(person, NOW) == []

    def test_own_calendar_has_only_the_outings_of_the_user(self, client, outing):
        person = member()
        client.force_login(person.user)
        everything = client.get(f"{GROUND}sorties.ics").content.decode()
        assert "LOCATION:Devant la fontaine" in everything
        assert "BEGIN:VEVENT" not in client.get(f"{GROUND}mes-sorties.ics").content.decode()
        volunteer(person, outing)
        assert "DTSTART;TZID=Europe/Paris:20261207T090000" in client.get(f"{GROUND}mes-sorties.ics").content.decode()

    def test_list_links_to_each_outing_and_campaign(self, client, outing):
        campaign = CampaignFactory()
        client.force_login(member().user)
        page = client.get(GROUND).content.decode()
        assert volunteering_url(outing) in page
        assert volunteering_url(campaign) in page
        assert f'href="{GROUND}"' in client.get("/membres/").content.decode()


class TestMails:
    EVE = dt.datetime(2026, 12, 6, 8, tzinfo=dt.UTC)

    def test_reminder_is_sent_once_the_day_before_at_nine(self, outing):
        volunteer(member(email="odile@exemple.example"), outing)
        assert recall_outings(now=self.EVE - dt.timedelta(seconds=1)) == 0
        with time_machine.travel(self.EVE, tick=False):
            assert "1 reminders of outings" in str(tick(now=self.EVE))
            assert recall_outings(now=self.EVE + HOUR) == 0
        [mail] = outbox
        assert subjects() == ["Rappel : sortie du 7 décembre 2026"]
        assert mail.to == ["odile@exemple.example"]
        assert "Devant la fontaine" in mail.body

    def test_page_announces_the_reminder_until_its_hour(self, client, outing):
        person = member()
        volunteer(person, outing)
        client.force_login(person.user)
        announced = "La veille, à neuf heures, nous vous écrivons."
        assert announced in client.get(volunteering_url(outing)).content.decode()
        with time_machine.travel(self.EVE, tick=False):
            page = client.get(volunteering_url(outing)).content.decode()
        assert announced not in page
        assert "Si la sortie change ou est annulée" in page

    def test_change_is_mailed_at_once_and_the_reminder_is_sent_once(self, outing):
        volunteer(member(), outing)
        Outing.objects.update(place="Gare")
        assert recall_outings(now=NOW) == 1
        assert recall_outings(now=NOW) == 0
        assert recall_outings(now=self.EVE) == 1
        moved, reminder = (mail.body.replace("\u00a0", " ") for mail in outbox)
        assert "Ce qui a changé :\n- Lieu : Gare (avant : Marché)" in moved
        assert "Ce qui a changé" not in reminder
        assert subjects() == ["Changement : sortie du 7 décembre 2026", "Rappel : sortie du 7 décembre 2026"]

    def test_change_and_reminder_on_the_eve_are_one_mail(self, outing):
        volunteer(member(), outing)
        Outing.objects.update(place="Gare")
        assert recall_outings(now=self.EVE) == 1
        assert recall_outings(now=self.EVE + HOUR) == 0
        assert len(outbox) == 1

    def test_cancelling_an_outing_notifies_its_volunteers(self, client, outing, editor_of):
        person = member()
        volunteer(person, outing)
        member("Qui ne vient pas")
        client.force_login(person.user)
        url = f"{volunteering_url(outing)}annuler/"
        assert client.get(url).status_code == 403
        client.force_login(editor_of("Animation"))
        assert url in client.get(volunteering_url(outing)).content.decode()
        assert client.post(url, {"reason": ""}).status_code == 422
        page = client.post(url, {"reason": "Un orage est annoncé."}, follow=True).content.decode()
        assert "Un orage est annoncé." in page
        [mail] = outbox
        assert mail.to == [person.user.email]
        assert "Un orage est annoncé." in mail.body
        assert "Vous ne pouvez plus venir" not in mail.body
        assert subjects() == ["La sortie du 7 décembre 2026 est annulée"]
        assert recall_outings(now=self.EVE) == 0

    def test_outing_cancelled_while_another_one_is_recalled_has_no_reminder(self, outing, editor_of, monkeypatch):
        other = coming_outing("place", starts_at=STARTS + HOUR)
        person, editor, send = member(), editor_of("Animation"), OutingRecalled.send
        volunteer(person, outing)
        volunteer(person, other)

        def cancel_then_send(self, *, now):
            monkeypatch.setattr(OutingRecalled, "send", send)
            cancel_outing(outing=other, reason="Orage.", by=editor, now=now)
            return send(self, now=now)

        monkeypatch.setattr(OutingRecalled, "send", cancel_then_send)
        assert recall_outings(now=self.EVE) == 1
        assert sorted(subjects()) == ["La sortie du 7 décembre 2026 est annulée", "Rappel : sortie du 7 décembre 2026"]

    def test_only_organizers_can_cancel_and_only_before_the_start(self, outing, editor_of):
        arguments = {"outing": outing, "reason": "Orage.", "now": NOW}
        with pytest.raises(VolunteersOnly):
            cancel_outing(by=member().user, **arguments)
        with pytest.raises(OutingOver):
            cancel_outing(by=editor_of("Animation"), **arguments | {"now": STARTS})
        cancel_outing(by=editor_of("Animation"), **arguments)
        with pytest.raises(OutingOver):
            cancel_outing(by=editor_of("Animation"), **arguments)

    def test_former_members_get_no_reminder(self, outing):
        mandate = MandateFactory(member__user=UserFactory())
        volunteer(mandate.member, outing)
        mandate.ends_on = NOW.date() - DAY
        mandate.save()
        assert recall_outings(now=self.EVE) == 0


class TestPersonalData:
    def test_volunteering_is_exported_and_deleted_with_the_account(self, outing):
        person = member()
        volunteer(person, outing)
        [held] = [one for one in data_sets_of(person.user) if one.name == "fieldwork.volunteering"]
        assert [one["outing_place"] for one in held.rows] == ["Marché"]
        assert any("1 sortie ou campagne" in str(line.text) for line in erasure_summary_of(person.user))
        person.user.delete()
        assert not Volunteer.objects.exists()

    def test_volunteers_are_deleted_a_year_after_the_end(self, outing):
        volunteer(member(), outing)
        volunteer(member(), CampaignFactory())
        assert forget_volunteers(now=outing.ends_at + 365 * DAY) == 0
        assert forget_volunteers(now=outing.ends_at + 366 * DAY) == 1
        assert forget_volunteers(now=NOW + 500 * DAY) == 1


class TestPublicPages:
    def test_link_to_volunteer_is_shown_to_members_only(self, client, outing):
        campaign = CampaignFactory()
        leads = {outing.survey.url: volunteering_url(outing), campaign.url: volunteering_url(campaign)}
        for page, url in leads.items():
            assert url not in client.get(page).content.decode()
        client.force_login(member().user)
        for page, url in leads.items():
            assert url in client.get(page).content.decode()

    def test_public_page_shows_the_reason_of_a_cancellation(self, client, outing):
        Outing.objects.update(cancelled_at=NOW, cancelled_because="Un orage est annoncé.")
        assert "Un orage est annoncé." in client.get(outing.survey.url).content.decode()
