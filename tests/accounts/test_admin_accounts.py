"""Accounts of editors: made by a service, a command or a superuser; they open the admin, in French."""

import re

import pytest
from allauth.account.models import EmailAddress
from bs4 import BeautifulSoup
from django.contrib.auth.models import Group
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.models import User
from accounts.services.accounts import create_verified_user
from tests.accounts.factors import give_application
from tests.accounts.people import mails_to
from tests.bulk import submit_edit

pytestmark = pytest.mark.django_db

PASSWORD = "un mot de passe assez long"


def test_an_editor_signs_in_to_the_admin_with_a_password(client):
    create_verified_user(
        email="louise@comite.example", public_name="Louise S.", password=PASSWORD, groups=["Secrétariat"]
    )
    answer = client.get("/admin/", follow=True)
    assert answer.redirect_chain[-1][0] == "/compte/connexion/?next=/admin/"
    answer = client.post(
        "/compte/connexion/", {"login": "louise@comite.example", "password": PASSWORD, "next": "/admin/"}
    )
    assert answer.url == "/admin/"
    page = client.get("/admin/")
    assert page.status_code == 200
    assert '<html lang="fr"' in page.content.decode()


def test_an_editor_signs_in_to_the_admin_with_a_code(client, code_in):
    create_verified_user(email="louise@comite.example", public_name="Louise S.", groups=["Secrétariat"])
    answer = client.post("/compte/connexion/code/", {"email": "louise@comite.example", "next": "/admin/"})
    answer = client.post(answer.url, {"code": code_in()})
    assert answer.url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_admin_sign_in_redirects_to_the_sign_in_page_of_the_site(client):
    assert client.get("/admin/login/?next=/admin/").url == "/compte/connexion/?next=/admin/"


def test_account_without_rights_gets_403_with_useful_links(client, user):
    client.force_login(user)
    answer = client.get("/admin/", follow=True)
    assert answer.status_code == 403
    page = answer.content.decode()
    assert "Cette page est réservée" in page
    assert f"« {user.public_name} »".replace("« ", "«\u00a0").replace(" »", "\u00a0»") in page
    for url in (reverse("participation:contributions"), reverse("digests:preferences"), reverse("account_logout")):
        assert f'href="{url}"' in page


def test_a_signed_in_user_is_redirected_from_the_sign_in_page_of_the_admin(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    answer = client.get("/admin/login/", follow=True)
    assert answer.status_code == 200
    assert 'href="/admin/"' in answer.content.decode()


def test_superuser_created_by_command_can_sign_in(client, monkeypatch):
    monkeypatch.setenv("DJANGO_SUPERUSER_PASSWORD", PASSWORD)
    call_command("createsuperuser", "--noinput", "--email=racine@comite.example", "--public_name=Racine", verbosity=0)
    answer = client.post(
        "/compte/connexion/", {"login": "racine@comite.example", "password": PASSWORD, "next": "/admin/"}
    )
    assert answer.url == "/admin/"


def test_unknown_group_creates_no_user():
    with pytest.raises(Group.DoesNotExist):
        create_verified_user(email="louise@comite.example", public_name="Louise S.", groups=["Personne"])
    assert not User.objects.exists()


def test_command_creates_an_editor():
    call_command("create_editor", "Louise@comite.example", "Louise S.", "--group", "Rédaction")
    user = User.objects.get(email="louise@comite.example")
    assert [group.name for group in user.groups.all()] == ["Rédaction"]
    assert not user.has_usable_password()
    assert EmailAddress.objects.get(user=user).verified


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (["louise", "Louise S."], "adresse"),
        (["louise@comite.example", "<b>"], "lettres"),
        (["louise@comite.example", "Louise S.", "--group", "Personne"], "No such group: Personne"),
        (["connue@comite.example", "Louise S."], "has an account already"),
    ],
)
def test_command_reports_invalid_arguments(arguments, reason):
    create_verified_user(email="connue@comite.example", public_name="Connue")
    with pytest.raises(CommandError, match=reason):
        call_command("create_editor", *arguments)
    assert User.objects.count() == 1


@pytest.fixture
def administrator(client):
    user = User.objects.create_superuser("racine@comite.example", PASSWORD, public_name="Racine")
    client.force_login(user)
    return user


def test_administrator_can_create_an_account_without_password(client, administrator):
    data = {"email": "nadia@comite.example", "public_name": "Nadia B.", "password1": "", "password2": ""}
    answer = client.post(reverse("wagtailusers_users:add"), data)
    assert answer.status_code == 302, answer.context["form"].errors
    user = User.objects.get(email="nadia@comite.example")
    assert user.public_name == "Nadia B."
    assert not user.has_usable_password()


def test_a_colleague_is_invited_to_sign_in(client, administrator, code_in):
    group = Group.objects.get(name="Rédaction")
    data = {"email": "nadia@comite.example", "public_name": "Nadia B.", "password1": "", "password2": ""}
    page = client.post(reverse("wagtailusers_users:add"), {**data, "groups": [group.pk]}, follow=True)
    assert "Le compte de Nadia B. est ouvert. Un e-mail à nadia@comite.example" in page.text
    mail = mails_to("nadia@comite.example")[-1]
    text = mail.payload["text"]
    for words in ("Racine vous a ouvert un compte", "Rédaction", "vous recevez un code", "deuxième facteur"):
        assert words in text, words
    address = re.search(r"https?://[^/\s]+(/compte/connexion/code/\S*)", text)[1]
    client.logout()
    answer = client.post(address, {"email": "nadia@comite.example", "next": "/admin/"})
    assert client.post(answer.url, {"code": code_in()}).url == "/admin/"


def test_list_of_accounts_shows_groups_and_second_factors_and_separates_colleagues(client, administrator):
    colleague = create_verified_user(email="louise@comite.example", public_name="Louise S.", groups=["Secrétariat"])
    resident = create_verified_user(email="rose@courriel.example", public_name="Rose T.")
    give_application(colleague)

    def rows(who):
        page = BeautifulSoup(client.get(reverse("wagtailusers_users:index"), {"who": who}).content, "html.parser")
        names = [cell.get_text(strip=True) for cell in page.select("thead th")]
        cells = [[cell.get_text(" ", strip=True) for cell in row.select("td")] for row in page.select("tbody tr")]
        by_name = [dict(zip(names, row, strict=True)) for row in cells]
        return {(row["Identifiant"], row["Groupes"], row["Deuxième facteur"]) for row in by_name}

    assert rows("colleagues") == {
        (administrator.email, "Administration", "non"),
        (colleague.email, "Secrétariat", "oui"),
    }
    assert rows("residents") == {(resident.email, "", "non")}
    for account, words in ((colleague, "Ce compte a un deuxième facteur."), (resident, "n’a pas de deuxième facteur")):
        assert words in client.get(reverse("wagtailusers_users:edit", args=[account.pk])).text


def test_address_of_another_account_is_refused_whatever_its_capitals(client, administrator):
    create_verified_user(email="nadia@comite.example", public_name="Nadia B.")
    data = {"email": "Nadia@Comite.example", "public_name": "Nadia C.", "password1": "", "password2": ""}
    answer = client.post(reverse("wagtailusers_users:add"), data)
    assert set(answer.context["form"].errors) == {"email"}
    assert User.objects.count() == 2


def test_an_identifying_name_needs_a_confirmation(client, administrator):
    data = {"email": "nadia@comite.example", "public_name": "Nadia Benali", "password1": "", "password2": ""}
    answer = client.post(reverse("wagtailusers_users:add"), data)
    assert set(answer.context["form"].errors) == {"name_confirmed"}
    assert "Oui, ce nom sera public" in answer.text
    assert client.post(reverse("wagtailusers_users:add"), {**data, "name_confirmed": "on"}).status_code == 302
    edit = reverse("wagtailusers_users:edit", args=[User.objects.get(email=data["email"]).pk])
    assert submit_edit(client, edit, {**data, "is_active": "on"}).status_code == 302, "it is confirmed once"


def test_account_forms_have_a_public_name_field(client, administrator):
    assert 'name="public_name"' in client.get(reverse("wagtailusers_users:add")).content.decode()
    edit = reverse("wagtailusers_users:edit", args=[administrator.pk])
    assert 'name="public_name"' in client.get(edit).content.decode()


def test_replaced_email_cannot_be_used_to_sign_in(client, administrator, mailoutbox):
    user = create_verified_user(email="avant@comite.example", public_name="Nadia B.")
    data = {
        "email": "apres@comite.example",
        "public_name": "Nadia B.",
        "is_active": "on",
        "password1": "",
        "password2": "",
    }
    answer = submit_edit(client, reverse("wagtailusers_users:edit", args=[user.pk]), data)
    assert answer.status_code == 302, answer.context["form"].errors
    client.logout()
    client.post("/compte/connexion/code/", {"email": "avant@comite.example"})
    assert "Votre code pour créer votre compte" in mailoutbox[-1].body
    client.post("/compte/connexion/code/", {"email": "apres@comite.example"})
    assert "compte/creer" not in mailoutbox[-1].body


def test_form_of_an_account_shows_neither_a_publication_nor_a_copy(admin_client, user):
    """An account is not published, and a copy would begin with an address that only one account may have."""
    page = admin_client.get(reverse("wagtailusers_users:edit", args=[user.pk])).content.decode()
    for words in ("Publié", "ailleurs", "/copy/"):
        assert words not in page, words
