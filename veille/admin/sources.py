"""Sources of the watch in the admin: the list with their states, and the import of an OPML file."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.panels import FieldPanel, FieldRowPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton, HeaderButton
from wagtail.snippets.views.snippets import CreateView, IndexView

from common.action_forms import ActionFormView
from common.admin import (
    ListedSnippetViewSet,
    PermissionView,
    Step,
    StepsInRows,
    SuccessMessageMixin,
    TitleInBreadcrumb,
)
from common.hooks import WATCH_MENU_HOOK
from mailing.doorbell import ring_on_commit
from veille.admin.forms import OutlineForm, SourceForm
from veille.errors import OutlineRefused
from veille.models import Source
from veille.permissions import can_change_sources
from veille.services.outlines import MAX_BYTES, import_outline, read_outline
from veille.services.sources import READ_TASK, pause, read_now, resume


def condition(source: Source) -> str:
    return source.condition(timezone.now())


def steps_of(source: Source) -> list[Step]:
    """Returns the actions that are possible on `source`, each with a confirmation page."""

    def step(label: str, name: str) -> Step:
        return label, reverse("sources:act", args=[name, source.pk])

    if source.state != Source.State.READ:
        return [step(gettext("Resume"), "reprendre")]
    return [step(gettext("Read now"), "lire"), step(gettext("Pause"), "suspendre")]


class SourceIndexView(StepsInRows, IndexView):
    steps_of = staticmethod(steps_of)

    @cached_property
    def header_buttons(self) -> list[BaseButton]:
        import_url, opml_url = reverse("sources:import"), reverse("veille:opml")
        return [
            *super().header_buttons,
            HeaderButton(gettext("Add from a file"), url=import_url, icon_name="upload", priority=20),
            HeaderButton(gettext("Download as OPML"), url=opml_url, icon_name="download", priority=30),
        ]


class SourceCreateView(SuccessMessageMixin, CreateView):
    """Form of a new source. The worker is woken; a message shows when the feed is read."""

    success_message = _(
        "The source is added. The site reads it within a minute: reload this list, and it says how the source is."
    )

    def save_instance(self) -> Source:
        source: Source = super().save_instance()
        ring_on_commit(READ_TASK)
        return source


@dataclass(frozen=True)
class Act:
    """Action on a source: its title, its explanation, the message of success and the callable."""

    title: Any
    explanation: Any
    success_message: Any
    do: Callable[[Source], None]


ACTS = {
    "lire": Act(
        _("Read now"),
        _("The site of the source is asked within a minute. Reload the list then."),
        _("The source is read within a minute."),
        lambda source: read_now(source=source, now=timezone.now()),
    ),
    "suspendre": Act(
        _("Pause"),
        _("The source is not read any more, until somebody resumes it. What it brought stays."),
        _("The source is paused."),
        lambda source: pause(source=source),
    ),
    "reprendre": Act(
        _("Resume"),
        _("The site of the source is asked again, within a minute at first."),
        _("The source is read again."),
        lambda source: resume(source=source, now=timezone.now()),
    ),
}


class SourceActView(TitleInBreadcrumb, PermissionView, TemplateView):
    """Confirmation page of an action on a source. The feed itself is fetched by the worker, never in this request."""

    is_allowed = staticmethod(can_change_sources)
    template_name = "veille/admin/source_step.html"
    header_icon = "chain"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if kwargs["act"] not in ACTS:
            raise Http404
        self.act = ACTS[kwargs["act"]]
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def source(self) -> Source:
        return get_object_or_404(Source, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.act.title)

    def get_page_subtitle(self) -> str:
        return self.source.name

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("sources:list"), "label": gettext("Sources")}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        self.act.do(self.source)
        messages.success(request, f"{self.source.name}\u00a0: {self.act.success_message}")
        return redirect("sources:list")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(source=self.source, explanation=self.act.explanation, **kwargs)


class ImportView(TitleInBreadcrumb, PermissionView, ActionFormView):
    """Import of an OPML file in two steps: a preview, then the same file read again by the same rules and saved."""

    is_allowed = staticmethod(can_change_sources)
    form_class = OutlineForm
    refusal_field = "file"
    template_name = "veille/admin/import.html"
    page_title = _("Add from a file")
    header_icon = "upload"

    def above(self) -> list[dict[str, Any]]:
        return [{"url": reverse("sources:list"), "label": gettext("Sources")}]

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if "content" not in request.POST:
            return super().post(request, *args, **kwargs)
        try:
            result = import_outline(request.POST["content"].encode())
        except OutlineRefused as refusal:
            messages.error(request, str(refusal))
            return redirect("sources:import")
        count = len(result.created)
        added = ngettext("%(count)d source is added.", "%(count)d sources are added.", count) % {"count": count}
        if count:
            added += " " + gettext("The site reads them one after the other, from this minute on: reload this list.")
        messages.success(request, added)
        ring_on_commit(READ_TASK)
        return redirect("sources:list")

    def submit(self, form: OutlineForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        content = upload.read(MAX_BYTES + 1)
        preview = read_outline(content)
        context = self.get_context_data(form=form, preview=preview, content=content.decode())
        return self.render_to_response(context)


class SourceViewSet(ListedSnippetViewSet):
    model = Source
    icon = "chain"
    menu_label = _("Sources")
    menu_hook = WATCH_MENU_HOOK
    menu_order = 40
    url_namespace = "sources"  # type: ignore[assignment]
    url_prefix = "sources"  # type: ignore[assignment]
    index_view_class = SourceIndexView
    add_view_class = SourceCreateView
    copy_view_enabled = False
    list_per_page = 50
    list_filter: ClassVar = ["state", "language"]
    search_fields: ClassVar = ["name", "feed_url", "place"]
    search_backend_name = None
    list_display: ClassVar = [
        "name",
        Column("condition", label=_("State"), accessor=condition),
        Column("error", label=_("Last error")),
        DateColumn("last_item_at", label=_("Last new item"), sort_key="last_item_at"),
        DateColumn("read_at", label=_("Last reading"), sort_key="read_at"),
    ]
    edit_handler = ObjectList(
        [
            FieldPanel("name"),
            FieldPanel("feed_url"),
            FieldPanel("site_url"),
            FieldRowPanel([FieldPanel("language"), FieldPanel("place")]),
            FieldPanel("theme"),
            FieldPanel("is_public"),
        ],
        base_form_class=SourceForm,
    )

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("fichier/", ImportView.as_view(), name="import"),
            path("<str:act>/<int:pk>/", SourceActView.as_view(), name="act"),
        ]
