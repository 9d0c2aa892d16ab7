"""Drafts: optional fields, redirects, comparison of two revisions."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from cms.admin.comparisons import MomentComparison
from tests.cms.page_forms import add_url, veille_form
from tests.factories import NewsPageFactory, SessionPageFactory, ThemeFactory, UserFactory, VeilleEntryPageFactory
from veille.models import VeilleEntryPage, VeilleIndexPage

pytestmark = [pytest.mark.django_db, pytest.mark.one_database]


def test_redirect_is_created_only_for_published_pages(django_capture_on_commit_callbacks):
    news = NewsPageFactory(slug="trois-a", live=False, first_published_at=None)
    news.slug = "trois-ateliers"
    with django_capture_on_commit_callbacks(execute=True):
        news.save_revision().publish()
    assert not Redirect.objects.exists()
    news.slug = "ateliers"
    with django_capture_on_commit_callbacks(execute=True):
        news.save_revision().publish()
    assert [found.old_path for found in Redirect.objects.all()] == ["/actualites/trois-ateliers"]


def test_session_of_a_stance_is_required_for_publication_only(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    form = veille_form(ThemeFactory(), stance="a-adapter", stance_session="", source_seen_on="2999-01-01")
    address = add_url(VeilleEntryPage, VeilleIndexPage.objects.get())
    refused = client.post(address, {**form, "action-publish": "1"})
    assert {*refused.context["form"].errors} >= {"stance_session"}
    assert client.post(address, form).status_code == 302
    draft = VeilleEntryPage.objects.get().get_latest_revision_as_object()
    assert (draft.stance, draft.stance_session_id) == ("a-adapter", None)


def test_draft_that_names_a_deleted_theme_opens_with_the_saved_one(client, editor_of):
    client.force_login(editor_of("Rédaction"))
    entry, theme = VeilleEntryPageFactory(), ThemeFactory()
    saved = entry.theme_id
    entry.theme = theme
    entry.save_revision()
    theme.delete()
    assert client.get(reverse("wagtailadmin_pages:edit", args=[entry.pk])).status_code == 200
    assert VeilleEntryPage.objects.get().get_latest_revision_as_object().theme_id == saved


@pytest.mark.parametrize("day", ["source_seen_on", "archived_on"])
def test_future_day_of_source_or_archive_is_refused(day):
    entry = VeilleEntryPageFactory(archived_url="https://copie.example/", archived_on=dt.date(2019, 1, 14))
    setattr(entry, day, timezone.localdate() + dt.timedelta(days=1))
    with pytest.raises(ValidationError) as refused:
        entry.full_clean()
    assert [*refused.value.message_dict] == [day]


def test_comparison_shows_dates_in_french_format():
    session = SessionPageFactory()
    before = session.save_revision()
    session.starts_at += dt.timedelta(minutes=30)
    after = session.save_revision()
    comparison = MomentComparison(session._meta.get_field("starts_at"), before.as_object(), after.as_object())
    assert comparison.has_changed()
    assert "+00:00" not in comparison.htmldiff()
    assert f"{session.starts_at.year}, " in comparison.htmldiff()


def test_comparison_shows_date_and_author_of_both_versions(admin_client, time_machine):
    """Wagtail's screen shows the differences alone."""
    author = UserFactory(public_name="Inès R.")
    page = NewsPageFactory()
    time_machine.move_to(dt.datetime(2026, 11, 24, 9, 30, tzinfo=dt.UTC), tick=False)
    page.save_revision(user=author).publish()
    time_machine.move_to(dt.datetime(2026, 12, 1, 8, 0, tzinfo=dt.UTC), tick=False)
    page.title = "Autre titre"
    after = page.save_revision()
    address = reverse("wagtailadmin_pages:revisions_compare", args=[page.pk, "live", after.pk])
    shown = BeautifulSoup(admin_client.get(address).content, "html.parser").select(".compared-versions dd")
    assert [one.get_text().replace("\xa0", " ") for one in shown] == [
        "Version du 24 novembre 2026 à 10 h 30, par Inès R. ; c’est celle qui est publiée",
        "Version du 1er décembre 2026 à 9 h",
    ]
    imported = NewsPageFactory()
    address = reverse("wagtailadmin_pages:revisions_compare", args=[imported.pk, "live", imported.save_revision().pk])
    assert "La version publiée" in admin_client.get(address).text
