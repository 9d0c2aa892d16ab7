"""System checks of page types: required attributes, and the errors without them."""

import pytest
from wagtail.models import get_page_models

from cms import checks
from cms.models import BasePage, NewsPage, SiteConfiguration


def test_the_page_types_of_the_project_are_complete():
    assert checks.page_types_are_complete() == []
    assert len([model for model in get_page_models() if issubclass(model, BasePage)]) >= 10


@pytest.fixture
def missing(monkeypatch):
    """Returns a function: change of the news item's class → IDs of the errors."""

    def found(change):
        change(monkeypatch)
        return [error.id for error in checks.problems_of(NewsPage)]

    return found


@pytest.mark.parametrize(
    ("change", "identifier"),
    [
        (lambda patch: patch.delattr(NewsPage, "parent_page_types"), "cms.E001"),
        (lambda patch: patch.delattr(NewsPage, "subpage_types"), "cms.E002"),
        (lambda patch: patch.delitem(NewsPage._meta.original_attrs, "verbose_name"), "cms.E003"),
        (lambda patch: patch.setattr(NewsPage, "search_fields", BasePage.search_fields), "cms.E004"),
        (lambda patch: patch.setattr(NewsPage, "template", "cms/absent.html"), "cms.E005"),
    ],
)
def test_what_a_page_type_leaves_unsaid_is_an_error(missing, change, identifier):
    assert missing(change) == [identifier]


@pytest.mark.django_db
class TestContact:
    """The operator is warned if nobody can receive reports of faults."""

    def found(self, **asked):
        return [warning.id for warning in checks.security_contact_is_set(**asked)]

    def test_the_address_of_the_examples_is_none(self):
        assert self.found(databases=["default"]) == ["cms.W006"]

    def test_without_a_database_nothing_is_asked(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert self.found() == []

    def test_an_address_of_somebody_is_one(self):
        configuration = SiteConfiguration.load()
        configuration.contact_email = "numerique@ville.fr"
        configuration.save()
        assert self.found(databases=["default"]) == []
