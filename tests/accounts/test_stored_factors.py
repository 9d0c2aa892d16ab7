"""Stored second factors and their removal: secret keys, an operator, the export, the erasure; mails."""

import datetime as dt
import logging

import pytest
from allauth.mfa.models import Authenticator
from django.core.management import CommandError, call_command
from django.utils import timezone

from accounts.exports.personal_data import export_of
from accounts.services.factors import encrypt_again, remove_factors
from tests.accounts.factors import (
    ADD,
    ASKED,
    EMAIL,
    PASSWORD,
    code_of,
    first_step,
    give_application,
    is_open,
    recovery_codes_of,
    sign_in,
    stored_secret,
    words,
)
from tests.accounts.people import confirm, mails_to, prove
from tests.factories import UserFactory

CONFIRM = "/compte/confirmer/"
NOW = dt.datetime(2026, 3, 12, 22, 30, tzinfo=dt.UTC)

pytestmark = [pytest.mark.django_db, pytest.mark.time_machine(NOW, tick=False)]


class TestPasswordMails:
    def test_a_changed_password_is_notified(self, odile):
        client = sign_in()
        new = {"password1": "une autre phrase longue", "password2": "une autre phrase longue"}
        client.post("/compte/mot-de-passe/", {"oldpassword": PASSWORD, **new})
        assert mails_to(EMAIL)[-1].payload["subject"] == "Le mot de passe de votre compte est changé"

    def test_a_first_password_is_notified(self, client, odile):
        odile.set_unusable_password()
        odile.save()
        client.force_login(odile)
        prove(client, odile)
        new = {"password1": "une autre phrase longue", "password2": "une autre phrase longue"}
        assert "12 caractères" in words(client.get("/compte/mot-de-passe/choisir/"))
        for bad in ("court", "password1234"):
            assert client.post("/compte/mot-de-passe/choisir/", {"password1": bad, "password2": bad}).status_code == 200
        client.post("/compte/mot-de-passe/choisir/", new)
        assert mails_to(EMAIL)[-1].payload["subject"] == "Votre compte a un mot de passe"


class TestSecretKey:
    def test_fallback_key_decrypts_factors_until_they_are_encrypted_again(self, odile, settings):
        secret, codes = give_application(odile), recovery_codes_of(odile)
        former, settings.SECRET_KEY = settings.SECRET_KEY, "une-nouvelle-cle-" + "1" * 50
        settings.SECRET_KEY_FALLBACKS = [former]
        assert stored_secret(odile) == secret
        assert (encrypt_again(), encrypt_again()) == (2, 0)
        settings.SECRET_KEY_FALLBACKS = []
        assert stored_secret(odile) == secret
        assert recovery_codes_of(odile) == codes

    def test_lost_key_is_shown_and_logged(self, client, odile, settings, caplog):
        secret = give_application(odile)
        settings.SECRET_KEY = "une-nouvelle-cle-" + "1" * 50
        first_step(client)
        assert "ne peut plus lire" in words(client.post(ASKED, {"code": code_of(secret)}))
        settings.SECRET_KEY_FALLBACKS = ["une-autre"]
        assert encrypt_again() == 0
        assert "no secret key reads the factor" in caplog.text


class TestOperator:
    def test_command_removes_factors_and_notifies_the_user(self, odile, caplog):
        client = sign_in(give_application(odile))
        with caplog.at_level(logging.WARNING):
            call_command("remove_factors", EMAIL.upper())
        assert not Authenticator.objects.exists()
        assert not is_open(client)
        assert f"of the account {odile.pk} were removed" in caplog.text
        assert mails_to(EMAIL)[-1].payload["subject"] == "Votre compte n’a plus de deuxième facteur"
        assert sign_in()

    @pytest.mark.parametrize(("email", "words"), [(EMAIL, "no second factor"), ("x@y.example", "No account")])
    def test_command_fails_without_account_or_factor(self, odile, email, words):
        with pytest.raises(CommandError, match=words):
            call_command("remove_factors", email)


def test_export_has_types_and_dates_of_factors_without_secrets(odile):
    secret = give_application(odile)
    rows = export_of(odile)["account.factors"]
    assert [(row["type"], row["created_at"]) for row in rows] == [("totp", NOW), ("recovery_codes", NOW)]
    stored = Authenticator.objects.get(type="totp").data["secret"]
    assert not any(text in str(rows) for text in (secret, stored, "seed"))


def test_factors_are_deleted_with_the_account(odile):
    give_application(odile)
    odile.delete()
    assert not Authenticator.objects.exists()
    assert remove_factors(user=UserFactory(), now=timezone.now()) == 0


def test_mailed_code_confirms_without_a_second_factor(odile, client):
    """Control of `confirm`: without a second factor, a code by mail confirms."""
    client.force_login(odile)
    client.post(CONFIRM, {"next": ADD})
    assert confirm(client, f"{CONFIRM}code/", EMAIL).redirect_chain[-1][0] == ADD
