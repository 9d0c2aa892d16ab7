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
from committee.handover.services import end_office_rights, give_office_rights
from committee.models import Mandate, Member, OfficeRights
from common.shown import BY_PROGRAM
from mailing.models import Message
from mailing.ticking import tick
from tests.bulk import confirm
from tests.committee.minutes import DAY, NOW, TODAY, Role, member
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]
WEEK = 7 * DAY
PREPARE = "committee.change_member"


def tasks_of(user):
    return [(task.title, task.url) for task in VacanciesPanel(user, NOW).work().tasks if "droits" in task.title]


def end_mandates(user, on=TODAY - DAY):
    Mandate.objects.filter(member__user=user).update(ends_on=on)


def mails():
    return Message.objects.filter(kind="committee.rights-ending")


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
        assert "a les droits de la coordination." in answer
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
            end_office_rights(now=NOW + days * DAY)
        assert can_prepare(officer)
        assert not mails().exists()
        assert rights_to_look_at(TODAY) == [officer.member]

    def test_missing_group_is_reported(self, client, root, coordinator):
        Group.objects.get(name="Animation").delete()
        client.force_login(root)
        url = reverse("office_rights", args=[coordinator.pk])
        assert "n’existe plus" in client.get(url).content.decode()
        with pytest.raises(OfficeRightsRefused):
            give_office_rights(user=coordinator, by=root, now=NOW, shown=BY_PROGRAM)


class TestEnd:
    def test_rights_end_once_on_the_day_announced_by_mail(self, rights_holder):
        tick(now=NOW)
        assert not mails().exists()
        end_mandates(rights_holder)
        end_office_rights(now=NOW)
        mail = mails().get()
        assert mail.to_email == rights_holder.email
        assert mail.payload["subject"] == "Vos droits d’administration prennent fin le 1er décembre 2026"
        assert "Ce que vous avez écrit reste" in mail.payload["text"]
        for hours in (1, 24 * 6):
            tick(now=NOW + dt.timedelta(hours=hours))
        assert can_prepare(rights_holder)
        assert [rights.user for rights in rights_to_end(TODAY)] == [rights_holder]
        assert rights_to_look_at(TODAY) == []

        assert "rights of 1 offices ended" in str(tick(now=NOW + WEEK))
        assert not can_prepare(rights_holder)
        entry = Entry.objects.filter(action="rights.groups").latest("pk")
        assert entry.details.startswith("taken ")
        assert end_office_rights(now=NOW + WEEK) == 0
        assert (mails().count(), OfficeRights.objects.count()) == (1, 0)

    def test_rights_continue_with_another_office_that_begins_in_time(self, rights_holder):
        end_mandates(rights_holder)
        end_office_rights(now=NOW)
        Mandate.objects.create(
            member=rights_holder.member,
            role=Role.DEPUTY_COORDINATOR,
            starts_on=TODAY + 3 * DAY,
            ends_on=TODAY + 20 * DAY,
        )
        end_office_rights(now=NOW + DAY)
        assert OfficeRights.objects.get().ends_on is None
        assert end_office_rights(now=NOW + 9 * DAY) == 0
        assert can_prepare(rights_holder)
        end_office_rights(now=NOW + 21 * DAY)
        assert mails().count() == 2

    def test_rights_granted_again_by_an_administrator_do_not_end(self, rights_holder):
        group = Group.objects.get(name="Animation")
        rights_holder.groups.remove(group)
        end_office_rights(now=NOW)
        assert not OfficeRights.objects.exists()
        rights_holder.groups.add(group)
        end_mandates(rights_holder)
        assert end_office_rights(now=NOW + WEEK) == 0
        assert can_prepare(rights_holder)

    def test_rights_of_a_deactivated_account_end_without_a_mail(self, rights_holder):
        end_mandates(rights_holder)
        type(rights_holder).objects.filter(pk=rights_holder.pk).update(is_active=False)
        end_office_rights(now=NOW)
        assert end_office_rights(now=NOW + WEEK) == 1
        assert not mails().exists()
        assert not rights_holder.groups.exists()

    def test_rights_end_for_an_account_without_member(self, rights_holder):
        Member.objects.filter(user=rights_holder).update(user=None)
        end_office_rights(now=NOW)
        assert end_office_rights(now=NOW + WEEK) == 1

    def test_job_does_one_query_for_any_number_of_rights(self, rights_holder, root):
        other = member(Role.DEPUTY_COORDINATOR)
        give_office_rights(user=other, by=root, now=NOW, shown=BY_PROGRAM)
        with CaptureQueriesContext(connection) as queries:
            end_office_rights(now=NOW)
        assert len(queries) == 1


def test_rights_are_personal_data_of_both_users_deleted_with_the_account(rights_holder, root):
    assert [row["group_name"] for row in export_of(rights_holder)["committee.office_rights"]] == ["Animation"]
    assert len(export_of(root)["committee.office_rights_given"]) == 1
    assert "committee.office_rights" not in export_of(root)
    assert any("droits d’administration" in str(line.text) for line in erasure_summary_of(rights_holder))
    root.delete()
    assert OfficeRights.objects.get().given_by is None
    rights_holder.delete()
    assert not OfficeRights.objects.exists()
