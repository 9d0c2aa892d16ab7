"""Sign-in with an address without an account: a code verifies it, a name creates the account."""

import datetime as dt

import pytest
from django.utils import timezone

from accounts.models import User
from accounts.services.newcomers import PROOF_LIFE
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

ASK = "/compte/connexion/code/"
CHECK = "/compte/connexion/code/verifier/"
NAME = "/compte/nouveau/"
NEW = "nouvelle@courriel.example"
BACK = "/propositions/"


@pytest.fixture
def verified_client(client, code_in):
    client.post(ASK, {"email": NEW.title(), "next": BACK})
    answer = client.post(CHECK, {"code": code_in(), "next": BACK})
    assert answer.url == f"{NAME}?next=%2Fpropositions%2F"
    return client


def test_code_and_name_create_an_account_and_redirect_back(verified_client, mailoutbox):
    assert NEW in verified_client.get(f"{NAME}?next={BACK}").content.decode()
    answer = verified_client.post(NAME, {"public_name": "Nouvelle N.", "next": BACK})
    assert answer.url == BACK
    user = User.objects.get(email=NEW)
    assert verified_client.session["_auth_user_id"] == str(user.pk)
    assert (user.public_name, user.emailaddress_set.get().verified) == ("Nouvelle N.", True)
    assert "Bonjour Nouvelle N., votre compte est prêt." in verified_client.get(BACK).content.decode()
    assert len(mailoutbox) == 1
    # A page submitted again redirects too.
    assert verified_client.post(NAME, {"public_name": "Nouvelle N.", "next": BACK}).url == BACK


def test_no_account_is_created_without_a_valid_name(verified_client):
    for name in ("", "La mairie"):
        answer = verified_client.post(NAME, {"public_name": name, "next": BACK})
        assert answer.status_code == 422
        assert f'name="next" value="{BACK}"' in answer.content.decode()
    assert not User.objects.filter(email=NEW).exists()


def test_verification_expires_after_an_hour(verified_client, time_machine):
    time_machine.move_to(timezone.now() + PROOF_LIFE + dt.timedelta(seconds=1), tick=False)
    assert verified_client.post(NAME, {"public_name": "Nouvelle N."}).url == "/compte/connexion/"
    assert not User.objects.filter(email=NEW).exists()


def test_no_account_without_a_verified_address(client):
    client.post(ASK, {"email": NEW})
    assert client.post(CHECK, {"code": ""}).status_code == 200
    assert client.post(NAME, {"public_name": "Nouvelle N."}).url == "/compte/connexion/"
    assert not User.objects.filter(email=NEW).exists()


def test_account_created_in_the_meantime_is_signed_in(verified_client):
    user = UserFactory(email=NEW)
    user.verify_email()
    assert verified_client.get(f"{NAME}?next={BACK}").url == BACK
    assert verified_client.session["_auth_user_id"] == str(user.pk)


def test_another_code_replaces_the_first(client, code_in, mailoutbox):
    client.post(ASK, {"email": NEW})
    first = code_in()
    client.post(CHECK, {"action": "resend"})
    assert len(mailoutbox) == 2
    if first != code_in():
        assert client.post(CHECK, {"code": first}).status_code == 200
    assert client.post(CHECK, {"code": code_in()}).url == NAME
    assert client.post(CHECK, {"code": code_in()}).url == "/compte/connexion/"


def test_suggestions_to_begin_are_shown_on_the_first_day(verified_client, time_machine):
    verified_client.post(NAME, {"public_name": "Nouvelle N."})
    assert "Pour commencer" in verified_client.get("/compte/").content.decode()
    time_machine.move_to(timezone.now() + dt.timedelta(days=1, seconds=1), tick=False)
    assert "Pour commencer" not in verified_client.get("/compte/").content.decode()
