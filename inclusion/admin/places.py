"""Admin of the places of help: list with the places to check, confirmation in one click, import of files."""

import io
from typing import Any, ClassVar

import django_filters
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.middleware.csrf import get_token
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property, classproperty
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList, Panel
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.utils import get_valid_next_url_from_request
from wagtail.admin.widgets.button import BaseButton, HeaderButton
from wagtail.snippets.bulk_actions.snippet_bulk_action import SnippetBulkAction
from wagtail.snippets.views.snippets import CreateView, IndexView

from common.action_forms import posted_from
from common.admin import EmptyQueue, ListedSnippetViewSet, PermissionView, SnippetEditView, TitleInBreadcrumb
from common.choosers import FilteredChooserViewSet
from common.hooks import GROUND_MENU_HOOK
from common.tables import FileRefused, text_of
from inclusion import permissions
from inclusion.admin.forms import PlaceForm, PlacesFileForm
from inclusion.models import Place, PlaceReport
from inclusion.models.hours import spans_past_midnight
from inclusion.queries.opening import closures_to_come, week_in_words
from inclusion.services.imports import import_places
from inclusion.services.places import confirm


def state_of(place: Place) -> str:
    """Returns the state of `place` for editors, in words."""
    today = timezone.localdate()
    facts = [
        (place.left_on is not None, gettext("Left its list")),
        (place.published_at is None, gettext("Not shown")),
        (getattr(place, "waiting", 0) > 0, gettext("Reported")),
        (place.is_public and place.needs_check(today), gettext("To be checked")),
        (place.hours_are_unclear, gettext("The site cannot read its hours")),
    ]
    labels = [label for holds, label in facts if holds]
    return ", ".join([*labels, *closures_to_come(place, today)]) or gettext("Up to date")


class ConfirmColumn(Column):
    """Button « Encore juste » in the row of a place."""

    cell_template_name = "inclusion/admin/confirm_cell.html"

    def get_cell_context_data(self, instance: Place, parent_context: Any) -> dict[str, Any]:
        context = super().get_cell_context_data(instance, parent_context)
        request = parent_context["request"]
        here = request.get_full_path()
        return {**context, "place": instance, "here": here, "csrf_token": get_token(request)}


class PlaceFilters(WagtailFilterSet):
    """Filters by commune and by state."""

    commune = django_filters.ChoiceFilter(label=_("Commune"), choices=[], field_name="commune")
    todo = django_filters.ChoiceFilter(
        label=_("State"),
        choices=[
            ("check", _("To be checked")),
            ("reported", _("Reported")),
            ("left", _("Left its list")),
            ("hidden", _("Not shown")),
        ],
        method="of_state",
    )

    class Meta:
        model = Place
        fields: ClassVar = ["commune", "todo"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = Place.objects.order_by("commune").values_list("commune", flat=True).distinct()
        self.filters["commune"].extra["choices"] = [(name, name) for name in names]

    def of_state(self, queryset: QuerySet[Place], name: str, value: str) -> QuerySet[Place]:
        match value:
            case "check":
                keys = Place.objects.to_check(timezone.localdate()).order_by().values("pk")
                return queryset.filter(pk__in=keys)
            case "reported":
                return queryset.filter(pk__in=PlaceReport.objects.waiting().order_by().values("place"))
            case "left":
                return queryset.exclude(left_on=None)
        return queryset.filter(published_at=None)


class PlaceIndexView(EmptyQueue, IndexView):
    queues = frozenset({"todo=check", "todo=reported"})

    def get_base_queryset(self) -> QuerySet[Place]:
        waiting = Count("reports", filter=Q(reports__state=PlaceReport.State.WAITING))
        return Place.objects.annotate(waiting=waiting).order_by("commune", "name", "pk")

    def to_row_dict(self, item: Place) -> dict[str, Any]:
        item.state = state_of(item)  # type: ignore[attr-defined]
        return super().to_row_dict(item)

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        url = reverse("places:import")
        return [
            *super().header_buttons,
            HeaderButton(gettext("Take in a file"), url=url, icon_name="upload", priority=20),
        ]


class ParsedHoursMixin:
    """Mixin for the form of a place that shows how the site parses the hours, and warns if it cannot."""

    request: HttpRequest

    def form_valid(self, form: Any) -> HttpResponse:
        answer = super().form_valid(form)  # type: ignore[misc]
        place: Place = form.instance
        today = timezone.localdate()
        if place.hours_are_unclear:
            message = gettext(
                "The site cannot read the hours: readers see them as they are written, without “open now”."
            )
            messages.warning(self.request, message)
        elif lines := [*week_in_words(place.hours, today), *closures_to_come(place, today)]:
            message = gettext("Hours as readers see them: %(hours)s.") % {"hours": "; ".join(lines)}
            messages.info(self.request, message)
        return answer


class PlaceCreateView(ParsedHoursMixin, CreateView):
    pass


class PlaceEditView(ParsedHoursMixin, SnippetEditView):
    pass


class WeekPanel(Panel):
    """Hours of the form as readers see them: the saved ones, or those just refused."""

    class BoundPanel(Panel.BoundPanel):
        template_name = "inclusion/admin/week_panel.html"

        def is_shown(self) -> bool:
            return bool(self.lines or self.closures)

        @cached_property
        def lines(self) -> list[str]:
            return week_in_words(self.form["hours"].value() or "", timezone.localdate())

        @cached_property
        def closures(self) -> list[str]:
            return closures_to_come(self.instance, timezone.localdate())


class NightPanel(FieldPanel):
    """Checkbox that confirms opening at night, shown if the hours go past midnight."""

    class BoundPanel(FieldPanel.BoundPanel):
        def is_shown(self) -> bool:
            return super().is_shown() and bool(spans_past_midnight(self.form["hours"].value() or ""))


@posted_from("places:list")
def confirm_one(request: HttpRequest, pk: int) -> HttpResponse:
    """Confirms one place (« Encore juste ») and redirects to the list with its filters."""
    if not permissions.can_edit_places(request.user):
        raise PermissionDenied
    place = get_object_or_404(Place, pk=pk)
    confirm([place], by=request.user, now=timezone.now())  # type: ignore[arg-type]
    messages.success(request, gettext("“%(place)s” is confirmed today.") % {"place": place})
    return redirect(get_valid_next_url_from_request(request) or reverse("places:list"))


class ConfirmAction(SnippetBulkAction):
    """Bulk action that confirms the selected places."""

    display_name = _("Still right")
    action_type = "confirm"
    aria_label = _("Confirm the selected places")
    template_name = "inclusion/admin/confirm_places.html"
    action_priority = 10

    @classproperty
    def models(cls) -> list[type]:
        return [Place]

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not permissions.can_edit_places(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def check_perm(self, obj: Place) -> bool:
        return True

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(title=self.display_name, **kwargs)

    def get_execution_context(self) -> dict[str, Any]:
        return {"by": self.request.user, "now": timezone.now()}

    @classmethod
    def execute_action(cls, objects: list[Place], **kwargs: Any) -> tuple[int, int]:
        return confirm(objects, **kwargs), 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str:
        return ngettext(
            "%(count)d place is confirmed today.", "%(count)d places are confirmed today.", num_parent_objects
        ) % {"count": num_parent_objects}


class ImportView(TitleInBreadcrumb, PermissionView, FormView):
    """Import of a file of places in two steps: a preview, then the same file read again by the same rules and saved."""

    is_allowed = staticmethod(permissions.can_edit_places)
    form_class = PlacesFileForm
    template_name = "inclusion/admin/import.html"
    page_title = _("Take in a file of places")
    header_icon = "upload"

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("places:list"), "label": gettext("Places of help")}]

    def form_valid(self, form: PlacesFileForm) -> HttpResponse:
        file, is_trial = io.BytesIO(form.cleaned_data["content"]), "take_in" not in self.request.POST
        try:
            result = import_places(file, now=timezone.now(), dry_run=is_trial)
            next_form = PlacesFileForm(initial={"text": text_of(file)}) if is_trial else form
        except FileRefused as refusal:
            form.add_error("file", str(refusal))
            return self.form_invalid(form)
        return self.render_to_response(self.get_context_data(form=next_form, done=result, is_trial=is_trial))


class PlaceChooserViewSet(FilteredChooserViewSet):
    """Chooser of a place of help, among the public ones."""

    choose_one_text = _("Choose a place of help")
    choose_another_text = _("Choose another place of help")
    search_fields: ClassVar = ["name", "address", "commune"]

    def choosable(self, user: Any) -> QuerySet[Place]:
        return Place.objects.public().order_by("name", "pk")


class PlaceViewSet(ListedSnippetViewSet):
    """Places of help. There is no deletion: a place is unpublished, or marked as gone from its list."""

    model = Place
    icon = "home"
    menu_label = _("Places of help")
    menu_hook = GROUND_MENU_HOOK
    menu_order = 70
    chooser_viewset_class = PlaceChooserViewSet
    url_namespace = "places"  # type: ignore[assignment]
    url_prefix = "lieux"  # type: ignore[assignment]
    index_view_class = PlaceIndexView
    add_view_class = PlaceCreateView
    edit_view_class = PlaceEditView
    copy_view_enabled = False
    filterset_class = PlaceFilters
    list_per_page = 50
    search_backend_name = None
    search_fields: ClassVar = ["name", "address", "commune"]
    list_display: ClassVar = [
        "name",
        Column("commune", label=_("Commune"), sort_key="commune"),
        Column("state", label=_("State"), accessor=state_of),
        DateColumn("confirmed_on", label=_("Confirmed on")),
        ConfirmColumn("confirm", label=_("Still right?")),
    ]
    list_export: ClassVar = ["name", "commune", "state", "confirmed_on"]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            MultiFieldPanel(
                [
                    FieldPanel("address"),
                    FieldPanel("address_extra"),
                    FieldRowPanel([FieldPanel("postal_code"), FieldPanel("commune"), FieldPanel("insee_code")]),
                    FieldRowPanel(
                        [FieldPanel("latitude"), FieldPanel("longitude")],
                        help_text=_(
                            "They put the place on the map. On openstreetmap.org, click on the place with the right "
                            "button, then on “Show address”: the two numbers are latitude and longitude."
                        ),
                    ),
                ],
                heading=_("Where one finds it"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("phone"),
                    FieldPanel("emails"),
                    FieldPanel("websites"),
                    FieldPanel("booking_url"),
                ],
                heading=_("How to reach it"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("week"),
                    FieldPanel("hours"),
                    NightPanel("is_open_at_night"),
                    WeekPanel(heading=_("Hours as readers see them")),
                    FieldRowPanel([FieldPanel("closed_from"), FieldPanel("closed_until")]),
                    FieldPanel("closed_because"),
                ],
                heading=_("Hours and exceptional closure"),
            ),
            MultiFieldPanel(
                [
                    FieldPanel("services"),
                    FieldPanel("fees"),
                    FieldPanel("access_modes"),
                    FieldPanel("help_modes"),
                    FieldPanel("audiences"),
                    FieldPanel("special_care"),
                ],
                heading=_("What it offers"),
            ),
            FieldPanel("summary"),
            FieldPanel("details"),
            MultiFieldPanel(
                [
                    FieldPanel("kinds"),
                    FieldPanel("programmes"),
                    FieldPanel("training_labels"),
                    FieldPanel("other_labels"),
                    FieldPanel("itinerancy"),
                    FieldPanel("parent_body"),
                    FieldPanel("pivot"),
                    FieldPanel("accessibility_url"),
                    FieldRowPanel([FieldPanel("source"), FieldPanel("updated_on")]),
                ],
                heading=_("For the national list"),
            ),
            FieldPanel("is_published"),
        ],
        base_form_class=PlaceForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("fichier/", ImportView.as_view(), name="import"),
            path("<int:pk>/encore-juste/", confirm_one, name="confirm"),
        ]
