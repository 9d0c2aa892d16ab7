"""Wagtail's user bar: only for users of the admin, no query for readers, present in the preview of every page."""

import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from cms.permissions import can_enter_admin
from tests.cms.test_editing import news_form
from tests.factories import NewsPageFactory

pytestmark = pytest.mark.django_db

BAR = b"wagtail-userbar"
RIGHTS = re.compile("auth_permission|user_permissions|wagtailusers_userprofile")


def test_readers_get_no_bar_no_cookie_and_a_page_that_a_proxy_may_keep(client):
    page = NewsPageFactory()
    with CaptureQueriesContext(connection) as queries:
        answer = client.get(page.url)
    assert BAR not in answer.content
    assert not answer.cookies
    assert answer["Cache-Control"] == "public, max-age=60"
    assert not [query["sql"] for query in queries if RIGHTS.search(query["sql"])]


def test_a_signed_in_reader_gets_no_bar_and_is_asked_once_a_minute_whether_they_may_have_one(client, user):
    page = NewsPageFactory()
    client.force_login(user)
    assert BAR not in client.get(page.url).content
    with CaptureQueriesContext(connection) as queries:
        assert BAR not in client.get("/").content
    assert not [query["sql"] for query in queries if RIGHTS.search(query["sql"])]


def test_an_editor_gets_a_bar_that_leads_to_the_form_of_the_page_and_to_the_admin_from_what_is_no_page(
    client, editor_of
):
    page = NewsPageFactory()
    client.force_login(editor_of("Rédaction"))
    answer = client.get(page.url)
    assert reverse("wagtailadmin_pages:edit", args=[page.pk]) in answer.content.decode()
    assert answer["Cache-Control"] == "private, no-store"
    assert "unsafe-inline" not in answer["Content-Security-Policy"]
    html = client.get("/propositions/deposer/", follow=True).content
    assert BAR in html
    assert BAR in client.get("/nulle-part/").content


def test_the_preview_has_the_bar_hidden_with_the_checks_in_it(client, editor_of):
    page = NewsPageFactory()
    client.force_login(editor_of("Rédaction"))
    address = reverse("wagtailadmin_pages:preview_on_edit", args=[page.pk])
    client.post(address, news_form())
    html = client.get(address, {"in_preview_panel": "true"}).content.decode()
    assert '<aside hidden aria-labelledby="wagtail-userbar-trigger">' in html
    assert "refused-picture" in html


def test_who_may_enter_the_admin(user, editor_of):
    assert [can_enter_admin(one) for one in (AnonymousUser(), user, editor_of("Accueil"))] == [False, False, True]
