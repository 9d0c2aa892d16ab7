"""Attack: strangers who know an address use up its limits; its owner signs in all the same (docs/security.md)."""

import datetime as dt
import re

import pytest
from django.conf import settings
from django.test import Client

from accounts.services.browsers import COOKIE_LIFE
from accounts.services.emails import change_email
from common.limits import DAY, PER_KNOWN_BROWSER
from tests.accounts.factors import EMAIL, PASSWORD
from tests.accounts.people import attack

pytestmark = pytest.mark.django_db

NOON = dt.datetime(2026, 11, 24, 12, tzinfo=dt.UTC)
SIGN_IN, ASK, CHECK = "/compte/connexion/", "/compte/connexion/code/", "/compte/connexion/code/verifier/"
UNKNOWN = EMAIL.replace("odile", "perdu")
NAME = settings.BROWSER_COOKIE_NAME
CLEAN = "203.0.113.9"


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def home(odile):
    """Browser of Odile, who has signed in once, and out."""
    browser = Client(REMOTE_ADDR=CLEAN)
    assert browser.post(SIGN_IN, {"login": EMAIL, "password": PASSWORD}).status_code == 302
    browser.post("/compte/deconnexion/")
    return browser


def by_password(browser, password=PASSWORD):
    return browser.post(SIGN_IN, {"login": EMAIL, "password": password})


def is_signed_in(browser):
    return "_auth_user_id" in browser.session


def test_owner_signs_in_by_password_and_by_code_during_the_attack(home, code_in):
    attack(EMAIL)
    stranger = Client(REMOTE_ADDR=CLEAN)
    for refused in (by_password(stranger), stranger.post(ASK, {"email": EMAIL})):
        assert (refused.status_code, refused["Retry-After"]) == (429, "1")
    by_password(home)
    assert is_signed_in(home)
    home.post("/compte/deconnexion/")
    home.post(ASK, {"email": EMAIL})
    home.post(CHECK, {"code": code_in()})
    assert is_signed_in(home)


def test_owner_signs_in_with_a_new_browser_after_a_second(odile, time_machine):
    attack(EMAIL)
    time_machine.shift(dt.timedelta(seconds=1))
    browser = Client(REMOTE_ADDR=CLEAN)
    by_password(browser)
    assert is_signed_in(browser)


@pytest.mark.parametrize("is_attacked", [False, True])
def test_known_and_unknown_addresses_get_the_same_answers(odile, is_attacked):
    bodies = []
    for email in (EMAIL, UNKNOWN):
        if is_attacked:
            attack(email)
        browser = Client(REMOTE_ADDR=CLEAN)
        answers = [
            browser.post(SIGN_IN, {"login": email, "password": "faux"}),
            browser.post(ASK, {"email": email}),
        ]
        assert [answer.status_code for answer in answers] == ([429, 429] if is_attacked else [200, 302])
        bodies.append(
            [
                (
                    sorted(item for item in answer.items() if item[0] != "X-Request-ID"),
                    sorted(answer.cookies),
                    re.sub(r'name="csrfmiddlewaretoken" value="\w+"', "", answer.content.decode()).replace(email, "…"),
                )
                for answer in answers
            ]
        )
    assert bodies[0] == bodies[1]


def test_cookie_belongs_to_the_sign_in_page(client, odile):
    cookie = by_password(client).cookies[NAME]
    assert (cookie["path"], cookie["httponly"], cookie["samesite"]) == (SIGN_IN, True, "Lax")
    assert cookie["max-age"] == COOKIE_LIFE.total_seconds() == 90 * DAY
    assert NAME not in client.get("/").cookies


def test_known_browser_has_twenty_wrong_tries(home):
    attack(EMAIL)
    tries = PER_KNOWN_BROWSER[DAY]
    assert [by_password(home, "faux").status_code for _ in range(tries + 1)] == [200] * tries + [429]


def sign_out_everywhere(odile):
    other = Client()
    other.force_login(odile)
    other.post("/compte/appareils/")


def change_password(odile):
    odile.set_password("un autre mot de passe")
    odile.save()


def change_address(odile):
    change_email(user=odile, email=UNKNOWN, now=NOON)
    odile.refresh_from_db()


@pytest.mark.parametrize("end", [sign_out_everywhere, change_password, change_address, "90 days", "another account"])
def test_cookie_ends(home, odile, end, time_machine, code_in):
    if end == "90 days":
        time_machine.shift(COOKIE_LIFE + dt.timedelta(seconds=1))
    elif end == "another account":
        home.cookies[NAME] = "forged:1vNDtY:x"
    else:
        end(odile)
    attack(odile.email)
    assert home.post(ASK, {"email": odile.email}).status_code == 429


def test_closing_the_other_devices_keeps_this_browser(home, odile):
    by_password(home)
    home.post("/compte/appareils/")
    home.post("/compte/deconnexion/")
    attack(EMAIL)
    by_password(home)
    assert is_signed_in(home)
