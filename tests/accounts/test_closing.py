"""Closing, erasing and reopening of accounts by an administrator: with a reason, a mail, and a delay."""

import datetime as dt

import pytest
from django.contrib.auth.models import Group, Permission
from django.db import transaction
from django.urls import reverse

from accounts.errors import LastAdministrator, OwnAccount
from accounts.models import User
from accounts.services.closing import close_account, reopen_account
from accounts.services.deletion import plan_deletion
from auditlog.models import Entry
from common.audit import Act
from mailing.models import Message
from mailing.ticking import tick
from tests.accounts.people import mails_to
from tests.factories import CommentFactory, MandateFactory, UserFactory

NOW = dt.datetime(2026, 11, 25, 9, tzinfo=dt.UTC)
WEEK = dt.timedelta(days=7)
REASON = "Deux comptes pour une personne."
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def administrator():
    return UserFactory(is_superuser=True, is_staff=True)


@pytest.fixture
def office(client, administrator):
    client.force_login(administrator)
    return client


def page_of(account):
    return reverse("wagtailusers_users:delete", args=[account.pk])


def decide(office, account, act, reason=REASON):
    return office.post(page_of(account), {"act": act, "reason": reason}, follow=True)


def acts_about(account):
    return list(Entry.objects.filter(object_id=str(account.pk)).order_by("pk").values_list("action", "details"))


def offered(answer):
    return [act for act, _label in answer.context["form"]["act"].field.choices]


class TestPage:
    def test_page_shows_standing_choices_and_what_the_person_reads(self, office, odile):
        MandateFactory(member__user=odile)
        odile.groups.add(Group.objects.get(name="Secrétariat"))
        CommentFactory(author=odile)
        answer = office.get(page_of(odile))
        page = answer.text.replace("\u00a0", " ")
        assert "siège au comité, groupe « Secrétariat »" in page
        assert offered(answer) == ["close", "erase"]
        assert answer.context["form"]["act"].initial == "close"
        assert "1 commentaire" in answer.context["stays"]
        assert "votre nom, votre adresse e-mail" in page
        assert "Sert" not in page

    @pytest.mark.parametrize("act", ["close", "erase"])
    def test_a_reason_is_required(self, office, odile, act):
        assert decide(office, odile, act, reason="").context["form"].errors.keys() == {"reason"}
        odile.refresh_from_db()
        assert odile.is_active
        assert not mails_to(odile.email)

    def test_only_others_may_be_closed_and_administrators_by_administrators(self, office, administrator, client):
        other = UserFactory(is_superuser=True)
        assert office.get(page_of(other)).status_code == 200
        agent = UserFactory()
        codenames = ["access_admin", "change_user", "delete_user"]
        agent.user_permissions.set(Permission.objects.filter(codename__in=codenames))
        client.force_login(agent)
        for account in (agent, administrator):
            decide(client, account, "erase")
            account.refresh_from_db()
            assert account.is_active
        client.force_login(administrator)
        decide(client, administrator, "erase")
        assert client.delete(page_of(agent)).status_code == 405, "no erasure without a delay"
        assert User.objects.filter(is_active=True).count() == 3


class TestClosed:
    def test_closed_account_is_out_of_use_until_it_is_reopened(self, office, odile, client):
        elsewhere = type(client)()
        elsewhere.force_login(odile)
        answer = decide(office, odile, "close")
        assert "est fermé" in answer.text
        odile.refresh_from_db()
        assert (odile.is_active, odile.deletion_due_at) == (False, None)
        assert elsewhere.get("/compte/").status_code == 302
        [mail] = mails_to(odile.email)
        assert mail.kind == "account.state"
        assert REASON in mail.payload["text"]
        assert (Act.ACTIVE, "closed") in acts_about(odile)
        assert "Ce compte est fermé" in office.get(reverse("wagtailusers_users:edit", args=[odile.pk])).text
        assert offered(office.get(page_of(odile))) == ["reopen", "erase"]
        decide(office, odile, "reopen", reason="")
        odile.refresh_from_db()
        assert odile.is_active
        assert "connectez comme avant" in mails_to(odile.email)[-1].payload["text"]

    def test_form_of_the_account_leaves_its_state(self, office, odile):
        decide(office, odile, "close")
        data = {"email": odile.email, "public_name": odile.public_name, "is_active": "on"}
        edit = reverse("wagtailusers_users:edit", args=[odile.pk])
        assert office.post(edit, data | {"password1": "", "password2": ""}).status_code == 302
        odile.refresh_from_db()
        assert not odile.is_active

    def test_pending_mails_are_cancelled_and_a_second_closing_sends_nothing(self, odile, administrator):
        plan = {"user": odile, "by": administrator, "reason": REASON, "now": NOW}
        assert close_account(**plan)
        assert not close_account(**plan)
        assert len(mails_to(odile.email)) == 1
        assert reopen_account(user=odile, now=NOW)
        assert not reopen_account(user=odile, now=NOW)
        close_account(**plan)
        assert [mail.payload["subject"] for mail in mails_to(odile.email)] == ["Votre compte est fermé"]
        assert Message.objects.filter(to_email=odile.email, state=Message.State.CANCELLED).count() == 2


class TestErased:
    def test_erasure_has_a_delay_a_mail_and_a_way_back_for_the_person(self, office, odile, client, code_in):
        answer = decide(office, odile, "erase")
        assert "Il sera effacé le mercredi 2" in answer.text
        odile.refresh_from_db()
        assert (odile.is_leaving, odile.deletion_due_at, odile.removes_texts) == (True, NOW + WEEK, False)
        [mail] = mails_to(odile.email)
        assert mail.kind == "account.deletion_planned"
        assert REASON in mail.payload["text"]
        assert "mercredi 2" in mail.payload["text"]
        assert (Act.ERASURE_PLANNED, "2026-12-02") in acts_about(odile)
        person = type(client)()
        person.post("/compte/connexion/code/", {"email": odile.email})
        page = person.post("/compte/connexion/code/verifier/", {"code": code_in()}, follow=True)
        assert page.redirect_chain[-1][0] == "/compte/revenir/"
        person.post("/compte/revenir/")
        odile.refresh_from_db()
        assert odile.is_active

    def test_administrator_can_reopen_it_until_the_tick_erases_it(self, office, odile):
        decide(office, odile, "erase")
        edit = reverse("wagtailusers_users:edit", args=[odile.pk])
        assert "Il sera effacé le mercredi 2" in office.get(edit).text
        assert offered(office.get(page_of(odile))) == ["reopen"]
        decide(office, odile, "reopen")
        odile.refresh_from_db()
        assert (odile.is_active, odile.deletion_due_at) == (True, None)
        decide(office, odile, "erase")
        tick(now=NOW + WEEK)
        assert not User.objects.filter(pk=odile.pk).exists()

    def test_second_request_changes_nothing(self, odile, administrator):
        plan = {"user": odile, "removes_texts": False, "by": administrator, "reason": REASON}
        plan_deletion(**plan, now=NOW)
        plan_deletion(**plan, now=NOW + WEEK / 2)
        odile.refresh_from_db()
        assert odile.deletion_due_at == NOW + WEEK
        assert len(mails_to(odile.email)) == 1


def test_services_refuse_the_own_account_and_the_last_administrator(odile, administrator):
    for user, by, refusal in ((administrator, odile, LastAdministrator), (odile, odile, OwnAccount)):
        common = {"user": user, "by": by, "reason": REASON, "now": NOW}
        with pytest.raises(refusal), transaction.atomic():
            close_account(**common)
        with pytest.raises(refusal), transaction.atomic():
            plan_deletion(**common, removes_texts=False)
    assert User.objects.filter(is_active=True).count() == 2


class TestBulk:
    def test_accounts_can_only_be_closed(self, office, odile, administrator):
        MandateFactory(member__user=odile)
        closed, other = UserFactory(is_active=False), UserFactory()
        keys = "&".join(f"id={one.pk}" for one in (odile, other, closed, administrator))
        address = f"{reverse('wagtail_bulk_action', args=['accounts', 'user', 'close'])}?{keys}&next=/admin/users/"
        answer = office.get(address)
        assert "siège au comité" in answer.text
        assert set(answer.context["items_with_no_access"]) == {closed, administrator}
        assert office.post(address).context["form"].errors.keys() == {"reason"}
        assert "2 comptes sont fermés" in office.post(address, {"reason": REASON}, follow=True).text
        for account in (odile, other):
            account.refresh_from_db()
            assert (account.is_active, account.deletion_due_at) == (False, None)
            assert REASON in mails_to(account.email)[0].payload["text"]
        assert not mails_to(closed.email)
        for action in ("delete", "set_active_state"):
            url = reverse("wagtail_bulk_action", args=["accounts", "user", action])
            assert office.post(f"{url}?id={odile.pk}").status_code == 404

    def test_number_of_queries_of_the_page_does_not_grow(self, office, django_assert_max_num_queries):
        def count(number):
            users = UserFactory.create_batch(number)
            for user in users:
                user.groups.add(Group.objects.get(name="Secrétariat"))
            address = reverse("wagtail_bulk_action", args=["accounts", "user", "close"])
            with django_assert_max_num_queries(100) as captured:
                office.get(address + "?" + "&".join(f"id={user.pk}" for user in users))
            return len(captured)

        office.get(page_of(UserFactory()))
        assert count(6) == count(3)
