"""Steps of a poll: opening, closing, back to a draft. Each has a confirmation page."""

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from cms.admin.dashboard import snippet_url
from cms.admin.steps import StepView
from common.action_forms import ActionFormView
from common.admin import Step
from common.errors import Refusal
from common.shown import ActsAsShown, ChangedMeanwhile, Contents
from polls.models import Poll
from polls.permissions import can_change_polls
from polls.services.opening import close_poll, contents_of, missing_in, open_poll, withdraw_poll


class PollStepView(StepView, ActionFormView):
    """Base of the confirmation pages, which describe the step and have one button, or explain the refusal."""

    template_name = "polls/admin/step.html"
    header_icon = "list-ul"
    model = Poll
    is_allowed = staticmethod(can_change_polls)
    step: str
    success_message: Any
    # Message for a poll among people met, which has no page of its own.
    success_message_on_paper: Any = ""
    refusal = ""

    def act(self) -> None:
        """Performs the step. Raises a `Refusal`."""
        raise NotImplementedError

    def refuse(self, form: Form, refusal: Refusal) -> HttpResponse:
        # Polls that changed may still be opened, from the same page.
        self.refusal = "" if isinstance(refusal, ChangedMeanwhile) else str(refusal)
        return super().refuse(form, refusal)

    def submit(self, form: Form) -> HttpResponse:
        self.act()
        on_paper = self.success_message_on_paper if self.object.is_among_people_met else ""
        messages.success(self.request, on_paper or self.success_message)
        return redirect(self.edit_url)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(
            poll=self.object, step=self.step, refusal=self.refusal, edit_url=self.edit_url, **kwargs
        )


class OpenPollView(ActsAsShown, PollStepView):
    page_title = _("Open the poll")
    step = "open"
    success_message = _("The poll is open: it is on the site, and people can answer.")
    success_message_on_paper = _("The poll is open: you can make the sheets of its survey.")

    def get_contents(self) -> Contents:
        return contents_of(self.object)

    def act(self) -> None:
        shown = self.confirmation.shown
        open_poll(poll=self.object, by=self.request.user, shown=shown, now=timezone.now())  # type: ignore[arg-type]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        missing = list(missing_in(self.object, timezone.now())) if self.object.is_draft else []
        return super().get_context_data(missing=missing, **kwargs)


class ClosePollView(PollStepView):
    page_title = _("Close the poll")
    step = "close"
    success_message = _("The poll is over: everyone can read its results.")
    success_message_on_paper = _("The poll is over: the page of its survey shows the results.")

    def act(self) -> None:
        close_poll(poll=self.object, by=self.request.user, now=timezone.now())  # type: ignore[arg-type]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        is_sealed = self.object.is_sealed(timezone.now())
        answers = None if is_sealed else self.object.participations.count()
        return super().get_context_data(answers=answers, **kwargs)


class WithdrawPollView(PollStepView):
    page_title = _("Make it a draft again")
    step = "withdraw"
    success_message = _("The poll is a draft again: nobody sees it on the site.")

    def act(self) -> None:
        withdraw_poll(poll=self.object, by=self.request.user, now=timezone.now())  # type: ignore[arg-type]


def steps_of(poll: Poll) -> list[Step]:
    """Returns the steps that are possible now, the next one first."""
    now = timezone.now()
    if poll.is_draft:
        return [(gettext("Open…"), snippet_url(Poll, "open", poll.pk))]
    # A poll among people met has no page of its own: the page of the survey displays what may be published.
    has_page = not poll.is_among_people_met
    if poll.is_over(now):
        return [(gettext("See the results"), reverse("polls:results", args=[poll.slug]))] if has_page else []
    if poll.is_open(now):
        close = (gettext("Close…"), snippet_url(Poll, "close", poll.pk))
        return [close, (gettext("See the page of the poll"), poll.get_absolute_url())] if has_page else [close]
    return []


def steps_back_of(poll: Poll) -> list[Step]:
    """Returns the step back to a draft, if nobody has answered the poll and it is not over."""
    if poll.is_draft or poll.is_over(timezone.now()) or poll.participations.exists():
        return []
    return [(gettext("Make it a draft again…"), snippet_url(Poll, "withdraw", poll.pk))]
