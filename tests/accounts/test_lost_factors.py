"""Lost second factors: one administrator asks for their removal, a second one agrees, and everybody is told."""

import datetime as dt
import re

import pytest
from django.urls import reverse

from accounts.errors import NobodyElse
from accounts.models import User
from accounts.queries import has_factor
from accounts.services.accounts import create_verified_user
from accounts.services.factors import remove_factors
from accounts.services.lost_factors import ask_to_remove_factors
from auditlog.models import Entry
from common.audit import Act
from tests.accounts.factors import give_application
from tests.accounts.people import mails_to

NOW = dt.datetime(2026, 3, 12, 9, tzinfo=dt.UTC)
pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


@pytest.fixture
def administrators(db):
    return [
        User.objects.create_superuser(f"{name}@comite.example", public_name=name.title()) for name in ("ada", "grace")
    ]


@pytest.fixture
def louise(db):
    user = create_verified_user(email="louise@comite.example", public_name="Louise S.", groups=["Secrétariat"])
    give_application(user)
    return user


def subjects_to(email):
    return [mail.payload["subject"] for mail in mails_to(email)]


def asked_by(client, administrator, user):
    """Asks in the browser of `administrator`; returns the answer of the form."""
    client.force_login(administrator)
    edit = client.get(reverse("wagtailusers_users:edit", args=[user.pk]))
    ask = reverse("second_factors:ask", args=[user.pk])
    assert f'href="{ask}"' in edit.text
    return client.post(ask)


def link_in_the_mail_to(email):
    return re.search(r"https?://[^/\s]+(/admin/deuxiemes-facteurs/accord/\S+)", mails_to(email)[-1].payload["text"])[1]


def test_second_factor_is_removed_when_a_second_administrator_agrees(client, administrators, louise):
    ada, grace = administrators
    assert asked_by(client, ada, louise).status_code == 302
    assert has_factor(louise)
    link = link_in_the_mail_to(grace.email)
    assert subjects_to(louise.email)[-1] == "Le retrait de votre deuxième facteur est demandé"
    assert client.post(link).url == reverse("wagtailadmin_home"), "the one who asked does not agree"
    assert has_factor(louise)
    client.force_login(grace)
    page = client.get(link)
    for shown in ("Louise S. (louise@comite.example)", "Ada (ada@comite.example)", "Une application de codes"):
        assert shown in page.text
    assert client.post(link).url == reverse("wagtailusers_users:index")
    assert not has_factor(louise)
    assert subjects_to(louise.email)[-1] == "Votre compte n’a plus de deuxième facteur"
    assert "Grace a donné son accord" in mails_to(ada.email)[-1].payload["text"]
    acts = list(Entry.objects.filter(action__startswith="account.factor").values_list("action", flat=True))
    assert {Act.FACTOR_REMOVAL_ASKED, Act.FACTOR_REMOVED} <= set(acts)


def test_a_request_ends_after_three_days_and_with_the_factors_that_it_names(
    client, administrators, louise, time_machine
):
    ada, grace = administrators
    asked_by(client, ada, louise)
    link = link_in_the_mail_to(grace.email)
    client.force_login(grace)
    remove_factors(user=louise, now=NOW)
    give_application(louise)
    assert "Cette demande ne sert plus" in client.get(link, follow=True).text, "she has another factor since"
    asked_by(client, ada, louise)
    link = link_in_the_mail_to(grace.email)
    client.force_login(grace)
    assert client.get(link).status_code == 200
    time_machine.move_to(NOW + dt.timedelta(days=3, seconds=1))
    assert "Cette demande ne sert plus" in client.get(link, follow=True).text
    assert has_factor(louise)


def test_nobody_removes_the_factor_of_an_administrator_alone_or_with_fewer_rights(client, administrators, editor_of):
    ada, grace = administrators
    give_application(grace)
    with pytest.raises(NobodyElse):
        ask_to_remove_factors(user=grace, by=ada, now=NOW)
    client.force_login(editor_of("Rédaction"))
    assert client.post(reverse("second_factors:ask", args=[grace.pk])).url == reverse("wagtailadmin_home")
