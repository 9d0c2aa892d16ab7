"""Each page type says what it must; the checks see what is missing."""

import pytest
from wagtail.models import get_page_models

from cms import checks
from cms.models import BasePage, NewsPage


def test_the_page_types_of_the_project_are_complete():
    assert checks.page_types_are_complete() == []
    assert len([model for model in get_page_models() if issubclass(model, BasePage)]) >= 10


@pytest.fixture
def missing(monkeypatch):
    """Returns a function: the change to the news item's class → the ids of the errors."""

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
