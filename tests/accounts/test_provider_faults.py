"""Faults of an identity provider, or of somebody between it and the visitor: none of them signs anyone in."""

import re
from contextlib import contextmanager
from unittest import mock
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client
from django.utils import timezone

from accounts.models import ProviderLink, User
from accounts.services.providers import IDENTITY_KEY, SIGN_OUT_KEY
from common import fetching
from tests.accounts.provider import EMAIL, SUBJECT, configure, get_callback_url, provider_on_loopback
from tests.accounts.provider_faults import (
    DOWN,
    FAULTS_OF_THE_PROOF,
    FAULTS_OF_THE_START,
    FAULTS_OF_THE_USER_INFO,
    OVER,
    Fault,
    query,
)
from tests.tables import assert_table, undone

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


@pytest.fixture
def provider(settings):
    settings.OIDC_ACR_VALUES = ["eidas2"]
    with provider_on_loopback() as fake:
        configure(settings, fake)
        fake.answer_with = {}
        yield fake


@contextmanager
def with_fault(fault, provider, caplog):
    """Configures `provider` with `fault` alone; undoes the changes of the site after the block."""
    provider.reset()
    provider.answer_with = {}
    caplog.clear()
    # Timeouts are reached only by slow responses.
    seconds = 0.4 if fault.logged == "cut off" else fetching.ANSWERING_SECONDS
    with undone(), mock.patch.object(fetching, "ANSWERING_SECONDS", seconds):
        fault.plays(provider)
        yield Client()


@pytest.fixture
def admin():
    """User whose address, and for half of the tests whose identity, the provider sends."""
    return User.objects.create_superuser(EMAIL, "un mot de passe assez long", public_name="Ada L.")


def outcome(client, answer, fault, caplog):
    """Returns the page shown, the users signed in and known, and the lines of the log."""
    page = re.sub(r"\s+", " ", answer.content.decode())
    return {
        "message": fault.message if fault.message in page else page,
        "holds what was sent": "<b>" in page,
        "own pages": client.get("/compte/").status_code,
        "accounts and links": (User.objects.count(), ProviderLink.objects.count()),
        "kept in the session": {IDENTITY_KEY, SIGN_OUT_KEY, "_auth_user_id"} & {*client.session.keys()},
        "lines": [record.getMessage() for record in caplog.records if record.name.startswith("accounts")],
    }


def expected_outcome(fault, *, links):
    """Returns the expected outcome when no user is signed in."""
    return {
        "message": fault.message,
        "holds what was sent": False,
        "own pages": 302,
        "accounts and links": (1, links),
        "kept in the session": set(),
        "lines": [f"no sign-in with the provider: {fault.logged.lower()}"],
    }


def assert_not_signed_in(client, answer, fault, caplog, *, links):
    assert outcome(client, answer, fault, caplog) == expected_outcome(fault, links=links)


@pytest.mark.parametrize("is_linked", [False, True], ids=["unknown", "linked"])
def test_a_fault_of_the_token_or_callback_prevents_the_sign_in(provider, admin, caplog, is_linked):
    if is_linked:
        ProviderLink.objects.create(user=admin, issuer=provider.issuer, subject=SUBJECT, linked_at=timezone.now())
    outcomes = {}
    for fault in FAULTS_OF_THE_PROOF:
        with with_fault(fault, provider, caplog) as client:
            back = query(**provider.answer_with)(fault.rewrite(get_callback_url(client, provider)))
            outcomes[fault.name] = outcome(client, client.get(back, follow=True), fault, caplog)
    assert_table(outcomes, {fault.name: expected_outcome(fault, links=is_linked) for fault in FAULTS_OF_THE_PROOF})


def test_a_fault_of_the_user_info_prevents_the_sign_in(provider, admin, caplog):
    outcomes = {}
    for fault in FAULTS_OF_THE_USER_INFO:
        with with_fault(fault, provider, caplog) as client:
            answer = client.get(get_callback_url(client, provider), follow=True)
            outcomes[fault.name] = outcome(client, answer, fault, caplog)
    assert_table(outcomes, {fault.name: expected_outcome(fault, links=0) for fault in FAULTS_OF_THE_USER_INFO})


def test_unsigned_user_info_is_refused_if_it_must_be_signed(client, provider, admin, caplog, settings):
    settings.OIDC_SIGNED_USER_INFO = True
    answer = client.get(get_callback_url(client, provider), follow=True)
    assert_not_signed_in(client, answer, Fault("unsigned user info", "user info not signed"), caplog, links=0)


def test_a_fault_of_the_metadata_is_reported_before_the_redirect(provider, admin, caplog):
    outcomes = {}
    for fault in FAULTS_OF_THE_START:
        with with_fault(fault, provider, caplog) as client:
            result = outcome(client, client.post("/compte/fournisseur/", follow=True), fault, caplog)
            paths = {path for path, _query in provider.requests} & {"/authorize", "/token"}
            outcomes[fault.name] = result, paths
    assert_table(outcomes, {fault.name: (expected_outcome(fault, links=0), set()) for fault in FAULTS_OF_THE_START})


def test_other_ways_to_sign_in_remain_if_the_provider_is_down(client, admin, settings, caplog):
    with provider_on_loopback() as gone:
        configure(settings, gone)
    answer = client.post("/compte/fournisseur/", {"next": "/propositions/"}, follow=True)
    assert_not_signed_in(client, answer, Fault("down", "ConnectionRefusedError", DOWN), caplog, links=0)
    assert "Recevoir un code" in answer.content.decode()


def test_callback_without_its_session_is_refused(client, provider, admin, caplog):
    back = get_callback_url(client, provider)
    client.get(back)
    client.session.flush()
    client.cookies.clear()
    assert_not_signed_in(client, client.get(back, follow=True), Fault("in no session", "state", OVER), caplog, links=0)


def test_callback_is_valid_once(client, provider, admin):
    back = get_callback_url(client, provider)
    client.get(back)
    ProviderLink.objects.create(user=admin, issuer=provider.issuer, subject=SUBJECT, linked_at=timezone.now())
    answer = client.get(back, follow=True)
    assert OVER in answer.content.decode()
    assert client.get("/compte/").status_code == 302
    assert [path for path, _query in provider.requests].count("/token") == 1


def test_used_code_is_refused(client, provider, admin, caplog):
    first = Client()
    code = dict(parse_qsl(urlsplit(get_callback_url(first, provider)).query))["code"]
    provider.grants.pop(code)
    answer = client.get(query(code=code)(get_callback_url(client, provider)), follow=True)
    assert_not_signed_in(client, answer, Fault("used code", "status 400"), caplog, links=0)


def test_callback_of_another_session_is_refused(client, provider, admin, caplog):
    """Attack: a visitor is made to open the callback URL of a sign-in that the attacker began."""
    of_another = get_callback_url(Client(), provider)
    get_callback_url(client, provider)
    assert_not_signed_in(
        client, client.get(of_another, follow=True), Fault("other session", "state", OVER), caplog, links=0
    )


def test_visit_expires_after_a_quarter_of_an_hour(client, provider, admin, caplog, time_machine):
    time_machine.move_to("2026-11-28T22:50:00Z")
    back = get_callback_url(client, provider)
    time_machine.shift(16 * 60)
    assert_not_signed_in(client, client.get(back, follow=True), Fault("too late", "too late", OVER), caplog, links=0)


def test_unregistered_redirect_uri_gets_no_code(client, provider, admin, settings):
    settings.BASE_URL = "https://copie.example"
    assert get_callback_url(client, provider) is None
    assert not provider.grants


def test_redirect_to_the_provider_requires_post_and_csrf_token(client, provider):
    assert client.get("/compte/fournisseur/").status_code == 405
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/compte/fournisseur/").status_code == 403
    assert not provider.requests
