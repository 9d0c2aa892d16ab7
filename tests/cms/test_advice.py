"""Advice after saving a page: images and documents that its readers cannot see."""

import pytest
from wagtail.models import Collection, CollectionViewRestriction, PageViewRestriction

from cms.quality.advice import advice_on
from tests.cms.factories import make_document, make_image, picture_file
from tests.factories import NewsPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def private_collection():
    collection = Collection.get_first_root_node().add_child(name="Membres")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    # Its subcollections are restricted too.
    return collection.add_child(name="Ateliers")


def body_with_link(document):
    return [{"type": "text", "value": f'<p>Lire <a linktype="document" id="{document.pk}">le guide</a>.</p>'}]


def test_advice_names_private_images_and_documents_of_a_public_page(private_collection):
    picture = make_image(title="Atelier", file=picture_file(size=(800, 600)), collection=private_collection)
    page = NewsPageFactory(
        image=picture, body=body_with_link(make_document(title="Guide", collection=private_collection))
    )
    named = [advice.partition("»")[0] for advice in advice_on(page)]
    assert [name.strip("« \u00a0\u202f") for name in named] == ["Atelier", "Guide"]


def test_no_advice_on_public_images_or_on_private_pages(private_collection):
    assert not advice_on(NewsPageFactory(image=make_image(file=picture_file(size=(800, 600)))))
    page = NewsPageFactory(image=make_image(file=picture_file(size=(800, 600)), collection=private_collection))
    assert advice_on(page)
    PageViewRestriction.objects.create(page=page, restriction_type="login")
    assert not advice_on(page)


def test_advice_gives_the_size_of_an_image_that_is_too_small():
    small = make_image(title="Atelier", file=picture_file(size=(64, 48)))
    assert "64 × 48 pixels" in " ".join(advice_on(NewsPageFactory(image=small))).replace("\u00a0", " ")
