"""Sign-in: by a code for every user, by a password for those who have one."""

import datetime as dt
import re

import pytest
import time_machine
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from accounts.services.accounts import create_verified_user

pytestmark = pytest.mark.django_db

SIGN_IN = "/compte/connexion/"
ASK = "/compte/connexion/code/"
CHECK = "/compte/connexion/code/verifier/"
NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
PASSWORD = "un mot de passe assez long"


def without_tokens(response, email: str) -> str:
    page = re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", response.content.decode())
    return page.replace(email, "ADRESSE")


def test_the_code_comes_first_on_the_page(client):
    page = client.get(SIGN_IN).content.decode()
    assert page.index('name="email"') < page.index('name="password"')
    assert page.count("<h1") == 1
    assert 'placeholder="' not in page


def test_code_signs_in_and_redirects_back(client, user, code_in):
    page = client.get(f"{SIGN_IN}?next=/propositions/").content.decode()
    assert page.count('name="next" value="/propositions/"') == 3
    answer = client.post(ASK, {"email": user.email.upper(), "next": "/propositions/"})
    assert answer.url == f"{CHECK}?next=%2Fpropositions%2F"
    field = client.get(answer.url).content.decode()
    assert 'autocomplete="one-time-code"' in field
    assert 'inputmode="numeric"' in field
    code = code_in()
    answer = client.post(answer.url, {"code": f" {code[:3]} {code[3:]} "})
    assert answer.url == "/propositions/"
    assert client.session["_auth_user_id"] == str(user.pk)


def test_existing_account_is_not_called_new(client, user, mailoutbox, code_in):
    answer = client.post(ASK, {"email": user.email})
    page = client.post(answer.url, {"code": code_in()}, follow=True).content.decode()
    assert f"Bonjour {user.public_name}, vous êtes dans votre compte." in page
    for text in (mailoutbox[0].body, mailoutbox[0].subject, page):
        assert not re.search("votre compte est|créer votre compte", text)


@pytest.mark.parametrize("signed_in_before", [False, True])
def test_account_created_in_the_admin_verifies_its_email_and_is_not_new(client, mailoutbox, code_in, signed_in_before):
    louise = User.objects.create_user("louise@comite.example", PASSWORD, public_name="Louise S.")
    if signed_in_before:
        User.objects.update(last_login=timezone.now())
    answer = client.post(SIGN_IN, {"login": louise.email, "password": PASSWORD}, follow=True)
    assert "créer" not in mailoutbox[0].body
    assert "Votre code pour vérifier votre adresse" in mailoutbox[0].subject
    page = client.post(answer.redirect_chain[-1][0], {"code": code_in()}, follow=True).content.decode()
    assert "Bonjour Louise S., vous êtes dans votre compte." in page


def test_wrong_code_shows_an_error_and_keeps_the_target(client, user):
    client.post(ASK, {"email": user.email})
    answer = client.post(CHECK, {"code": "000000", "next": "/propositions/"})
    [error] = answer.context["form"].errors["code"]
    assert "Copiez" in error
    assert 'value="/propositions/"' in answer.content.decode()


def test_three_wrong_codes_invalidate_the_code(client, user, code_in):
    client.post(ASK, {"email": user.email})
    code = code_in()
    for _ in range(3):
        answer = client.post(CHECK, {"code": "000000", "next": "/propositions/"})
    assert answer.url == f"{SIGN_IN}?next=%2Fpropositions%2F"
    answer = client.post(CHECK, {"code": code})
    assert "_auth_user_id" not in client.session


def test_a_code_lasts_ten_minutes(client, user, code_in):
    with time_machine.travel("2026-11-24 10:00:00+00:00", tick=False) as clock:
        client.post(ASK, {"email": user.email})
        code = code_in()
        clock.shift(601)
        answer = client.post(f"{CHECK}?next=/propositions/", {"code": code}, follow=True)
    assert answer.redirect_chain[-1][0] == f"{SIGN_IN}?next=%2Fpropositions%2F"
    assert "Demandez-en un autre" in answer.content.decode()
    assert "_auth_user_id" not in client.session


def test_another_code_replaces_the_first(client, user, code_in, mailoutbox):
    client.post(ASK, {"email": user.email})
    first = code_in()
    answer = client.post(CHECK, {"action": "resend", "next": "/propositions/"})
    assert answer.url == f"{CHECK}?next=%2Fpropositions%2F"
    assert len(mailoutbox) == 2
    if first != code_in():
        assert client.post(CHECK, {"code": first}).status_code == 200
    assert client.post(answer.url, {"code": code_in()}).url == "/propositions/"


def test_unknown_email_gets_the_same_responses_and_a_mail(client, user, mailoutbox, code_in):
    pages = []
    for email in (user.email, "inconnue@courriel.example"):
        client.cookies.clear()
        response = client.post(ASK, {"email": email}, follow=True)
        wrong = client.post(CHECK, {"code": "000000"})
        pages.append((without_tokens(response, email), without_tokens(wrong, email)))
    assert pages[0] == pages[1]
    assert code_in()
    assert "pas encore de compte" in mailoutbox[1].body
    assert not User.objects.filter(email="inconnue@courriel.example").exists()


def test_invalid_email_shows_an_error_on_the_sign_in_page(client):
    answer = client.post(ASK, {"email": "odile", "next": "/propositions/"})
    page = answer.content.decode()
    assert "Écrivez votre adresse e" in page
    assert page.count('value="/propositions/"') == 3
    assert 'name="password"' in page


def test_get_request_for_a_code_redirects_to_the_sign_in_page(client):
    assert client.get(f"{ASK}?next=/propositions/").url == f"{SIGN_IN}?next=%2Fpropositions%2F"


def test_the_code_of_a_closed_account_is_refused_with_a_message(client, user, code_in):
    User.objects.update(is_active=False)
    client.post(ASK, {"email": user.email})
    page = client.post(CHECK, {"code": code_in()}, follow=True).content.decode()
    assert "Ce compte est fermé" in page
    assert "_auth_user_id" not in client.session


def test_password_signs_in_and_redirects_back(client):
    user = create_verified_user(email="louise@comite.example", public_name="Louise S.", password=PASSWORD)
    answer = client.post(SIGN_IN, {"login": user.email, "password": PASSWORD, "next": "/propositions/"})
    assert answer.url == "/propositions/"


def test_wrong_password_shows_help_and_does_not_reveal_accounts(client):
    create_verified_user(email="louise@comite.example", public_name="Louise S.", password=PASSWORD)
    pages = []
    for email in ("louise@comite.example", "inconnue@courriel.example"):
        answer = client.post(SIGN_IN, {"login": email, "password": "faux"})
        assert "demandez un code" in answer.content.decode()
        pages.append(without_tokens(answer, email))
    assert pages[0] == pages[1]


class TestGuessedPasswords:
    LOUISE = "louise@comite.example"

    @pytest.fixture(autouse=True)
    def louise(self, time_machine):
        time_machine.move_to(NOON, tick=False)
        return create_verified_user(email=self.LOUISE, public_name="Louise S.", password=PASSWORD)

    def sign_in(self, password, network="192.0.2.1", email=LOUISE):
        return Client(REMOTE_ADDR=network).post(SIGN_IN, {"login": email, "password": password})

    def is_refused(self, answer):
        return answer.status_code == 429 and "Il y a eu trop d’essais" in answer.content.decode()

    def test_sixth_attempt_is_refused_even_with_the_correct_password(self):
        assert [self.is_refused(self.sign_in("faux")) for _ in range(6)] == [False] * 5 + [True]
        assert self.is_refused(self.sign_in(PASSWORD))

    def test_clearing_the_cache_does_not_reset_the_attempts(self):
        """Attack: a full cache evicts the oldest counters."""
        for _ in range(6):
            self.sign_in("faux")
        cache.clear()
        assert self.is_refused(self.sign_in("faux"))

    def test_attempts_are_allowed_again_after_five_minutes(self, time_machine):
        for _ in range(6):
            self.sign_in("faux")
        time_machine.move_to(NOON + dt.timedelta(seconds=301), tick=False)
        assert self.sign_in(PASSWORD).status_code == 302

    def test_other_networks_are_not_blocked(self):
        for _ in range(6):
            self.sign_in("faux")
        assert self.sign_in(PASSWORD, network="198.51.100.7").status_code == 302

    def test_correct_password_resets_the_attempts(self):
        for _ in range(4):
            self.sign_in("faux")
        assert self.sign_in(PASSWORD).status_code == 302
        assert [self.is_refused(self.sign_in("faux")) for _ in range(6)] == [False] * 5 + [True]

    def test_attempts_are_limited_per_network_across_accounts(self):
        """A correct password of the attacker between two wrong ones does not reset the limit."""
        for number in range(30):
            if number % 5 == 4:
                self.sign_in(PASSWORD)
            else:
                self.sign_in("faux", email=f"personne{number}@courriel.example")
        assert self.is_refused(self.sign_in("faux", email="une@courriel.example"))

    def test_thirty_attempts_an_hour_are_allowed_across_networks(self):
        refused = [self.is_refused(self.sign_in("faux", network=f"198.18.0.{number}")) for number in range(32)]
        # The last one is above the limit, and thus a second too early.
        assert refused == [False] * 31 + [True]

    def test_attempts_above_the_limit_wait_ever_longer(self, time_machine):
        for number in range(30):
            self.sign_in("faux", network=f"198.18.0.{number}")
        waits = []
        for number in range(12):
            assert not self.is_refused(self.sign_in("faux", network=f"198.18.1.{number}"))
            refused = self.sign_in(PASSWORD, network=f"198.18.2.{number}")
            waits.append(int(refused["Retry-After"]))
            time_machine.shift(dt.timedelta(seconds=waits[-1]))
        assert waits == [*(2**number for number in range(10)), 900, 900]


def test_rate_limited_network_gets_429_with_a_message(client, settings):
    settings.ACCOUNT_RATE_LIMITS = {"login": "2/m/ip"}
    cache.clear()
    for _ in range(3):
        answer = client.post(SIGN_IN, {"login": "louise@comite.example", "password": "faux"})
    assert answer.status_code == 429
    assert "Attendez quelques minutes" in answer.content.decode()
    cache.clear()


def test_signing_out_needs_a_post_and_shows_a_message(client, user):
    client.force_login(user)
    page = client.get(reverse("account_logout"))
    assert page.status_code == 200
    assert client.session["_auth_user_id"]
    answer = client.post(reverse("account_logout"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("accounts:signed_out")
    assert "_auth_user_id" not in client.session


def test_form_pages_are_not_cached(client):
    for address in (SIGN_IN, "/compte/creer/"):
        assert "no-store" in client.get(address)["Cache-Control"]


def test_a_person_who_mistyped_the_address_can_start_again(client, user, code_in):
    client.post(ASK, {"email": "faute@courriel.example"})
    assert client.get(SIGN_IN).status_code == 200
    answer = client.post(ASK, {"email": user.email})
    assert client.post(answer.url, {"code": code_in()}).url == reverse("accounts:home")


def test_code_verifies_the_email(client, user, code_in, mailoutbox):
    client.post(ASK, {"email": user.email})
    client.post(CHECK, {"code": code_in()})
    assert user.emailaddress_set.get().verified
    assert len(mailoutbox) == 1
