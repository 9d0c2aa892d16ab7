"""Admin views in which users who can edit members enter the vote of a seat: list of seats, and the questions."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView
from wagtail.log_actions import LogFormatter
from wagtail.models import ModelLogEntry

from committee.attendance.queries.seat_votes import votes_to_enter
from committee.attendance.queries.voices import voice_key
from committee.attendance.services.seat_votes import enter_seat_vote
from committee.convocations.queries.calls import reached_at
from committee.models import Seat
from committee.permissions import can_edit_members
from common.admin import PermissionViewSet
from common.desk import AgentView
from common.errors import Refusal
from common.hooks import COMMITTEE_MENU_HOOK
from polls.admin.agent_views import AnswerView
from polls.errors import PollNotOpen, SeatAnswered
from polls.forms import PollForm
from polls.models import Poll
from polls.services.answers import answers_of_voice


class SeatVoteForm(PollForm):
    """Questions of the poll, below a declaration of consent."""

    declared = forms.BooleanField(
        label=_("The person fills in this screen alone, or agrees that I read the vote in order to enter it."),
        error_messages={"required": _("Ask the person, then tick the box.")},
    )


class SeatVotesView(AgentView, TemplateView):
    """Open polls among seats, each with the seats whose vote is entered here."""

    is_allowed = staticmethod(can_edit_members)
    page_title = _("Votes of seats without an account")
    template_name = "committee/admin/seat_votes.html"

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        polls = [
            (poll, [(seat, reached_at(seat.voter, shows_phone=True)) for seat in seats])
            for poll, seats in votes_to_enter(timezone.now())
        ]
        return super().get_context_data(polls=polls, **kwargs)


class SeatVoteView(AnswerView):
    """Questions of one poll, for one seat."""

    is_allowed = staticmethod(can_edit_members)  # type: ignore[assignment]
    page_title = _("Vote of a seat")
    template_name = "committee/admin/seat_vote.html"
    form_class = SeatVoteForm

    @cached_property
    def poll(self) -> Poll:
        polls = Poll.objects.published(timezone.now()).filter(audience=Poll.Audience.SEATS)
        return get_object_or_404(polls, pk=self.kwargs["pk"])

    @cached_property
    def seat(self) -> Seat:
        return get_object_or_404(Seat, pk=self.kwargs["seat"])

    def get_form_kwargs(self) -> dict[str, Any]:
        return super().get_form_kwargs() | {"answers": answers_of_voice(self.poll, voice_key(self.seat))}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(seat=self.seat, **kwargs)

    def submit(self, form: PollForm) -> HttpResponse:
        enter_seat_vote(poll=self.poll, seat=self.seat, agent=self.agent, answers=form.answers, now=timezone.now())
        facts = {"seat": self.seat.name, "title": self.poll.title}
        messages.success(self.request, gettext("The vote of %(seat)s is counted: “%(title)s”.") % facts)
        return redirect("seat_votes:list")

    def refuse(self, form: PollForm, refusal: Refusal) -> HttpResponse:
        match refusal:
            case SeatAnswered():
                message = gettext("A vote of %(seat)s is counted already. This one is not.") % {"seat": self.seat.name}
            case PollNotOpen():
                message = gettext("This poll is over. Nothing was recorded.")
            case _:
                message = str(refusal)
        messages.error(self.request, message)
        return redirect("seat_votes:list")


class SeatVotesViewSet(PermissionViewSet):
    """Item « Le vote d’un siège » in the menu « Le comité »."""

    name = "seat_votes"
    icon = "list-ul"
    menu_label = _("The vote of a seat")
    menu_hook = COMMITTEE_MENU_HOOK
    menu_order = 50
    url_prefix = "votes-des-sieges"  # type: ignore[assignment]
    is_allowed = staticmethod(can_edit_members)

    def get_urlpatterns(self) -> list[URLPattern]:
        return [
            path("", SeatVotesView.as_view(), name="list"),
            path("<int:pk>/<int:seat>/", SeatVoteView.as_view(), name="enter"),
        ]


class SeatVoteFormatter(LogFormatter):
    """Log formatter that adds the name of the seat to the entry."""

    label = _("Enter the vote of a seat")

    def format_message(self, log_entry: ModelLogEntry) -> str:
        return gettext("Vote of a seat entered: %(seat)s") % {"seat": log_entry.data.get("seat", "")}
