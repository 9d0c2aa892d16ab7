"""Viewset of the work programmes, with the views that open the ballot and adopt its result."""

from typing import Any, ClassVar

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _
from wagtail.snippets.views.snippets import CreateView, IndexView

from cms.admin.dashboard import snippet_url
from cms.admin.steps import StepView
from committee import permissions
from committee.models import WorkProgramme
from committee.programme.forms import AdoptForm, OpenBallotForm
from committee.programme.queries import TopicRanking, sessions_to_adopt, standings
from committee.programme.services import adopt, adoption_contents, adoption_refusal, ballot_contents, open_ballot
from common.action_forms import ActionFormView
from common.admin import ListedSnippetViewSet, SnippetEditView, Step, StepsAfterSaving, StepsInRows
from common.hooks import COMMITTEE_MENU_HOOK
from common.shown import ActsAsShown, Contents
from polls.queries.results import turnout


class ProgrammeFormView(StepView, ActionFormView):
    """Base class of the steps of a programme."""

    template_name = "common/admin/form_page.html"
    header_icon = "list-ol"
    model = WorkProgramme
    is_allowed = staticmethod(permissions.can_edit_topics)

    def act(self, data: dict[str, Any]) -> str:
        """Performs the step with the cleaned `data`; returns the success message.

        Raises a `Refusal` or `ValidationError`.
        """
        raise NotImplementedError

    def submit(self, form: Form) -> HttpResponse:
        try:
            message = self.act(form.cleaned_data)
        except ValidationError as error:
            form.add_error(None, error.messages)
            return self.form_invalid(form)
        messages.success(self.request, message)
        return redirect(self.get_success_url())

    def get_success_url(self) -> str:
        return self.edit_url


class OpenBallotView(ActsAsShown, ProgrammeFormView):
    page_title = _("Open the ballot")
    form_class = OpenBallotForm

    def get_contents(self) -> Contents:
        return ballot_contents()

    def act(self, data: dict[str, Any]) -> str:
        open_ballot(
            programme=self.object,
            by=self.request.user,  # type: ignore[arg-type]
            shown=self.confirmation.shown,
            now=timezone.now(),
            **data,
        )
        return gettext("The ballot is ready. Each seat answers once, on the page of the poll.")


class AdoptView(ActsAsShown, ProgrammeFormView):
    page_title = _("Adopt the programme")
    form_class = AdoptForm
    template_name = "committee/admin/adopt.html"

    def get_contents(self) -> Contents:
        return adoption_contents(self.object) if self.standings else {}

    @cached_property
    def standings(self) -> list[TopicRanking]:
        """Results, once the ballot is over; until then they are secret."""
        poll = self.object.poll
        return standings(self.object) if poll and poll.is_over(timezone.now()) else []

    def get_form_kwargs(self) -> dict[str, Any]:
        topics = [ranking.topic for ranking in self.standings]
        return super().get_form_kwargs() | {
            "topics": topics,
            "sessions": sessions_to_adopt(self.object, timezone.now()),
        }

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        poll, now = self.object.poll, timezone.now()
        return super().get_context_data(
            programme=self.object,
            # The table of the results.
            contents_above=True,
            poll=poll,
            standings=self.standings,
            turnout=turnout(poll, now=now) if self.standings and poll else None,
            refusal=adoption_refusal(self.object, now),
            steps=[step for step in steps_of(self.object) if step[1] != self.request.path],
            **kwargs,
        )

    def act(self, data: dict[str, Any]) -> str:
        priorities = adopt(
            programme=self.object,
            by=self.request.user,  # type: ignore[arg-type]
            session=data["session"],
            places=data["places"],
            preferred={topic.pk for topic in data["preferred"]},
            shown=self.confirmation.shown,
            now=timezone.now(),
        )
        if len(priorities) < data["places"]:
            message = ngettext(
                "%(found)d priority and not %(asked)d: no other topic received a point.",
                "%(found)d priorities and not %(asked)d: no other topic received a point.",
                len(priorities),
            )
            messages.warning(self.request, message % {"found": len(priorities), "asked": data["places"]})
        return gettext(
            "The programme is adopted. Write the objective of each priority, and the decision in the minutes of this "
            "session: their approval enters it into the register."
        )


def steps_of(programme: WorkProgramme) -> list[Step]:
    """Returns the possible steps of `programme`, the next one first."""
    if programme.adopted_at:
        return [(gettext("See it on the site"), programme.get_absolute_url())]
    open_url = snippet_url(WorkProgramme, "open_ballot", programme.pk)
    if programme.poll is None:
        return [(gettext("Open the ballot…"), open_url)]
    again = (gettext("Open another ballot…"), open_url)
    if programme.poll.is_over(timezone.now()):
        return [(gettext("Adopt…"), snippet_url(WorkProgramme, "adopt", programme.pk)), again]
    if programme.poll.has_opened(timezone.now()):
        return [(gettext("See the ballot"), programme.poll.get_absolute_url()), again]
    return [again]


class ProgrammeIndexView(StepsInRows, IndexView):
    steps_of = staticmethod(steps_of)


class ProgrammeCreateView(StepsAfterSaving, CreateView):
    steps_of = staticmethod(steps_of)


class ProgrammeEditView(StepsAfterSaving, SnippetEditView):
    steps_of = staticmethod(steps_of)


class WorkProgrammeViewSet(ListedSnippetViewSet):
    """Work programmes by year, for users who can edit topics."""

    model = WorkProgramme
    icon = "list-ol"
    menu_label = _("Work programmes")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 70
    url_prefix = "programmes-de-travail"  # type: ignore[assignment]
    index_view_class = ProgrammeIndexView
    add_view_class = ProgrammeCreateView
    edit_view_class = ProgrammeEditView
    copy_view_enabled = False
    list_display: ClassVar = ["__str__", "adopted_at"]
    list_per_page = 50

    def get_queryset(self, request: HttpRequest) -> QuerySet[WorkProgramme]:
        return WorkProgramme.objects.select_related("poll")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("vote/<int:pk>/", OpenBallotView.as_view(), name="open_ballot"),
            path("adoption/<int:pk>/", AdoptView.as_view(), name="adopt"),
        ]
