"""Who enters the members' area, and what its pages have in common."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.contrib.auth.mixins import AccessMixin
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.views.generic.base import ContextMixin

from committee.models import Member
from committee.permissions import can_draft_minutes, can_propose_correction, sitting_member


def closed(request: HttpRequest) -> HttpResponse:
    """Says for whom the area is."""
    return render(request, "committee/area/closed.html", status=403)


def committee_only(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Lets in those who sit, and those who write minutes without sitting; others as `MembersOnlyMixin` does."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        today = timezone.localdate()
        if not (can_propose_correction(request.user, today) or can_draft_minutes(request.user, today)):
            return closed(request)
        return view(request, *args, **kwargs)

    return login_required(enter)


class MembersOnlyMixin(AccessMixin, ContextMixin):
    """A page of the members' area, with `title` in its head and its breadcrumb.

    Lets in an account that holds a mandate today, as `self.member`; asks others who they are, or says for whom it is.
    """

    title: str | Promise
    member: Member

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_authenticated:
            return self.handle_no_permission()
        member = sitting_member(request.user, timezone.localdate())
        if member is None:
            return closed(request)
        self.member = member
        return super().dispatch(request, *args, **kwargs)  # type: ignore[misc]

    def get_parents(self) -> list[tuple[str, str]]:
        """Returns the pages above this one, as (address, title): the first page of the area."""
        return [(reverse("committee:area"), gettext("Members’ area"))]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        common = {"member": self.member, "parents": self.get_parents(), "current": self.title}
        return super().get_context_data(**common, **kwargs)
