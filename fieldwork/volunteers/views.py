"""Pages « Sur le terrain » of the members’ area: list, « J’y vais », calendar, cancellation of an outing."""

from typing import Any

from django.contrib import messages
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from django.views.generic import TemplateView, View
from django.views.generic.base import ContextMixin

from committee.area.views.access import closed
from common.action_forms import ActionFormView
from common.calendars import calendar_response
from common.errors import Refusal
from fieldwork.models import CampaignPage, Outing
from fieldwork.permissions import can_prepare_outings, can_volunteer
from fieldwork.volunteers.forms import CancelForm
from fieldwork.volunteers.queries.calendars import calendar_of
from fieldwork.volunteers.queries.going import coming_outings, going, open_campaigns, volunteering_url
from fieldwork.volunteers.services import cancel_outing, is_open, recalled_at, set_volunteering

ACTIONS = {"venir": True, "ne-plus-venir": False}


class OnTheGroundMixin(AccessMixin, ContextMixin):
    """Page for current members and for organisers of outings. Others get an explanation, as in the members' area."""

    request: Any
    title: Any = _("On the ground")

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        self.is_member = can_volunteer(request.user, timezone.localdate())
        if not self.can_open():
            return closed(request)
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def can_open(self) -> bool:
        return self.is_member or self.organises

    @cached_property
    def organises(self) -> bool:
        return can_prepare_outings(self.request.user)

    def get_parents(self) -> list[tuple[str, str]]:
        area = [(reverse("committee:area"), gettext("Members’ area"))] if self.is_member else []
        return [*area, (reverse("fieldwork:ground"), gettext("On the ground"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        common = {"is_member": self.is_member, "organises": self.organises, "current": self.title}
        return super().get_context_data(**common, parents=self.get_parents(), **kwargs)


class GroundView(OnTheGroundMixin, TemplateView):
    """Lists the coming outings and campaigns with their participants."""

    template_name = "fieldwork/volunteers/ground.html"

    def get_parents(self) -> list[tuple[str, str]]:
        return super().get_parents()[:-1]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        today = timezone.localdate(now)
        things = going([*coming_outings(now), *open_campaigns(today)], self.request.user, today)
        return super().get_context_data(
            outings=[thing for thing in things if thing.is_outing],
            campaigns=[thing for thing in things if not thing.is_outing],
            **kwargs,
        )


class VolunteerView(OnTheGroundMixin, TemplateView):
    """Shows one outing or campaign: time, place, participants, and the button « J’y vais »."""

    template_name = "fieldwork/volunteers/thing.html"

    @property
    def title(self) -> str:  # type: ignore[override]
        return self.going.title

    @cached_property
    def thing(self) -> Outing | CampaignPage:
        raise NotImplementedError

    @cached_property
    def going(self) -> Any:
        [participants] = going([self.thing], self.request.user, timezone.localdate())
        return participants

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        now = timezone.now()
        is_open_now = is_open(self.thing, now)
        is_recalled = isinstance(self.thing, Outing) and now >= recalled_at(self.thing)
        can_cancel = self.organises and self.going.is_outing and is_open_now and self.thing.starts_at > now  # type: ignore[union-attr]
        return super().get_context_data(
            going=self.going,
            thing=self.thing,
            is_open=is_open_now,
            is_recalled=is_recalled,
            can_cancel=can_cancel,
            **kwargs,
        )

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        is_wanted = ACTIONS.get(request.POST.get("action", ""))
        if is_wanted is not None:
            try:
                user: Any = request.user
                set_volunteering(user=user, thing=self.thing, is_wanted=is_wanted, now=timezone.now())
            except Refusal as refusal:
                messages.error(request, str(refusal))
        return redirect(volunteering_url(self.thing))


class OutingView(VolunteerView):
    @cached_property
    def thing(self) -> Outing:
        return get_object_or_404(Outing.objects.of_published().select_related("survey"), pk=self.kwargs["pk"])


class CampaignView(VolunteerView):
    @cached_property
    def thing(self) -> CampaignPage:
        return get_object_or_404(CampaignPage.objects.published(), pk=self.kwargs["pk"])


class CancelView(OnTheGroundMixin, ActionFormView):
    """Cancels an outing, with its reason."""

    template_name = "fieldwork/volunteers/cancel.html"
    title = _("Cancel the outing")
    form_class = CancelForm

    def can_open(self) -> bool:
        return self.organises

    @cached_property
    def outing(self) -> Outing:
        return get_object_or_404(Outing.objects.of_published().select_related("survey"), pk=self.kwargs["pk"])

    def get_parents(self) -> list[tuple[str, str]]:
        return [*super().get_parents(), (volunteering_url(self.outing), self.outing.place)]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(outing=self.outing, **kwargs)

    def submit(self, form: CancelForm) -> HttpResponse:
        now, by = timezone.now(), self.request.user
        number = cancel_outing(outing=self.outing, reason=form.cleaned_data["reason"], by=by, now=now)
        message = gettext("The outing is cancelled. People told: %(number)d.")
        messages.success(self.request, message % {"number": number})
        return redirect(volunteering_url(self.outing))


class CalendarView(OnTheGroundMixin, View):
    """Calendar of the coming outings with their meeting points: all of them, or the user's own."""

    only_mine = False

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        outings = coming_outings(timezone.now())
        if self.only_mine:
            outings = outings.filter(volunteers__user=request.user.pk)
        return calendar_response(calendar_of(outings), "mes-sorties.ics" if self.only_mine else "sorties.ics")
