"""View set of the work programmes, with the views that open the ballot and adopt its result."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import FormView
from wagtail.admin.widgets.button import BaseButton, HeaderButton
from wagtail.snippets.views.snippets import EditView, SnippetViewSet

from cms.admin.dashboard import snippet_url
from committee import permissions
from committee.models import WorkProgramme
from committee.programme.forms import AdoptForm, OpenBallotForm
from committee.programme.queries import standings
from committee.programme.services import adopt, open_ballot
from common.admin import PermissionView
from common.errors import Refusal


class ProgrammeFormView(PermissionView, FormView):
    """Base of the steps of a programme: a refusal is shown above the form, which keeps its data."""

    template_name = "committee/admin/programme_step.html"
    header_icon = "list-ol"
    may = staticmethod(permissions.can_edit_topics)
    done: str

    @cached_property
    def programme(self) -> WorkProgramme:
        return get_object_or_404(WorkProgramme.objects.select_related("poll"), pk=self.kwargs["pk"])

    def act(self, data: dict[str, Any]) -> None:
        """Does the step with the cleaned `data`. Raises a `Refusal` or `ValidationError`."""
        raise NotImplementedError

    def form_valid(self, form: Form) -> HttpResponse:
        try:
            self.act(form.cleaned_data)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
            return self.form_invalid(form)
        except ValidationError as refusal:
            form.add_error(None, refusal.messages)
            return self.form_invalid(form)
        messages.success(self.request, self.done)
        return super().form_valid(form)

    def get_success_url(self) -> str:
        return snippet_url(WorkProgramme, "edit", self.programme.pk)

    def get_page_subtitle(self) -> str:
        return str(self.programme)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": snippet_url(WorkProgramme, "list"), "label": gettext("Work programmes")},
            {"url": self.get_success_url(), "label": str(self.programme)},
            {"url": "", "label": self.get_page_title()},
        ]


class OpenBallotView(ProgrammeFormView):
    page_title = _("Open the ballot")
    form_class = OpenBallotForm
    done = _("The ballot is ready. Each seat answers once, on the page of the poll.")  # type: ignore[assignment]

    def act(self, data: dict[str, Any]) -> None:
        open_ballot(programme=self.programme, by=self.request.user, now=timezone.now(), **data)  # type: ignore[arg-type]


class AdoptView(ProgrammeFormView):
    page_title = _("Adopt the programme")
    form_class = AdoptForm
    done = _("The programme is adopted. Write the objective of each priority.")  # type: ignore[assignment]

    @cached_property
    def standings(self) -> list[Any]:
        """The results, once the ballot is over; until then they are secret."""
        poll = self.programme.poll
        return standings(self.programme) if poll and poll.is_over(timezone.now()) else []

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"topics": [one.topic for one in self.standings]}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(standings=self.standings, **kwargs)

    def act(self, data: dict[str, Any]) -> None:
        adopt(
            programme=self.programme,
            by=self.request.user,  # type: ignore[arg-type]
            places=data["places"],
            preferred={topic.pk for topic in data["preferred"]},
            now=timezone.now(),
        )


class ProgrammeEditView(EditView):
    """Edit form of a programme, with a button for the next step."""

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        programme: WorkProgramme = self.object
        if programme.adopted_at:
            return [
                HeaderButton(_("See it on the site"), url=programme.get_absolute_url(), icon_name="view", priority=1)
            ]
        steps = [(_("Open the ballot…"), "open_ballot")]
        if programme.poll_id:
            steps = [(_("Adopt…"), "adopt"), (_("Open another ballot…"), "open_ballot")]
        return [
            HeaderButton(label, url=snippet_url(WorkProgramme, name, programme.pk), priority=order)
            for order, (label, name) in enumerate(steps, 1)
        ]


class WorkProgrammeViewSet(SnippetViewSet):
    """Work programmes by year, for those who may edit topics."""

    model = WorkProgramme
    icon = "list-ol"
    menu_label = _("Work programmes")
    menu_order = 255
    add_to_admin_menu = True
    edit_view_class = ProgrammeEditView
    copy_view_enabled = False
    list_display: ClassVar = ["__str__", "adopted_at"]
    list_per_page = 50

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("vote/<int:pk>/", OpenBallotView.as_view(), name="open_ballot"),
            path("adoption/<int:pk>/", AdoptView.as_view(), name="adopt"),
        ]
