"""Admin permissions bound to an office: granted by a superuser, notified, ended, and no others."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.exports.personal_data import erasure_summary_of, export_of
from auditlog.models import Entry
from committee.admin.vacancies import VacanciesPanel
from committee.errors import OfficeRightsRefused
from committee.handover.queries import rights_to_end, rights_to_look_at
from committee.handover.services import follow_offices, give_office_rights
from committee.models import Mandate, Member, OfficeRights
from common.shown import BY_PROGRAM
from common.templatetags.dates import short_day
from mailing.models import Message
from mailing.ticking import tick
from tests.bulk import confirm
from tests.committee.minutes import DAY, NOW, TODAY, Role, member, words_of
from tests.factories import MandateFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
WEEK = 7 * DAY
PREPARE = "committee.change_member"


def tasks_of(user):
    return [(task.title, task.url) for task in VacanciesPanel(user, NOW).work().tasks if "droits" in task.title]


def end_mandates(user, on=TODAY - DAY):
    Mandate.objects.filter(member__user=user).update(ends_on=on)


def mails():
    return Message.objects.filter(kind="committee.office-changed")


def can_prepare(user):
    return type(user).objects.get(pk=user.pk).has_perm(PREPARE)


@pytest.fixture
def root(admin_user):
    return admin_user


@pytest.fixture
def rights_holder(coordinator, root):
    assert give_office_rights(user=coordinator, by=root, now=NOW, shown=BY_PROGRAM)
    return coordinator


class TestGranting:
    def test_only_administrators_get_the_task_and_can_grant_rights(self, client, root, editor_of, coordinator):
        deputy, rapporteur = member(Role.DEPUTY_COORDINATOR), member(Role.RAPPORTEUR)
        member(Role.DEPUTY_COORDINATOR, user=UserFactory(is_active=False), ends_on=TODAY + DAY)
        member(Role.COORDINATOR, ends_on=TODAY - DAY)
        url = reverse("office_rights", args=[coordinator.pk])
        task_title = f"Donner à {coordinator.member.name} les droits de la coordination…"
        assert tasks_of(root)[0] == (task_title, url)
        assert len(tasks_of(root)) == 2
        assert tasks_of(editor_of("Secrétariat")) == []

        client.force_login(root)
        page = client.get(url).content.decode()
        assert coordinator.member.name in page
        assert "Animation" in page
        assert not can_prepare(coordinator)
        answer = confirm(client, url, follow=True).content.decode()
        assert "a les droits de la coordination, tant que dure la fonction." in answer
        assert can_prepare(coordinator)
        assert [title for title, _url in tasks_of(root)] == [
            task_title.replace(coordinator.member.name, deputy.member.name)
        ]
        rights = OfficeRights.objects.get()
        assert (rights.user, rights.given_by, rights.given_at, rights.ends_on) == (coordinator, root, NOW, None)
        entry = Entry.objects.filter(action="rights.groups").latest("pk")
        assert (entry.actor, entry.details) == (root.pk, f"given {rights.group_id}")

        refused = confirm(client, reverse("office_rights", args=[rapporteur.pk])).content.decode()
        assert "il n’y a pas de droit à donner" in refused.replace("\u00a0", " ")
        assert not can_prepare(rapporteur)
        client.force_login(editor_of("Animation"))
        assert client.post(reverse("office_rights", args=[deputy.pk])).status_code in (302, 403)
        assert not can_prepare(deputy)

    def test_rights_from_another_source_give_no_task_and_do_not_end(self, root, editor_of):
        officer = editor_of("Animation")
        member(Role.COORDINATOR, user=officer)
        assert tasks_of(root) == []
        assert not give_office_rights(user=officer, by=root, now=NOW, shown=BY_PROGRAM)
        end_mandates(officer)
        for days in (0, 8):
            follow_offices(now=NOW + days * DAY)
        assert can_prepare(officer)
        assert rights_to_look_at(TODAY) == [officer.member]

    def test_missing_group_is_reported(self, client, root, coordinator):
        Group.objects.get(name="Animation").delete()
        client.force_login(root)
        url = reverse("office_rights", args=[coordinator.pk])
        assert "n’existe plus" in client.get(url).content.decode()
        with pytest.raises(OfficeRightsRefused):
            give_office_rights(user=coordinator, by=root, now=NOW, shown=BY_PROGRAM)


class TestHandover:
    """The office passes from one person to another; a third one is renewed."""

    def test_rights_and_mails_follow_the_office_on_its_first_morning(self, client, root, rights_holder):
        last_day, first_day = TODAY + 10 * DAY, TODAY + 11 * DAY
        end_mandates(rights_holder, on=last_day)
        successor, deputy = member(Role.COORDINATOR, starts_on=first_day), member(Role.DEPUTY_COORDINATOR)
        MandateFactory(member=successor.member)
        give_office_rights(user=deputy, by=root, now=NOW, shown=BY_PROGRAM)
        end_mandates(deputy, on=last_day)
        MandateFactory(member=deputy.member, role=Role.DEPUTY_COORDINATOR, seat=None, starts_on=first_day)
        begins = short_day(first_day).replace("\u00a0", " ")
        far = member(Role.RAPPORTEUR, starts_on=TODAY + 61 * DAY)

        # Sixty days before, an administrator gives the rights ahead.
        [(title, url)] = tasks_of(root)
        assert successor.member.name in title
        client.force_login(root)
        text = words_of(confirm(client, url, follow=True))
        assert f"aura les droits de la coordination le {begins}." in text
        assert tasks_of(root) == []
        assert not successor.groups.exists()
        handover = words_of(client.get(reverse("committee:handover")))
        assert f"Coordination : puis {successor.member.name}" in handover
        assert f"les droits de « Animation » commencent d’eux-mêmes le {begins}" in handover
        client.force_login(successor)
        assert f"Votre fonction : Coordination, à partir du {begins}" in words_of(client.get("/membres/"))

        tick(now=NOW + 10 * DAY)
        assert [can_prepare(user) for user in (rights_holder, successor)] == [True, False]
        assert not mails().exists()
        for hours in (0, 1, 6 * 24):
            follow_offices(now=NOW + 11 * DAY + dt.timedelta(hours=hours))
        assert [can_prepare(user) for user in (rights_holder, successor, deputy)] == [False, True, True]
        assert {mail.to_email: mail.payload["subject"] for mail in mails()} == {
            rights_holder.email: "Votre fonction est finie : Coordination",
            successor.email: "Votre fonction commence : Coordination",
            deputy.email: "Votre fonction continue : Coordination adjointe",
        }
        assert "Vous avez les droits de la coordination" in mails().get(to_email=successor.email).payload["text"]
        assert not far.groups.exists()

    def test_rights_given_ahead_are_forgotten_with_the_office_to_come(self, root):
        successor = member(Role.COORDINATOR, starts_on=TODAY + 11 * DAY)
        assert give_office_rights(user=successor, by=root, now=NOW, shown=BY_PROGRAM)
        assert not give_office_rights(user=successor, by=root, now=NOW, shown=BY_PROGRAM)
        # An earlier day was not confirmed: the task returns.
        mandates = Mandate.objects.filter(member__user=successor, role=Role.COORDINATOR)
        mandates.update(starts_on=TODAY + 5 * DAY)
        assert len(tasks_of(root)) == 1
        follow_offices(now=NOW + 6 * DAY)
        assert not successor.groups.exists()
        mandates.delete()
        follow_offices(now=NOW + 11 * DAY)
        assert not OfficeRights.objects.exists()
        assert not successor.groups.exists()


class TestEnd:
    def test_rights_end_once_with_the_office(self, rights_holder):
        tick(now=NOW)
        Message.objects.all().delete()
        end_mandates(rights_holder, on=TODAY)
        assert [mandate.member for mandate in rights_to_end(TODAY)] == [rights_holder.member]
        assert rights_to_look_at(TODAY) == []
        tick(now=NOW)
        assert can_prepare(rights_holder)
        follow_offices(now=NOW + DAY)
        assert not can_prepare(rights_holder)
        mail = mails().get()
        assert mail.to_email == rights_holder.email
        assert "Ce que vous avez écrit reste" in mail.payload["text"]
        entry = Entry.objects.filter(action="rights.groups").latest("pk")
        assert entry.details.startswith("taken ")
        assert follow_offices(now=NOW + DAY) == 0
        assert (mails().count(), OfficeRights.objects.count()) == (1, 0)

    def test_rights_continue_with_another_office_that_begins_in_time(self, rights_holder):
        end_mandates(rights_holder)
        MandateFactory(
            member=rights_holder.member,
            role=Role.DEPUTY_COORDINATOR,
            seat=None,
            starts_on=TODAY + 3 * DAY,
            ends_on=TODAY + 20 * DAY,
        )
        for days in (0, 3, 20):
            follow_offices(now=NOW + days * DAY)
            assert can_prepare(rights_holder)
        follow_offices(now=NOW + 21 * DAY)
        assert not can_prepare(rights_holder)

    def test_rights_granted_again_by_an_administrator_do_not_end(self, rights_holder):
        group = Group.objects.get(name="Animation")
        rights_holder.groups.remove(group)
        follow_offices(now=NOW)
        assert not OfficeRights.objects.exists()
        rights_holder.groups.add(group)
        end_mandates(rights_holder)
        follow_offices(now=NOW + WEEK)
        assert can_prepare(rights_holder)

    def test_rights_of_a_deactivated_account_end_without_a_mail(self, rights_holder):
        end_mandates(rights_holder)
        type(rights_holder).objects.filter(pk=rights_holder.pk).update(is_active=False)
        assert follow_offices(now=NOW) == 1
        assert not mails().exists()
        assert not rights_holder.groups.exists()

    def test_rights_end_for_an_account_without_member(self, rights_holder):
        Member.objects.filter(user=rights_holder).update(user=None)
        assert follow_offices(now=NOW) == 1
        assert not rights_holder.groups.exists()

    def test_job_does_two_queries_for_any_number_of_rights(self, rights_holder, root):
        other = member(Role.DEPUTY_COORDINATOR)
        give_office_rights(user=other, by=root, now=NOW, shown=BY_PROGRAM)
        with CaptureQueriesContext(connection) as queries:
            follow_offices(now=NOW)
        assert len(queries) == 2


def test_rights_are_personal_data_of_both_users_deleted_with_the_account(rights_holder, root):
    assert [row["group_name"] for row in export_of(rights_holder)["committee.office_rights"]] == ["Animation"]
    assert len(export_of(root)["committee.office_rights_given"]) == 1
    assert "committee.office_rights" not in export_of(root)
    assert any("droits d’administration" in str(line.text) for line in erasure_summary_of(rights_holder))
    root.delete()
    assert OfficeRights.objects.get().given_by is None
    rights_holder.delete()
    assert not OfficeRights.objects.exists()
