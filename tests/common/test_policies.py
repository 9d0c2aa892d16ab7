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
def test_public_responses_have_the_strict_policy(client, path):
    sent = directives(client.get(path))
    assert set(STRICT) <= set(sent)
    assert "frame-ancestors 'none'" in sent
    assert not any("unsafe" in directive or "nonce" in directive or "http" in directive for directive in sent)


def test_admin_policy_allows_inline_scripts_but_no_external_ones(client, editor_of):
    client.force_login(editor_of("Animation"))
    response = client.get("/admin/")
    sent = directives(response)
    assert "script-src 'self' 'unsafe-inline'" in sent
    assert "frame-ancestors 'self'" in sent
    assert not any("http" in directive or "nonce" in directive or "*" in directive for directive in sent)
    assert response["X-Frame-Options"] == "SAMEORIGIN"


class TestBrowserPermissions:
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
    def test_each_response_has_the_headers(self, client, path):
        response = client.get(path)
        assert response.status_code == self.ANSWERS[path]
        assert response["Cross-Origin-Opener-Policy"] == "same-origin"
        self.check(response)

    def test_admin_has_the_headers(self, client, editor_of):
        client.force_login(editor_of("Animation"))
        response = client.get("/admin/")
        assert response.status_code == 200
        self.check(response)

    def test_csrf_failure_has_the_headers(self, client):
        client.handler.enforce_csrf_checks = True
        response = client.post("/contact/ecrire/", {})
        assert response.status_code == 403
        self.check(response)

    def test_server_error_has_the_headers(self, client, monkeypatch):
        client.raise_request_exception = False
        monkeypatch.setattr("cms.views.reverse", None)
        response = client.get("/robots.txt")
        assert response.status_code == 500
        self.check(response)

    @pytest.mark.parametrize(
        ("content_type", "cache_control", "shared"),
        [
            ("image/png", "public, max-age=60", "cross-origin"),
            ("image/png", "private, no-store", "same-origin"),
            ("text/html", "public, max-age=60", "same-origin"),
        ],
    )
    def test_only_public_images_can_be_embedded_by_other_sites(self, content_type, cache_control, shared):
        response = HttpResponse(content_type=content_type, headers={"Cache-Control": cache_control})
        self.check(BrowserRightsMiddleware(lambda request: response)(RequestFactory().get("/")), shared=shared)

    def test_middleware_precedes_whitenoise(self):
        """WhiteNoise responds directly, so middleware after it does not see static files."""
        files = settings.MIDDLEWARE.index("whitenoise.middleware.WhiteNoiseMiddleware")
        assert settings.MIDDLEWARE.index("common.middleware.BrowserRightsMiddleware") < files


@pytest.mark.parametrize("path", ["/admin", "/administration/", "/actualites/admin/"])
def test_addresses_similar_to_the_admin_have_the_strict_policy(client, path):
    assert not any("unsafe" in directive for directive in directives(client.get(path)))


@pytest.mark.parametrize("path", [path for path in READING if path != "/healthz"])
def test_anonymous_responses_set_no_cookie_and_are_cached_for_a_minute(client, path):
    response = client.get(path)
    assert not response.cookies
    assert response["Cache-Control"] == "public, max-age=60"
    assert "Cookie" in response["Vary"]


@pytest.mark.parametrize("path", ["/livez", "/readyz", "/healthz"])
def test_health_checks_are_not_cached(client, path):
    response = client.get(path)
    assert "no-store" in response["Cache-Control"]


def test_response_with_a_cookie_is_not_cached():
    response = HttpResponse()
    response.set_cookie("csrftoken", "x")
    assert answer(response)["Cache-Control"] == "private, no-store"


def test_response_to_a_signed_in_user_is_not_cached(client, user):
    client.force_login(user)
    assert "no-store" in client.get("/actualites/flux.xml")["Cache-Control"]


@pytest.mark.parametrize("status", [301, 302, 400, 403, 404, 500])
def test_other_statuses_are_not_cached(status):
    assert answer(HttpResponse(status=status))["Cache-Control"] == "private, no-store"


def test_304_response_is_cached_like_the_page():
    assert answer(HttpResponse(status=304))["Cache-Control"] == "public, max-age=60"


def test_response_to_post_is_not_cached():
    assert answer(HttpResponse(), method="post")["Cache-Control"] == "private, no-store"


def test_views_can_set_cache_control():
    response = HttpResponse(headers={"Cache-Control": "max-age=5"})
    assert answer(response)["Cache-Control"] == "max-age=5"


@pytest.mark.parametrize("path", ["/admin/login/?next=/admin/", "/_util/login/?next=/veille/"])
def test_sign_in_pages_of_wagtail_redirect_to_that_of_the_site(client, path):
    """Rate limits and codes apply to every way of signing in."""
    response = client.get(path)
    assert response.status_code == 302
    assert response["Location"].startswith("/compte/connexion/?next=/")
