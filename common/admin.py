"""Views of the admin with one permission, and for objects with steps; snippets; a filter.

`is_allowed` is a function that returns whether a user has the permission:
`is_allowed = staticmethod(can_do_something)`. Other users see neither the view nor its menu item.
"""

from collections.abc import Callable, Iterable
from typing import Any, ClassVar, TypeAlias

import django_filters
from django import forms
from django.contrib.admin.utils import quote
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, re_path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext, pgettext_lazy
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.admin_url_finder import ModelAdminURLFinder
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.models import get_snippet_models
from wagtail.snippets.views.snippets import EditView, HistoryView, SnippetViewSet

from common.choosers import FilteredChooserViewSet
from common.edits import EditsAsShown
from common.slugs import free_slug

# Query parameters of a list that exclude nothing.
NON_FILTER_PARAMETERS = frozenset({"p", "ordering"})
# Next step of an object: label and URL of its button.
Step: TypeAlias = tuple[str, str]


class YesNoFilter(django_filters.ChoiceFilter):
    """Yes/no filter. With a `BooleanFilter`, Wagtail labels the active filter « True »."""

    YES = "true"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(self.YES, _("Yes")), ("false", _("No"))], **kwargs)

    def filter(self, qs: Any, value: str) -> Any:
        """Filters by a boolean field, unless the filter has a `method`."""
        return super().filter(qs, value == self.YES) if value else qs


class AttachedFilesColumn(Column):
    """Paper clip with the number of `attached_files` of the row. Prefetch the files."""

    cell_template_name = "common/attached_files_cell.html"

    def __init__(self) -> None:
        super().__init__("attached_files", label=_("Files"))


class TitleInBreadcrumb(WagtailAdminTemplateMixin):
    """View whose breadcrumb ends with its own title, below the pages `above`."""

    def above(self) -> list[dict[str, Any]]:
        """Returns URL and label of each page of the breadcrumb above this one."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, *self.above(), {"url": "", "label": self.get_page_title()}]


class PermissionView(WagtailAdminTemplateMixin):
    """View that requires the permission `is_allowed`."""

    request: HttpRequest
    kwargs: dict[str, Any]
    is_allowed: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not type(self).is_allowed(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class PermissionViewSet(ViewSet):
    """Views whose menu item requires the permission `is_allowed`."""

    is_allowed: Callable[[Any], bool]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        is_allowed = type(self).is_allowed

        class PermissionMenuItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return is_allowed(request.user)

        return PermissionMenuItem


class AdminReportViewSet(PermissionViewSet):
    """Report with its two URLs: the page, and the results that a filter updates."""

    report: type[ReportView]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.report.as_view(), name="list"),
            path("resultats/", self.report.as_view(results_only=True), name="list_results"),
        ]


class SinglePermissionPolicy(ModelPermissionPolicy):
    """Permission policy from one rule of an app's `permissions`, instead of Django's four permissions.

    `is_allowed` is the rule, a function of the user. With `only`, it grants that single action.
    """

    def __init__(self, model: Any, is_allowed: Callable[[Any], bool], *, only: str | None = None) -> None:
        super().__init__(model)
        self.is_allowed, self.only = is_allowed, only

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.only in (None, action) and self.is_allowed(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class SuccessMessageMixin:
    """Form of a snippet with its own `success_message`, instead of Wagtail's generic one."""

    success_message: Any

    def get_success_message(self, instance: Any = None) -> str:
        return str(self.success_message)


class EmptyQueue:
    """Mixin of a list that is a queue, always or with a filter of `queues`: if empty, says that nothing is pending."""

    request: HttpRequest
    # Filters that make the list a queue, as "name=value"; `""` for the unfiltered list.
    queues: frozenset[str] = frozenset({""})

    @cached_property
    def no_results_message(self) -> Any:
        filters = [
            f"{name}={value}" for name, value in self.request.GET.items() if value and name not in NON_FILTER_PARAMETERS
        ]
        if (not filters and "" in self.queues) or (len(filters) == 1 and filters[0] in self.queues):
            return pgettext("dashboard", "Nothing waits.")
        return super().no_results_message  # type: ignore[misc]


class SnippetEditView(EditsAsShown, EditView):
    """Edit form of a snippet, base class of those of the apps: saves only over the values that it showed."""

    def has_changed_meanwhile(self) -> bool:
        """For a snippet with revisions, relies on Wagtail, which numbers them and saves drafts by itself."""
        has_number = not {"loaded_revision_id", "overwrite_revision_id"}.isdisjoint(self.request.POST)
        if self.expects_json_response or (has_number and not self.is_out_of_date):
            return False
        return super().has_changed_meanwhile()


class ReadersHistoryView(HistoryView):
    """History of a row that its readers cannot edit: without a link to its form."""

    any_permission_required: ClassVar = ["view"]
    header_buttons: ClassVar[list[BaseButton]] = []  # type: ignore[assignment]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return self.breadcrumbs_items


class RowURLFinder(ModelAdminURLFinder):
    """Finds the form of a row, or its page of reading for a user who may not edit it, by the policy of its list.

    Wagtail's finder for snippets relies on the permissions of the model, and leads to forms that are refused.
    """

    viewset: SnippetViewSet

    def get_edit_url(self, instance: Model) -> str | None:
        policy = self.viewset.permission_policy
        if not self.user or policy.user_has_permission_for_instance(self.user, "change", instance):
            return reverse(self.viewset.get_url_name("edit"), args=[quote(instance.pk)])
        readable = policy.instances_user_has_any_permission_for(self.user, ["view"])
        if self.viewset.inspect_view_enabled and readable.filter(pk=instance.pk).exists():
            return reverse(self.viewset.get_url_name("inspect"), args=[quote(instance.pk)])
        return None


class ListedSnippetViewSet(SnippetViewSet):
    """Snippets with a list and forms, under the French `url_prefix` of the subclass.

    They have a chooser only if a subclass names one, which restricts its objects: Wagtail's own chooser lists all
    objects to every user of the admin.
    """

    chooser_viewset_class: type[FilteredChooserViewSet] | None = None  # type: ignore[assignment]
    edit_view_class = SnippetEditView
    # All members or topics on one page (Wagtail: 10).
    chooser_per_page = 50

    @property
    def url_finder_class(self) -> type[RowURLFinder]:
        return type("RowURLFinder", (RowURLFinder,), {"viewset": self})

    def register_chooser_viewset(self) -> None:
        if self.chooser_viewset_class:
            super().register_chooser_viewset()

    def get_chooser_admin_base_path(self) -> str:
        return f"{self.url_prefix}/choisir"


def former_snippet_address(request: HttpRequest, app_label: str, model_name: str) -> HttpResponse:
    """Redirects from Wagtail's default URLs of a snippet to those of its `url_prefix`: mails and bookmarks have them.

    The browser keeps the method and sends the data of a form again.
    """
    former = f"snippets/{app_label}/{model_name}"
    for model in get_snippet_models():
        if former == f"snippets/{model._meta.app_label}/{model._meta.model_name}":
            address = request.get_full_path().replace(former, model.snippet_viewset.url_prefix, 1)
            return redirect(address, preserve_request=True)
    raise Http404


def former_snippet_urls() -> list[URLPattern]:
    """Hook `register_admin_urls`."""
    pattern = r"^snippets/(?P<app_label>\w+)/(?P<model_name>\w+)/"
    return [re_path(pattern, former_snippet_address, name="former_snippet_address")]


class ListSearchArea(SearchArea):
    """Search area of the admin for a list of objects other than pages, for users with its menu item."""

    def __init__(self, viewset: ViewSet, label: Any, url_name: str = "list", *, order: int) -> None:
        url = reverse(viewset.get_url_name(url_name))
        super().__init__(capfirst(label), url, name=viewset.url_namespace, icon_name=viewset.icon, order=order)
        self.menu_item = viewset.get_menu_item()

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.menu_item.is_shown(request))


def register_search_of(model: type[Model], *, order: int) -> None:
    """Adds the list of a snippet to the search areas of the admin; the search words are passed on."""

    def area() -> ListSearchArea:
        return ListSearchArea(model.snippet_viewset, model._meta.verbose_name_plural, order=order)  # type: ignore[attr-defined]

    hooks.register("register_admin_search_area", area)


class PublishedForm(WagtailAdminModelForm):
    """Form of a snippet whose `published_at` is a checkbox: the first publication time is kept."""

    is_published = forms.BooleanField(
        label=pgettext_lazy("object", "Published"),
        required=False,
        help_text=_("Everyone sees it. Untick it to take it off the site."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_published"].initial = self.instance.published_at is not None

    def save(self, commit: bool = True) -> Any:
        """Saves the object; keeps the first publication time as long as it stays published."""
        is_published = self.cleaned_data["is_published"]
        self.instance.published_at = (self.instance.published_at or timezone.now()) if is_published else None
        return super().save(commit)


class SluggedForm(WagtailAdminModelForm):
    """Form whose `slug`, if it is left empty, is made of the field `named_by`, with a number if it is taken."""

    named_by = "name"

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slug"].required = False
        self.fields["slug"].help_text = _("The end of its address on the site. Empty: made of the words above.")

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if "slug" not in self.errors and not cleaned.get("slug"):
            others = type(self.instance)._default_manager.exclude(pk=self.instance.pk)
            cleaned["slug"] = free_slug(cleaned.get(self.named_by, ""), others, default="sans-titre")
        return cleaned


class PublishField(forms.ChoiceField):
    """Choice between publishing objects that are created together, and saving them as drafts."""

    PUBLISH, DRAFT = "publish", "draft"

    def __init__(self, **kwargs: Any) -> None:
        choices = [(self.PUBLISH, _("Publish them at once")), (self.DRAFT, _("Keep them as drafts"))]
        super().__init__(
            **{
                "label": _("Published at once, or drafts"),
                "choices": choices,
                "initial": self.PUBLISH,
                "widget": forms.RadioSelect,
                **kwargs,
            }
        )

    def allow_drafts_only(self) -> None:
        """Leaves only the choice "drafts" to users without the permission to publish, with an explanation."""
        self.choices = [(self.DRAFT, _("Keep them as drafts"))]
        self.initial = self.DRAFT
        self.help_text = _("Another person reads them before they are published.")


def action_url(item: Model, action: str, next_url: str) -> str:
    """Returns the URL of the confirmation page of the bulk action `action` for one object."""
    args = [item._meta.app_label, item._meta.model_name, action]
    return reverse("wagtail_bulk_action", args=args, query={"id": item.pk, "next": next_url})


class StepButton(Button):
    """Button displayed next to the menu of a list row, not in it."""

    allow_in_dropdown = False


def row_buttons(name: str, steps: Iterable[Step]) -> list[StepButton]:
    """Returns the buttons of `steps` for a list row. `name` is added to their labels for screen readers."""
    look = "button button-small button-secondary"
    return [
        StepButton(label, url=url, classname=look, attrs={"aria-label": f"{label} {name}"}, priority=order)
        for order, (label, url) in enumerate(steps, 1)
    ]


class StepsInRows:
    """Mixin of a list of objects with steps: each row has buttons for the next ones.

    `steps_of` returns the steps of an object, the next one first, without queries.
    """

    steps_of: Callable[[Any], list[Step]]

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        steps = row_buttons(str(instance), self.steps_of(instance))
        return [*steps, *super().get_list_more_buttons(instance)]  # type: ignore[misc]


class BackToForm:
    """Mixin of the form of a snippet: displays the form again after saving, with the next step."""

    object: Any

    def get_success_url(self) -> str:
        return self.get_edit_url()  # type: ignore[attr-defined]

    def get_success_buttons(self) -> list[BaseButton]:
        """Returns no button, since the form is displayed already."""
        return []


class StepsInHead:
    """Mixin of a page about an object with steps: its header has buttons for the next ones."""

    object: Any
    steps_of: Callable[[Any], list[Step]]

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        # The form of a new object has none yet.
        steps = self.steps_of(self.object) if self.object else []
        return [HeaderButton(label, url=url, priority=order) for order, (label, url) in enumerate(steps, 1)]


class StepsAfterSaving(StepsInHead, BackToForm):
    """Mixin of a form whose object has steps: displays it again after saving, with the next step in the message."""

    def get_success_buttons(self) -> list[BaseButton]:
        return [messages.button(url, label) for label, url in self.steps_of(self.object)[:1]]
