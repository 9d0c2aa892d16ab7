"""Viewsets of answers in the menu « Participation »: waiting proposals, answers, templates, services."""

from typing import Any, ClassVar

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Q, QuerySet
from django.forms import Select
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.panels import FieldPanel, FieldRowPanel, MultiFieldPanel, ObjectList
from wagtail.admin.ui.tables import Column, DateColumn
from wagtail.admin.widgets.button import BaseButton, Button, HeaderButton
from wagtail.snippets.views.snippets import (
    CreateView,
    DeleteView,
    IndexView,
)

from common.admin import (
    AdminReportViewSet,
    ListedSnippetViewSet,
    SinglePermissionPolicy,
    SnippetEditView,
    Step,
    StepsInRows,
    SuccessMessageMixin,
)
from common.choosers import number_of
from common.markdown import letter
from participation import permissions
from participation.admin.answers import due, views
from participation.admin.answers.forms import CityServiceForm
from participation.admin.base import ReadView
from participation.models import AnswerTemplate, CityService, OfficialAnswer, Proposal


def steps_of(answer: OfficialAnswer) -> list[Step]:
    """Returns the step that follows a draft or a scheduled answer: its publication."""
    return [] if answer.is_published else [(gettext("Publish…"), reverse("answers:publish", args=[answer.pk]))]


class AnswerIndexView(StepsInRows, IndexView):
    steps_of = staticmethod(steps_of)

    def get_edit_url(self, instance: OfficialAnswer) -> str | None:  # type: ignore[override]
        return super().get_edit_url(instance) if instance.is_draft else None

    def get_delete_url(self, instance: OfficialAnswer) -> str | None:  # type: ignore[override]
        return super().get_delete_url(instance) if instance.is_draft else None

    def get_add_url(self) -> str:
        """Returns the URL of the report: an answer begins with a waiting proposal."""
        return reverse("waiting_proposals:list")


class BesideProposalMixin:
    """Form of an answer with its proposal beside it; offers only the services as which the user may sign.

    And the one that a draft has already: it is kept, and refused at the publication by somebody else.
    """

    def get_form(self, *args: Any, **kwargs: Any) -> Any:
        form = super().get_form(*args, **kwargs)  # type: ignore[misc]
        services = permissions.services_to_sign_as(self.request.user)  # type: ignore[attr-defined]
        offered = Q(pk__in=services.order_by().values("pk")) | Q(pk=form.instance.service_id)
        form.fields["service"].queryset = CityService.objects.filter(offered)
        return form

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)  # type: ignore[misc]
        proposal_pk = context["form"].instance.proposal_id
        return context | {"proposal": Proposal.objects.published().filter(pk=proposal_pk).with_authors().first()}


class AnswerCreateView(BesideProposalMixin, SuccessMessageMixin, CreateView):
    """New answer, prefilled from the proposal and the template of the URL, and from the last signature."""

    success_message = _("The draft is saved. Read it again, then publish it.")

    def get_initial_form_instance(self) -> OfficialAnswer:
        answer = OfficialAnswer(writer=self.request.user)
        if proposal_pk := number_of(self.request.GET.get("proposal", "")):
            answer.proposal_id = proposal_pk
        template = AnswerTemplate.objects.filter(pk=number_of(self.request.GET.get("template", ""))).first()
        if template:
            answer.decision, answer.reasons = template.decision, template.reasons
            answer.next_steps = template.next_steps
        latest = OfficialAnswer.objects.filter(writer=self.request.user).order_by("-created_at", "-pk").first()
        if latest:
            answer.signed_as = latest.signed_as
        answer.service = self._service(answer.proposal_id, latest)
        return answer

    def _service(self, proposal_pk: int | None, latest: OfficialAnswer | None) -> CityService | None:
        """Returns the service in charge, or else the only one of the user, or else that of the last signature."""
        services = {service.pk: service for service in permissions.services_to_sign_as(self.request.user)}
        asked_service = Proposal.objects.filter(pk=proposal_pk or 0).values_list("asked_service", flat=True).first()
        last = latest.service_id if latest else None
        only = next(iter(services)) if len(services) == 1 else None
        return next((services[key] for key in (asked_service, only, last) if key in services), None)

    def save_instance(self) -> OfficialAnswer:
        answer: OfficialAnswer = super().save_instance()
        for begun in due.begun_answers(answer.proposal):
            if begun.url != due.draft_url(answer):
                warning = gettext("Another answer to this proposal was begun before yours: %(answer)s.")
                button = messages.button(begun.url, gettext("See it"))
                messages.warning(self.request, warning % {"answer": begun.label}, buttons=[button])
        return answer

    def get_success_url(self) -> str:
        return reverse("answers:publish", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class DraftOnlyMixin:
    """Refuses to change a published or scheduled answer."""

    request: HttpRequest
    object: OfficialAnswer

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not self.object.is_draft:
            return redirect("answers:inspect", self.object.pk)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def lock_draft(self) -> None:
        """Locks the answer; raises `PermissionDenied` if it was published in the meantime. Requires a transaction."""
        if not OfficialAnswer.objects.select_for_update().get(pk=self.object.pk).is_draft:
            raise PermissionDenied(_("Somebody published this answer meanwhile. Write a further answer to correct it."))


class AnswerEditView(BesideProposalMixin, DraftOnlyMixin, SuccessMessageMixin, SnippetEditView):
    success_message = _("The draft is saved. Read it again, then publish it.")

    def save_instance(self) -> OfficialAnswer:
        self.lock_draft()
        # The user who saves has seen the form that mentions the marks.
        self.form.instance.has_marks = True
        return super().save_instance()

    def get_success_url(self) -> str:
        return reverse("answers:publish", args=[self.object.pk])

    def get_success_buttons(self) -> list:
        return []


class AnswerDeleteView(DraftOnlyMixin, DeleteView):
    def delete_action(self) -> None:
        with transaction.atomic():
            self.lock_draft()
            super().delete_action()


class AnswerInspectView(ReadView):
    page_title = _("Answer")

    def get_reasons_display_value(self) -> str:
        return letter(self.object.reasons) if self.object.has_marks else self.object.reasons

    def get_next_steps_display_value(self) -> str:
        return letter(self.object.next_steps) if self.object.has_marks else self.object.next_steps

    @cached_property
    def header_more_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return []

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        answer = self.object
        buttons: list[BaseButton] = []
        if not answer.is_published:
            buttons.append(HeaderButton(_("Publish…"), url=reverse("answers:publish", args=[answer.pk]), priority=1))
        else:
            buttons.append(Button(_("See it on the site"), url=answer.get_absolute_url(), priority=1))
            again = reverse("waiting_proposals:answer", args=[answer.proposal_id])
            buttons.append(HeaderButton(_("Write a further answer"), url=again, icon_name="plus", priority=2))
        if answer.is_draft:
            buttons.append(Button(_("Edit"), url=reverse("answers:edit", args=[answer.pk]), priority=3))
        return buttons


class AnswerViewSet(ListedSnippetViewSet):
    model = OfficialAnswer
    icon = "comment"
    menu_label = _("Official answers")
    url_namespace = "answers"  # type: ignore[assignment]
    url_prefix = "reponses"  # type: ignore[assignment]
    index_view_class = AnswerIndexView
    add_view_class = AnswerCreateView
    edit_view_class = AnswerEditView
    delete_view_class = AnswerDeleteView
    deleted_in_bulk = False
    inspect_view_class = AnswerInspectView
    inspect_view_enabled = True
    create_template_name = edit_template_name = "participation/admin/answer_form.html"  # type: ignore[assignment]
    inspect_template_name = "participation/admin/inspect.html"  # type: ignore[assignment]
    copy_view_enabled = False
    list_per_page = 50
    list_filter: ClassVar = ["status", "decision", "service"]
    search_fields: ClassVar = ["reasons", "next_steps", "proposal__title"]
    search_backend_name = None
    list_display: ClassVar = [
        "proposal",
        Column("get_status_display", label=_("Status"), sort_key="status"),
        DateColumn("publish_at", label=_("To be published on"), sort_key="publish_at"),
        Column("problem", label=_("Problem")),
        Column("get_decision_display", label=_("Decision"), sort_key="decision"),
        Column("service", label=_("Service")),
        DateColumn("published_at", label=_("Published at"), sort_key="published_at"),
    ]
    inspect_view_fields: ClassVar = [
        "proposal",
        "decision",
        "reasons",
        "next_steps",
        "service",
        "signed_as",
        "status",
        "publish_at",
        "published_at",
        "problem",
        "writer",
        "created_at",
    ]
    panels: ClassVar = [
        FieldPanel("proposal"),
        MultiFieldPanel(
            [FieldPanel("decision"), FieldPanel("reasons"), FieldPanel("next_steps")], heading=_("The answer")
        ),
        MultiFieldPanel(
            [FieldRowPanel([FieldPanel("service", widget=Select), FieldPanel("signed_as")])], heading=_("Who signs")
        ),
    ]

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return SinglePermissionPolicy(self.model, permissions.can_answer_proposals)

    def get_queryset(self, request: HttpRequest) -> QuerySet[OfficialAnswer]:
        return OfficialAnswer.objects.select_related("proposal", "service").order_by("-created_at", "-pk")

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("publier/<int:pk>/", views.PublishAnswerView.as_view(), name="publish"),
            path("deprogrammer/<int:pk>/", views.unschedule, name="unschedule"),
        ]


class AnswerTemplateViewSet(ListedSnippetViewSet):
    model = AnswerTemplate
    icon = "doc-full"
    menu_label = _("Templates of answers")
    url_prefix = "modeles-de-reponse"  # type: ignore[assignment]
    list_display: ClassVar = ["name", Column("get_decision_display", label=_("Decision"))]
    copy_view_enabled = False
    panels: ClassVar = [FieldPanel(name) for name in ("name", "decision", "reasons", "next_steps")]

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        return SinglePermissionPolicy(self.model, permissions.can_answer_proposals)


class CityServiceViewSet(ListedSnippetViewSet):
    model = CityService
    icon = "group"
    menu_label = _("Services of the city")
    url_prefix = "services-de-la-ville"  # type: ignore[assignment]
    list_display: ClassVar = ["name", "contact_email"]
    copy_view_enabled = False
    edit_handler = ObjectList(
        [FieldPanel("name"), FieldPanel("contact_email"), FieldPanel("members")], base_form_class=CityServiceForm
    )

    @property
    def permission_policy(self) -> SinglePermissionPolicy:
        """Policy: moderators of proposals, who send the reminders, edit the list of services."""
        return SinglePermissionPolicy(self.model, permissions.can_moderate_proposals)


class WaitingViewSet(AdminReportViewSet):
    """Report of the proposals that wait for an answer, and the views of one row."""

    name = "waiting_proposals"
    icon = "time"
    menu_label = _("Waiting for an answer")
    url_prefix = "propositions-en-attente"  # type: ignore[assignment]
    is_allowed = staticmethod(permissions.can_follow_answers)
    report = views.WaitingProposalsView

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            *super().get_urlpatterns(),
            path("<int:pk>/repondre/", views.ChooseTemplateView.as_view(), name="answer"),
            path("<int:pk>/etat/", views.ChangeStateView.as_view(), name="change_state"),
            path("<int:pk>/relancer/", views.RemindView.as_view(), name="remind"),
        ]
