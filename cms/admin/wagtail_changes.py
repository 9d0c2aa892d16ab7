"""Monkey patches of Wagtail and Django where neither documents an extension point.

The three methods prevent leaks of names, and formulas in exports; the other lines set attributes. `apply()` is called
once at start-up (`cms.apps`). `make check` refuses monkey patches anywhere else.
"""

import json
from collections import defaultdict
from typing import Any

from django.core.exceptions import BadRequest
from django.db.models import Model
from django.forms import DateTimeField
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.formats import get_format_lazy
from django.utils.functional import classproperty
from django.utils.translation import gettext_lazy as _
from wagtail.admin.forms.choosers import (
    AnchorLinkChooserForm,
    EmailLinkChooserForm,
    ExternalLinkChooserForm,
    PhoneLinkChooserForm,
)
from wagtail.admin.views.bulk_action import BulkAction
from wagtail.admin.views.chooser import ExternalLinkView
from wagtail.admin.views.mixins import SpreadsheetExportMixin
from wagtail.models import Page
from wagtail.sites.views import IndexView as SitesView
from wagtail.snippets.bulk_actions.delete import DeleteBulkAction
from wagtail.snippets.models import get_snippet_models
from wagtail.users.views.bulk_actions import DeleteBulkAction as DeleteUsers
from wagtail.users.views.bulk_actions import SetActiveStateBulkAction
from wagtail.users.views.bulk_actions.assign_role import RoleForm

from cms.admin.exports import VALUES, spreadsheet_of_view
from cms.admin.visibility import visible_in_admin

FORMS = (AnchorLinkChooserForm, EmailLinkChooserForm, ExternalLinkChooserForm, PhoneLinkChooserForm, RoleForm)
FIELDS = {
    "link_text": _("Words of the link"),
    "email_address": _("E-mail address"),
    "subject": _("Subject line"),
    "body": _("Text of the e-mail"),
    "phone_number": _("Telephone number"),
    "role": _("Role"),
}
COLUMNS_OF_SITES = {"site_name": _("Name of the site"), "root_page": _("Home page")}

_actionable_objects = BulkAction.get_actionable_objects
_converted = ExternalLinkView.post


def apply() -> None:
    """Replaces three methods and the attributes."""
    # Exports: Wagtail's files run formulas, split cells at commas and lack the byte order mark. Only views of our own
    # could set another writer, and half of the lists are Wagtail's.
    SpreadsheetExportMixin.as_spreadsheet = spreadsheet_of_view
    # Writes times in UTC, with microseconds and an offset.
    SpreadsheetExportMixin.custom_value_preprocess = VALUES
    # Names objects that are hidden from the user. All bulk actions inherit it, Wagtail's included.
    BulkAction.get_actionable_objects = actionable_objects
    # Reveals the title of hidden pages. No hook or setting replaces the view.
    ExternalLinkView.post = converted_link
    # Offers deletion of every snippet to administrators, whatever its viewset permits.
    DeleteBulkAction.models = classproperty(deleted_in_bulk)
    # Delete and close accounts without a reason, a mail or an entry in the audit log (`accounts.admin`).
    DeleteUsers.models = SetActiveStateBulkAction.models = []
    # Parses a date alone as midnight: a poll that closes on the 15th would close at its beginning.
    DateTimeField.input_formats = get_format_lazy("DATETIME_INPUT_FORMATS")
    # Labels derived from identifiers, which no catalogue translates.
    for form in FORMS:
        for name, field in form.base_fields.items():
            field.label = FIELDS.get(name, field.label)
    for column in SitesView.columns:
        column.label = COLUMNS_OF_SITES.get(column.name, column.label)


def deleted_in_bulk(action: type[DeleteBulkAction]) -> list[type[Model]]:
    """Returns the snippet models that allow bulk deletion (the default; see `deleted_in_bulk` of the viewset)."""
    return [one for one in get_snippet_models() if getattr(one.snippet_viewset, "deleted_in_bulk", True)]


def actionable_objects(action: BulkAction) -> tuple[list[Model], dict[str, Any]]:
    """Returns the result of Wagtail's method, limited to the objects that the user may see in the admin.

    Wagtail lists the objects that the user may not change, and permits others by their model alone. Raises `Http404`
    if no object is left.
    """
    objects, context = _actionable_objects(action)
    refused = context["items_with_no_access"]
    visible = _visible_keys(action.request.user, [*objects, *refused])
    if (objects or refused) and not visible:
        raise Http404
    context["items_with_no_access"] = [
        one.specific_deferred if isinstance(one, Page) else one for one in refused if (type(one), one.pk) in visible
    ]
    return [one for one in objects if (type(one), one.pk) in visible], context


def _visible_keys(user: Any, objects: list[Model]) -> set[tuple[type[Model], Any]]:
    """Returns the model and the primary key of those `objects` that `user` may see. One query per model."""
    # The rows of a list of reports are the reported texts, of several models.
    keys = defaultdict(list)
    for one in objects:
        keys[type(one)].append(one.pk)
    return {
        (kind, pk)
        for kind, pks in keys.items()
        for pk in visible_in_admin(user, kind).filter(pk__in=pks).values_list("pk", flat=True)
    }


def converted_link(view: ExternalLinkView, request: HttpRequest) -> HttpResponse:
    """Answers as Wagtail's method, which turns the URL of a page into an internal link; but only for visible pages."""
    if "external-link-chooser-url" not in request.POST:
        raise BadRequest
    answer = _converted(view, request)
    content = json.loads(answer.content)
    key = (content.get("internal") or content.get("result") or {}).get("id")
    if key and not visible_in_admin(request.user, Page).filter(pk=key).exists():
        return view.render_chosen_response(view.get_result_data())
    return answer
