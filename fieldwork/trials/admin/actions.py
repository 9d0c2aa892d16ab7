"""Bulk actions on findings, also used for single ones. The transition table decides whether an action is allowed."""

from typing import Any, ClassVar, cast

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_list_or_404
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext, ngettext, ngettext_lazy
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import BaseButton

from common.admin import action_url
from common.bulk_actions import SnippetDecision
from common.errors import Refusal
from common.shown import ChangedMeanwhile
from fieldwork import permissions
from fieldwork.errors import NoFindingPending
from fieldwork.models import Finding, FindingStep
from fieldwork.trials.admin.forms import FixedForm, MergeForm, NoteForm, ReasonForm, RefusalForm, RemindForm
from fieldwork.trials.services.states import change_state, mark_sensitive, remind_services, send_to_city

State, Role = Finding.State, FindingStep.Role
# Lowest priority of the decisions that are not the usual next step: a row of the list never begins with them.
RARE = 100


class FindingAction(SnippetDecision):
    """Bulk action that takes one decision about each selected finding.

    Findings that do not allow the decision are listed apart on the confirmation page and named again in a warning
    afterwards: another user may have decided about more of them meanwhile.
    """

    models: ClassVar = [Finding]
    template_name = "fieldwork/admin/finding_action.html"
    is_allowed = staticmethod(permissions.can_coordinate_trials)
    button = _("Confirm")
    success_message: Any
    unchanged: list[Finding]

    @classmethod
    def get_queryset(cls, model: type[Model], object_ids: Any) -> list[Finding]:
        return get_list_or_404(Finding.objects.with_context(), pk__in=object_ids)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not type(self).is_allowed(request.user):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    @cached_property
    def readable(self) -> set[int]:
        return set(permissions.readable_findings(self.request.user).values_list("pk", flat=True))

    @classmethod
    def is_possible(cls, finding: Finding) -> bool:
        raise NotImplementedError

    @classmethod
    def can_decide(cls, user: Any, finding: Finding) -> bool:
        """Returns whether the user may take this decision about the finding in its current state."""
        return cls.is_allowed(user) and cls.is_possible(finding)

    @classmethod
    def label_and_priority(cls, finding: Finding) -> tuple[Any, int]:
        """Returns label and priority of the button of this decision about `finding`."""
        return cls.display_name, cls.action_priority

    def check_perm(self, obj: Finding) -> bool:
        return obj.pk in self.readable and self.can_decide(self.request.user, obj)

    def get_all_objects_in_listing_query(self, parent_id: Any) -> Any:
        """Returns the primary keys of the findings that allow the decision: "All" selects those only."""
        readable = permissions.readable_findings(self.request.user)
        return [
            finding.pk for finding in readable.select_related("service") if self.can_decide(self.request.user, finding)
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            title=self.display_name, button=self.button, is_serious="serious" in self.classes, **kwargs
        )

    def prepare_action(self, objects: Any, objects_without_access: dict[str, list[Finding]]) -> None:
        self.unchanged = list(objects_without_access["items_with_no_access"])

    def get_execution_context(self) -> dict[str, Any]:
        form_data = cast(forms.Form, self.cleaned_form).cleaned_data if self.cleaned_form else {}
        context = super().get_execution_context()
        return {**context, "actor": self.request.user, "now": timezone.now(), "unchanged": self.unchanged, **form_data}

    def form_valid(self, form: forms.Form) -> HttpResponse:
        self.unchanged = []
        response: HttpResponse = super().form_valid(form)
        if self.unchanged:
            messages.warning(self.request, unchanged_message(self.unchanged))
        return response

    @classmethod
    def decide(cls, finding: Finding, **decision: Any) -> None:
        raise NotImplementedError

    @classmethod
    def shown_of_each(cls, findings: list[Finding], shown: dict[str, str]) -> dict[int, str]:
        """Returns the displayed fingerprints by primary key, for services that take several findings."""
        return {finding.pk: cls.shown_of(finding, shown) for finding in findings}

    @classmethod
    def execute_action(  # type: ignore[override]
        cls, objects: list[Any], *, unchanged: list[Finding], shown: dict[str, str], **decision: Any
    ) -> tuple[int, int]:
        """Decides about each finding. Those now refused by the table stay unchanged and are added to `unchanged`.

        Raises `ChangedMeanwhile` if the content of one changed; nothing is decided then.
        """
        count = 0
        for finding in objects:
            try:
                cls.decide(finding, shown=cls.shown_of(finding, shown), **decision)
            except ChangedMeanwhile:
                raise
            except Refusal:
                unchanged.append(finding)
                continue
            count += 1
        return count, 0

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        return self.success_message % {"count": num_parent_objects} if num_parent_objects else None


def unchanged_message(findings: list[Finding]) -> str:
    """Returns a sentence that counts and names the selected findings left unchanged, each with its state."""
    states = dict(Finding.objects.filter(pk__in=[finding.pk for finding in findings]).values_list("pk", "state"))
    names = ", ".join(f"n° {pk} ({State(state).label})" for pk, state in sorted(states.items()))
    message = ngettext(
        "%(count)d finding is left as it is: %(names)s.",
        "%(count)d findings are left as they are: %(names)s.",
        len(states),
    )
    return message % {"count": len(states), "names": names}


class MoveAction(FindingAction):
    """Bulk change of state."""

    target: ClassVar[Finding.State]
    role: ClassVar[FindingStep.Role] = Role.TEAM

    @classmethod
    def is_possible(cls, finding: Finding) -> bool:
        return finding.can_become(cls.target)

    @classmethod
    def can_decide(cls, user: Any, finding: Finding) -> bool:
        return super().can_decide(user, finding) and permissions.can_act_as(user, cls.role, finding)

    @classmethod
    def decide(cls, finding: Finding, **decision: Any) -> None:
        change_state(finding=finding, state=cls.target, role=cls.role, **decision)


class ConfirmAction(MoveAction):
    display_name = _("Confirm")
    action_type = "confirm"
    aria_label = _("Confirm what is selected")
    action_priority = 10
    target = State.CONFIRMED
    success_message = ngettext_lazy("%(count)d finding is confirmed.", "%(count)d findings are confirmed.", "count")
    # Success message if all of them are public: none is sensitive, or of a campaign that is not published.
    public_message = ngettext_lazy(
        "%(count)d finding is confirmed: everybody reads it.",
        "%(count)d findings are confirmed: everybody reads them.",
        "count",
    )

    @classmethod
    def label_and_priority(cls, finding: Finding) -> tuple[Any, int]:
        """Returns those of a reversal, the last one, for a finding that was set aside or merged."""
        reverses = finding.state in Finding.LEFT_STATES
        return (_("Confirm after all"), 2 * RARE) if reverses else super().label_and_priority(finding)

    def get_success_message(self, num_parent_objects: int, num_child_objects: int) -> str | None:
        unchanged = {finding.pk for finding in self.unchanged}
        confirmed = [finding.pk for finding in self.actionable_objects if finding.pk not in unchanged]
        if not confirmed or Finding.objects.public().filter(pk__in=confirmed).count() < len(confirmed):
            return super().get_success_message(num_parent_objects, num_child_objects)
        return str(self.public_message % {"count": num_parent_objects})


class SendAction(MoveAction):
    """Sends findings to the city: one mail per service, whatever the number of findings."""

    display_name = _("Send to the city")
    action_type = "send"
    aria_label = _("Send to the city what is selected")
    action_priority = 20
    target = State.SENT
    button = _("Send to the city")
    success_message = ngettext_lazy(
        "%(count)d finding is sent. The service has 40 working days to answer.",
        "%(count)d findings are sent. The service has 40 working days to answer.",
        "count",
    )

    @classmethod
    def execute_action(  # type: ignore[override]
        cls, objects: list[Any], *, unchanged: list[Finding], shown: dict[str, str], **decision: Any
    ) -> tuple[int, int]:
        sent, left_out = send_to_city(findings=objects, shown=cls.shown_of_each(objects, shown), **decision)
        unchanged.extend(left_out)
        return len(sent), 0


class MergeAction(MoveAction):
    display_name = _("It is a duplicate…")
    action_type = "merge"
    aria_label = _("Merge what is selected with another finding")
    action_priority = RARE
    target = State.DUPLICATE
    form_class = MergeForm
    button = _("Merge")
    success_message = ngettext_lazy(
        "%(count)d finding is followed with the other one.",
        "%(count)d findings are followed with the other one.",
        "count",
    )

    def get_form(self, form_class: Any = None) -> forms.Form:
        return MergeForm(**self.get_form_kwargs(), user=self.request.user)


class DismissFindingAction(MoveAction):
    display_name = _("Set aside…")
    action_type = "dismiss_finding"
    aria_label = _("Set aside what is selected")
    action_priority = RARE + 10
    classes: ClassVar = {"serious"}
    target = State.DISMISSED
    form_class = ReasonForm
    button = _("Set it aside")
    success_message = ngettext_lazy("%(count)d finding is set aside.", "%(count)d findings are set aside.", "count")


class TestAgainAction(MoveAction):
    display_name = _("Ask for a new trial…")
    action_type = "test_again"
    aria_label = _("Ask for a new trial of what is selected")
    action_priority = 30
    target = State.TO_TEST
    form_class = NoteForm
    button = _("Ask for a new trial")
    success_message = ngettext_lazy(
        "%(count)d finding waits for a new trial.", "%(count)d findings wait for a new trial.", "count"
    )


class ReportFixedAction(MoveAction):
    display_name = _("It is fixed…")
    action_type = "say_fixed"
    aria_label = _("Say that what is selected is fixed")
    action_priority = 40
    is_allowed = staticmethod(permissions.can_answer_findings)
    target, role = State.SAID_FIXED, Role.SERVICE
    form_class = FixedForm
    button = _("Say that it is fixed")
    success_message = ngettext_lazy(
        "%(count)d finding is said to be fixed. Somebody else will try it again.",
        "%(count)d findings are said to be fixed. Somebody else will try them again.",
        "count",
    )


class WillNotFixAction(MoveAction):
    display_name = _("It will not be fixed…")
    action_type = "will_not_fix"
    aria_label = _("Say that what is selected will not be fixed")
    action_priority = 50
    is_allowed = staticmethod(permissions.can_answer_findings)
    target, role = State.WILL_NOT_FIX, Role.SERVICE
    form_class = RefusalForm
    button = _("Publish this answer")
    success_message = ngettext_lazy("%(count)d finding is answered.", "%(count)d findings are answered.", "count")


class RemindFindingsAction(FindingAction):
    display_name = _("Remind the service…")
    action_type = "remind"
    aria_label = _("Remind the service of what is selected")
    action_priority = 60
    form_class = RemindForm
    button = _("Send the reminder")
    success_message = ngettext_lazy(
        "A reminder left about %(count)d finding.", "A reminder left about %(count)d findings.", "count"
    )

    @classmethod
    def is_possible(cls, finding: Finding) -> bool:
        return finding.state == State.SENT

    @classmethod
    def execute_action(  # type: ignore[override]
        cls, objects: list[Any], *, unchanged: list[Finding], shown: dict[str, str], **decision: Any
    ) -> tuple[int, int]:
        try:
            reminded, left_out = remind_services(findings=objects, shown=cls.shown_of_each(objects, shown), **decision)
        except NoFindingPending:
            reminded, left_out = [], objects
        unchanged.extend(left_out)
        return len(reminded), 0


class HideFindingAction(FindingAction):
    """Marks a security hole or personal data as sensitive, readable by the team and the city only."""

    display_name = _("Mark as sensitive")
    action_type = "mark_sensitive"
    aria_label = _("Mark as sensitive what is selected")
    action_priority = RARE + 20
    classes: ClassVar = {"serious"}
    is_sensitive = True
    button = _("Hide it from everybody else")
    success_message = ngettext_lazy(
        "%(count)d finding is sensitive: only the team and the city read it.",
        "%(count)d findings are sensitive: only the team and the city read them.",
        "count",
    )

    @classmethod
    def is_possible(cls, finding: Finding) -> bool:
        return finding.is_sensitive != cls.is_sensitive

    @classmethod
    def decide(cls, finding: Finding, **decision: Any) -> None:
        mark_sensitive(finding=finding, is_sensitive=cls.is_sensitive, **decision)


class ShowFindingAction(HideFindingAction):
    display_name = _("Not sensitive any more")
    action_type = "mark_harmless"
    aria_label = _("Show again what is selected")
    action_priority = RARE + 30
    classes: ClassVar = set()
    is_sensitive = False
    button = _("Show it like the others")
    success_message = ngettext_lazy(
        "%(count)d finding is not sensitive any more.", "%(count)d findings are not sensitive any more.", "count"
    )


ACTIONS: tuple[type[FindingAction], ...] = (
    *(
        ConfirmAction,
        SendAction,
        MergeAction,
        DismissFindingAction,
        TestAgainAction,
        ReportFixedAction,
        WillNotFixAction,
    ),
    *(RemindFindingsAction, HideFindingAction, ShowFindingAction),
)


def actions_on(user: Any, finding: Finding, next_url: str, button: type[BaseButton]) -> list[BaseButton]:
    """Returns a button for each decision that the user may take about `finding` now."""
    about = gettext("%(action)s: no. %(number)s")
    buttons = []
    for action in ACTIONS:
        if action.can_decide(user, finding):
            label, priority = action.label_and_priority(finding)
            url = action_url(finding, str(action.action_type), next_url)
            attrs = {"aria-label": about % {"action": label, "number": finding.pk}}
            buttons.append(button(label, url=url, priority=priority, attrs=attrs))
    return buttons
