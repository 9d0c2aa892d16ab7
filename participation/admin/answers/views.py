"""Admin views of answers: report of waiting proposals, answering, publishing, reminding."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import ButtonsColumnMixin, Column, NumberColumn, TitleColumn
from wagtail.admin.views.reports import ReportView
from wagtail.admin.widgets.button import BaseButton, ListingButton

from common.action_forms import ActionFormView, posted_from
from common.admin import EmptyQueue, PermissionView, YesNoFilter
from common.errors import Refusal
from common.shown import ActsAsShown, Contents
from common.templatetags.dates import day
from participation import permissions
from participation.admin.answers.due import DueColumn, begun_answers
from participation.admin.answers.forms import ChangeStateForm, PublicationForm, ReminderForm
from participation.models import AnswerTemplate, OfficialAnswer, Proposal, ProposalStep
from participation.notifications.recipients import notified_addresses
from participation.queries.answers import late_answers, of_own_services, own_first, with_drafts, with_scheduled_answer
from participation.services import states
from participation.services.answers import contents_of, publish_answer, schedule_answer, unschedule_answer

State, Role = Proposal.State, ProposalStep.Role
Choices = dict[Proposal.State, ProposalStep.Role]
# Decisions of moderation are made in the moderation lists, which have their own views.
MODERATION = frozenset({State.REFUSED})


def states_for(user: Any, proposal: Proposal) -> Choices:
    """Returns the states to which `user` may move `proposal` in the admin now, each with the role that allows it.

    A decision of a service is part of an official answer, and never offered alone.
    """
    choices: Choices = {}
    for state in State:
        if state in MODERATION or not proposal.can_become(state):
            continue
        if proposal.state in (State.RECEIVED, State.REFUSED):
            continue
        for role in (Role.TEAM, Role.SERVICE):
            is_separate = role == Role.TEAM or state == State.STUDIED
            if is_separate and permissions.can_change_state(user, proposal, state, role):
                choices.setdefault(state, role)
    return choices


def actions_on(user: Any, proposal: Proposal, button: type[BaseButton]) -> list[BaseButton]:
    """Returns a button for each action on the answer to `proposal` that is allowed to `user`."""
    buttons = []
    about = {"aria-label": gettext("%(action)s: no. %(number)s")}
    if permissions.can_answer_proposals(user) and proposal.state in Proposal.ANSWERABLE_STATES:
        buttons.append((_("Answer…"), "answer"))
    if permissions.can_moderate_proposals(user) and proposal.state in Proposal.WAITING_STATES:
        buttons.append((_("Remind…"), "remind"))
    if states_for(user, proposal):
        buttons.append((_("Change the state…"), "change_state"))
    return [
        button(
            label,
            url=reverse(f"waiting_proposals:{name}", args=[proposal.pk]),
            priority=rank,
            attrs={"aria-label": about["aria-label"] % {"action": label, "number": proposal.pk}},
        )
        for rank, (label, name) in enumerate(buttons, 10)
    ]


class WaitingTitleColumn(ButtonsColumnMixin, TitleColumn):
    cell_template_name = "wagtailadmin/tables/title_cell.html"

    def get_buttons(self, instance: Proposal, parent_context: Any) -> list[BaseButton]:
        return actions_on(parent_context["request"].user, instance, ListingButton)


class OwnServicesFilterSet(WagtailFilterSet):
    """Base of the filters of a list of what services deal with; `mine` is offered to agents of a service only."""

    # Field of the rows with the service in charge.
    service_field: str

    mine = YesNoFilter(label=_("For my services"), method="filter_mine")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not permissions.own_services(self.request.user):
            del self.filters["mine"]

    def filter_mine(self, rows: QuerySet[Any], name: str, mine: str) -> QuerySet[Any]:
        own = of_own_services(self.request.user, self.service_field)
        return rows.filter(own if mine == YesNoFilter.YES else ~own)


class WaitingFilterSet(OwnServicesFilterSet):
    service_field = "asked_service"

    late = YesNoFilter(label=_("Late"), method="filter_late")

    class Meta:
        model = Proposal
        fields = ["mine", "asked_service"]

    def filter_late(self, proposals: QuerySet[Proposal], name: str, late: str) -> QuerySet[Proposal]:
        late_proposals = late_answers(timezone.localdate()).order_by().values("pk")
        return (
            proposals.filter(pk__in=late_proposals)
            if late == YesNoFilter.YES
            else proposals.exclude(pk__in=late_proposals)
        )


class OwnServicesFirst:
    """View mixin of a list that puts the rows of the user's own services first, unless another order is chosen."""

    request: HttpRequest
    # Field of the rows with the service in charge.
    service_field: str

    def order_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        ordered: QuerySet[Any] = super().order_queryset(queryset)  # type: ignore[misc]
        if "ordering" in self.request.GET or not permissions.own_services(self.request.user):
            return ordered
        rows = own_first(ordered, self.request.user, self.service_field)
        return rows.order_by("is_of_others", *ordered.query.order_by)


class WaitingProposalsView(OwnServicesFirst, EmptyQueue, PermissionView, ReportView):
    """Proposals without an answer: those of the user's own services, then by announced date."""

    service_field = "asked_service"
    queues = frozenset({"", "late=true", "mine=true"})

    is_allowed = staticmethod(permissions.can_follow_answers)
    page_title = _("Waiting for an answer")
    header_icon = "time"
    index_url_name = "waiting_proposals:list"
    index_results_url_name = "waiting_proposals:list_results"
    filterset_class = WaitingFilterSet
    default_ordering = "answer_due_on"
    is_searchable = True
    search_fields = ["title"]
    search_backend_name = None
    verbose_name_plural = Proposal._meta.verbose_name_plural
    list_export = ["pk", "title", "get_state_display", "asked_service", "published_at", "answer_due_on"]
    export_headings = {
        "pk": _("Number of the proposal"),
        "get_state_display": _("State"),
        "asked_service": _("Service that is asked"),
        "published_at": _("Published at"),
        "answer_due_on": _("Answer due on"),
    }
    columns = [
        WaitingTitleColumn("title", label=_("Proposal"), accessor=str, get_url=Proposal.get_absolute_url),
        DueColumn("answer_due_on", label=_("Answer announced for"), sort_key="answer_due_on"),
        Column("get_state_display", label=_("State"), sort_key="state"),
        Column("asked_service", label=_("Service that is asked"), sort_key="asked_service__name"),
        NumberColumn("support_count", label=_("Supports"), sort_key="support_count"),
    ]

    def get_base_queryset(self) -> QuerySet[Proposal]:
        proposals = with_scheduled_answer(Proposal.objects.awaiting_answer()).select_related("asked_service")
        return with_drafts(proposals)


class ProposalView(PermissionView):
    """Base view of one published proposal; access is limited by `is_allowed`."""

    @cached_property
    def proposal(self) -> Proposal:
        proposals = Proposal.objects.published().select_related("asked_service", "author")
        return get_object_or_404(proposals, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.proposal)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("waiting_proposals:list"), "label": gettext("Waiting for an answer")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(proposal=self.proposal, **kwargs)

    def get_success_url(self) -> str:
        return reverse("waiting_proposals:list")


class ChooseTemplateView(ProposalView, TemplateView):
    """First step of an answer: choice of a template, or of an empty text."""

    page_title = _("Answer")
    header_icon = "comment"
    template_name = "participation/admin/choose_template.html"
    is_allowed = staticmethod(permissions.can_answer_proposals)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        add_url = f"{reverse('answers:add')}?proposal={self.proposal.pk}"
        return super().get_context_data(
            add_url=add_url,
            templates=[(template, f"{add_url}&template={template.pk}") for template in AnswerTemplate.objects.all()],
            drafts=begun_answers(self.proposal),
            **kwargs,
        )


class ChangeStateView(ProposalView, ActsAsShown, ActionFormView):
    page_title = _("Change the state")
    header_icon = "resubmit"
    template_name = "participation/admin/proposal_form.html"
    form_class = ChangeStateForm
    is_allowed = staticmethod(permissions.can_follow_answers)

    def get_contents(self) -> Contents:
        return states.contents_of(self.proposal)

    def get_about(self) -> Proposal:
        return self.proposal

    @cached_property
    def choices(self) -> Choices:
        return states_for(self.request.user, self.proposal)

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"states": list(self.choices), "proposal": self.proposal}

    def get_form(self, form_class: Any = None) -> ChangeStateForm:
        form = super().get_form(form_class)
        if not notified_addresses(self.proposal, actor_id=self.request.user.pk):
            form.fields["reason"].help_text = gettext("Everybody can read this on the page of the proposal.")
        return form

    def submit(self, form: ChangeStateForm) -> HttpResponse:
        state = State(form.cleaned_data["state"])
        states.change_state(
            proposal=self.proposal,
            state=state,
            role=self.choices[state],
            actor=self.request.user,  # type: ignore[arg-type]
            shown=self.confirmation.shown,
            now=timezone.now(),
            reason=form.cleaned_data["reason"],
            target=form.cleaned_data.get("target"),
            service=form.cleaned_data["service"],
        )
        if notified_addresses(self.proposal, actor_id=self.request.user.pk):
            messages.success(self.request, gettext("The state is changed. The author receives an e-mail."))
        else:
            messages.success(self.request, gettext("The state is changed."))
        return redirect(self.get_success_url())


class RemindView(ProposalView, ActionFormView):
    page_title = _("Remind the service")
    header_icon = "mail"
    template_name = "participation/admin/proposal_form.html"
    form_class = ReminderForm
    is_allowed = staticmethod(permissions.can_moderate_proposals)

    def get_initial(self) -> dict[str, Any]:
        return {"service": self.proposal.asked_service_id}

    def submit(self, form: ReminderForm) -> HttpResponse:
        service, now = form.cleaned_data["service"], timezone.now()
        step = states.remind_service(
            proposal=self.proposal,
            service=service,
            actor=self.request.user,  # type: ignore[arg-type]
            now=now,
            message=form.cleaned_data["message"],
        )
        if step.at == now:
            messages.success(self.request, gettext("The service is reminded: %(name)s.") % {"name": service.name})
        else:
            message = gettext("A reminder left today already: this one is not sent. Do it again tomorrow.")
            messages.warning(self.request, message)
        return redirect(self.get_success_url())


class PublishAnswerView(PermissionView, ActsAsShown, ActionFormView):
    """Confirmation of an answer: its text as it will be published, its effects, and the publication time."""

    page_title = _("Publish the answer")
    header_icon = "comment"
    template_name = "participation/admin/publish_answer.html"
    form_class = PublicationForm
    is_allowed = staticmethod(permissions.can_answer_proposals)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if type(self).is_allowed(request.user) and self.answer.is_published:
            return redirect("answers:inspect", self.answer.pk)
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def answer(self) -> OfficialAnswer:
        answers = OfficialAnswer.objects.select_related("proposal__author", "service")
        return get_object_or_404(answers, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.answer.proposal)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("answers:list"), "label": gettext("Official answers")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        proposal = self.answer.proposal
        context = super().get_context_data(
            answer=self.answer, proposal=proposal, is_mailed=bool(notified_addresses(proposal)), **kwargs
        )
        return context | {"media": context["form"].media}

    def get_contents(self) -> Contents:
        return contents_of(self.answer)

    def get_about(self) -> OfficialAnswer:
        return self.answer

    def get_initial(self) -> dict[str, Any]:
        return {"publish_at": self.answer.publish_at}

    def submit(self, form: Form) -> HttpResponse:
        publish_at = form.cleaned_data["publish_at"]
        act: dict[str, Any] = {
            "answer": self.answer,
            "actor": self.request.user,
            "shown": self.confirmation.shown,
            "now": timezone.now(),
        }
        if publish_at:
            schedule_answer(publish_at=publish_at, **act)
            message = gettext("The answer will be published on %(day)s.") % {"day": day(publish_at)}
        else:
            publish_answer(**act)
            message = gettext("The answer is published.")
            if notified_addresses(self.answer.proposal):
                message = gettext("The answer is published. The author receives it by e-mail.")
        messages.success(self.request, message)
        return redirect("answers:inspect", self.answer.pk)


@posted_from("answers:inspect", "pk")
def unschedule(request: HttpRequest, pk: int) -> HttpResponse:
    """Turns a scheduled answer back into a draft."""
    answer = get_object_or_404(OfficialAnswer, pk=pk)
    try:
        unschedule_answer(answer=answer, actor=request.user)  # type: ignore[arg-type]
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, gettext("The answer is a draft again."))
    return redirect("answers:inspect", pk)
