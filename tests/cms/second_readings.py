"""Helpers for second readings: write and submit a page, decide on it, read a screen."""

import datetime as dt

from bs4 import BeautifulSoup
from django.urls import reverse
from wagtail.models import Page

from tests.factories import NewsPageFactory

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def read_url(page):
    return reverse("second_reading:read", args=[page.pk])


def send_url(page):
    return reverse("second_reading:send", args=[page.pk])


def edit_url(page):
    return reverse("wagtailadmin_pages:edit", args=[page.pk])


def send(client, address, form, action="action-submit"):
    """Submits the form at `address`, then confirms the page with the mail, if there is one."""
    shown = client.post(address, {**form, action: "1"}, follow=True)
    version = shown.context["form"].initial.get("version")
    return client.post(shown.redirect_chain[-1][0], {"version": version}, follow=True)


def text_of(response):
    return " ".join(BeautifulSoup(response.content, "html.parser").get_text().split()).replace("\xa0", " ")


def submitted(author, **values):
    """Returns a news item written and submitted by `author`."""
    page = NewsPageFactory(live=False, title="Trois ateliers", **values)
    page.save_revision(user=author)
    page.get_workflow().start(page, author)
    return page


def fresh(page):
    return Page.objects.get(pk=page.pk).specific


def decide(act, page, by, **values):
    page = fresh(page)
    return act(page=page, version=page.latest_revision_id, by=by, **values)


def is_live(page):
    return Page.objects.get(pk=page.pk).live


def menu_of(response):
    return [item.get("name") for item in BeautifulSoup(response.content, "html.parser").select("[name^=action-]")]
