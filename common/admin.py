"""Views of the admin that one permission opens, of agents, of objects with steps; snippets; a filter.

`may` says of an account whether it has the permission: `may = staticmethod(can_do_something)`. Whoever has not the
permission sees neither the view nor its item of the menu.
"""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

import django_filters
from django import forms
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from wagtail import hooks
from wagtail.admin import messages
from wagtail.admin.forms.models import WagtailAdminModelForm
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.admin.ui.tables import Column
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin
from wagtail.admin.views.reports import ReportView
from wagtail.admin.viewsets.base import ViewSet
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton
from wagtail.permission_policies import ModelPermissionPolicy
from wagtail.snippets.views.snippets import SnippetViewSet

from common.choosers import FilteredChooserViewSet

AGENT_ICON = "clipboard-list"
# Parameters of a list that leave nothing out.
SHOWN_ONLY = frozenset({"p", "ordering"})
# What may be done next: the label of the button and its URL.
Step: TypeAlias = tuple[str, str]


class YesNoFilter(django_filters.ChoiceFilter):
    """A filter of yes or no. Wagtail shows the label of the choice in force: of a `BooleanFilter`, « True »."""

    YES = "true"

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(choices=[(self.YES, _("Yes")), ("false", _("No"))], **kwargs)


class AttachedFilesColumn(Column):
    """A paper clip and the number of `attached_files` of the row. Read the rows with their files."""

    cell_template_name = "common/attached_files_cell.html"

    def __init__(self) -> None:
        super().__init__("attached_files", label=_("Files"))


class TitleInBreadcrumb(WagtailAdminTemplateMixin):
    """A view whose breadcrumb ends with its own title, after the pages that are above it."""

    def above(self) -> list[dict[str, Any]]:
        """Returns the URL and the label of each page above this one."""
        return []

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [*self.breadcrumbs_items, *self.above(), {"url": "", "label": self.get_page_title()}]


class PermissionView(WagtailAdminTemplateMixin):
    """A view for those whom `may` lets in."""

    request: HttpRequest
    kwargs: dict[str, Any]
    may: Callable[[Any], bool]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not type(self).may(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]


class PermissionViewSet(ViewSet):
    """Views whose item of the menu is shown to those whom `may` lets in."""

    may: Callable[[Any], bool]

    @cached_property
    def menu_item_class(self) -> type[MenuItem]:
        may = type(self).may

        class PermissionMenuItem(MenuItem):
            def is_shown(self, request: HttpRequest) -> bool:
                return may(request.user)

        return PermissionMenuItem


class AdminReportViewSet(PermissionViewSet):
    """A report, with the addresses that it has by itself: the page, and the results that a filter puts into it."""

    report: type[ReportView]

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", self.report.as_view(), name="list"),
            path("resultats/", self.report.as_view(results_only=True), name="list_results"),
        ]


class AgentView(TitleInBreadcrumb, PermissionView):
    """A view in which an agent enters what somebody came to say, said by phone or wrote.

    Two apps have such views, each with a permission of its own.
    """

    header_icon = AGENT_ICON


class AgentViewSet(PermissionViewSet):
    """Views whose item of the menu agents alone see."""


def print_receipt(url_name: str, pk: int) -> HttpResponse:
    """Redirects to the receipt at `url_name`, which opens the print window of the browser as it is shown."""
    return redirect(reverse(url_name, args=[pk], query={"imprimer": 1}))


class SinglePermissionPolicy(ModelPermissionPolicy):
    """A permission policy of one rule of the `permissions` of an app, instead of the four permissions of Django.

    `may` is the rule, a function of the account. With `only`, it grants that one action and nothing else.
    """

    def __init__(self, model: Any, may: Callable[[Any], bool], *, only: str | None = None) -> None:
        super().__init__(model)
        self.may, self.only = may, only

    def user_has_permission(self, user: Any, action: str) -> bool:
        return self.only in (None, action) and self.may(user)

    def user_has_any_permission(self, user: Any, actions: Any) -> bool:
        return any(self.user_has_permission(user, action) for action in actions)


class SuccessMessageMixin:
    """Form of a snippet that says its own `success_message`: Wagtail says that of all snippets instead."""

    success_message: Any

    def get_success_message(self, instance: Any = None) -> str:
        return str(self.success_message)


class EmptyQueue:
    """Mixin of a list that is a queue, or is one with a filter of `queues`: empty, it says that nothing waits."""

    request: HttpRequest
    # Filters that make a queue of the list, as "name=value"; `""` where the whole list is one.
    queues: frozenset[str] = frozenset({""})

    @cached_property
    def no_results_message(self) -> Any:
        asked = [f"{name}={value}" for name, value in self.request.GET.items() if value and name not in SHOWN_ONLY]
        if (not asked and "" in self.queues) or (len(asked) == 1 and asked[0] in self.queues):
            return pgettext("dashboard", "Nothing waits.")
        return super().no_results_message  # type: ignore[misc]


class ListedSnippetViewSet(SnippetViewSet):
    """Snippets with a list and forms. They have a chooser only where a subclass names one, which says what it shows.

    Wagtail's own shows all of them to whoever enters the admin.
    """

    chooser_viewset_class: type[FilteredChooserViewSet] | None = None  # type: ignore[assignment]
    # A whole committee, or all topics, on one page. Wagtail shows ten.
    chooser_per_page = 50

    def register_chooser_viewset(self) -> None:
        if self.chooser_viewset_class:
            super().register_chooser_viewset()


class ListSearchArea(SearchArea):
    """A list of objects beside the pages, where one searches the admin: for those who find the list in the menu."""

    def __init__(self, viewset: ViewSet, label: Any, url_name: str = "list", *, order: int) -> None:
        url = reverse(viewset.get_url_name(url_name))
        super().__init__(capfirst(label), url, name=viewset.url_namespace, icon_name=viewset.icon, order=order)
        self.menu_item = viewset.get_menu_item()

    def is_shown(self, request: HttpRequest) -> bool:
        return bool(self.menu_item.is_shown(request))


def register_search_of(model: type[Model], *, order: int) -> None:
    """Lets the search of the admin lead to the list of a snippet, to which the words are handed on."""

    def area() -> ListSearchArea:
        return ListSearchArea(model.snippet_viewset, model._meta.verbose_name_plural, order=order)  # type: ignore[attr-defined]

    hooks.register("register_admin_search_area", area)


class PublishedForm(WagtailAdminModelForm):
    """The form of a snippet whose `published_at` is a box to tick: the moment of the first publication is kept."""

    is_published = forms.BooleanField(
        label=_("Published"), required=False, help_text=_("Everyone sees it. Untick it to take it off the site.")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["is_published"].initial = self.instance.published_at is not None

    def save(self, commit: bool = True) -> Any:
        """Keeps the moment of the first publication while it stays published."""
        is_published = self.cleaned_data["is_published"]
        self.instance.published_at = (self.instance.published_at or timezone.now()) if is_published else None
        return super().save(commit)


class PublishField(forms.ChoiceField):
    """Choice between publishing pages that are created together, and keeping them as drafts."""

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
        """Leaves one choice to who does not publish there, and says why."""
        self.choices = [(self.DRAFT, _("Keep them as drafts"))]
        self.initial = self.DRAFT
        self.help_text = _("Another person reads them before they are published.")


class StepButton(Button):
    """A button that stands beside the menu of a row of a list, not in it."""

    allow_in_dropdown = False


def row_buttons(name: str, steps: Iterable[Step]) -> list[StepButton]:
    """Returns the buttons of `steps` for a row of a list. `name` is added for those who hear the buttons only."""
    look = "button button-small button-secondary"
    return [
        StepButton(label, url=url, classname=look, attrs={"aria-label": f"{label} {name}"}, priority=order)
        for order, (label, url) in enumerate(steps, 1)
    ]


class StepsInRows:
    """Mixin of a list of objects that go through steps: each row has the buttons of what may be done next.

    `steps_of` returns the steps of an object, the next one first, and makes no query.
    """

    steps_of: Callable[[Any], list[Step]]

    def get_list_more_buttons(self, instance: Any) -> list[Any]:
        steps = row_buttons(str(instance), self.steps_of(instance))
        return [*steps, *super().get_list_more_buttons(instance)]  # type: ignore[misc]


class BackToForm:
    """Mixin of the form of a snippet: saved, it is shown again, with the next step."""

    object: Any

    def get_success_url(self) -> str:
        return self.get_edit_url()  # type: ignore[attr-defined]

    def get_success_buttons(self) -> list[BaseButton]:
        """Returns none: the form is there already."""
        return []


class StepsInHead:
    """Mixin of a page about an object that goes through steps: the head has the buttons of what may be done next."""

    object: Any
    steps_of: Callable[[Any], list[Step]]

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        # The form of a new object has none yet.
        steps = self.steps_of(self.object) if self.object else []
        return [HeaderButton(label, url=url, priority=order) for order, (label, url) in enumerate(steps, 1)]


class StepsAfterSaving(StepsInHead, BackToForm):
    """Mixin of a form whose object goes through steps: saved, it is shown again, with the next step in the message."""

    def get_success_buttons(self) -> list[BaseButton]:
        return [messages.button(url, label) for label, url in self.steps_of(self.object)[:1]]
