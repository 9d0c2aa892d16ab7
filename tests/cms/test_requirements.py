"""Rules of publication apply to every way of publishing: form, bulk action, schedule, restored revision, service."""

import datetime as dt

import pytest
from bs4 import BeautifulSoup
from django.urls import reverse
from django.utils import timezone
from wagtail.models import PageLogEntry
from wagtail.test.utils.form_data import inline_formset, nested_form_data, streamfield

from cms.errors import PublicationRefused
from cms.models import NewsIndexPage, NewsPage
from cms.services import PUBLICATION_REFUSED, publish_due
from committee.models import AgendaItem
from digests.models import EditorialWord
from tests.bulk import press, shown
from tests.cms.factories import make_image, rich_text
from tests.cms.page_forms import text_block
from tests.cms.second_readings import is_live
from tests.factories import NewsPageFactory, SessionPageFactory

pytestmark = pytest.mark.django_db

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
GOOD = [rich_text("<h2>Où</h2><h3>À la médiathèque</h3>")]


def picture_without_text():
    return {"type": "image", "value": {"image": {"image": make_image().pk, "alt_text": "", "decorative": False}}}


FAULTS = {
    "titre 2": lambda: rich_text("<h3>Trop bas</h3>"),
    "« cliquez ici »": lambda: rich_text('<p><a href="https://a.example/">cliquez ici</a></p>'),
    "« »": lambda: rich_text('<p>Le <a href="https://a.example/"></a> guide</p>'),
    "décorative": picture_without_text,
}


@pytest.fixture(autouse=True)
def _tuesday(time_machine, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def index():
    return NewsIndexPage.objects.get()


def write(blocks=GOOD, **values):
    """Returns a draft as the form saves it, without validation of its content."""
    page = NewsPageFactory(live=False)
    return change(page, blocks, **values)


def change(page, blocks, **values):
    page = NewsPage.objects.get(pk=page.pk)
    page.body = NewsPage._meta.get_field("body").to_python(blocks)
    for name, value in values.items():
        setattr(page, name, value)
    page.save_revision(clean=False)
    return page


def bulk(client, *pages, **form):
    address = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"])
    query = "&".join(f"id={page.pk}" for page in pages)
    return press(client, f"{address}?next=/admin/&{query}", form, follow=True)


def messages_of(response):
    return [
        (
            message.level_tag,
            " ".join(BeautifulSoup(str(message), "html.parser").get_text().split()).replace("\xa0", " "),
        )
        for message in response.context["messages"]
    ]


@pytest.mark.parametrize("reason", FAULTS)
def test_publication_of_an_invalid_revision_is_refused(reason):
    page = write([FAULTS[reason]()])
    with pytest.raises(PublicationRefused) as refused:
        page.get_latest_revision().publish()
    assert reason in str(refused.value).replace("\xa0", " ").replace("«  »", "« »")
    assert not is_live(page)


def test_bulk_publication_shows_refused_pages_with_reason_and_link_to_form(editor):
    good, low, vague = write(title="Bonne"), write([FAULTS["titre 2"]()]), write([FAULTS["« cliquez ici »"]()])
    answer = bulk(editor, low, good, vague)
    assert [is_live(page) for page in (good, low, vague)] == [True, False, False]
    (success, first, second) = messages_of(answer)
    assert success == ("success", "1 page a été publiée")
    assert first[0] == second[0] == "error"
    assert low.title in first[1]
    assert "titre 2" in first[1]
    assert vague.title in second[1]
    assert "« cliquez ici »" in second[1]
    links = {link["href"] for link in BeautifulSoup(answer.content, "html.parser").select(".messages a[href]")}
    assert {reverse("wagtailadmin_pages:edit", args=[page.pk]) for page in (low, vague)} <= links


def test_bulk_publication_of_refused_pages_shows_no_success(editor):
    assert [level for level, _text in messages_of(bulk(editor, write([FAULTS["titre 2"]()])))] == ["error"]


def test_bulk_publication_checks_descendants(editor, index):
    good, low = write(), write([FAULTS["titre 2"]()])
    answer = bulk(editor, index, include_descendants="on")
    assert (is_live(good), is_live(low)) == (True, False)
    assert [level for level, _text in messages_of(answer)] == ["success", "error"]


def test_bulk_publication_of_a_page_without_revision_is_refused(editor):
    page = NewsPageFactory(live=False, title="Sans version")
    NewsPage.objects.filter(pk=page.pk).update(body="[]")
    ((level, text),) = messages_of(bulk(editor, page))
    assert level == "error"
    assert "Sans version" in text


def test_refused_scheduled_page_stays_a_draft_and_shows_the_reason(editor):
    page = write([FAULTS["titre 2"]()], go_live_at=NOW - dt.timedelta(minutes=1))
    revision = page.get_latest_revision()
    type(revision).objects.filter(pk=revision.pk).update(approved_go_live_at=NOW - dt.timedelta(minutes=1))
    assert publish_due(now=timezone.now()) == (0, 0)
    assert publish_due(now=timezone.now()) == (0, 0)
    assert not is_live(page)
    assert PageLogEntry.objects.filter(action=PUBLICATION_REFUSED, page=page.pk).count() == 1, (
        "the refusal is logged once"
    )

    assert "titre 2" in editor.get(reverse("wagtailadmin_pages:history", args=[page.pk])).content.decode()
    edit = reverse("wagtailadmin_pages:edit", args=[page.pk])
    assert "titre 2" in editor.get(reverse("wagtailadmin_home")).content.decode()

    change(page, GOOD, go_live_at=None)
    home = editor.get(reverse("wagtailadmin_home")).content.decode()
    assert edit not in [link["href"] for link in BeautifulSoup(home, "html.parser").select("#pages-a-relire a")]
    assert "titre 2" not in home


def test_restored_invalid_revision_is_refused(editor):
    page = write([FAULTS["titre 2"]()])
    bad = page.get_latest_revision()
    change(page, GOOD).get_latest_revision().publish()
    with pytest.raises(PublicationRefused):
        bad.publish(previous_revision=bad)
    form = nested_form_data(
        {
            "title": page.title,
            "slug": page.slug,
            "introduction": "",
            "image": "",
            "body": streamfield([text_block("<h3>Trop bas</h3>")]),
            "related_page": "",
            "proposals_told": inline_formset([]),
            "seo_title": "",
            "search_description": "",
            "go_live_at": "",
            "expire_at": "",
            "revision": bad.pk,
            "action-publish": "1",
        }
    )
    answer = editor.post(reverse("wagtailadmin_pages:edit", args=[page.pk]), form)
    assert "titre 2" in answer.content.decode().replace("\xa0", " ")
    assert "Trop bas" not in str(NewsPage.objects.get(pk=page.pk).body)


def test_page_published_before_the_rules_is_still_served(client):
    page = NewsPageFactory(body=[("text", "<h3>Trop bas</h3>")])
    assert client.get(page.url).status_code == 200
    page.title = "Autre titre"
    page.save()


def test_child_objects_of_a_page_are_checked():
    page = SessionPageFactory()
    page.agenda_items = [AgendaItem(title="")]
    revision = page.save_revision(clean=False)
    with pytest.raises(PublicationRefused):
        revision.publish()


def test_editorials_are_checked():
    word = EditorialWord.objects.create(body="", signature="", until=NOW.date(), live=False)
    with pytest.raises(PublicationRefused) as refused:
        word.save_revision(clean=False).publish()
    assert len(refused.value.reasons) == 2


def test_bulk_publication_stops_when_a_version_has_changed_since_the_list(editor):
    page, other = write(title="Relue"), write(title="Autre")
    url = f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={page.pk}&id={other.pk}"
    opened = editor.get(url)
    # Autosave keeps the primary key of the revision.
    page.title = "Canari"
    page.save_revision(clean=False, overwrite_revision=page.latest_revision)
    answer = editor.post(url, {"shown": shown(opened)})
    assert answer.status_code == 409
    assert "Canari" in answer.content.decode()
    assert not is_live(page)
    assert not is_live(other)
    editor.post(url, {"shown": shown(answer)})
    assert is_live(page)


def test_bulk_publication_stops_when_a_draft_arrived_below(editor, index):
    url = f"{reverse('wagtail_bulk_action', args=['wagtailcore', 'page', 'publish'])}?id={index.pk}"
    opened = editor.get(url)
    page = write(title="Canari")
    answer = editor.post(url, {"shown": shown(opened), "include_descendants": "on"})
    assert answer.status_code == 409
    assert "Canari" in answer.content.decode()
    assert not is_live(page)
