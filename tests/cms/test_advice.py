"""Advice after saving a page: images and documents that its readers cannot see."""

import pytest
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.quality.advice import advice_on
from tests.cms.factories import make_document, make_image, picture_file
from tests.factories import NewsPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def reserved():
    collection = Collection.get_first_root_node().add_child(name="Membres")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    # Its subcollections are restricted too.
    return collection.add_child(name="Ateliers")


def linking(document):
    return [{"type": "text", "value": f'<p>Lire <a linktype="document" id="{document.pk}">le guide</a>.</p>'}]


def test_a_picture_and_a_file_that_are_reserved_are_named(reserved):
    picture = make_image(title="Atelier", file=picture_file(size=(800, 600)), collection=reserved)
    page = NewsPageFactory(image=picture, body=linking(make_document(title="Guide", collection=reserved)))
    named = [advice.partition("»")[0] for advice in advice_on(page)]
    assert [name.strip("« \u00a0\u202f") for name in named] == ["Atelier", "Guide"]


def test_what_anyone_may_see_and_what_is_on_a_reserved_page_is_not(reserved):
    assert not advice_on(NewsPageFactory(image=make_image(file=picture_file(size=(800, 600)))))
    page = NewsPageFactory(image=make_image(file=picture_file(size=(800, 600)), collection=reserved))
    assert advice_on(page)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert not advice_on(page)


def test_a_picture_that_is_too_small_for_a_page_is_named():
    small = make_image(title="Atelier", file=picture_file(size=(64, 48)))
    assert "64 × 48 pixels" in " ".join(advice_on(NewsPageFactory(image=small))).replace("\u00a0", " ")
