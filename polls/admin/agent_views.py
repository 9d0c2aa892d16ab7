"""Views for agents to enter the answers of a person to a nominative poll."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import path, reverse
from django.urls.resolvers import URLPattern
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.ui.tables import Column, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import BaseButton, HeaderButton

from common.desk import AGENT_ICON, AgentView, EntryFormView, EntryViewSet, print_receipt
from common.errors import Refusal
from polls.admin.agent_forms import EntryForm
from polls.errors import NotForAgents, PollNotOpen
from polls.forms import PollForm
from polls.kinds import kind_of
from polls.models import AgentEntry, Poll
from polls.permissions import can_answer_for_others
from polls.services.agent_entries import answer_for, answers_of_entry, change_answer_for


class PollAgentView(AgentView):
    is_allowed = staticmethod(can_answer_for_others)


class ChoosePollView(PollAgentView, TemplateView):
    """List of the polls to answer: nominative, open, and put to everybody or to residents."""

    page_title = _("Answer a poll for somebody")
    template_name = "polls/admin/desk_choose.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(polls=Poll.objects.open_to_agents(timezone.now()), **kwargs)


class EntriesView(PollAgentView, ReportView):
    """List of the entries in open polls; any agent may change them."""

    page_title = _("Answers entered for somebody")
    header_icon = AGENT_ICON
    index_url_name = "poll_desk:list"
    index_results_url_name = "poll_desk:list_results"
    default_ordering = "-pk"
    is_searchable = True
    search_fields = ["name", "poll__title"]
    search_backend_name = None
    list_export: list[str] = []
    verbose_name_plural = AgentEntry._meta.verbose_name_plural
    columns = [
        TitleColumn(
            "name",
            label=_("Answered for"),
            get_url=lambda entry: reverse("poll_desk:change", args=[entry.pk]),
            sort_key="key",
        ),
        Column("poll", label=_("Poll"), sort_key="poll__title"),
        Column("get_origin_display", label=_("Origin"), sort_key="origin"),
    ]

    def get_base_queryset(self) -> QuerySet[AgentEntry]:
        return AgentEntry.objects.filter(poll__in=_open_polls()).select_related("poll")

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return [HeaderButton(_("Answer for somebody"), url=reverse("poll_desk:choose"), icon_name="plus")]


class AnswerView(PollAgentView, EntryFormView):
    """Questions of a poll, with the earlier answers, or with the fields about the person."""

    template_name = "polls/admin/desk_answer.html"
    invalid_status = 200

    @property
    def poll(self) -> Poll:
        raise NotImplementedError

    def redirect_if_over(self) -> HttpResponse | None:
        return None if self.poll.is_open(timezone.now()) else self.refuse(self.get_form(), PollNotOpen())

    def get_page_subtitle(self) -> str:
        return self.poll.title

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(poll=self.poll, **kwargs)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"poll": self.poll}

    def save(self, form: Any) -> AgentEntry:
        """Returns the entry. Raises a `Refusal`."""
        raise NotImplementedError

    def submit(self, form: PollForm) -> HttpResponse:
        entry = self.save(form)
        messages.success(self.request, gettext("The answer is recorded."))
        return print_receipt("poll_desk:receipt", entry.pk)

    def refuse(self, form: PollForm, refusal: Refusal) -> HttpResponse:
        if isinstance(refusal, PollNotOpen | NotForAgents):
            messages.error(self.request, gettext("This poll is over. Nothing was recorded."))
            return redirect("poll_desk:choose")
        return super().refuse(form, refusal)


class AnswerForView(AnswerView):
    page_title = _("Answer for somebody")
    form_class = EntryForm
    refusal_field = "name"

    @cached_property
    def poll(self) -> Poll:
        return get_object_or_404(_public_polls(), pk=self.kwargs["pk"])

    def save(self, form: EntryForm) -> AgentEntry:
        return answer_for(
            poll=self.poll,
            agent=self.agent,
            name=form.cleaned_data["name"],
            origin=form.cleaned_data["origin"],
            answers=form.answers,
            now=timezone.now(),
        )


class EntryView(PollAgentView):
    """Base of the views about one entry, until its name is erased."""

    @cached_property
    def entry(self) -> AgentEntry:
        return get_object_or_404(
            AgentEntry.objects.filter(poll__in=_public_polls()).exclude(name="").select_related("poll"),
            pk=self.kwargs["pk"],
        )

    @property
    def poll(self) -> Poll:
        return self.entry.poll


class ChangeEntryView(EntryView, AnswerView):
    page_title = _("Change an answer")
    form_class = PollForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"answers": answers_of_entry(self.entry)}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(entry=self.entry, **kwargs)

    def save(self, form: PollForm) -> AgentEntry:
        return change_answer_for(entry=self.entry, agent=self.agent, answers=form.answers, now=timezone.now())


class ReceiptView(EntryView, TemplateView):
    """Printable receipt of an entry, on one sheet."""

    page_title = _("Receipt")
    template_name = "polls/admin/desk_receipt.html"

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return [
            HeaderButton(_("Answer for somebody"), url=reverse("poll_desk:choose"), icon_name="plus"),
            HeaderButton(
                _("Change the answer"), url=reverse("poll_desk:change", args=[self.entry.pk]), icon_name="edit"
            ),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        answers = answers_of_entry(self.entry)
        questions = self.poll.questions.prefetch_related("choices")
        answers_in_words = [(question, kind_of(question).words(answers.get(question.pk, {}))) for question in questions]
        return super().get_context_data(
            poll=self.poll, entry=self.entry, answers_in_words=answers_in_words, day=timezone.localdate(), **kwargs
        )


class PollDeskViewSet(EntryViewSet):
    name = "poll_desk"
    icon = "list-ul"
    menu_label = _("A poll answer")
    menu_order = 30
    url_prefix = "saisies-sondages"  # type: ignore[assignment]
    is_allowed = staticmethod(can_answer_for_others)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", ChoosePollView.as_view(), name="choose"),
            path("<int:pk>/", AnswerForView.as_view(), name="answer"),
            path("reponses/", EntriesView.as_view(), name="list"),
            path("reponses/resultats/", EntriesView.as_view(results_only=True), name="list_results"),
            path("reponses/<int:pk>/modifier/", ChangeEntryView.as_view(), name="change"),
            path("reponses/<int:pk>/recu/", ReceiptView.as_view(), name="receipt"),
        ]


def _open_polls() -> QuerySet[Poll]:
    return Poll.objects.open_to_agents(timezone.now())


def _public_polls() -> QuerySet[Poll]:
    return Poll.objects.published(timezone.now()).for_agents()
