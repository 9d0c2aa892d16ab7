"""Publication of a page: its renditions are made in advance, and its text is measured."""

import datetime as dt
import re
from unittest import mock

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.utils import timezone
from wagtail.images.models import Filter
from wagtail.rich_text import RichText

from cms.models import CustomImage, CustomRendition, NewsIndexPage, NewsPage, PageCheck, StandardPage
from cms.quality.publication import SLICE, check_missing
from mailing.hooks import tick_jobs
from tests.cms.factories import make_image, picture_file
from tests.factories import NewsPageFactory

pytestmark = [pytest.mark.django_db, pytest.mark.indexed]

NOW = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)
SHORT = [("highlight", {"text": "Venez."})]
LARGE = (1_600, 1_200)
LONG = "Il faut " + "encore et encore " * 10 + "attendre."
HARD = (
    "Concernant l’administration dématérialisée, chaque interlocuteur institutionnel collabore quotidiennement. " * 12
)


@pytest.fixture(autouse=True)
def _media(settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    caches["renditions"].clear()


@pytest.fixture
def publish(django_capture_on_commit_callbacks):
    """Returns a function that publishes a news item with its image and body, as an editor does."""

    def act(slug="avec-image", body=(), **values):
        with django_capture_on_commit_callbacks(execute=True):
            page = NewsPage(title="Avec image", slug=slug, body=body or SHORT, **values)
            NewsIndexPage.objects.get().add_child(instance=page)
            page.save_revision().publish()
        return page

    return act


def image_block(image, **values):
    return ("image", {"image": image, "legend": "", **values})


def in_body(image, alt="Six personnes", decorative=False):
    image.contextual_alt_text, image.decorative = alt, decorative
    return image_block(image)


def files(tmp_path):
    return {path: path.stat().st_mtime_ns for path in tmp_path.rglob("*") if path.is_file()}


def test_renditions_are_created_at_publication_and_not_for_readers(publish, client, tmp_path):
    image, other = make_image(file=picture_file(size=LARGE)), make_image(file=picture_file("b.jpg", size=LARGE))
    CustomRendition.objects.all().delete()
    page = publish(image=image, body=[in_body(other)])
    made, written = CustomRendition.objects.count(), files(tmp_path)
    assert made

    with mock.patch.object(Filter, "run", side_effect=AssertionError("a picture is made while somebody reads")):
        for path in (page.url, "/actualites/", "/"):
            assert client.get(path).status_code == 200

    assert CustomRendition.objects.count() == made
    assert files(tmp_path) == written


def test_missing_rendition_is_created_for_the_first_reader(client):
    """Control of the test above, and the fallback if a publication failed half-way."""
    NewsPageFactory(slug="sans", image=make_image())
    before = CustomRendition.objects.count()
    client.get("/actualites/sans/")
    assert CustomRendition.objects.count() > before


def test_image_has_modern_formats_sizes_and_its_dimensions(publish, client):
    page = publish(
        image=make_image(file=picture_file(size=LARGE)), body=[in_body(make_image(file=picture_file("b.jpg")))]
    )
    html = client.get(page.url).content.decode()
    lead, second = re.findall(r"<picture>.*?</picture>", html, re.DOTALL)
    for words in ('type="image/avif"', 'type="image/webp"', "400w", "800w", "sizes=", 'width="800"', 'height="600"'):
        assert words in lead
    assert 'loading="eager"' in lead
    assert 'loading="lazy"' in second
    assert 'alt="Six personnes autour d’une table"' in lead


def test_first_image_of_a_body_is_not_lazy_without_a_lead_image(publish, client):
    page = publish(body=[in_body(make_image(file=picture_file(name))) for name in ("a.jpg", "b.jpg")])
    html = client.get(page.url).content.decode()
    assert re.findall(r'loading="(\w+)"', html) == ["eager", "lazy"]


def test_list_shows_small_images_with_empty_alternative_text(publish, client):
    publish(image=make_image(file=picture_file(size=LARGE)))
    picture = re.search(r"<picture>.*?</picture>", client.get("/actualites/").content.decode(), re.DOTALL)[0]
    assert 'alt=""' in picture
    assert ('width="480"' in picture, 'height="240"' in picture, 'loading="lazy"' in picture) == (True, True, True)


def test_change_of_the_focal_point_creates_new_renditions(django_capture_on_commit_callbacks, publish, client):
    image = make_image(file=picture_file(size=LARGE))
    publish(image=image)
    before = CustomRendition.objects.count()
    with django_capture_on_commit_callbacks(execute=True):
        image.focal_point_x, image.focal_point_y, image.focal_point_width, image.focal_point_height = 10, 10, 20, 20
        image.save()
    made = CustomRendition.objects.count()
    assert made > before
    client.get("/actualites/")
    assert CustomRendition.objects.count() == made


def test_tick_checks_pages_published_by_an_import():
    image = make_image()
    page = NewsPageFactory(image=image)
    page.save()
    CustomRendition.objects.all().delete()
    job = next(job for job in tick_jobs() if job.__name__ == "check_published_pages")
    while job(timezone.now()):
        pass
    assert CustomRendition.objects.filter(image=image).exists()
    assert PageCheck.objects.filter(page=page).exists()


def test_tick_checks_a_batch_of_pages_and_needs_one_query_without_pages(django_assert_num_queries):
    for _ in range(SLICE):
        NewsPageFactory()
    assert check_missing(now=NOW) == SLICE
    while check_missing(now=NOW):
        pass
    with django_assert_num_queries(1):
        assert check_missing(now=NOW) == 0


def test_page_that_cannot_be_checked_does_not_block_others(monkeypatch, caplog):
    while check_missing(now=NOW):
        pass
    broken, page = NewsPageFactory(), NewsPageFactory()

    def fail_for_the_first(checked):
        if checked.pk == broken.pk:
            raise RuntimeError

    monkeypatch.setattr("cms.quality.publication.make_card", fail_for_the_first)
    assert check_missing(now=NOW) == 1
    assert list(PageCheck.objects.filter(page__in=[broken, page]).values_list("page", flat=True)) == [page.pk]
    assert f"the page {broken.pk} could not be checked" in caplog.text


def test_command_creates_missing_renditions_only(capsys):
    image = make_image()
    CustomRendition.objects.all().delete()
    call_command("make_renditions")
    made = CustomRendition.objects.filter(image=image).count()
    assert made
    call_command("make_renditions")
    assert CustomRendition.objects.count() == made
    assert "1 of 1" in capsys.readouterr().out


def test_image_without_its_file_does_not_prevent_publication(publish, client):
    image = make_image()
    CustomImage.objects.filter(pk=image.pk).update(file="original_images/perdue.jpg")
    page = publish(image=CustomImage.objects.get(pk=image.pk))
    assert PageCheck.objects.filter(page=page).exists()
    assert client.get(page.url).status_code == 200


def check_of(page):
    return PageCheck.objects.get(page=page)


def test_publication_records_readability_and_longest_sentence(publish):
    easy = check_of(publish("facile", body=[("highlight", {"text": "Venez. C’est libre. " * 20})]))
    hard = check_of(publish("difficile", body=[("text", RichText(f"<p>{HARD}</p>"))]))
    long = check_of(publish("longue", introduction=LONG))
    assert easy.lix < 30 < 45 < hard.lix
    assert long.longest_sentence > 30 > easy.longest_sentence
    assert set(PageCheck.objects.to_improve().filter(page__slug__in=["facile", "difficile", "longue"])) == {hard, long}


def test_quotes_are_not_measured(publish):
    quote = ("quote", {"text": LONG, "author": "Odile M."})
    assert check_of(publish(body=[quote])).longest_sentence == 0


def test_images_without_alternative_text_are_counted():
    nothing = make_image(description="")
    page = NewsPageFactory(
        image=nothing,
        body=[in_body(make_image(), alt=""), in_body(make_image(), alt="", decorative=True), in_body(make_image())],
    )
    while check_missing(now=NOW):
        pass
    assert check_of(page).pictures_without_text == 2


def test_each_publication_of_a_page_measures_it(publish, django_capture_on_commit_callbacks):
    page = publish(introduction=LONG)
    with django_capture_on_commit_callbacks(execute=True):
        page.introduction = "Venez."
        page.save_revision().publish()
    assert check_of(page).longest_sentence == 1


def test_check_is_deleted_with_its_page(publish):
    page = publish()
    page.delete()
    assert not PageCheck.objects.filter(page=page.pk).exists()


def test_standard_page_is_measured(django_capture_on_commit_callbacks):
    page = StandardPage.objects.get(slug="aide")
    page.introduction = LONG
    with django_capture_on_commit_callbacks(execute=True):
        page.save_revision().publish()
    assert check_of(page).longest_sentence > 30
