"""Methods of Wagtail that the site replaces: they still exist, with the arguments of our versions."""

from importlib.util import find_spec, module_from_spec
from inspect import signature

import pytest

from cms.admin.exports import spreadsheet_of_view
from cms.admin.wagtail_changes import actionable_objects, converted_link
from cms.models import BasePage

REPLACED = [
    ("wagtail.admin.views.mixins", "SpreadsheetExportMixin", "as_spreadsheet", spreadsheet_of_view),
    ("wagtail.admin.views.bulk_action.base_bulk_action", "BulkAction", "get_actionable_objects", actionable_objects),
    ("wagtail.admin.views.chooser", "ExternalLinkView", "post", converted_link),
]


def original_module(module):
    """Returns a fresh copy of the module without our changes."""
    spec = find_spec(module)
    fresh = module_from_spec(spec)
    spec.loader.exec_module(fresh)
    return fresh


@pytest.mark.parametrize(("module", "name", "method", "ours"), REPLACED)
def test_replaced_method_of_wagtail_has_the_same_parameters(module, name, method, ours):
    theirs = vars(getattr(original_module(module), name))[method]
    assert theirs is not ours
    assert [one.kind for one in signature(theirs).parameters.values()] == [
        one.kind for one in signature(ours).parameters.values()
    ]
    assert vars(getattr(__import__(module, fromlist=[name]), name))[method] is ours


def test_each_page_type_uses_the_admin_title_of_the_base_class():
    from wagtail.models import Page, get_page_models

    kinds = [model for model in get_page_models() if model is not Page]
    assert len(kinds) > 15
    assert {model.get_admin_display_title for model in kinds} == {BasePage.get_admin_display_title}


def test_bulk_deletion_is_offered_only_where_administrators_may_delete():
    """Wagtail's action checks Django's permission, which administrators have for every model."""
    from wagtail.snippets.bulk_actions.delete import DeleteBulkAction

    from accounts.models import User

    administrator = User(is_superuser=True)
    policies = {model: model.snippet_viewset.permission_policy for model in DeleteBulkAction.models}
    assert len(policies) > 15
    assert [
        model for model, policy in policies.items() if not policy.user_has_permission(administrator, "delete")
    ] == []
