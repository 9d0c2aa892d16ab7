"""Choice of the theme: a cookie, the page that uses it, and a proxy cache that separates themes."""

import re

import pytest
from django.core.cache import cache
from django.test import Client, RequestFactory
from django.utils.cache import get_cache_key, learn_cache_key

pytestmark = pytest.mark.django_db

PAGE, FORM = "/plan-du-site/", "/couleurs/"


def choose(client, theme, **fields):
    return client.post(FORM, {"theme": theme, **fields})


def head(client):
    html = client.get(PAGE).content.decode()
    return re.search(r"<html[^>]*>", html)[0], re.findall(r'<meta name="theme-color"[^>]*>', html)


def test_by_default_the_page_follows_the_system(client):
    html, metas = head(client)
    assert "data-theme" not in html
    assert len(metas) == 2
    assert all("prefers-color-scheme" in meta for meta in metas)


@pytest.mark.parametrize(("choice", "theme", "bar"), [("clair", "light", "#FFFFFF"), ("sombre", "dark", "#1C2326")])
def test_chosen_theme_sets_the_attribute_and_the_browser_colour(client, choice, theme, bar):
    choose(client, choice)
    html, metas = head(client)
    assert f'data-theme="{theme}"' in html
    assert metas == [f'<meta name="theme-color" content="{bar}">']


def test_automatic_theme_deletes_the_cookie(client):
    choose(client, "sombre")
    choose(client, "auto")
    assert "data-theme" not in head(client)[0]
    assert not client.cookies["theme"].value


@pytest.mark.parametrize("value", ["rouge", "dark", "", '"><script>'])
def test_invalid_cookie_is_ignored(client, value):
    client.cookies["theme"] = value
    assert "data-theme" not in head(client)[0]


def test_cookie_lasts_a_year_and_is_secure_http_only_and_same_site(client, settings):
    settings.SESSION_COOKIE_SECURE = True
    cookie = choose(client, "sombre").cookies["theme"]
    assert (cookie["max-age"], cookie["samesite"], cookie["httponly"], cookie["secure"]) == (
        31_536_000,
        "Lax",
        True,
        True,
    )


def test_cookie_is_not_secure_over_http(client):
    assert not choose(client, "sombre").cookies["theme"]["secure"]


@pytest.mark.parametrize("address", ["/aide/", "/propositions/?etat=acceptee"])
def test_form_redirects_back_to_the_page(client, address):
    page = client.get(FORM, {"next": address}).content.decode()
    assert f'name="next" value="{address}"' in page
    assert choose(client, "clair", next=address).url == address


@pytest.mark.parametrize("address", ["", "https://ailleurs.example/", "//ailleurs.example", "javascript:alert(1)"])
def test_redirect_to_another_site_is_refused(client, address):
    assert choose(client, "clair", next=address).url == "/accessibilite/"


@pytest.mark.parametrize("fields", [{}, {"theme": "rouge"}])
def test_invalid_theme_shows_an_error(client, fields):
    response = client.post(FORM, fields)
    assert response.status_code == 200
    assert response.context["form"].errors["theme"]
    assert "theme" not in response.cookies


def test_form_shows_the_current_theme(client):
    choose(client, "sombre")
    assert client.get(FORM).context["form"]["theme"].value() == "sombre"


def test_form_requires_a_csrf_token():
    response = Client(enforce_csrf_checks=True).post(FORM, {"theme": "sombre"})
    assert response.status_code == 403
    assert "theme" not in response.cookies


def test_responses_of_the_form_are_not_cached(client):
    for response in (client.get(FORM), choose(client, "sombre")):
        assert "no-store" in response["Cache-Control"]


def shared_cache_key(response, cookies):
    """Returns the key of `response` in a cache that respects `Vary`, for a request with `cookies`."""
    request = RequestFactory().get(PAGE)
    learn_cache_key(request, response, 60, cache=cache)
    asking = RequestFactory().get(PAGE)
    asking.COOKIES.update(cookies)
    if cookies:
        asking.META["HTTP_COOKIE"] = "; ".join(f"{name}={value}" for name, value in cookies.items())
    return get_cache_key(asking, cache=cache)


def test_shared_caches_store_each_theme_separately(client):
    plain = client.get(PAGE)
    client.cookies["theme"] = "sombre"
    dark = client.get(PAGE)
    assert plain.content != dark.content
    for response in (plain, dark):
        assert response["Cache-Control"] == "public, max-age=60"
        assert "Cookie" in response["Vary"]
    keys = {shared_cache_key(dark, cookies) for cookies in ({}, {"theme": "clair"}, {"theme": "sombre"})}
    assert len(keys) == 3
    # Control: without the header, the three keys would be the same.
    dark.headers["Vary"] = "Accept-Language"
    assert len({shared_cache_key(dark, cookies) for cookies in ({}, {"theme": "clair"}, {"theme": "sombre"})}) == 1
