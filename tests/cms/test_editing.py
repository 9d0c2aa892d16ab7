"""Writing, previewing, scheduling and publishing with the forms of the admin."""

import datetime as dt
import json

import pytest
from django.contrib.contenttypes.models import ContentType
from django.core.files.base import ContentFile
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Collection, Page

from cms.models import CustomDocument, CustomImage, NewsIndexPage, NewsPage
from cms.services import publish_due
from committee.models import CommitteePage, SessionIndexPage
from tests.cms.factories import picture_file
from tests.cms.page_forms import add_url, news_form, veille_form
from tests.factories import NewsPageFactory, ThemeFactory, VeilleEntryPageFactory
from veille.models import VeilleEntryPage, VeilleIndexPage

pytestmark = [pytest.mark.django_db, pytest.mark.one_database, pytest.mark.indexed]

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


@pytest.fixture
def news_index():
    return NewsIndexPage.objects.get()


def test_published_news_item_is_on_its_page_in_list_feed_and_search(editor, client, news_index):
    response = editor.post(add_url(NewsPage, news_index), {**news_form(), "action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors

    client.logout()
    page = client.get("/actualites/trois-ateliers/")
    assert page.status_code == 200
    assert "Le comité choisit ses sujets." in page.content.decode()
    assert "Trois ateliers gratuits" in client.get("/actualites/").content.decode()
    assert "Trois ateliers gratuits" in client.get("/actualites/flux.xml").content.decode()
    assert [found.slug for found in NewsPage.objects.live().search("ateliers")] == ["trois-ateliers"]


def test_published_watch_entry_is_on_its_page_in_list_feed_and_search(editor, client):
    theme = ThemeFactory(name="Transparence", slug="transparence")
    response = editor.post(
        add_url(VeilleEntryPage, VeilleIndexPage.objects.get()), {**veille_form(theme), "action-publish": "1"}
    )
    assert response.status_code == 302, response.context["form"].errors

    client.logout()
    page = client.get("/veille/gand-ouvre-ses-donnees/").content.decode()
    for words in ("Gand (Belgique)", "2019", "Commencer par les données", "https://data.stad.example/"):
        assert words in page
    assert "Gand ouvre ses données" in client.get("/veille/?theme=transparence").content.decode()
    assert "Gand ouvre ses données" in client.get("/veille/flux.xml").content.decode()
    assert [found.slug for found in VeilleEntryPage.objects.live().search("Gand")] == ["gand-ouvre-ses-donnees"]


def test_draft_is_not_visible_to_visitors(editor, client, news_index):
    editor.post(add_url(NewsPage, news_index), news_form())
    assert NewsPage.objects.get(slug="trois-ateliers").live is False

    client.logout()
    assert client.get("/actualites/trois-ateliers/").status_code == 404
    assert "Trois ateliers" not in client.get("/actualites/").content.decode()


def test_scheduled_news_item_is_published_at_its_time(editor, client, news_index, time_machine):
    time_machine.move_to(NOW, tick=False)
    form = news_form(go_live_at="2026-11-24 18:30")
    response = editor.post(add_url(NewsPage, news_index), {**form, "action-publish": "1"})
    assert response.status_code == 302, response.context["form"].errors
    client.logout()

    def is_visible():
        surfaces = [client.get(path).content.decode() for path in ("/actualites/", "/actualites/flux.xml")]
        shown = {"Trois ateliers gratuits" in surface for surface in surfaces}
        shown.add(client.get("/actualites/trois-ateliers/").status_code == 200)
        shown.add(NewsPage.objects.live().search("ateliers").count() == 1)
        assert len(shown) == 1, "all surfaces agree"
        return shown.pop()

    assert publish_due(now=timezone.now()) == (0, 0)
    assert not is_visible()
    # 6:30 in Paris is 5:30 in UTC.
    time_machine.move_to(NOW.replace(hour=17, minute=29), tick=False)
    assert publish_due(now=timezone.now()) == (0, 0)
    assert not is_visible()
    time_machine.move_to(NOW.replace(hour=17, minute=31), tick=False)
    assert publish_due(now=timezone.now()) == (1, 0)
    assert is_visible()
    assert publish_due(now=timezone.now()) == (0, 0), "a second run publishes nothing"


def test_schedule_of_dates_without_times_lasts_from_the_first_day_to_the_end_of_the_last(editor, news_index):
    form = news_form(go_live_at="24/11/2040", expire_at="25/11/2040")
    response = editor.post(add_url(NewsPage, news_index), form)
    assert response.status_code == 302, response.context["form"].errors
    page = NewsPage.objects.get()
    shown = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    assert shown["go_live_at"].value() == dt.datetime(2040, 11, 24)
    assert shown["expire_at"].value() == dt.datetime(2040, 11, 25, 23, 59)
    assert "23:59" in shown["expire_at"].help_text


def test_line_breaks_in_a_title_become_spaces(editor, news_index):
    """Its input is as high as the title."""
    editor.post(add_url(NewsPage, news_index), news_form(title="Trois ateliers\r\ngratuits\u00a0! "))
    page = NewsPage.objects.get()
    assert page.title == "Trois ateliers gratuits\u00a0!"
    form = editor.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).context["form"]
    assert form["title"].as_widget().startswith("<textarea")


@pytest.mark.parametrize(
    ("html", "said"),
    [
        ('<p>Tout est <a href="https://a.example/">ici</a>.</p>', "ici"),
        ("<h3>Trop bas</h3>", "titre 2"),
    ],
)
def test_inaccessible_body_can_be_saved_but_not_published(editor, news_index, html, said):
    refused = editor.post(add_url(NewsPage, news_index), {**news_form(html), "action-publish": "1"})
    assert refused.status_code == 200
    error = refused.context["form"].errors["body"].as_data()[0]
    assert said in json.dumps(error.as_json_data(), ensure_ascii=False).replace("\u00a0", " ")
    assert not NewsPage.objects.exists()

    assert editor.post(add_url(NewsPage, news_index), news_form(html)).status_code == 302
    assert NewsPage.objects.get().live is False


def test_preview_of_a_new_page_has_its_text_and_the_policy_of_the_admin(editor, news_index):
    preview = reverse("wagtailadmin_pages:preview_on_add", args=["cms", "newspage", news_index.pk])
    answer = editor.post(preview, news_form())
    assert json.loads(answer.content)["is_valid"]

    shown = editor.get(preview)
    assert "Le comité choisit ses sujets." in shown.content.decode()
    assert "frame-ancestors 'self'" in shown["Content-Security-Policy"]
    assert shown["X-Frame-Options"] == "SAMEORIGIN"
    assert "'unsafe-inline'" not in shown["Content-Security-Policy"]
    assert "private" in shown["Cache-Control"]


def test_unsaved_watch_entry_can_be_previewed(editor):
    index = VeilleIndexPage.objects.get()
    preview = reverse("wagtailadmin_pages:preview_on_add", args=["veille", "veilleentrypage", index.pk])
    assert json.loads(editor.post(preview, veille_form(ThemeFactory())).content)["is_valid"]
    assert "Un portail unique." in editor.get(preview).content.decode()


@pytest.mark.parametrize(
    ("group", "own", "foreign"),
    [
        ("Rédaction", [NewsIndexPage, VeilleIndexPage], [CommitteePage, SessionIndexPage]),
        ("Secrétariat", [CommitteePage, SessionIndexPage], [NewsIndexPage, VeilleIndexPage]),
        ("Animation", [NewsIndexPage, VeilleIndexPage, CommitteePage, SessionIndexPage], []),
        ("Modération", [], [NewsIndexPage, VeilleIndexPage, CommitteePage, SessionIndexPage]),
    ],
)
def test_each_group_can_edit_only_its_sections(client, editor_of, group, own, foreign):
    person = editor_of(group)
    client.force_login(person)
    for model in own + foreign:
        page = Page.objects.get(pk=model.objects.get().pk)
        allowed = model in own
        rights = page.permissions_for_user(person)
        assert (rights.can_edit(), rights.can_publish()) == (allowed, allowed), model
        status = client.get(reverse("wagtailadmin_pages:edit", args=[page.pk])).status_code
        assert (status == 200) is allowed, model


@pytest.mark.parametrize("group", ["Secrétariat", "Modération"])
def test_other_groups_cannot_create_a_news_item(client, editor_of, news_index, group):
    client.force_login(editor_of(group))
    response = client.post(add_url(NewsPage, news_index), {**news_form(), "action-publish": "1"})
    assert response.status_code == 302
    assert response["Location"] == reverse("wagtailadmin_home")
    assert not NewsPage.objects.exists()


def test_resident_has_no_access_to_the_admin(client, user):
    client.force_login(user)
    response = client.get(reverse("wagtailadmin_home"))
    assert response.status_code in (302, 403)
    assert "wagtail" not in response.content.decode().lower()


def test_failed_publication_is_logged_and_does_not_block_other_pages(news_index, caplog, monkeypatch):
    from wagtail.models import Revision

    late = timezone.now() - dt.timedelta(minutes=5)
    pages = [NewsPageFactory(live=False) for _ in range(2)]
    for page in pages:
        page.go_live_at = late
        page.save_revision(approved_go_live_at=late)
    original = Revision.publish
    broken = str(pages[0].pk)

    def publish(self, *args, **kwargs):
        if self.object_id == broken:
            raise RuntimeError("broken")
        return original(self, *args, **kwargs)

    monkeypatch.setattr(Revision, "publish", publish)
    assert publish_due(now=timezone.now()) == (1, 0)
    assert NewsPage.objects.get(pk=pages[1].pk).live
    assert "failed" in caplog.text


def test_page_unscheduled_while_others_are_published_is_left_alone(news_index, monkeypatch):
    from wagtail.models import Revision

    late = timezone.now() - dt.timedelta(minutes=5)
    due = [NewsPageFactory(live=False, go_live_at=late) for _ in range(2)]
    for page in due:
        page.save_revision(approved_go_live_at=late)
    expired = [NewsPageFactory(expire_at=late) for _ in range(2)]
    publish, unpublish = Revision.publish, NewsPage.unpublish

    def publish_first(self, *args, **kwargs):
        Revision.objects.exclude(pk=self.pk).update(approved_go_live_at=None)
        return publish(self, *args, **kwargs)

    def unpublish_first(self, *args, **kwargs):
        NewsPage.objects.exclude(pk=self.pk).update(expire_at=None)
        return unpublish(self, *args, **kwargs)

    monkeypatch.setattr(Revision, "publish", publish_first)
    monkeypatch.setattr(NewsPage, "unpublish", unpublish_first)
    assert publish_due(now=timezone.now()) == (1, 1)
    assert NewsPage.objects.live().filter(pk__in=[page.pk for page in due]).count() == 1
    assert NewsPage.objects.live().filter(pk__in=[page.pk for page in expired]).count() == 1


def test_expired_news_item_is_unpublished(client):
    NewsPageFactory(slug="fini", expire_at=timezone.now() - dt.timedelta(minutes=1))
    assert publish_due(now=timezone.now()) == (0, 1)
    assert client.get("/actualites/fini/").status_code == 404


def test_tick_publishes_scheduled_pages(news_index):
    from mailing.hooks import tick_jobs

    late = timezone.now() - dt.timedelta(minutes=5)
    page = NewsPageFactory(live=False)
    page.go_live_at = late
    page.save_revision(approved_go_live_at=late)
    summaries = [job(timezone.now()) for job in tick_jobs() if job.__module__ == "cms.wagtail_hooks"]
    assert summaries[0] == "1 pages published"


def test_publication_of_a_watch_entry_requires_a_lesson_and_a_valid_year(editor):
    form = veille_form(ThemeFactory(), lesson="", year="19")
    response = editor.post(add_url(VeilleEntryPage, VeilleIndexPage.objects.get()), {**form, "action-publish": "1"})
    assert set(response.context["form"].errors) == {"lesson", "year"}
    assert not VeilleEntryPage.objects.exists()


def test_each_index_allows_only_its_type_of_child_pages(news_index):
    """The list of news allows no other child pages."""
    assert news_index.allowed_subpage_models() == [NewsPage]
    assert VeilleIndexPage.objects.get().allowed_subpage_models() == [VeilleEntryPage]
    assert ContentType.objects.get_for_model(NewsPage).model_class() is NewsPage


def test_theme_of_an_entry_cannot_be_deleted(editor):
    from django.db.models import ProtectedError

    entry = VeilleEntryPageFactory()
    with pytest.raises(ProtectedError):
        entry.theme.delete()


@pytest.mark.parametrize(("group", "allowed"), [("Rédaction", True), ("Secrétariat", True), ("Modération", False)])
def test_groups_that_edit_pages_can_add_images_and_documents(client, editor_of, settings, tmp_path, group, allowed):
    settings.MEDIA_ROOT = tmp_path
    client.force_login(editor_of(group))
    collection = Collection.get_first_root_node().pk
    form = {"title": "Atelier", "description": "Six personnes", "collection": collection, "credit": "", "tags": ""}
    client.post(reverse("wagtailimages:add"), {**form, "file": picture_file(with_position=True)})
    client.post(
        reverse("wagtaildocs:add"),
        {"title": "Guide", "collection": collection, "tags": "", "file": ContentFile(b"%PDF-1.4", name="guide.pdf")},
    )
    assert CustomImage.objects.exists() is allowed
    assert CustomDocument.objects.exists() is allowed


@pytest.mark.parametrize("name", ["dessin.svg", "page.html", "photo.jpg.exe"])
def test_executable_file_is_refused(editor, settings, tmp_path, name):
    settings.MEDIA_ROOT = tmp_path
    collection = Collection.get_first_root_node().pk
    content = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
    for view, extra in (("wagtailimages:add", {"description": "x"}), ("wagtaildocs:add", {})):
        file = ContentFile(content, name=name)
        editor.post(reverse(view), {"title": "x", "collection": collection, "tags": "", **extra, "file": file})
    assert not CustomImage.objects.exists()
    assert not CustomDocument.objects.exists()


def test_image_without_description_is_refused(editor, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    form = {"title": "Atelier", "description": "", "collection": Collection.get_first_root_node().pk, "tags": ""}
    response = editor.post(reverse("wagtailimages:add"), {**form, "file": picture_file()})
    assert "description" in response.context["form"].errors
    assert not CustomImage.objects.exists()


def test_admin_is_in_french_without_links_to_services_of_wagtail(editor):
    html = editor.get(reverse("wagtailadmin_home")).content.decode()
    assert '<html lang="fr"' in html
    assert "guide.wagtail.org" not in html
    assert "gravatar" not in html
    assert "releases.wagtail" not in html


LONG_SENTENCE = f"<p>{'Il faut attendre encore un peu ' * 7}avant de venir.</p>"


@pytest.mark.parametrize("action", [{}, {"action-publish": "1"}])
def test_sentence_that_is_too_long_is_saved_with_an_advice(editor, news_index, action):
    form = {**news_form(LONG_SENTENCE), **action}
    response = editor.post(add_url(NewsPage, news_index), form, follow=True)
    assert NewsPage.objects.get(slug="trois-ateliers").live is bool(action)
    (advice,) = [str(message) for message in response.context["messages"] if message.level_tag == "warning"]
    assert "45" in advice
    assert "Il faut attendre" in advice


def test_advice_shows_placeholders_that_remain(editor, news_index):
    form = news_form("<p>Rendez-vous à [à compléter : le lieu].</p>")
    response = editor.post(add_url(NewsPage, news_index), form, follow=True)
    (advice,) = [str(message) for message in response.context["messages"] if message.level_tag == "warning"]
    assert "[à compléter : le lieu]" in advice


def test_readable_page_gets_no_advice(editor, news_index):
    response = editor.post(add_url(NewsPage, news_index), news_form(), follow=True)
    assert {message.level_tag for message in response.context["messages"]} == {"success"}


def test_autosave_stores_no_advice(editor, news_index):
    page = NewsPageFactory(slug="trois-ateliers")
    address = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = editor.post(address, news_form(LONG_SENTENCE), headers={"accept": "application/json"})
    assert response.json()["success"]
    assert not list(editor.get(address).context["messages"])


def test_advice_escapes_text_of_editors(editor, news_index):
    page = NewsPageFactory(slug="trois-ateliers")
    form = {**news_form(), "introduction": "<script>1</script> " + "mot " * 40}
    html = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form, follow=True).content.decode()
    assert "<script>1" not in html
