"""Creation of an account: an address and a name, verified by a code."""

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse

from accounts.models import User

pytestmark = pytest.mark.django_db

SIGN_UP = "/compte/creer/"
CHECK = "/compte/creer/verifier/"
ODILE = {"email": "Odile@Courriel.example", "public_name": "Odile M."}


def test_resident_creates_an_account_and_is_redirected_back(client, mailoutbox, code_in):
    answer = client.post(f"{SIGN_UP}?next=/sondages/", {**ODILE, "next": "/sondages/"})
    assert answer.url.startswith(CHECK)
    assert mailoutbox[0].to == ["odile@courriel.example"]
    answer = client.post(answer.url, {"code": code_in()})
    assert answer.url == "/sondages/"
    user = User.objects.get(email="odile@courriel.example")
    assert user.public_name == "Odile M."
    assert client.session["_auth_user_id"] == str(user.pk)
    assert EmailAddress.objects.get(user=user).verified


def test_mail_and_page_mention_the_new_account(client, mailoutbox, code_in):
    answer = client.post(SIGN_UP, ODILE)
    assert "votre compte est alors prêt" in mailoutbox[0].body
    page = client.post(answer.url, {"code": code_in()}, follow=True).content.decode()
    assert "Bonjour Odile M., votre compte est prêt." in page


def test_default_redirect_is_the_account_page(client, code_in):
    answer = client.post(SIGN_UP, ODILE)
    answer = client.post(answer.url, {"code": code_in()})
    assert answer.url == reverse("accounts:home")


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_redirect_to_another_site_is_refused(client, code_in, target):
    answer = client.post(SIGN_UP, {**ODILE, "next": target})
    answer = client.post(answer.url, {"code": code_in(), "next": target})
    assert answer.url == reverse("accounts:home")


def test_the_code_mail_has_text_and_html_and_no_code_in_its_subject(client, mailoutbox, code_in):
    client.post(SIGN_UP, ODILE)
    mail = mailoutbox[0]
    (html, kind) = mail.alternatives[0]
    assert kind == "text/html"
    assert code_in() in html
    assert code_in() not in mail.subject
    assert "\n" not in mail.subject


def test_a_code_can_be_used_once(client, code_in):
    answer = client.post(SIGN_UP, ODILE)
    code = code_in()
    client.post(answer.url, {"code": code})
    client.post(reverse("account_logout"))
    answer = client.post(CHECK, {"code": code})
    assert answer.url.startswith("/compte/connexion/")
    assert "_auth_user_id" not in client.session


def test_the_check_page_redirects_a_signed_in_user_to_the_account(client, user):
    client.force_login(user)
    assert client.get(CHECK).url == reverse("accounts:home")


@pytest.mark.parametrize(
    ("data", "field"),
    [
        ({"email": "", "public_name": "Odile"}, "email"),
        ({"email": "odile", "public_name": "Odile"}, "email"),
        ({"email": "odile@courriel.example", "public_name": ""}, "public_name"),
        ({"email": "odile@courriel.example", "public_name": "<b>Odile</b>"}, "public_name"),
        ({"email": "odile@courriel.example", "public_name": "Mairie\u202eeriaM"}, "public_name"),
    ],
)
def test_invalid_data_shows_an_error_at_the_field(client, data, field):
    answer = client.post(SIGN_UP, data)
    assert answer.status_code == 200
    [error] = answer.context["form"].errors[field]
    assert error.startswith("Écrivez")
    assert "error-summary" in answer.content.decode()
    assert not User.objects.exists()


def test_filled_honeypot_creates_no_account(client, mailoutbox):
    answer = client.post(SIGN_UP, {**ODILE, "website": "http://spam.example"})
    assert answer.status_code == 302
    assert not User.objects.exists()
    assert not mailoutbox


def test_honeypot_is_hidden_without_an_inline_style(client):
    page = client.get(SIGN_UP).content.decode()
    assert 'name="website"' in page
    assert "style=" not in page.partition("<main")[2]
    assert "placeholder=" not in page.partition("<main")[2]


def test_known_email_gets_the_same_responses_and_a_sign_in_link(client, mailoutbox, user):
    answer = client.post(SIGN_UP, {"email": user.email, "public_name": "Quelqu’un"}, follow=True)
    client.cookies.clear()
    unknown = client.post(SIGN_UP, {"email": "nouvelle@courriel.example", "public_name": "Quelqu’un"}, follow=True)
    assert _without_tokens(answer, user.email) == _without_tokens(unknown, "nouvelle@courriel.example")
    assert "http://testserver/compte/connexion/" in mailoutbox[0].body
    assert User.objects.filter(email=user.email).count() == 1


def test_a_wrong_code_gets_the_same_answer_for_a_known_address(client, user):
    pages = []
    for email in (user.email, "nouvelle@courriel.example"):
        client.cookies.clear()
        answer = client.post(SIGN_UP, {"email": email, "public_name": "Quelqu’un"})
        pages.append(_without_tokens(client.post(answer.url, {"code": "000000"}), email))
    assert pages[0] == pages[1]


def test_a_person_who_left_before_the_code_can_still_sign_in(client, code_in):
    client.post(SIGN_UP, ODILE)
    client.cookies.clear()
    answer = client.post("/compte/connexion/code/", {"email": ODILE["email"]})
    answer = client.post(answer.url, {"code": code_in()})
    assert answer.url == reverse("accounts:home")
    assert EmailAddress.objects.get().verified


def test_a_person_who_mistyped_the_address_can_start_again(client, code_in):
    client.post(SIGN_UP, {**ODILE, "email": "faute@courriel.example"})
    assert client.get(SIGN_UP).status_code == 200
    answer = client.post(SIGN_UP, ODILE)
    client.post(answer.url, {"code": code_in()})
    assert client.session["_auth_user_id"] == str(User.objects.get(email="odile@courriel.example").pk)


def _without_tokens(response, email: str) -> str:
    import re

    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return page.replace(email, "ADRESSE")
