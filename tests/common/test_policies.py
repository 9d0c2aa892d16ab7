"""A single policy for content security, cookies and caching (docs/architecture.md)."""

import pytest
from django.conf import settings
from django.http import HttpResponse
from django.test import RequestFactory

from common.middleware import BrowserRightsMiddleware, CachePolicyMiddleware

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]

STRICT = ["default-src 'none'", "script-src 'self'", "style-src 'self'", "object-src 'none'", "base-uri 'none'"]
READING = ["/healthz", "/actualites/flux.xml", "/veille/flux.xml", "/sitemap.xml", "/robots.txt"]


def answer(response, *, method="get", **headers):
    """Returns `response` after the cache middleware, for a request with `headers`."""
    request = getattr(RequestFactory(), method)("/", **headers)
    return CachePolicyMiddleware(lambda _request: response)(request)


def directives(response):
    return [directive.strip() for directive in response["Content-Security-Policy"].split(";")]


@pytest.mark.parametrize("path", READING)
def test_a_public_answer_has_the_strict_policy(client, path):
    sent = directives(client.get(path))
    assert set(STRICT) <= set(sent)
    assert "frame-ancestors 'none'" in sent
    assert not any("unsafe" in directive or "nonce" in directive or "http" in directive for directive in sent)


def test_the_admin_has_a_looser_policy_but_runs_nothing_from_elsewhere(client, editor_of):
    client.force_login(editor_of("Animation"))
    response = client.get("/admin/")
    sent = directives(response)
    assert "script-src 'self' 'unsafe-inline'" in sent
    assert "frame-ancestors 'self'" in sent
    assert not any("http" in directive or "nonce" in directive or "*" in directive for directive in sent)
    assert response["X-Frame-Options"] == "SAMEORIGIN"


class TestPowersOfTheBrowser:
    """Permissions-Policy and the two cross-origin policies, on every kind of response."""

    ANSWERS = {
        "/actualites/flux.xml": 200,
        "/compte/connexion/": 200,
        "/admin/": 302,
        "/nulle-part/": 404,
        "/contact/ecrire/?page=1": 200,
        "/.well-known/security.txt": 200,
        "/donnees-ouvertes/": 200,
    }

    def check(self, response, *, shared="same-origin"):
        sent = response["Permissions-Policy"]
        assert {"camera=()", "microphone=()", "geolocation=()"} <= set(sent.split(", "))
        assert "*" not in sent
        assert response["Cross-Origin-Resource-Policy"] == shared

    @pytest.mark.parametrize("path", ANSWERS)
    def test_each_answer_gives_them(self, client, path):
        response = client.get(path)
        assert response.status_code == self.ANSWERS[path]
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        self.check(response)

    def test_the_admin_gives_them(self, client, editor_of):
        client.force_login(editor_of("Animation"))
        response = client.get("/admin/")
        assert response.status_code == 200
        self.check(response)

    def test_a_form_that_is_refused_gives_them(self, client):
        client.handler.enforce_csrf_checks = True
        response = client.post("/contact/ecrire/", {})
        assert response.status_code == 403
        self.check(response)

    def test_an_error_of_ours_gives_them(self, client, monkeypatch):
        client.raise_request_exception = False
        monkeypatch.setattr("cms.views.reverse", None)
        response = client.get("/robots.txt")
        assert response.status_code == 500
        self.check(response)

    @pytest.mark.parametrize(
        ("kind", "kept", "shared"),
        [
            ("image/png", "public, max-age=60", "cross-origin"),
            ("image/png", "private, no-store", "same-origin"),
            ("text/html", "public, max-age=60", "same-origin"),
        ],
    )
    def test_other_sites_show_our_public_pictures_and_nothing_else(self, kind, kept, shared):
        answered = HttpResponse(content_type=kind, headers={"Cache-Control": kept})
        self.check(BrowserRightsMiddleware(lambda request: answered)(RequestFactory().get("/")), shared=shared)

    def test_files_come_after_it(self):
        """WhiteNoise responds directly, so middleware after it does not see static files."""
        files = settings.MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware")
        assert settings.MIDDLEWARE.index("common.middleware.BrowserRightsMiddleware") < files


@pytest.mark.parametrize("path", ["/admin", "/administration/", "/actualites/admin/"])
def test_an_address_that_looks_like_the_admin_keeps_the_strict_policy(client, path):
    assert not any("unsafe" in directive for directive in directives(client.get(path)))


@pytest.mark.parametrize("path", [path for path in READING if path != "/healthz"])
def test_anonymous_reading_sets_no_cookie_and_may_be_kept_for_a_minute(client, path):
    response = client.get(path)
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_health_is_never_kept(client, path):
    response = client.get(path)
    assert "no-store" in response["Cache-Control"]


def test_an_answer_that_sets_a_cookie_is_not_kept():
    response = HttpResponse()
    response.set_cookie("csrftoken", "x")
    assert answer(response)["Cache-Control"] == "private, no-store"


def test_what_a_signed_in_person_reads_is_not_kept(client, user):
    client.force_login(user)
    assert "no-store" in client.get("/actualites/flux.xml")["Cache-Control"]


@pytest.mark.parametrize("status", [301, 302, 400, 403, 404, 500])
def test_only_a_found_page_is_kept(status):
    assert answer(HttpResponse(status=status))["Cache-Control"] == "private, no-store"


def test_a_page_that_did_not_change_is_kept_like_the_page():
    assert answer(HttpResponse(status=304))["Cache-Control"] == "public, max-age=60"


def test_what_a_form_answers_is_not_kept():
    assert answer(HttpResponse(), method="post")["Cache-Control"] == "private, no-store"


def test_a_view_may_choose():
    response = HttpResponse(headers={"Cache-Control": "max-age=5"})
    assert answer(response)["Cache-Control"] == "max-age=5"


@pytest.mark.parametrize("path", ["/admin/login/?next=/admin/", "/_util/login/?next=/veille/"])
def test_wagtails_own_sign_in_pages_lead_to_the_site_s(client, path):
    """Rate limits and codes apply to every way of signing in."""
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/connexion/?next=/")
