"""Reading list in the admin: the list, the page of an item, and the form that makes an example of it."""

from typing import Any, ClassVar

import django_filters
from django.db import transaction
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.http import urlencode
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton, HeaderButton
from wagtail.snippets.views.snippets import IndexView, InspectView

from cms.errors import PublicationRefused
from cms.quality.advice import advise
from common.action_forms import ActionFormView
from common.admin import (
    EmptyQueue,
    ListedSnippetViewSet,
    PermissionView,
    SinglePermissionPolicy,
    Step,
    StepsInRows,
    TitleInBreadcrumb,
    action_url,
)
from common.errors import Refusal
from common.hooks import WATCH_MENU_HOOK
from veille.admin.forms import ExampleForm
from veille.models import ReadingItem, Source, VeilleEntryPage, VeilleIndexPage
from veille.permissions import can_read_items
from veille.services.items import make_example, publish_example, theme_for

State = ReadingItem.State


def steps_of(item: ReadingItem, next_url: str) -> list[Step]:
    """Returns the decisions that are possible about `item`, or only a link to its example if there is one."""
    if item.entry_id:
        return [(gettext("Open the example"), reverse("wagtailadmin_pages:edit", args=[item.entry_id]))]
    steps = [(gettext("Make an example"), reverse("reading:example", args=[item.pk]))]
    if item.can_become(State.KEPT):
        steps.append((gettext("Keep"), action_url(item, "keep", next_url)))
    if item.can_become(State.SET_ASIDE):
        steps.append((gettext("Set it aside"), action_url(item, "set_aside", next_url)))
    return steps


def brought_by(item: ReadingItem) -> str:
    """Returns the origin of `item`: the name of its source, or a label for suggestions."""
    return item.source.name if item.source else gettext("Suggested by a resident")


class ItemFilterSet(WagtailFilterSet):
    state = django_filters.ChoiceFilter(label=_("State"), choices=State.choices)
    source = django_filters.ModelChoiceFilter(label=_("Source"), queryset=Source.objects.all())
    language = django_filters.ChoiceFilter(label=_("Language"), choices=VeilleEntryPage.Language.choices)

    class Meta:
        model = ReadingItem
        fields: ClassVar = ["state", "source", "language"]


class ItemIndexView(StepsInRows, EmptyQueue, IndexView):
    """List of items from sources and residents, newest first."""

    queues = frozenset({f"state={State.NEW.value}"})

    def steps_of(self, item: ReadingItem) -> list[Step]:  # type: ignore[override]
        return steps_of(item, self.request.get_full_path())


class ItemReadView(InspectView):
    """Page of an item, with the buttons that decide about it."""

    page_title = _("Read")

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        menu_url = self.model.snippet_viewset.menu_url
        return [
            HeaderButton(label, url=url, priority=order)
            for order, (label, url) in enumerate(steps_of(self.object, menu_url), 1)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(brought_by=brought_by(self.object), **kwargs)


class MakeExampleView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Form of an example, with initial values from the item. Works without JavaScript."""

    is_allowed = staticmethod(can_read_items)
    form_class = ExampleForm
    template_name = "veille/admin/make_example.html"
    page_title = _("Make an example")
    header_icon = "form"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        self.item = get_object_or_404(ReadingItem.objects.select_related("source__theme", "entry"), pk=kwargs["pk"])
        if can_read_items(request.user) and self.item.entry_id:
            return redirect("wagtailadmin_pages:edit", self.item.entry_id)
        return super().dispatch(request, *args, **kwargs)

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("reading:list"), "label": gettext("Reading list")}]

    @cached_property
    def rights(self) -> Any:
        index = VeilleIndexPage.objects.live().first()
        return index.permissions_for_user(self.request.user) if index else None

    @property
    def can_publish(self) -> bool:
        return bool(self.rights and self.rights.can_publish_subpage())

    def get_initial(self) -> dict[str, Any]:
        """Returns initial values without a year: the date of an item is not the year in which the example began."""
        return {"title": self.item.title[:255], "place": self.item.place, "theme": theme_for(self.item)}

    @property
    def publishes(self) -> bool:
        return self.can_publish and "publish" in self.request.POST

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"publishes": self.publishes}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            item=self.item,
            brought_by=brought_by(self.item),
            can_add=bool(self.rights and self.rights.can_add_subpage()),
            can_publish=self.can_publish,
            **kwargs,
        )

    def submit(self, form: ExampleForm) -> HttpResponse:
        if not (self.rights and self.rights.can_add_subpage()):
            form.add_error(None, gettext("You may not write in the list of the watch."))
            return self.form_invalid(form)
        service = publish_example if self.publishes else make_example
        with transaction.atomic():
            editor: Any = self.request.user
            entry = service(item=self.item, by=editor, now=timezone.now(), values=form.cleaned_data)
        if self.publishes:
            see = messages.button(entry.get_url(self.request), gettext("See it on the site"))
            edit = messages.button(reverse("wagtailadmin_pages:edit", args=[entry.pk]), gettext("Edit"))
            message = gettext("“%(title)s” is published.") % {"title": entry.title}
            messages.success(self.request, message, buttons=[see, edit])
            advise(self.request, entry)
            return redirect(f"{reverse('reading:list')}?{urlencode({'state': State.NEW.value})}")
        messages.success(self.request, gettext("The draft is made. Complete it, then publish it."))
        return redirect("wagtailadmin_pages:edit", entry.pk)

    def refuse(self, form: ExampleForm, refusal: Refusal) -> HttpResponse:
        if not (isinstance(refusal, PublicationRefused) and refusal.reasons):
            return super().refuse(form, refusal)
        for reason in refusal.reasons:
            form.add_error(None, reason)
        return self.form_invalid(form)


class ReadingItemViewSet(ListedSnippetViewSet):
    """Reading list, read-only: sources and residents add the items, which are neither edited nor deleted here."""

    model = ReadingItem
    icon = "list-ul"
    menu_label = _("Reading list")
    menu_hook = WATCH_MENU_HOOK
    menu_order = 30
    url_namespace = "reading"  # type: ignore[assignment]
    url_prefix = "a-lire"  # type: ignore[assignment]
    index_view_class = ItemIndexView
    inspect_view_class = ItemReadView
    inspect_view_enabled = True
    deleted_in_bulk = False
    inspect_template_name = "veille/admin/item.html"  # type: ignore[assignment]
    copy_view_enabled = False
    list_per_page = 50
    ordering: ClassVar = ["-found_at", "-pk"]
    filterset_class = ItemFilterSet
    search_fields: ClassVar = ["title", "text", "url"]
    search_backend_name = None
    list_display: ClassVar = [
        "title",
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("brought_by", label=_("Source"), accessor=brought_by),
        Column("get_language_display", label=_("Language")),
        DateColumn("dated_at", label=_("Date"), sort_key="dated_at"),
    ]
    panels: ClassVar = [FieldPanel("title")]

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return SinglePermissionPolicy(self.model, can_read_items, only="view")

    @property
    def menu_url(self) -> str:
        """URL of the list, filtered on undecided items."""
        return f"{super().menu_url}?{urlencode({'state': State.NEW.value})}"

    def get_queryset(self, request: HttpRequest) -> QuerySet[ReadingItem]:
        return ReadingItem.objects.select_related("source").order_by(*self.ordering)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [*super().get_urlpatterns(), path("exemple/<int:pk>/", MakeExampleView.as_view(), name="example")]
