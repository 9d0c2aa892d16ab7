"""Wagtail's user bar: only for users of the admin, no query for readers, present in the preview of every page."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.permissions import can_enter_admin
from tests.cms.page_forms import news_form
from tests.factories import NewsPageFactory

pytestmark = pytest.mark.django_db

BAR = b"wagtail-userbar"
RIGHTS = re.compile("auth_permission|user_permissions|wagtailusers_userprofile")


def test_visitors_get_a_cacheable_page_without_user_bar(client):
    page = NewsPageFactory()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page.url)
    assert BAR not in answer.content
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not [query["sql"] for query in queries if RIGHTS.search(query["sql"])]


def test_permission_of_a_resident_is_cached_and_they_have_no_user_bar(client, user):
    page = NewsPageFactory()
    client.force_login(user)
    first = client.get(page.url)
    with CaptureQueriesContext(connection) as queries:
        second = client.get("/")
    for answer in (first, second):
        assert (answer.status_code, BAR in answer.content) == (200, False)
    assert not [query["sql"] for query in queries if RIGHTS.search(query["sql"])]


def test_user_bar_of_an_editor_links_to_the_form_and_is_on_all_pages(client, editor_of):
    page = NewsPageFactory()
    client.force_login(editor_of("Rédaction"))
    answer = client.get(page.url)
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    html = client.get("/propositions/deposer/", follow=True).content
    assert BAR in html
    assert BAR in client.get("/nulle-part/").content


def test_preview_has_the_hidden_user_bar_with_the_checks(client, editor_of):
    page = NewsPageFactory()
    client.force_login(editor_of("Rédaction"))
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    client.post(address, news_form())
    html = client.get(address, {"in_preview_panel": "true"}).content.decode()
    assert '<aside hidden aria-labelledby="wagtail-userbar-trigger">' in html
    assert "refused-picture" in html


def test_only_users_with_permission_can_enter_the_admin(user, editor_of):
    assert [can_enter_admin(one) for one in (AnonymousUser(), user, editor_of("Accueil"))] == [False, False, True]
