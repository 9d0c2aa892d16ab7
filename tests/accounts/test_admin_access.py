"""Access to the admin requires a second factor in the account and in the session, at every URL.

Permission checks outside the admin: `tests/visibility/test_rights_held_back.py`.
"""

import pytest
from allauth.mfa.models import Authenticator
from django.core.checks import run_checks
from django.db import connection
from django.test import Client, override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import URLPattern, URLResolver, get_resolver

from tests.accounts.factors import ADD, ASKED, LIST, PROVE, code_of, give_application
from tests.addresses import patterns

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

PASSWORD = "cigogne sur un toit rouge"
# Views of Wagtail outside the URLs of the admin: signing in, and the files of the site.
ELSEWHERE = {"_util/login/"}


@pytest.fixture(autouse=True)
def production(settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = True


@pytest.fixture
def editor(editor_of):
    user = editor_of("Animation")
    user.set_password(PASSWORD)
    user.save()
    user.verify_email()
    return user


def sign_in(user, secret=None):
    client = Client()
    client.post("/compte/connexion/", {"login": user.email, "password": PASSWORD})
    if secret:
        client.post(ASKED, {"code": code_of(secret)})
    return client


def addresses():
    return sorted({one.filled(lambda name: "1") for one in patterns() if one.written.startswith("admin/")})


def leaves(resolver, before=""):
    for entry in resolver.url_patterns:
        here = before + str(entry.pattern)
        if isinstance(entry, URLResolver):
            yield from leaves(entry, here)
        elif isinstance(entry, URLPattern):
            yield here, entry.callback


@pytest.mark.thorough
def test_admin_urls_redirect_without_a_second_factor(editor):
    client = sign_in(editor)
    paths = addresses()
    assert len(paths) > 400
    answers = [*((one, client.get(one)) for one in paths), *((one, client.post(one)) for one in paths[::10])]
    assert {address for address, answer in answers if answer.headers.get("Location") != LIST} == set()


def test_admin_views_have_no_url_outside_of_the_admin():
    """New views of the admin are protected by their path."""
    outside = {
        path
        for path, view in leaves(get_resolver())
        if ".admin." in f"{view.__module__}." and not path.startswith("admin/")
    }
    assert outside - ELSEWHERE == set()


def test_page_explains_why_a_factor_is_required(editor):
    page = sign_in(editor).get("/admin/", follow=True)
    assert page.redirect_chain[-1][0] == LIST
    assert "Pour modifier le site, ajoutez un deuxième facteur" in page.content.decode()


def test_admin_opens_after_signing_in_with_a_factor(editor):
    client, secret = Client(), give_application(editor)
    client.post("/compte/connexion/", {"login": editor.email, "password": PASSWORD, "next": "/admin/"})
    assert client.post(ASKED, {"code": code_of(secret)}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


@pytest.mark.django_db(transaction=True, serialized_rollback=True)
def test_adding_a_factor_opens_the_admin(editor):
    client = sign_in(editor)
    client.get(ADD)
    client.post(ADD, {"code": code_of(client.session["mfa.totp.secret"])})
    assert client.get("/admin/").status_code == 200
    assert "/admin/" in client.get(LIST).content.decode()


def test_session_without_verified_factor_is_redirected_to_verify_it(client, editor):
    secret = give_application(editor)
    client.force_login(editor)
    assert client.get("/admin/pages/?q=lettre").url == f"{PROVE}?next=%2Fadmin%2Fpages%2F%3Fq%3Dlettre"
    assert client.post("/admin/pages/").url == f"{PROVE}?next=%2Fadmin%2F"
    assert client.post(PROVE, {"code": code_of(secret), "next": "/admin/"}).url == "/admin/"
    assert client.get("/admin/").status_code == 200


def test_rights_outside_of_the_admin_require_a_verified_factor(client, editor):
    minutes = "/membres/comptes-rendus/"
    assert sign_in(editor).get(minutes).url == LIST
    secret = give_application(editor)
    client.force_login(editor)
    assert client.get(minutes).url == f"{PROVE}?next=%2Fmembres%2Fcomptes-rendus%2F"
    assert client.post(PROVE, {"code": code_of(secret), "next": minutes}).url == minutes
    assert client.get(minutes).status_code == 200


def test_deleted_factor_closes_the_admin(editor):
    secret = give_application(editor)
    client = sign_in(editor, secret)
    assert client.get("/admin/").status_code == 200
    Authenticator.objects.all().delete()
    assert client.get("/admin/").url == LIST


def test_recovery_codes_alone_do_not_count_as_a_factor(editor):
    give_application(editor)
    Authenticator.objects.filter(type="totp").delete()
    assert sign_in(editor).get("/admin/").url == LIST


def test_visitors_and_residents_are_refused(client, user):
    assert client.get("/admin/").url.startswith("/admin/login/")
    client.force_login(user)
    assert client.get("/admin/", follow=True).status_code == 403


def test_rule_adds_one_query(editor, settings):
    client = sign_in(editor, give_application(editor))
    client.get("/admin/account/")
    counts = []
    for needs in (True, False):
        settings.ADMIN_NEEDS_SECOND_FACTOR = needs
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/admin/account/").status_code == 200
        counts.append(len(queries))
    assert counts[0] - counts[1] == 1


def test_demonstration_shows_that_no_factor_is_required(client, editor, settings):
    settings.ADMIN_NEEDS_SECOND_FACTOR = False
    client.force_login(editor)
    assert "ne demande pas de deuxième facteur" in client.get("/admin/").content.decode()


@pytest.mark.parametrize(
    "faulty", [{"ADMIN_NEEDS_SECOND_FACTOR": False}, {"MIDDLEWARE": ["django.middleware.common.CommonMiddleware"]}]
)
def test_deployment_check_requires_the_rule(faulty):
    assert "accounts.E001" not in {one.id for one in run_checks(include_deployment_checks=True)}
    with override_settings(**faulty):
        assert "accounts.E001" in {one.id for one in run_checks(include_deployment_checks=True)}
