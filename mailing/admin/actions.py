"""Admin views of batches and suppressed addresses: report, pause, resume, cancel, lift."""

from dataclasses import dataclass
from typing import Any, ClassVar

from django import forms
from django.contrib import messages
from django.db.models import Count
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from common.action_forms import ActionFormView
from common.admin import PermissionView
from common.shown import ChangedMeanwhile
from mailing import batches, services
from mailing.models import Batch, Message, Suppression
from mailing.permissions import can_lift_suppressions, can_manage_batches

Status = Batch.Status
# Maximum number of failures shown; the register, filtered by batch, lists all.
FAILURES_SHOWN = 50
NOT_DELIVERED = (Message.State.FAILED, Message.State.BOUNCED, Message.State.HELD, Message.State.EXPIRED)


@dataclass(frozen=True)
class StateCount:
    """Number of mails of a batch in a state, and the URL of their list."""

    label: str
    count: int
    url: str


def report_of(batch: Batch, user: Any) -> dict[str, Any]:
    """Returns the context of the page of a batch (five queries at most)."""
    register = reverse("envois_modeladmin_index")
    count_by_state = dict(batch.messages.values_list("state").annotate(count=Count("pk")).order_by())
    reasons = batch.messages.filter(state__in=NOT_DELIVERED).values_list("state", "last_error")
    labels = dict(Message.State.choices)
    return {
        "batch": batch,
        "total": sum(count_by_state.values()),
        "register_url": f"{register}?batch={batch.pk}",
        "counts": [
            StateCount(str(label), count_by_state[state], f"{register}?batch={batch.pk}&state={state}")
            for state, label in Message.State.choices
            if state in count_by_state
        ],
        "reasons": [
            (labels[state], error, count)
            for state, error, count in reasons.annotate(count=Count("pk")).order_by("-count", "last_error")[
                :FAILURES_SHOWN
            ]
        ],
        "actions": acts_on(batch, user),
    }


def acts_on(batch: Batch, user: Any) -> list[tuple[Any, str, bool]]:
    """Returns the actions of `user` on `batch`: label, URL, and whether the action cancels the batch.

    There are none once all mails have been sent.
    """
    if batch.messages.exists() and not batch.messages.filter(state__in=Message.OPEN_STATES).exists():
        return []
    return [
        (action.label, reverse(f"mailing_batches:{name}", args=[batch.pk]), name == "cancel")
        for name, action in ACTIONS.items()
        if batch.status in action.possible and can_manage_batches(user)
    ]


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=_("Reason"),
        max_length=120,
        help_text=_("One sentence for the others of the team. Example: the date in the second paragraph is wrong."),
    )


class ConfirmationView(PermissionView, ActionFormView):
    """Confirmation page: explains the action, asks for a reason, performs the action and logs it."""

    header_icon = "mail"
    template_name = "mailing/admin/confirm.html"
    form_class: type[forms.Form] = ReasonForm
    explanation: Any = ""
    verb: Any = ""
    back: ClassVar[tuple[Any, str]]

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        label, name = self.back
        return [
            *self.breadcrumbs_items,
            {"url": reverse(name), "label": label},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            explanation=self.explanation, verb=self.verb, back_url=self.get_success_url(), **kwargs
        )


class BatchActionView(ConfirmationView):
    """Action `act` on a batch."""

    back = (_("Sendings"), "lots_modeladmin_index")
    is_allowed = staticmethod(can_manage_batches)
    act: str = ""

    @property
    def action(self) -> "Action":
        return ACTIONS[self.act]

    @cached_property
    def batch(self) -> Batch:
        return get_object_or_404(Batch, pk=self.kwargs["pk"])

    def get_page_title(self) -> str:
        return str(self.action.title)

    def get_page_subtitle(self) -> str:
        return str(self.batch)

    def get_form_class(self) -> type[forms.Form]:
        return self.action.form

    def get_success_url(self) -> str:
        return reverse("lots_modeladmin_inspect", args=[self.batch.pk])

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        waiting = self.batch.messages.filter(state__in=(Message.State.PENDING, Message.State.CLAIMED)).count()
        return super().get_context_data(waiting=waiting, **kwargs) | {
            "explanation": self.action.explanation,
            "verb": self.action.title,
        }

    def submit(self, form: forms.Form) -> HttpResponse:
        reason, now, actor = form.cleaned_data.get("reason", ""), timezone.now(), self.request.user
        if self.act == "pause":
            batches.pause(batch=self.batch, now=now, actor=actor, reason=reason)
        elif self.act == "resume":
            batches.resume(batch=self.batch, now=now, actor=actor)
        else:
            batches.cancel_batch(batch=self.batch, actor=actor, reason=reason)
        self.batch.refresh_from_db(fields=["status"])
        if self.batch.status == self.action.result:
            messages.success(self.request, str(self.action.done))
        else:
            messages.warning(self.request, str(ChangedMeanwhile.message))
        return redirect(self.get_success_url())


@dataclass(frozen=True)
class Action:
    """Admin action on a batch whose status is in `possible`; it becomes `result`, unless somebody was faster."""

    label: Any
    title: Any
    explanation: Any
    done: Any
    possible: tuple[str, ...]
    result: str
    form: type[forms.Form] = ReasonForm


ACTIONS = {
    "resume": Action(
        _("Resume…"),
        _("Resume the sending"),
        _("What waits is sent from now on. Look first at why it was paused."),
        _("The sending goes on."),
        (Status.PAUSED,),
        Status.ACTIVE,
        forms.Form,
    ),
    "pause": Action(
        _("Pause…"),
        _("Pause the sending"),
        _("No further e-mail leaves until somebody resumes the sending. Those that have left cannot be taken back."),
        _("The sending is paused."),
        (Status.ACTIVE,),
        Status.PAUSED,
    ),
    "cancel": Action(
        _("Cancel…"),
        _("Cancel the sending"),
        _("What has not left never leaves. This cannot be undone."),
        _("The sending is cancelled."),
        (Status.ACTIVE, Status.PAUSED),
        Status.CANCELLED,
    ),
}


class LiftView(ConfirmationView):
    """Lifts the suppression of an address."""

    page_title = _("Write to this address again")
    back = (_("Suppressed addresses"), "adresses-ecartees_modeladmin_index")
    explanation = _(
        "The next letter goes to this address again, if somebody asked for it. "
        "If it comes back, the address is put aside again."
    )
    verb = _("Write to it again")
    is_allowed = staticmethod(can_lift_suppressions)

    @cached_property
    def suppression(self) -> Suppression:
        return get_object_or_404(Suppression, pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.suppression)

    def get_success_url(self) -> str:
        return reverse(self.back[1])

    def submit(self, form: forms.Form) -> HttpResponse:
        services.lift(
            suppression=self.suppression,
            actor=self.request.user,
            reason=form.cleaned_data["reason"],
        )
        messages.success(self.request, gettext("E-mails go to this address again."))
        return redirect(self.get_success_url())


def urlpatterns() -> list[URLPattern]:
    """Returns the URL patterns of the actions, for the admin."""
    return [
        *[path(f"lots/<int:pk>/{name}/", BatchActionView.as_view(act=name), name=name) for name in ACTIONS],
        path("adresses-ecartees/<int:pk>/lever/", LiftView.as_view(), name="lift"),
    ]
