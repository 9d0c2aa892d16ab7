"""Second factor: asked after the first, each code valid once, and safe from an attacker with session and mailbox."""

import datetime as dt
import json

import pytest
from allauth.account import app_settings
from allauth.mfa.models import Authenticator
from django.core.cache import cache
from django.test import Client

from accounts.models import User
from accounts.services.deletion import plan_deletion
from tests.accounts.factors import (
    ADD,
    ASKED,
    EMAIL,
    HOME,
    LIST,
    PROVE,
    SIGN_IN,
    code_of,
    first_step,
    give_application,
    is_open,
    recovery_codes_of,
    sign_in,
    stored_secret,
    words,
)
from tests.accounts.people import mails_to, prove
from tests.factories import UserFactory
from tests.races import run_together

CONFIRM = "/compte/confirmer/"
NOW = dt.datetime(2026, 3, 12, 22, 30, tzinfo=dt.UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]

# Each needs re-authentication, with a factor if the user has one.
GUARDED = [
    "/compte/adresse/",
    "/compte/mot-de-passe/",
    "/compte/mot-de-passe/choisir/",
    "/compte/mes-donnees/",
    "/compte/mes-donnees/telecharger/",
    "/compte/supprimer/",
    ADD,
    f"{LIST}application/retirer/",
    f"{LIST}cle/",
    f"{LIST}cle/1/",
    f"{LIST}cle/1/retirer/",
    f"{LIST}codes/",
    f"{LIST}codes/nouveaux/",
]


class TestSigningIn:
    def test_code_is_required_after_the_password(self, client, odile):
        secret = give_application(odile)
        assert first_step(client, "/propositions/").url.partition("?")[0] == ASKED
        assert not is_open(client)
        assert client.post(ASKED, {"code": code_of(secret)}).url == "/propositions/"
        assert is_open(client)

    def test_code_is_required_after_a_mailed_code(self, client, odile, code_in):
        secret = give_application(odile)
        code_page = client.post(f"{SIGN_IN}code/", {"email": EMAIL, "next": "/propositions/"})
        answer = client.post(code_page.url, {"code": code_in()})
        assert answer.url.partition("?")[0] == ASKED
        assert not is_open(client)
        code = code_of(secret)
        assert client.post(ASKED, {"code": f"{code[:3]} {code[3:]}"}).url == "/propositions/"

    def test_without_a_factor_no_code_is_required(self, client, odile):
        assert first_step(client).url == HOME

    def test_the_second_step_needs_the_first(self, client, odile):
        give_application(odile)
        assert client.get(ASKED).url == SIGN_IN
        assert client.post(SIGN_IN, {"login": EMAIL, "password": "autre chose"}).status_code == 200
        assert client.get(ASKED).url == SIGN_IN

    def test_a_wrong_code_is_refused_with_a_message(self, client, odile):
        give_application(odile)
        first_step(client)
        assert "pas la bonne" in words(client.post(ASKED, {"code": "000000"}))
        assert not is_open(client)

    def test_reopening_a_closed_account_requires_the_factor(self, client, odile):
        secret = give_application(odile)
        UserFactory(is_superuser=True)
        plan_deletion(user=odile, removes_texts=False, now=NOW)
        assert first_step(client).url == "/compte/revenir/"
        assert client.post("/compte/revenir/").url.partition("?")[0] == ASKED
        assert client.post(ASKED, {"code": "000000"}).status_code == 200
        assert not is_open(client)
        assert User.objects.get(pk=odile.pk).is_leaving
        assert client.post(ASKED, {"code": code_of(secret)}).url == HOME
        assert not User.objects.get(pk=odile.pk).is_leaving
        assert "Bon retour" in words(client.get(HOME))

    def test_sign_in_begun_before_the_deletion_does_not_cancel_it(self, client, odile):
        secret = give_application(odile)
        UserFactory(is_superuser=True)
        first_step(client)
        plan_deletion(user=odile, removes_texts=False, now=NOW)
        client.post(ASKED, {"code": code_of(secret)})
        assert not is_open(client)
        assert User.objects.get(pk=odile.pk).is_leaving

    @pytest.mark.parametrize(
        "sent", ["", "null", "[]", "{}", '"x"', '{"response": 1}', '{"response": {"userHandle": "!"}}']
    )
    def test_invalid_passkey_is_refused(self, client, odile, sent):
        give_application(odile)
        answer = client.get(f"{SIGN_IN}cle/", headers={"accept": "application/json"})
        assert "no-store" in answer.headers["Cache-Control"]
        assert answer.json()["request_options"]["publicKey"]["userVerification"] == "required"
        assert client.post(f"{SIGN_IN}cle/", {"credential": sent}, follow=True).redirect_chain[-1][0] == SIGN_IN
        first_step(client)
        assert client.post(ASKED, {"credential": sent}).status_code == 200
        assert not is_open(client)


class TestCodes:
    @pytest.mark.parametrize("emptied", [False, True])
    def test_code_is_valid_once_even_if_the_cache_is_cleared(self, odile, emptied):
        secret = give_application(odile)
        sign_in(secret)
        if emptied:
            cache.clear()
        looked_on = Client()
        first_step(looked_on)
        code = code_of(secret)
        for written in (code, f" {code[:3]}-{code[3:]}"):
            looked_on.post(ASKED, {"code": written})
            assert not is_open(looked_on)
        looked_on.post(ASKED, {"code": code_of(secret, later=1)})
        assert is_open(looked_on)

    def test_code_expires_after_a_minute(self, client, odile, time_machine):
        code = code_of(give_application(odile))
        first_step(client)
        time_machine.shift(61)
        client.post(ASKED, {"code": code})
        assert not is_open(client)

    def test_attempts_are_counted_across_sessions(self, odile, time_machine):
        secret = give_application(odile)
        for _ in range(5):
            client = Client()
            first_step(client)
            client.post(ASKED, {"code": "000000"})
        cache.clear()
        assert "trop d’essais" in words(client.post(ASKED, {"code": code_of(secret)}))
        assert not is_open(client)
        time_machine.shift(16 * 60)
        first_step(client)
        client.post(ASKED, {"code": code_of(secret)})
        assert is_open(client)

    def test_correct_code_resets_the_attempts(self, odile, time_machine):
        secret = give_application(odile)
        for _ in range(4):
            client = Client()
            first_step(client)
            for _try in range(4):
                client.post(ASKED, {"code": "000000"})
            client.post(ASKED, {"code": code_of(secret)})
            assert is_open(client)
            time_machine.shift(60)

    def test_correct_code_is_refused_after_twenty_wrong_ones_in_a_day(self, odile, time_machine):
        secret = give_application(odile)
        client = Client()
        for _ in range(20):
            first_step(client)
            client.post(ASKED, {"code": "000000"})
            time_machine.shift(5 * 60)
        first_step(client)
        client.post(ASKED, {"code": code_of(secret)})
        assert not is_open(client)

    def test_a_recovery_code_is_valid_once_and_notified(self, odile):
        give_application(odile)
        code = recovery_codes_of(odile)[3]
        client, other = Client(), Client()
        for one in (client, other):
            first_step(one)
            one.post(ASKED, {"code": code})
        assert is_open(client)
        assert not is_open(other)
        mail = mails_to(EMAIL)[-1].payload
        assert mail["subject"] == "Un code de secours a ouvert votre compte"
        assert "9 codes" in mail["text"]


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_only_five_of_sixteen_concurrent_codes_are_compared(odile):
    give_application(odile)
    clients = [Client() for _ in range(16)]
    for client in clients:
        first_step(client)
    answers = run_together([lambda client=client: words(client.post(ASKED, {"code": "000000"})) for client in clients])
    assert sum("pas la bonne" in answer for answer in answers) == 5


# Consequences of adding a factor happen after the commit.
@pytest.mark.django_db(transaction=True, serialized_rollback=True)
class TestAddingAndRemoving:
    def test_an_application_is_added_by_its_first_code(self, odile):
        client, stolen = sign_in(), sign_in()
        page = words(client.get(ADD))
        secret = client.session["mfa.totp.secret"]
        assert " ".join(secret[i : i + 4] for i in range(0, 32, 4)) in page
        assert "<svg" in page
        assert "style=" not in page.partition("<main")[2].partition("</main")[0]
        assert "no-store" in client.get(ADD).headers["Cache-Control"]
        secret = client.session["mfa.totp.secret"]
        assert client.post(ADD, {"code": "000000"}).status_code == 200
        assert not Authenticator.objects.exists()
        answer = client.post(ADD, {"code": code_of(secret)})
        assert answer.url == f"{LIST}codes/"
        codes = recovery_codes_of(odile)
        text = words(client.get(answer.url))
        assert len(codes) == 10
        assert all(code in text for code in codes)
        # A code is valid once.
        assert not any(code in words(client.get(answer.url)) for code in codes)
        assert is_open(client)
        assert not is_open(stolen)
        assert stored_secret(odile) == secret
        assert secret not in json.dumps(list(Authenticator.objects.values_list("data", flat=True)))
        assert [mail.payload["subject"] for mail in mails_to(EMAIL)] == [
            "Un deuxième facteur est ajouté à votre compte"
        ]

    def test_code_used_to_add_the_application_cannot_sign_in(self, odile):
        client = sign_in()
        client.get(ADD)
        code = code_of(client.session["mfa.totp.secret"])
        client.post(ADD, {"code": code})
        other = Client()
        first_step(other)
        cache.clear()
        other.post(ASKED, {"code": code})
        assert not is_open(other)

    def test_adding_the_first_factor_requires_recent_authentication(self, odile, time_machine):
        client = sign_in()
        time_machine.shift(app_settings.REAUTHENTICATION_TIMEOUT + 1)
        assert client.get(ADD).url == f"{CONFIRM}?next=%2Fcompte%2Fdeuxieme-facteur%2Fapplication%2F"
        assert client.post(ADD, {"code": "000000"}).url.startswith(CONFIRM)

    def test_application_is_removed_with_the_recovery_codes(self, odile, time_machine):
        secret = give_application(odile)
        client = sign_in(secret)
        time_machine.shift(60)
        other = sign_in(secret)
        assert client.post(f"{LIST}application/retirer/").url == LIST
        assert not Authenticator.objects.exists()
        assert is_open(client)
        assert not is_open(other)
        assert mails_to(EMAIL)[-1].payload["subject"] == "Un deuxième facteur de votre compte est retiré"
        assert len(mails_to(EMAIL)) == 1

    def test_new_recovery_codes_replace_the_former(self, odile, time_machine):
        secret = give_application(odile)
        client = sign_in(secret)
        time_machine.shift(60)
        other, former = sign_in(secret), recovery_codes_of(odile)
        client.post(f"{LIST}codes/nouveaux/")
        assert not set(former) & set(recovery_codes_of(odile))
        assert is_open(client)
        assert not is_open(other)
        assert mails_to(EMAIL)[-1].payload["subject"] == "Les codes de secours de votre compte sont remplacés"

    def test_queries_of_the_list_are_limited(self, odile, django_assert_max_num_queries):
        secret = give_application(odile)
        client = sign_in(secret)
        data = {"name": "Clé", "credential": {}}
        Authenticator.objects.bulk_create(Authenticator(user=odile, type="webauthn", data=data) for _ in range(20))
        with django_assert_max_num_queries(7):
            assert words(client.get(LIST)).count("Renommer") == 20

    def test_factors_of_other_users_are_inaccessible(self, odile):
        theirs = Authenticator.objects.create(
            user=UserFactory(), type="webauthn", data={"name": "Clé", "credential": {}}
        )
        client = sign_in(give_application(odile))
        for address in (f"{LIST}cle/{theirs.pk}/", f"{LIST}cle/{theirs.pk}/retirer/"):
            assert client.get(address).status_code == 404
            assert client.post(address, {"name": "À moi"}).status_code == 404
        assert Authenticator.objects.get(pk=theirs.pk).data["name"] == "Clé"


class TestReauthentication:
    """An attacker with the session and the mailbox of a user takes over no account with a second factor."""

    @pytest.mark.parametrize("address", GUARDED)
    def test_mailed_code_does_not_replace_the_second_factor(self, odile, time_machine, address):
        secret = give_application(odile)
        thief = sign_in(secret)
        time_machine.shift(app_settings.REAUTHENTICATION_TIMEOUT + 1)
        prove(thief, odile)
        for answer in (thief.get(address), thief.post(address)):
            assert answer.url.startswith(CONFIRM)
        assert thief.get(answer.url, follow=True).redirect_chain[-1][0].startswith(PROVE)
        assert thief.post(CONFIRM, {"next": address}).url.startswith(PROVE)
        assert not mails_to(EMAIL)
        assert Authenticator.objects.count() == 2

    def test_code_redirects_back_to_the_page(self, odile, time_machine):
        secret = give_application(odile)
        client = sign_in(secret)
        time_machine.shift(app_settings.REAUTHENTICATION_TIMEOUT + 1)
        page = client.get("/compte/adresse/", follow=True)
        assert 'name="next" value="/compte/adresse/"' in words(page)
        assert client.post(PROVE, {"code": "000000", "next": "/compte/adresse/"}).status_code == 422
        assert client.post(PROVE, {"code": code_of(secret), "next": "/compte/adresse/"}).url == "/compte/adresse/"
        assert client.get("/compte/adresse/").status_code == 200

    def test_redirect_to_another_site_is_refused(self, odile, time_machine):
        secret = give_application(odile)
        client = sign_in(secret)
        time_machine.shift(60)
        assert client.post(PROVE, {"code": code_of(secret), "next": "//voleur.example/"}).url == HOME

    def test_without_a_factor_a_code_by_mail_is_required(self, odile):
        client = sign_in()
        assert client.get(f"{PROVE}?next=/compte/adresse/").url == f"{CONFIRM}?next=%2Fcompte%2Fadresse%2F"
        assert client.get("/compte/supprimer/").status_code == 200

    def test_attempts_are_shared_with_the_sign_in(self, odile):
        secret = give_application(odile)
        client = sign_in(secret)
        for _ in range(5):
            client.post(PROVE, {"code": "000000"})
        assert "trop d’essais" in words(client.post(PROVE, {"code": code_of(secret, later=1)}))
