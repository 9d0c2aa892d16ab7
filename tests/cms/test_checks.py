"""System checks of page types: required attributes, and the errors without them."""

import pytest
from wagtail.models import get_page_models

from cms import checks
from cms.models import BasePage, NewsPage, SiteConfiguration


def test_page_types_of_the_project_pass_the_check():
    assert checks.page_types_are_complete() == []
    assert len([model for model in get_page_models() if issubclass(model, BasePage)]) >= 10


@pytest.fixture
def missing(monkeypatch):
    """Returns a function: change of the news item's class → IDs of the errors."""

    def error_ids(change):
        change(monkeypatch)
        return [error.id for error in checks.problems_of(NewsPage)]

    return error_ids


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
def test_page_type_without_a_required_attribute_is_an_error(missing, change, identifier):
    assert missing(change) == [identifier]


@pytest.mark.django_db
class TestContact:
    """The operator is warned if nobody can receive reports of faults."""

    def warning_ids(self, **asked):
        return [warning.id for warning in checks.security_contact_is_set(**asked)]

    def test_example_contact_address_is_a_warning(self):
        assert self.warning_ids(databases=["default"]) == ["cms.W006"]

    def test_check_without_databases_does_no_query(self, django_assert_num_queries):
        with django_assert_num_queries(0):
            assert self.warning_ids() == []

    def test_real_contact_address_passes_the_check(self):
        configuration = SiteConfiguration.load()
        configuration.contact_email = "numerique@ville.fr"
        configuration.save()
        assert self.warning_ids(databases=["default"]) == []
