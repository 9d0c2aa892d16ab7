"""Views of the desk: entry of a proposal or a comment, receipt, appeal, erasure of personal data."""

from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.admin.widgets.button import BaseButton, HeaderButton

from common.desk import AgentView, EntryFormView, print_receipt
from common.errors import Refusal
from common.urls import absolute_url
from participation import permissions
from participation.admin.desk.forms import CommentEntryForm, ProposalEntryForm, SenderForm
from participation.forms.discussions import AppealForm
from participation.models import CallPage, DeskEntry, Proposal, deadlines
from participation.services.appeals import appeal_for
from participation.services.desk import (
    ENTERED_WITHIN,
    enter_comment,
    enter_proposal,
    erase_person,
    renew_receipt,
)
from participation.services.follows import discussion_for_proposal

SUGGESTED = 100
CODES_KEY = "desk_codes"


def enter_buttons() -> list[BaseButton]:
    """Returns the buttons that link to the two forms."""
    return [
        HeaderButton(_("Enter a proposal"), url=reverse("desk_proposal:enter"), icon_name="plus", priority=1),
        HeaderButton(_("Enter a comment"), url=reverse("desk_comment:enter"), icon_name="comment", priority=2),
    ]


class DeskView(AgentView):
    is_allowed = staticmethod(permissions.can_enter_for_others)

    def redirect_to_receipt(self, entry: DeskEntry, code: str) -> HttpResponse:
        """Redirects to the receipt, which shows `code` once; the code is passed in the session."""
        if code:
            self.request.session[CODES_KEY] = {**self.request.session.get(CODES_KEY, {}), str(entry.pk): code}
        return print_receipt("desk_entries:receipt", entry.pk)


class EnterTextView(DeskView, EntryFormView):
    """Base view of the kinds of entry whose text waits for moderation."""

    template_name = "participation/admin/desk_enter.html"

    def save(self, form: Any) -> tuple[DeskEntry, str]:
        """Returns the entry and the code of its receipt. Raises a `Refusal`."""
        raise NotImplementedError

    def submit(self, form: SenderForm) -> HttpResponse:
        entry, code = self.save(form)
        messages.success(self.request, gettext("It is recorded, and waits to be read."))
        return self.redirect_to_receipt(entry, code)


class EnterProposalView(EnterTextView):
    page_title = _("Enter a proposal for somebody")
    form_class = ProposalEntryForm

    @cached_property
    def calls(self) -> list[CallPage]:
        """Calls that take proposals, or took them recently enough for a paper form that is entered now."""
        now = timezone.now()
        return list(permissions.enterable_calls(now, now - ENTERED_WITHIN).order_by("proposals_from", "pk"))

    def get_initial(self) -> dict[str, Any]:
        """Selects the call of the URL parameter, if it is in the list."""
        return super().get_initial() | {"call": self.request.GET.get("call")}

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"calls": self.calls}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(calls=self.calls, needs_call=True, **kwargs)

    def save(self, form: ProposalEntryForm) -> tuple[DeskEntry, str]:
        # The form has a field for the call only if there are several.
        text = {"call": self.calls[0]} | form.text
        return enter_proposal(agent=self.agent, sender=form.sender, now=timezone.now(), **text)


class EnterCommentView(EnterTextView):
    page_title = _("Enter a comment for somebody")
    form_class = CommentEntryForm

    @property
    def suggestions(self) -> QuerySet[Proposal]:
        """Latest proposals, which the browser suggests by number and by title."""
        return Proposal.objects.published().order_by("-published_at", "-pk")[:SUGGESTED]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(suggestions=self.suggestions, **kwargs)

    def save(self, form: CommentEntryForm) -> tuple[DeskEntry, str]:
        data = form.text
        return enter_comment(
            agent=self.agent,
            sender=form.sender,
            discussion=data["page"] or discussion_for_proposal(proposal=data["proposal"]),
            body=data["body"],
            position=data["position"],
            key=data["key"],
            now=timezone.now(),
        )


class EntryView(DeskView):
    """Base view of one entry."""

    @cached_property
    def entry(self) -> DeskEntry:
        return get_object_or_404(DeskEntry.objects.with_text(), pk=self.kwargs["pk"])

    def get_page_subtitle(self) -> str:
        return str(self.entry)

    def get_breadcrumbs_items(self) -> list[dict[str, Any]]:
        return [
            *self.breadcrumbs_items,
            {"url": reverse("desk_entries:list"), "label": gettext("Entries")},
            {"url": "", "label": self.get_page_title(), "sublabel": self.get_page_subtitle()},
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(entry=self.entry, text=self.entry.text, **kwargs)

    def get_success_url(self) -> str:
        return reverse("desk_entries:inspect", args=[self.entry.pk])


class ReceiptView(EntryView, TemplateView):
    """Receipt to take home. Its code is shown once; reprinting (POST) creates another one."""

    page_title = _("Receipt")
    template_name = "participation/admin/desk_receipt.html"

    @cached_property
    def header_buttons(self) -> list[BaseButton]:  # type: ignore[override]
        return enter_buttons()

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            return self.redirect_to_receipt(*renew_receipt(entry=self.entry, agent=self.agent))
        except Refusal as refusal:
            messages.error(self.request, str(refusal))
            return redirect(self.get_success_url())

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        codes = self.request.session.get(CODES_KEY, {})
        code = codes.pop(str(self.entry.pk), "")
        if code:
            self.request.session[CODES_KEY] = codes
        reading_due = deadlines.reading_due_on(timezone.localdate(self.entry.entered_at))
        return super().get_context_data(
            code=code,
            reading_due=reading_due,
            answer_due=deadlines.answer_due_on(reading_due),
            attach_url=absolute_url(reverse("participation:claim")),
            **kwargs,
        )


class ActView(EntryView, EntryFormView):
    """Confirmation of an action on an entry."""

    template_name = "participation/admin/desk_act.html"
    invalid_status = 200
    explanation: Any
    success_message: Any

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(explanation=self.explanation, **kwargs)

    def act(self, form: Form) -> None:
        """Performs the action. Raises a `Refusal`."""
        raise NotImplementedError

    def submit(self, form: Form) -> HttpResponse:
        self.act(form)
        messages.success(self.request, str(self.success_message))
        return redirect(self.get_success_url())


class EraseView(ActView):
    page_title = _("Erase the personal data")
    header_icon = "bin"
    form_class = Form
    explanation = _(
        "The person asks for it: the e-mail and the name shown are erased, and the receipt is worth nothing any more. "
        "The text stays, without a name. To take the text away too, ask a moderator."
    )
    success_message = _("The personal data are erased.")

    def act(self, form: Form) -> None:
        erase_person(entry=self.entry, agent=self.agent, now=timezone.now())


class AppealView(ActView):
    page_title = _("Ask for a second look")
    header_icon = "history"
    form_class = AppealForm
    explanation = _(
        "The person does not agree with the refusal: another moderator reads the text again. It can be asked once."
    )
    success_message = _("The request is sent. Another person answers.")

    def act(self, form: Form) -> None:
        appeal_for(entry=self.entry, agent=self.agent, body=form.cleaned_data["body"], now=timezone.now())
