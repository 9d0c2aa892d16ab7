"""Sessions: a stolen session ends when the user changes the credentials, and cannot change them itself."""

import datetime as dt
import re

import pytest
import time_machine
from allauth.account import app_settings
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from accounts.exports.personal_data import export_of
from accounts.services.sessions import device_name, forget_ended_sessions
from tests.accounts.factors import EMAIL, PASSWORD, is_open
from tests.accounts.people import code_sent_to, confirm, mails_to, prove
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db

HOME, DEVICES, ADDRESS = "/compte/", "/compte/appareils/", "/compte/adresse/"
CHANGE, CHOOSE, CONFIRM = "/compte/mot-de-passe/", "/compte/mot-de-passe/choisir/", "/compte/confirmer/"
NEW = "odile.m@courriel.example"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0"
PHONE = "Mozilla/5.0 (Android 14; Mobile; rv:130.0) Gecko/130.0 Firefox/130.0"


def sign_in(agent="", email=EMAIL, password=PASSWORD):
    """Signs the user in by password on another device."""
    client = Client(headers={"user-agent": agent})
    client.post("/compte/connexion/", {"login": email, "password": password})
    assert is_open(client)
    return client


def new_password(**fields):
    return {"oldpassword": PASSWORD, "password1": "une autre phrase longue", **fields} | {
        "password2": fields.get("password2", fields.get("password1", "une autre phrase longue"))
    }


class TestOtherSessionsEnd:
    def test_email_change_ends_other_sessions(self, odile):
        mine, stolen = sign_in(), sign_in()
        mine.post(ADDRESS, {"email": NEW})
        confirm(mine, f"{ADDRESS}code/", NEW)
        assert is_open(mine)
        assert not is_open(stolen)
        assert UserSession.objects.get().session_key == mine.session.session_key

    def test_email_change_by_an_administrator_ends_sessions(self, odile):
        stolen = sign_in()
        odile.email = NEW
        odile.save()
        assert not is_open(stolen)

    def test_password_change_ends_other_sessions(self, odile):
        mine, stolen = sign_in(), sign_in()
        assert mine.post(CHANGE, new_password()).url == HOME
        assert is_open(mine)
        assert not is_open(stolen)
        assert UserSession.objects.count() == 1

    def test_first_password_ends_other_sessions(self, odile):
        odile.set_unusable_password()
        odile.save()
        mine, other = Client(), Client()
        for client in (mine, other):
            client.force_login(odile)
            prove(client, odile)
        mine.post(CHOOSE, {"password1": PASSWORD, "password2": PASSWORD})
        assert is_open(mine)
        assert not is_open(other)


class TestDevices:
    def test_page_lists_sessions_and_closes_one(self, odile):
        mine, phone, third = sign_in(), sign_in(PHONE), sign_in()
        page = mine.get(DEVICES).text
        assert "Firefox, Android" in page
        assert page.count("Fermer<") == 2
        row = UserSession.objects.get(session_key=phone.session.session_key)
        assert "fermé sur cet appareil" in mine.post(DEVICES, {"session": row.pk}, follow=True).text
        assert [is_open(one) for one in (mine, phone, third)] == [True, False, True]

    def test_all_other_sessions_can_be_closed(self, odile):
        mine, *other_clients = (sign_in() for _ in range(4))
        mine.post(DEVICES)
        assert [is_open(one) for one in (mine, *other_clients)] == [True, False, False, False]

    @pytest.mark.parametrize("named", ["", "0", "-1", "x", "9" * 30, "²"])
    def test_invalid_session_id_closes_no_session(self, odile, named):
        mine, other = sign_in(), sign_in()
        assert mine.post(DEVICES, {"session": named}).status_code == 302
        assert is_open(other)

    def test_sessions_of_other_users_are_inaccessible(self, odile):
        victim = sign_in(PHONE)
        UserFactory(email="autre@courriel.example", password=PASSWORD).verify_email()
        thief = sign_in(email="autre@courriel.example")
        page = thief.get(DEVICES)
        assert page.status_code == 200
        assert "Android" not in page.text
        thief.post(DEVICES, {"session": UserSession.objects.get(user=odile).pk})
        assert is_open(victim)

    def test_only_network_and_device_name_are_stored(self, odile):
        sign_in(PHONE)
        devices = [(row["ip"], row["user_agent"]) for row in export_of(odile)["account.sessions"]]
        assert devices == [("127.0.0.0", "Firefox, Android")]
        row = UserSession.objects.get()
        row.save()
        assert (row.ip, row.user_agent) == devices[0]

    @pytest.mark.parametrize(
        ("user_agent", "name"),
        [
            (f"Mozilla/5.0 (Windows NT 10.0) {CHROME} Safari/537.36 Edg/130.0", "Edge, Windows"),
            (f"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15) {CHROME} Safari/537.36 OPR/114.0", "Opera, Mac"),
            (f"Mozilla/5.0 (X11; CrOS x86_64) {CHROME} Safari/537.36", "Chrome, ChromeOS"),
            ("Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Safari/604.1", "Safari, iPhone"),
            ("curl/8", ""),
        ],
    )
    def test_device_name_is_idempotent(self, user_agent, name):
        assert device_name(user_agent) == device_name(name) == name

    def test_the_tick_deletes_expired_sessions(self, odile):
        over, going_on = sign_in(), sign_in()
        Session.objects.filter(pk=over.session.session_key).update(expire_date=timezone.now() - dt.timedelta(days=1))
        assert forget_ended_sessions(now=timezone.now()) == 1
        assert [row.session_key for row in UserSession.objects.all()] == [going_on.session.session_key]
        assert Session.objects.count() == 1


class TestStolenSession:
    """Attacker with the cookie of a session opened an hour ago."""

    @pytest.fixture
    def thief(self, odile):
        with time_machine.travel(timezone.now() - dt.timedelta(hours=1), tick=False):
            stolen = sign_in()
        return stolen

    def test_email_cannot_be_changed(self, thief):
        assert thief.post(ADDRESS, {"email": "voleur@courriel.example"}).url.startswith(CONFIRM)
        assert not mails_to("voleur@courriel.example")

    def test_first_password_cannot_be_chosen(self, thief, odile):
        odile.set_unusable_password()
        odile.save()
        stolen = Client()
        stolen.force_login(odile)
        assert stolen.post(CHOOSE, {"password1": PASSWORD, "password2": PASSWORD}).url.startswith(CONFIRM)
        odile.refresh_from_db()
        assert not odile.has_usable_password()

    def test_password_cannot_be_changed_without_the_current_one(self, thief, odile):
        assert "mot de passe" in thief.post(CHANGE, new_password(oldpassword="deviné")).text
        odile.refresh_from_db()
        assert odile.check_password(PASSWORD)

    def test_code_confirms_the_identity_for_a_limited_time(self, thief, odile):
        page = thief.post(CONFIRM, {"next": ADDRESS}, follow=True)
        assert page.redirect_chain[-1][0] == f"{CONFIRM}code/"
        assert "que c’est bien vous" in mails_to(EMAIL)[-1].payload["subject"]
        assert confirm(thief, f"{CONFIRM}code/", EMAIL).redirect_chain == [(ADDRESS, 302)]
        later = timezone.now() + dt.timedelta(seconds=app_settings.REAUTHENTICATION_TIMEOUT + 1)
        with time_machine.travel(later, tick=False):
            assert thief.get(ADDRESS).url.startswith(CONFIRM)

    def test_wrong_code_is_refused(self, thief):
        thief.post(CONFIRM, {"next": ADDRESS})
        wrong = f"{(int(code_sent_to(EMAIL)) + 1) % 10**6:06}"
        assert thief.post(f"{CONFIRM}code/", {"code": wrong}).status_code == 422
        assert thief.get(ADDRESS).status_code == 302

    @pytest.mark.parametrize("target", ["https://ailleurs.example/", "//ailleurs.example/", "javascript:alert(1)"])
    def test_redirect_to_another_site_is_refused(self, thief, target):
        thief.post(CONFIRM, {"next": target})
        assert confirm(thief, f"{CONFIRM}code/", EMAIL).redirect_chain == [(HOME, 302)]

    def test_next_is_a_path_and_not_the_name_of_a_view(self, thief):
        thief.post(CONFIRM, {"next": "nulle-part"})
        answer = thief.post(f"{CONFIRM}code/", {"code": code_sent_to(EMAIL)})
        assert (answer.status_code, answer.url) == (302, "nulle-part")


class TestPassword:
    @pytest.mark.parametrize("weak", ["password1234", "azertyuiop", "123456789012", EMAIL])
    def test_common_or_short_password_is_refused_with_the_reason(self, odile, weak):
        page = sign_in().post(CHANGE, new_password(password1=weak))
        assert re.search("mot de passe est trop|numérique", page.text)
        odile.refresh_from_db()
        assert odile.check_password(PASSWORD)

    def test_different_passwords_are_refused(self, odile):
        assert sign_in().post(CHANGE, new_password(password2="autre chose encore")).status_code == 200
        odile.refresh_from_db()
        assert odile.check_password(PASSWORD)
